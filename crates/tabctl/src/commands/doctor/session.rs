//! Signing in: the site, the credentials, their scopes, and the clocks.

use std::io;

use tableau_client::diagnosis::Suspect;
use tableau_client::wire::rest::server::GetCurrentSession;
use tableau_client::{Blocking, Client, Credentials, Error, ErrorKind, Secret, Site, User};

use crate::env;
use crate::failure::Failure;
use crate::session::profile::{Credential, Profile};
use crate::session::settings::{self, Sessions};
use crate::terminal::text::plain;

use super::network::Notes;
use super::report::{Diagnosis, Layer, Report};
use super::subject::{Subject, Who};
use super::{Stopped, diagnose, said, stop};

/// The scope that commands need to read content.
const READING: &str = "tableau:content:read";
/// A difference of this many seconds is ignored: servers usually tolerate it in JWTs (Tableau does not document it).
const CLOSE: u64 = 60;

pub(super) fn examine(
    client: &Client<Blocking>,
    subject: Subject,
    notes: &Notes,
    report: &mut Report,
) -> Result<(), Stopped> {
    let Subject {
        site, sessions, who, ..
    } = subject;
    let mut visit = Visit {
        client,
        notes,
        site,
        sessions,
        over: false,
        trimmed: false,
    };
    let credentials = match who {
        Ok(Who::Environment { credentials, trimmed }) => {
            visit.trimmed = trimmed;
            Ok(credentials)
        }
        Ok(Who::Profile {
            name,
            profile,
            own_site,
        }) => {
            if own_site && visit.open_session(&name, &profile, report)? {
                // The secret is not needed, so it is not read.
                return match profile.credential.with(Secret::new("")) {
                    Some(credentials) if !matches!(profile.credential, Credential::Jwt { .. }) => {
                        rest(client, &credentials, report)
                    }
                    _ => {
                        report.skipped(Layer::Scopes, "those of the session")?;
                        clock(client, false, report)
                    }
                };
            }
            let fetched = settings::fetch(&name, &profile);
            fetched.map_err(|missing| Failure::NotSignedIn(missing.to_string()))
        }
        Err(failure) => Err(failure),
    };
    match credentials {
        Ok(credentials) => {
            visit.sign_in(&credentials, report)?;
            rest(client, &credentials, report)
        }
        Err(failure) => {
            report.skipped(Layer::Site, named(&visit.site))?;
            stop(report, Layer::Credential, "nothing to sign in with", failure)
        }
    }
}

/// The site to sign in to, and what was found there.
struct Visit<'c> {
    client: &'c Client<Blocking>,
    notes: &'c Notes,
    site: String,
    sessions: Sessions,
    /// Whether a session was found and had ended.
    over: bool,
    /// Whether the secret came with white space around it.
    trimmed: bool,
}

impl Visit<'_> {
    /// Whether the profile has a valid session.
    fn open_session(&mut self, name: &str, profile: &Profile, report: &mut Report) -> io::Result<bool> {
        let only = settings::session_only(name, profile).site(self.site.as_str());
        let Ok(open) = self.client.sign_in(only) else {
            return Ok(false);
        };
        let is_jwt = matches!(
            profile.credential,
            Credential::ConnectedApp { .. } | Credential::Jwt { .. }
        );
        // Users may always read themselves; a JWT without the scope for it is refused, but its session goes on.
        let jwt_is_over = is_jwt && open.call(GetCurrentSession).send().is_err();
        let user = open.users().get(open.session().user_id()).send();
        self.over = if is_jwt { jwt_is_over } else { user.is_err() };
        if self.over {
            return Ok(false);
        }
        report.ok(Layer::Site, named(&self.site))?;
        let says = format!("{}: the session of profile {name} is open", profile.credential);
        report.ok(Layer::Credential, format!("{says}{}", as_whom(user.ok())))?;
        Ok(true)
    }

    /// Signs in as a command does, and out again if a command would.
    fn sign_in(&self, credentials: &Credentials, report: &mut Report) -> Result<(), Stopped> {
        let signed_in = match self.client.sign_in(credentials.clone().site(self.site.as_str())) {
            Ok(signed_in) => signed_in,
            Err(error) => return refused(self.client, credentials, &self.site, error, report),
        };
        report.ok(Layer::Site, named(&self.site))?;
        let mut says = credentials.to_string();
        // A JWT without scopes may not even read its own user.
        if credentials.jwt_scopes().is_none_or(|scopes| !scopes.is_empty()) {
            let user = signed_in.users().get(signed_in.session().user_id()).send();
            says.push_str(&as_whom(user.ok()));
        }
        if !self.notes.has_sign_in() {
            says.push_str("; by a session that is open");
        } else if credentials.has_one_session() {
            says.push_str("; signing in with it has ended the session it had, if any");
        }
        let signed_out = match credentials.is_jwt() && self.sessions == Sessions::LeftOpen {
            // A JWT is valid for one sign-in.
            true => Ok(()),
            false => signed_in.sign_out(),
        };
        match self.note(credentials) {
            Some(note) => report.warning(Layer::Credential, says, note)?,
            None => report.ok(Layer::Credential, says)?,
        }
        if let Err(error) = signed_out {
            report.warning(Layer::Credential, format!("signing out failed: {error}"), None)?;
        }
        Ok(())
    }

    /// Adds the warnings about accepted credentials.
    fn note(&self, credentials: &Credentials) -> Option<Diagnosis> {
        if self.over && credentials.has_one_session() {
            return Some(Diagnosis {
                causes: vec![
                    format!(
                        "something else signed in with the same {credentials}, which ends the session before"
                    ),
                    "the session was idle for too long, signed out, or ended by an administrator".to_owned(),
                ],
                fix: Some(
                    "if it comes back, give each program a token of its own; the next command signs in again"
                        .to_owned(),
                ),
            });
        }
        self.trimmed.then(|| Diagnosis {
            causes: vec![
                "the token's secret has white space around it, such as the end of a line; it was cut off"
                    .to_owned(),
            ],
            fix: Some("other programs send it as it is: write it without (printf %s, not echo)".to_owned()),
        })
    }
}

/// How to name a site.
const NAME_IT: &str =
    "name the site as the address in a browser does, behind /site/; for the Default site: --site \"\"";

/// A refused sign-in: is it the site or the credentials?
fn refused(
    client: &Client<Blocking>,
    credentials: &Credentials,
    site: &str,
    error: Error,
    report: &mut Report,
) -> Result<(), Stopped> {
    let mut diagnosis = diagnose(&error);
    let seen = error.suspect();
    let elsewhere = elsewhere(client, credentials, site, &error);
    if seen == Some(Suspect::Site) || elsewhere.is_some() {
        if elsewhere.is_some() {
            // Visible causes come first; among the likely ones, the site comes last.
            let at = if seen.is_some() {
                0
            } else {
                diagnosis.causes.len().saturating_sub(1)
            };
            diagnosis.causes = diagnosis.causes.into_iter().skip(at).take(1).collect();
        }
        diagnosis.fix = Some(match elsewhere.and_then(|elsewhere| elsewhere.meant) {
            Some(right) => format!("name it by its content URL: --site {right:?}"),
            None => NAME_IT.to_owned(),
        });
        report.failed(Layer::Site, named(site), diagnosis)?;
        return Err(said(error.into()));
    }
    let is_token = credentials.has_one_session() && error.kind() == ErrorKind::SignInRefused;
    if is_token && seen.is_none() {
        diagnosis.fix = Some(format!(
            "make a new token in the account settings of Tableau's web pages; then: tabctl auth login {}, or set {} and {}",
            client.address(),
            env::PAT_NAME.name(),
            env::PAT_SECRET.name()
        ));
    }
    report.skipped(
        Layer::Site,
        format!("{}, which a sign-in would show", named(site)),
    )?;
    report.failed(Layer::Credential, credentials.to_string(), diagnosis)?;
    Err(said(error.into()))
}

/// The result of trying the credentials on the Default site, where they were accepted.
struct Elsewhere {
    /// The content URL of the site that was meant, if that is known.
    meant: Option<String>,
}

/// Tries a token on the Default site, where it may be accepted. A password is never tried twice, as that could lock the account.
fn elsewhere(
    client: &Client<Blocking>,
    credentials: &Credentials,
    site: &str,
    error: &Error,
) -> Option<Elsewhere> {
    let undecided = matches!(error.suspect(), None | Some(Suspect::Site));
    let is_token = credentials.has_one_session() && error.kind() == ErrorKind::SignInRefused;
    if site.is_empty() || !undecided || !is_token {
        return None;
    }
    let signed_in = client.sign_in(credentials.clone().site("")).ok()?;
    let meant = content_url(&signed_in, site);
    // The finding that the site is wrong counts, even if signing out fails.
    let _ = signed_in.sign_out();
    Some(Elsewhere { meant })
}

/// The content URL of the intended site, if it was named in another way and the user may list the sites.
fn content_url(signed_in: &Site<Blocking>, meant: &str) -> Option<String> {
    let sites = signed_in.sites().list().all().take(1000).filter_map(Result::ok);
    let same = |text: &str| text.trim().eq_ignore_ascii_case(meant.trim());
    let mut matching = sites.filter(|site| same(&site.name) || same(site.id.as_str()));
    matching.next().and_then(|site| site.content_url)
}

/// Scopes and clocks, which need no session.
fn rest(client: &Client<Blocking>, credentials: &Credentials, report: &mut Report) -> Result<(), Stopped> {
    match credentials.jwt_scopes() {
        Some(scopes) if scopes.is_empty() => {
            let diagnosis = Diagnosis {
                causes: vec![format!(
                    "the JWT has no scope (`scp`), and {READING} at least is needed: it signs in, and every call is refused with 401002"
                )],
                fix: Some(format!(
                    "ask for scopes where the JWT is made: \"scp\": [\"{READING}\"]"
                )),
            };
            report.failed(Layer::Scopes, "none", diagnosis)?;
            let message = "the JWT has no scope".to_owned();
            return Err(said(Failure::NotSignedIn(message)));
        }
        Some(scopes)
            if !scopes
                .iter()
                .any(|scope| scope == READING || scope == "tableau:*:*") =>
        {
            let diagnosis = Diagnosis {
                causes: vec![format!(
                    "the JWT did not ask for the scope `{READING}`, which calls that list and read content need"
                )],
                fix: Some(format!(
                    "ask for it where the JWT is made, unless nothing is to be read: {READING}"
                )),
            };
            report.warning(Layer::Scopes, scopes.join(" "), diagnosis)?;
        }
        Some(scopes) => report.ok(Layer::Scopes, scopes.join(" "))?,
        None if credentials.is_jwt() => report.skipped(Layer::Scopes, "what the JWT will say")?,
        None => report.skipped(Layer::Scopes, "none are needed: everything that the user may do")?,
    }
    clock(client, credentials.is_jwt(), report)
}

fn clock(client: &Client<Blocking>, is_jwt: bool, report: &mut Report) -> Result<(), Stopped> {
    let Some(ahead) = client.server_clock_ahead() else {
        return Ok(report.skipped(Layer::Clock, "the server does not tell the time")?);
    };
    if ahead.unsigned_abs() <= CLOSE {
        return Ok(report.ok(Layer::Clock, "this machine's and the server's agree")?);
    }
    let side = if ahead > 0 { "behind" } else { "ahead of" };
    let minutes = (ahead.unsigned_abs() + 30) / 60;
    let matters = match is_jwt {
        true => "a JWT made here will be refused",
        false => "it does no harm to these credentials; a JWT would be refused",
    };
    let diagnosis = Diagnosis {
        causes: vec![format!(
            "this machine's clock is {minutes} minutes {side} the server's"
        )],
        fix: Some("set the clock, best by NTP".to_owned()),
    };
    Ok(report.warning(Layer::Clock, matters, diagnosis)?)
}

fn named(site: &str) -> String {
    match site {
        "" => "Default".to_owned(),
        _ => format!("{:?}", plain(site)),
    }
}

fn as_whom(user: Option<User>) -> String {
    user.map(|user| format!(", as {}", plain(&user.name)))
        .unwrap_or_default()
}
