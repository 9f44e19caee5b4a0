//! Runs what a command of tabcmd means here.

use std::ffi::OsString;
use std::io::Write as _;

use tableau_client::ErrorKind;
use tempfile::NamedTempFile;

use super::globals::PROFILE;
use super::parse::Typed;
use super::translate::{Ours, Plan};
use crate::args::Args;
use crate::commands;
use crate::env;
use crate::failure::Failure;
use crate::session::profile::Profiles;
use crate::terminal::text::say;

/// How a command ended that did not fail.
pub(super) enum Outcome {
    Done,
    /// There is one already, which `--continue-if-exists` takes for success.
    WasThere(String),
}

pub(super) fn run(typed: &Typed) -> Result<Outcome, Failure> {
    let plan = (typed.command.translate)(typed).map_err(Failure::Usage)?;
    match plan {
        Plan::Login => login(typed).map(|()| Outcome::Done),
        Plan::Logout => logout(typed).map(|()| Outcome::Done),
        Plan::Each(commands) => {
            let session = session(typed)?;
            each(typed, &commands, &session)
        }
        Plan::FirstFound(commands) => {
            let session = session(typed)?;
            let mut last = Err(Failure::Usage("there is nothing to do".to_owned()));
            for ours in &commands {
                last = one(typed, ours, &session);
                if !matches!(&last, Err(failure) if is_not_found(failure)) {
                    break;
                }
            }
            last.map(|()| Outcome::Done)
        }
    }
}

/// The commands, each of them even if one fails; the first failure is that of all.
fn each(typed: &Typed, commands: &[Ours], session: &[&str]) -> Result<Outcome, Failure> {
    let mut first = None;
    for ours in commands {
        if let Err(failure) = one(typed, ours, session) {
            first.get_or_insert(failure);
        }
    }
    match first {
        None => Ok(Outcome::Done),
        Some(failure) if typed.has("--continue-if-exists") && is_conflict(&failure) => {
            Ok(Outcome::WasThere(format!("it is there already: {failure}")))
        }
        Some(failure) => Err(failure),
    }
}

fn is_not_found(failure: &Failure) -> bool {
    match failure {
        Failure::NotFound(_) => true,
        Failure::Call(error) => error.kind() == ErrorKind::NotFound,
        _ => false,
    }
}

fn is_conflict(failure: &Failure) -> bool {
    matches!(failure, Failure::Call(error) if error.kind() == ErrorKind::Conflict)
}

/// The options that choose the session: that of the credentials which were typed, or that of the last login.
fn session(typed: &Typed) -> Result<Vec<&'static str>, Failure> {
    if typed.has_credentials() {
        let mut values = typed.credentials()?;
        values.push((env::SERVER_URL, typed.server()?));
        values.push((env::SITE_NAME, typed.site().unwrap_or_default().to_owned()));
        env::replace(values);
        return Ok(Vec::new());
    }
    let profiles = Profiles::load()?;
    Ok(match profiles.by_name.contains_key(PROFILE) {
        true => vec!["--profile", PROFILE],
        false => Vec::new(),
    })
}

/// Runs a command of tabctl as if it had been typed.
fn one(typed: &Typed, ours: &Ours, session: &[&str]) -> Result<(), Failure> {
    let mut words = typed.connection(ours.clone()).and(session).words;
    // What was a secret among tabcmd's arguments becomes a file that only this user can read, until the command has ended.
    let mut files = Vec::new();
    for (option, secret) in &ours.secrets {
        let file =
            secret_file(secret).map_err(|error| Failure::Local(format!("a file for a secret: {error}")))?;
        words.extend([(*option).to_owned(), file.path().to_string_lossy().into_owned()]);
        files.push(file);
    }
    let ended = parsed(&words).and_then(commands::run);
    match ended {
        Err(Failure::NotSignedIn(message)) => Err(Failure::NotSignedIn(with_import(&message))),
        other => other,
    }
}

fn secret_file(secret: &str) -> std::io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(secret.as_bytes())?;
    file.flush()?;
    Ok(file)
}

fn parsed(words: &[String]) -> Result<Args, Failure> {
    let all = ["tabctl"].into_iter().chain(words.iter().map(String::as_str));
    Args::typed(all.map(OsString::from)).map_err(|error| {
        let text = error.render().to_string();
        let message = text.split("\n\n").next().unwrap_or_default();
        Failure::Usage(format!(
            "`tabctl {}`: {}",
            words.join(" "),
            message.trim_start_matches("error: ").trim()
        ))
    })
}

/// What to do where tabcmd itself is signed in, and this is not.
fn with_import(message: &str) -> String {
    let home = std::env::home_dir().map(|home| home.join("tableau_auth.json"));
    match home.filter(|file| file.exists()) {
        None => message.replace("tabctl auth login", "tabcmd login"),
        Some(file) => format!(
            "{message}\ntry: `tabctl auth import tabcmd --profile {PROFILE} --with-secret` takes over the session in {}",
            file.display()
        ),
    }
}

/// Signs in, and keeps the session under a profile of its own; that which is current stays so.
fn login(typed: &Typed) -> Result<(), Failure> {
    let server = typed.server()?;
    let mut ours = Ours::new(&["auth", "login", &server, "--profile", PROFILE]);
    ours = ours.and(&["--site", typed.site().unwrap_or_default()]);
    for (option, name) in [("--token-name", "--token-name"), ("--username", "--username")] {
        if let Some(value) = typed.value(name) {
            ours = ours.and(&[option, value]);
        }
    }
    if typed.has("--no-prompt") && typed.secret()?.is_none() {
        let message = "no secret was given: use --token-file or --password-file";
        return Err(Failure::Usage(message.to_owned()));
    }
    if let Some(file) = typed.value("--use-certificate") {
        ours = ours.and(&["--client-cert", file]);
    }
    if typed.has("--no-certcheck") {
        ours = ours.and(&["--no-certcheck"]);
    }
    let words = typed.everywhere(ours).words;
    let args = parsed(&words)?;
    let before = Profiles::load()?.current;
    env::replace(typed.credentials()?);
    commands::run(args)?;
    match before.filter(|before| before != PROFILE) {
        None => Ok(()),
        Some(before) => Profiles::change(|profiles| {
            profiles.current = Some(before);
            Ok(())
        }),
    }
}

fn logout(typed: &Typed) -> Result<(), Failure> {
    if !Profiles::load()?.by_name.contains_key(PROFILE) {
        say("not signed in");
        return Ok(());
    }
    let ours = Ours::new(&["auth", "logout", "--profile", PROFILE]);
    parsed(&typed.everywhere(ours).words).and_then(commands::run)
}
