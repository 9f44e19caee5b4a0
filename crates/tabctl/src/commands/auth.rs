//! `tabctl auth`.

use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::path::{Path, PathBuf};

use tableau_client::{ErrorKind, PersonalAccessToken, Secret};

use crate::args::{self, Trust};
use crate::env;
use crate::failure::Failure;
use crate::output::{plain, say};
use crate::profile::{self, Profile, StoredToken};
use crate::settings::{self, Place};

pub(crate) fn run(command: args::Auth, verbose: bool) -> Result<(), Failure> {
    match command {
        args::Auth::Login(args) => login(args, verbose),
        args::Auth::Logout => logout(verbose),
        args::Auth::Status => status(verbose),
    }
}

fn login(args: args::Login, verbose: bool) -> Result<(), Failure> {
    let typed = match args.address {
        None if env::SERVER_URL.get().is_none() => {
            Some(settle(None, env::SERVER_URL, "Server address", "ADDRESS")?)
        }
        typed => typed,
    };
    let Place { address, site } = Place::settle(typed.as_deref(), args.site.as_deref())?;
    let Some(address) = address else {
        return Err(Failure::Usage("ADDRESS is missing".to_owned()));
    };
    let site = match site {
        Some(site) => site,
        None if io::stdin().is_terminal() => ask("Site (content URL, empty for Default)")?,
        None => String::new(),
    };
    let name = settle(args.token_name, env::PAT_NAME, "Token name", "--token-name")?;
    let secret = token_secret(args.token_file.as_deref())?;

    let token = PersonalAccessToken::new(&name, secret.clone()).site(&site);
    let trust = args.trust.settle();
    let signed_in = settings::client(address.clone(), &trust, verbose)?.sign_in(token)?;
    let session = signed_in.session();
    let who = signed_in.users().get(session.user_id()).send()?;
    let mut profile = Profile {
        server: address.to_string(),
        site: session.content_url().to_owned(),
        ca_file: trust.ca_file.map(from_anywhere),
        pin_sha256: trust.pin_sha256,
        client_cert: trust.client_cert.map(from_anywhere),
        personal_access_token: StoredToken { name, secret },
        session: None,
    };
    profile.set_session(&session);
    let path = profile::store(Some(profile))?;
    let site = site_name(session.content_url());
    say(&format!(
        "Signed in to {address}, {site}, as {}",
        plain(&who.name)
    ));
    say(&format!(
        "The token is kept in {} (readable by you only)",
        path.display()
    ));
    Ok(())
}

/// A profile is used from other folders too.
fn from_anywhere(file: PathBuf) -> PathBuf {
    std::path::absolute(&file).unwrap_or(file)
}

fn logout(verbose: bool) -> Result<(), Failure> {
    let Some(profile) = profile::load()? else {
        say("Not signed in: nothing to do");
        return Ok(());
    };
    if let Some(session) = profile.session() {
        let signed_out = settings::client(
            profile.server.parse()?,
            &profile.trust(&Trust::default()),
            verbose,
        )?
        .resume(session)
        .sign_out();
        // What is remembered goes in any case: the session ends by itself, the token does not.
        if let Err(error) = signed_out {
            say(&format!(
                "warning: the session could not be ended at the server: {error}"
            ));
        }
    }
    profile::store(None)?;
    say(&format!("Signed out of {}", profile.server));
    Ok(())
}

fn status(verbose: bool) -> Result<(), Failure> {
    let Some(profile) = profile::load()? else {
        return Err(Failure::NotSignedIn(
            "not signed in: run `tabctl auth login`".to_owned(),
        ));
    };
    let mut out = io::stdout().lock();
    writeln!(out, "server  {}", profile.server)?;
    writeln!(
        out,
        "site    {}",
        if profile.site.is_empty() {
            "Default".into()
        } else {
            plain(&profile.site)
        }
    )?;
    writeln!(out, "token   {}", plain(&profile.personal_access_token.name))?;
    let client = settings::client(
        profile.server.parse()?,
        &profile.trust(&Trust::default()),
        verbose,
    )?;
    let user = profile.session().map(|session| {
        let id = session.user_id().clone();
        client.resume(session).users().get(id).send()
    });
    match user {
        Some(Ok(user)) => {
            let role = user
                .site_role
                .as_ref()
                .map(|role| format!(" ({role})"))
                .unwrap_or_default();
            writeln!(out, "user    {}{role}", plain(&user.name))?;
            writeln!(out, "session open")?;
            Ok(())
        }
        Some(Err(error)) if error.kind() != ErrorKind::SessionEnded => Err(error.into()),
        _ => {
            writeln!(out, "session over; the next command signs in again")?;
            Ok(())
        }
    }
}

fn site_name(content_url: &str) -> String {
    match content_url {
        "" => "the Default site".to_owned(),
        _ => format!("site {}", plain(content_url)),
    }
}

/// A value from its flag, its variable, or whoever sits at the terminal.
fn settle(
    flag: Option<String>,
    variable: env::Variable,
    question: &str,
    name: &str,
) -> Result<String, Failure> {
    if let Some(value) = flag.or_else(|| variable.get()) {
        return Ok(value);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage(format!(
            "{name} is missing: give it, or set {}",
            variable.name()
        )));
    }
    ask(question)
}

fn ask(question: &str) -> Result<String, Failure> {
    let mut err = io::stderr().lock();
    write!(err, "{question}: ")?;
    err.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

/// The secret: from a file or standard input, from the environment, or typed unseen.
fn token_secret(file: Option<&Path>) -> Result<Secret, Failure> {
    let secret = match file {
        Some(file) if file == Path::new("-") => {
            let mut text = String::new();
            io::stdin().lock().read_to_string(&mut text)?;
            Secret::from(text.trim())
        }
        Some(file) => {
            let text = fs::read_to_string(file);
            let text =
                text.map_err(|error| Failure::Local(format!("{} cannot be read: {error}", file.display())))?;
            Secret::from(text.trim())
        }
        None => match env::PAT_SECRET.get_secret() {
            Some(secret) => secret,
            None if io::stdin().is_terminal() => {
                Secret::from(rpassword::prompt_password("Token secret (not shown): ")?)
            }
            None => {
                return Err(Failure::Usage(format!(
                    "the token's secret is missing: set {}, or give --token-file (`-` reads standard input)",
                    env::PAT_SECRET.name()
                )));
            }
        },
    };
    if secret.expose().is_empty() {
        return Err(Failure::Usage("the token's secret is empty".to_owned()));
    }
    Ok(secret)
}
