//! `tabctl auth switch`, `list` and `logout`.

use serde_json::json;
use tableau_client::ServerAddress;

use super::site_name;
use crate::args::{self, Global, Trust};
use crate::commands::style;
use crate::failure::{Failure, NoCredentials};
use crate::output::{Column, Members, Printer};
use crate::session::profile::{self, Profile, Profiles};
use crate::session::secrets;
use crate::session::seen;
use crate::session::settings::{self, Sessions};
use crate::session::source::{By, Source};
use crate::terminal::text::say;

pub(super) fn switch(name: &str) -> Result<(), Failure> {
    let profile = Profiles::change(|profiles| {
        let profile = profiles.get(name)?.clone();
        profiles.current = Some(name.to_owned());
        Ok(profile)
    })?;
    say(&format!(
        "Profile {name}: {}, {}",
        profile.server,
        site_name(&profile.site)
    ));
    let winner = match Source::find(&Global::default()) {
        Ok(Some(Source::Environment(environment))) => environment.variable,
        Ok(Some(Source::Profile(named))) if named.by == By::Variable => By::Variable.name(),
        _ => return Ok(()),
    };
    say(&format!(
        "warning: {winner} is set, and wins over the current profile"
    ));
    Ok(())
}

/// The members of a profile as it is listed; the JSON is part of the interface.
const MEMBERS: &[&str] = &[
    "id",
    "isCurrent",
    "server",
    "site",
    "user",
    "credential",
    "credentialName",
    "secret",
];

const COLUMNS: &[Column] = &[
    Column::titled("profile", "id"),
    Column::of("server"),
    Column::of("site"),
    Column::of("user"),
    Column::of("credential"),
    Column::titled("current", "isCurrent"),
];

pub(super) fn list(args: args::Output, global: &Global) -> Result<(), Failure> {
    let Profiles { current, by_name } = Profiles::load()?;
    let style = style::settle(args, global.no_pager);
    style.check(COLUMNS, &Members::Named(MEMBERS))?;
    let mut printer = Printer::new(style, COLUMNS);
    for (id, profile) in by_name {
        printer.item(&json!({
            // The name, which `--quiet` prints.
            "id": id,
            "isCurrent": current.as_ref() == Some(&id),
            "server": profile.server,
            "site": profile.site,
            "user": profile.user,
            "credential": profile.credential.kind(),
            "credentialName": profile.credential.name(),
            "secret": profile.secret,
        }))?;
    }
    printer.finish()
}

pub(super) fn logout(args: &args::Logout, global: &Global) -> Result<(), Failure> {
    let profiles = Profiles::load()?;
    let one = profile::named(global).filter(|_| !args.all);
    let names: Vec<String> = match one {
        Some(name) => {
            profiles.get(&name)?;
            vec![name]
        }
        None if args.all => profiles.by_name.keys().cloned().collect(),
        None => profiles.current.iter().cloned().collect(),
    };
    if names.is_empty() {
        say("Not signed in: nothing to do");
    }
    for name in names {
        let Some(profile) = profiles.by_name.get(&name) else {
            continue;
        };
        // The profile is removed in any case: the session expires by itself, the token does not.
        let ended = end_session(&name, profile, global);
        forget_secret(&name, profile);
        Profiles::change(|profiles| {
            seen::forget(&name);
            profiles.by_name.remove(&name);
            profiles.current.take_if(|current| *current == name);
            Ok(())
        })?;
        let place = format!("{}, {}", profile.server, site_name(&profile.site));
        say(&match ended {
            true => format!("Signed out of {place} (profile {name})"),
            false => format!(
                "Forgot profile {name} of {place}: its session may still be open at the server, where it ends by itself"
            ),
        });
    }
    if let Ok(Some(Source::Environment(environment))) = Source::find(&Global::default()) {
        say(&format!(
            "warning: {} is set, and commands still sign in with it",
            environment.variable
        ));
    }
    Ok(())
}

/// Ends the session of a profile, if one is open; gives whether it ended at the server, too.
///
/// The local session is removed in any case. If the server could not end it, there is a warning.
pub(super) fn end_session(name: &str, profile: &Profile, global: &Global) -> bool {
    let ended = try_end_session(name, profile, global);
    if let Err(failure) = &ended {
        say(&format!(
            "warning: the session could not be ended at the server: {failure}"
        ));
    }
    ended.is_ok()
}

fn try_end_session(name: &str, profile: &Profile, global: &Global) -> Result<(), Failure> {
    let address: ServerAddress = profile.server.parse()?;
    let trust = profile.trust(&Trust::default());
    let client = settings::client(address, &trust, global, Sessions::LeftOpen)?;
    let site = match client.sign_in(settings::session_only(name, profile).site(&profile.site)) {
        Ok(site) => site,
        Err(error) if NoCredentials::caused(&error).is_some() => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let ended = site.end_shared_session();
    if ended.is_err()
        && let Err(error) = site.forget_shared_session()
    {
        say(&format!("warning: the session's token is still kept: {error}"));
    }
    Ok(ended?)
}

pub(super) fn forget_secret(name: &str, profile: &Profile) {
    let Some(kept) = profile.secret else {
        return;
    };
    if let Err(failure) = secrets::forget(name, kept) {
        say(&format!("warning: the secret could not be removed: {failure}"));
    }
}
