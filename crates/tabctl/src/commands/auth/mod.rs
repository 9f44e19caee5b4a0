//! `tabctl auth`.

mod login;
mod profiles;
mod status;
mod tabcmd;

use std::io::{self, IsTerminal as _, Write as _};

use tableau_client::wire::rest::server::{self, GetCurrentSession};
use tableau_client::{Blocking, Error, Site};

use crate::args::{self, Connection, Global};
use crate::commands::{doctor, explain};
use crate::failure::Failure;
use crate::session::settings;
use crate::terminal::text::{plain, say};

pub(crate) fn run(command: args::Auth, global: &Global) -> Result<(), Failure> {
    match command {
        args::Auth::Login(args) => login::run(*args, global),
        args::Auth::Switch { name } => profiles::switch(&name),
        args::Auth::List(args) => profiles::list(args, global),
        args::Auth::Logout(args) => profiles::logout(&args, global),
        args::Auth::Status(args) => status::run(&args, global),
        args::Auth::Token => token(global),
        args::Auth::Doctor(args) => doctor::run(&args, global),
        args::Auth::Explain(args) => explain::run(&args),
        args::Auth::Import(args::Import::Tabcmd(args)) => tabcmd::run(args, global),
    }
}

fn token(global: &Global) -> Result<(), Failure> {
    // The session stays open, since its token was printed.
    let site = settings::connect(&Connection::default(), global)?.site;
    // A session from the store may have ended; this call renews it.
    current_session(&site)?;
    let mut out = io::stdout().lock();
    if out.is_terminal() {
        say("warning: a program that has this token can do all you can, until the session ends");
    }
    writeln!(out, "{}", site.session().token().expose())?;
    Ok(())
}

/// Who is signed in, and where.
fn current_session(site: &Site<Blocking>) -> Result<server::Session, Error> {
    site.call(GetCurrentSession).send()
}

fn site_name(content_url: &str) -> String {
    match content_url {
        "" => "the Default site".to_owned(),
        _ => format!("site {}", plain(content_url)),
    }
}
