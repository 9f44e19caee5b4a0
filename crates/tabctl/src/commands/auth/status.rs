//! `tabctl auth status`: who is signed in, where, since when, and warnings.

use std::io::{self, Write as _};
use std::time::SystemTime;

use serde::Serialize;
use tableau_client::wire::Timestamp;
use tableau_client::wire::rest::server;
use tableau_client::wire::rest::users::ListPersonalAccessTokens;
use tableau_client::{Blocking, ErrorKind, ServerAddress, Site};

use super::current_session;
use crate::args::{self, Connection, Global, Trust};
use crate::failure::{Failure, NoCredentials};
use crate::session::profile::{Credential, Profiles};
use crate::session::secrets::Kept;
use crate::session::settings::{self, Sessions};
use crate::session::source::{Environment, Named, Source};
use crate::terminal::text::{escaped, plain, say};

/// How many days before its expiry a token gets a warning.
const WARN_DAYS: i64 = 30;
const DAY: i64 = 24 * 3600;

/// The JSON: part of the interface, see the guide.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    source: &'static str,
    profile: Option<String>,
    server: String,
    site: String,
    user: Option<User>,
    credential: Shown,
    session: Session,
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    name: String,
    site_role: Option<String>,
}

/// Credentials as they may be shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    kind: &'static str,
    name: Option<String>,
    #[serde(skip)]
    text: String,
    secret: Option<Kept>,
    expires_at: Option<String>,
    last_used_at: Option<String>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Session {
    is_open: bool,
    since: Option<String>,
    /// After how long without a command it ends, unless the server was set otherwise.
    ends_after_idle_minutes: Option<u64>,
}

pub(super) fn run(args: &args::Status, global: &Global) -> Result<(), Failure> {
    let report = match Source::find(global)? {
        None => return Err(settings::not_signed_in()),
        Some(Source::Profile(named)) => of_profile(&named, global)?,
        Some(Source::Environment(environment)) => of_environment(environment, global)?,
    };
    if args.json {
        let mut out = io::stdout().lock();
        let text = serde_json::to_string_pretty(&report).map_err(io::Error::from)?;
        writeln!(out, "{}", escaped(&text))?;
        return Ok(());
    }
    report.print()
}

/// Looks for the session of the profile, and does not sign in for it.
fn of_profile(named: &Named, global: &Global) -> Result<Report, Failure> {
    let Named { name, profile, .. } = named;
    let (address, other) = named.settle(&Connection::default(), global)?;
    let mut report = Report {
        source: named.by.name(),
        profile: Some(name.clone()),
        server: profile.server.clone(),
        site: other.unwrap_or_else(|| profile.site.clone()),
        user: None,
        credential: Shown::new(&profile.credential, profile.secret),
        session: Session::default(),
        warnings: Vec::new(),
    };
    report.warn_of_address(&address);
    let trust = profile.trust(&Trust::default());
    let client = settings::client(address, &trust, global, Sessions::LeftOpen)?;
    let found = client.sign_in(settings::session_only(name, profile).site(&report.site));
    let asked = found.and_then(|site| current_session(&site).map(|session| (site, session)));
    match asked {
        Ok((site, session)) => report.see(&site, session),
        // The session has ended, and status has no credentials to renew it.
        Err(error) if NoCredentials::caused(&error).is_some() => {}
        Err(error) if error.kind() == ErrorKind::SessionEnded => {}
        Err(error) => return Err(error.into()),
    }
    if matches!(profile.credential, Credential::Jwt { file: None }) {
        report.warnings.push(format!(
            "a JWT is good for one sign-in: after this session, run `tabctl auth login --profile {name}` with another"
        ));
    }
    Ok(report)
}

/// Signs in, as that is the only way to know whether the credentials are good.
fn of_environment(environment: Environment, global: &Global) -> Result<Report, Failure> {
    let variable = environment.variable;
    let credential = Shown::new(&environment.credential, None);
    let connected = settings::connect_once(&Connection::default(), environment, global)?;
    let mut report = Report {
        source: variable,
        profile: None,
        server: connected.address.to_string(),
        site: connected.site.session().content_url().to_owned(),
        user: None,
        credential,
        session: Session::default(),
        warnings: Vec::new(),
    };
    report.warn_of_address(&connected.address);
    if let Some(current) = Profiles::load()?.current {
        let warning = format!("{variable} wins over the current profile {current}");
        report.warnings.push(warning);
    }
    connected.run(|site| {
        let session = current_session(site)?;
        report.see(site, session);
        Ok(())
    })?;
    Ok(report)
}

impl Shown {
    fn new(credential: &Credential, secret: Option<Kept>) -> Self {
        Self {
            kind: credential.kind(),
            name: credential.name().map(str::to_owned),
            text: credential.to_string(),
            secret,
            expires_at: None,
            last_used_at: None,
        }
    }
}

impl Report {
    /// Records the facts of an open session.
    fn see(&mut self, site: &Site<Blocking>, seen: server::Session) {
        let session = site.session();
        let since = session.age().and_then(|age| SystemTime::now().checked_sub(age));
        self.session = Session {
            is_open: true,
            since: since.and_then(instant),
            ends_after_idle_minutes: Some(site.session_idle_limit().as_secs() / 60),
        };
        self.user = Some(User {
            id: session.user_id().to_string(),
            name: seen.user.name,
            site_role: seen.user.site_role.map(|role| role.to_string()),
        });
        self.see_token(site);
    }

    /// When the token expires; Tableau Cloud gives this, Tableau Server does not.
    fn see_token(&mut self, site: &Site<Blocking>) {
        if self.credential.kind != "personal-access-token" {
            return;
        }
        let user_id = site.session().user_id().clone();
        let Ok(tokens) = site.call(ListPersonalAccessTokens::new(user_id)).send() else {
            return;
        };
        let name = self.credential.name.as_deref();
        let Some(token) = tokens
            .0
            .iter()
            .find(|token| Some(token.token_name.as_str()) == name)
        else {
            return;
        };
        self.credential.last_used_at = token.last_used_at.as_ref().map(ToString::to_string);
        let Some(end) = &token.expires_at else {
            return;
        };
        self.credential.expires_at = Some(end.to_string());
        // This machine's clock may be behind: a last use is never shown in the future.
        let used = token.last_used_at.as_ref().and_then(Timestamp::instant);
        let now = jiff::Timestamp::now().max(used.unwrap_or(jiff::Timestamp::MIN));
        let left = end.instant().map(|end| (end.as_second() - now.as_second()) / DAY);
        if let Some(days) = left.filter(|days| *days < WARN_DAYS) {
            self.warnings.push(format!(
                "the personal access token ends in {days} days: make another in time"
            ));
        }
    }

    fn warn_of_address(&mut self, address: &ServerAddress) {
        let is_local = ["localhost", "127.", "[::1]"]
            .iter()
            .any(|local| address.origin().trim_start_matches("http://").starts_with(local));
        if !address.is_https() && !is_local {
            self.warnings.push(format!(
                "{address} is not encrypted: everything can be read on the way"
            ));
        }
    }

    fn print(&self) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let mut line = |title, text: &str| writeln!(out, "{title:<8} {}", plain(text));
        match &self.profile {
            Some(name) => line("profile", &format!("{name} ({})", self.source))?,
            None => line("source", self.source)?,
        }
        line("server", &self.server)?;
        line(
            "site",
            if self.site.is_empty() {
                "Default"
            } else {
                &self.site
            },
        )?;
        if let Some(User { name, site_role, .. }) = &self.user {
            let role = site_role.as_ref().map(|role| format!(" ({role})"));
            line("user", &format!("{name}{}", role.unwrap_or_default()))?;
        }
        let kept = match self.credential.secret {
            Some(Kept::Keyring) => ", secret in the keyring",
            Some(Kept::File) => ", secret in a file",
            None => "",
        };
        line("with", &format!("{}{kept}", self.credential.text))?;
        if let Some(end) = &self.credential.expires_at {
            line("until", end)?;
        }
        let since = self.session.since.as_ref();
        let since = since.map_or_else(String::new, |since| format!(" since {since}"));
        let idle = self.session.ends_after_idle_minutes;
        let idle = idle.map_or_else(String::new, |idle| {
            format!("; ends {idle} minutes after its last use")
        });
        let session = match self.session.is_open {
            true => format!("open{since}{idle}"),
            false => "none open; the next command signs in".to_owned(),
        };
        line("session", &session)?;
        for warning in &self.warnings {
            say(&format!("warning: {}", plain(warning)));
        }
        Ok(())
    }
}

/// An instant as text, in whole seconds.
fn instant(time: SystemTime) -> Option<String> {
    let time = jiff::Timestamp::try_from(time).ok()?;
    jiff::Timestamp::from_second(time.as_second())
        .ok()
        .map(|time| time.to_string())
}
