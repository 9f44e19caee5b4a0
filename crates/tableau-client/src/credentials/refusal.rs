//! Why a server may have refused credentials: what can be seen by looking first, then what often is the reason.

use std::time::{Duration, SystemTime};

use super::rules::span;
use super::{Credentials, DecodedJwt, Kind};
use crate::error::{Error, Suspect};

/// A clock that is this many seconds off is reported: servers usually tolerate a minute (inferred).
const CLOCK_IS_OFF: u64 = 60;
/// `JWT_PARSE_ERROR`: a claim is wrong, or the signature is.
const UNREADABLE: u32 = 10084;

/// Where credentials were refused.
pub(crate) struct Destination<'a> {
    pub(crate) site: &'a str,
    /// The host, if it is Tableau Cloud.
    pub(crate) pod: Option<&'a str>,
    /// By how many seconds the server's clock is ahead.
    pub(crate) clock_ahead: Option<i64>,
}

impl Credentials {
    /// Adds the causes to the refusal, the likeliest first, and what to try.
    pub(crate) fn explain_refusal(&self, error: Error, to: &Destination<'_>) -> Error {
        let seen = self.seen(to);
        let suspect = seen.first().map(|(suspect, _)| *suspect);
        let mut causes: Vec<_> = seen.into_iter().map(|(_, cause)| cause).collect();
        let error = error.suspecting(suspect);
        if let Some(code) = error.sign_in_code() {
            // The claims were made here: what is left is the signature (inferred, as Tableau's list of codes names claims only).
            if code.number == UNREADABLE && matches!(self.kind, Kind::ConnectedApp(_)) {
                causes.push(format!(
                    "the secret value does not belong to the client id and the secret id ({} {})",
                    code.number, code.name
                ));
                return error.with_causes(causes).with_hint(
                    "Take the client id, the secret's id and the secret's value from the same connected app, and let the clock be right.",
                );
            }
            // The rules that the JWT breaks say the same, more exactly.
            if !self.decoded().is_some_and(|jwt| breaks(&jwt, code.number, to)) {
                causes.extend_from_slice(error.causes());
            }
            return error
                .with_causes(causes)
                .with_hint(format!("{} Each sign-in needs a JWT of its own.", code.hint));
        }
        causes.push(self.usual_cause(to));
        causes.push(match (to.site, to.pod) {
            ("", _) => {
                "the user does not belong to the Default site; Tableau Cloud always needs a site".to_owned()
            }
            (site, Some(pod)) => format!(
                "there is no site with the content URL {site:?} at {pod}, or the user does not belong to it: each site of Tableau Cloud \
                 is on one pod, which a browser's address shows"
            ),
            (site, None) => {
                format!("there is no site with the content URL {site:?}, or the user does not belong to it")
            }
        });
        error.with_causes(causes).with_hint(self.what_to_try(to))
    }

    /// What to try after a refusal without a reason.
    fn what_to_try(&self, to: &Destination<'_>) -> &'static str {
        match &self.kind {
            Kind::PersonalAccessToken(_) => {
                "Look at the token in your account's settings: if it is expired or gone, make another, and give its name and secret together. \
                 The site is named by its content URL, as in the address bar (empty for Default)."
            }
            Kind::UserPassword(_) if to.pod.is_some() => {
                "Tableau Cloud takes no passwords here: use a personal access token or a connected app."
            }
            Kind::UserPassword(_) => {
                "Sign in with a browser: if that asks another service for the password, use a personal access token. The site is named by \
                 its content URL, as in the address bar (empty for Default)."
            }
            Kind::Provider(_) => {
                "Renew the credentials where they come from. The site is named by its content URL, as in the address bar (empty for Default)."
            }
            Kind::Jwt(_) | Kind::ConnectedApp(_) | Kind::UnifiedAccessToken(_) => {
                "Make a new JWT for each sign-in, and compare its claims with Tableau's rules: issuer, audience, subject, expiry. The site is \
                 named by its content URL, as in the address bar (empty for Default)."
            }
        }
    }

    /// Visible mistakes, and what they are about.
    fn seen(&self, to: &Destination<'_>) -> Vec<(Suspect, String)> {
        let mut seen: Vec<_> = of_site(to)
            .map(|mistake| (Suspect::Site, mistake.to_owned()))
            .into_iter()
            .collect();
        let off = to.clock_ahead.filter(|ahead| ahead.unsigned_abs() > CLOCK_IS_OFF);
        if let Some(ahead) = off.filter(|_| self.is_jwt()) {
            let side = if ahead > 0 { "behind" } else { "ahead of" };
            let says = format!(
                "this machine's clock is {} {side} the server's, and a JWT says from when to when it is good",
                span(ahead)
            );
            seen.push((Suspect::Clock, says));
        }
        let own = match &self.kind {
            Kind::PersonalAccessToken(token) => token.suspicions(),
            Kind::UserPassword(password) => password.suspicions(to.pod.is_some()),
            Kind::Jwt(jwt) => match jwt.at_hand().map(DecodedJwt::decode) {
                Some(Ok(jwt)) => broken(&jwt, to),
                Some(Err(error)) => vec![error.message().to_owned()],
                None => Vec::new(),
            },
            Kind::ConnectedApp(_) | Kind::UnifiedAccessToken(_) | Kind::Provider(_) => Vec::new(),
        };
        seen.extend(own.into_iter().map(|says| (Suspect::Credentials, says)));
        seen
    }

    /// The usual cause if no mistake is visible.
    fn usual_cause(&self, to: &Destination<'_>) -> String {
        match &self.kind {
            Kind::PersonalAccessToken(token) => format!(
                "the {token} is expired (unused for 15 days, or a year old), revoked, or its secret is another's"
            ),
            Kind::UserPassword(_) if to.pod.is_some() => "the name or the password is wrong".to_owned(),
            Kind::UserPassword(_) => {
                "the name or the password is wrong, or the user signs in by single sign-on or with a second factor (always on Tableau \
                 Cloud): then a personal access token or a JWT is needed"
                    .to_owned()
            }
            Kind::Provider(_) => "the credentials are expired, revoked, or another's".to_owned(),
            Kind::Jwt(_) | Kind::ConnectedApp(_) | Kind::UnifiedAccessToken(_) => {
                "the JWT is expired, was used before, names another audience than `tableau`, or asks for a scope it may not have"
                    .to_owned()
            }
        }
    }
}

/// The rules that a JWT breaks, by the server's clock.
fn broken(jwt: &DecodedJwt, to: &Destination<'_>) -> Vec<String> {
    let rules = jwt.check(server_time(to)).into_iter();
    // Servers do not refuse a JWT for having no scope.
    rules
        .filter(|rule| !rule.kept && (rule.part != "scp" || rule.code.is_some()))
        .map(|rule| rule.says)
        .collect()
}

/// Whether a JWT breaks a rule that servers refuse it with this number for.
fn breaks(jwt: &DecodedJwt, number: u32, to: &Destination<'_>) -> bool {
    jwt.check(server_time(to))
        .iter()
        .any(|rule| !rule.kept && rule.code.is_some_and(|code| code.number == number))
}

fn server_time(to: &Destination<'_>) -> SystemTime {
    let ahead = to.clock_ahead.unwrap_or_default();
    let by = Duration::from_secs(ahead.unsigned_abs());
    let now = SystemTime::now();
    let there = if ahead > 0 {
        now.checked_add(by)
    } else {
        now.checked_sub(by)
    };
    there.unwrap_or(now)
}

/// A mistake in naming a site.
fn of_site(to: &Destination<'_>) -> Option<&'static str> {
    let site = to.site;
    let is_uuid = site.len() == 36 && site.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    if to.pod.is_some() && site.is_empty() {
        Some("no site is named, and Tableau Cloud has no Default site")
    } else if site.eq_ignore_ascii_case("default") {
        Some("the Default site has an empty name, not \"Default\"")
    } else if is_uuid {
        Some("the site is named by its id; it has to be its content URL (from the address in a browser)")
    } else if site.contains(['/', '#']) {
        Some(
            "the site looks like an address or a path; it has to be its content URL, the part behind `/site/` in a browser",
        )
    } else if site.trim() != site {
        Some("the site's content URL has white space around it")
    } else if site.contains(char::is_whitespace) {
        Some(
            "the site's name has a space in it; content URLs have none, so this is probably its display name",
        )
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::{ConnectedApp, PersonalAccessToken};
    use crate::error::ErrorKind;

    fn causes(credentials: impl Into<Credentials>, clock_ahead: i64) -> (Option<Suspect>, Vec<String>) {
        let to = Destination {
            site: "",
            pod: None,
            clock_ahead: Some(clock_ahead),
        };
        let error = Error::new(ErrorKind::SignInRefused, "refused".to_owned());
        let error = credentials.into().explain_refusal(error, &to);
        (error.suspect(), error.causes().to_vec())
    }

    #[test]
    fn a_clock_that_is_off_matters_to_jwts_only() {
        let app = || ConnectedApp::new("client", "kid", "secret", "admin");
        for (ahead, says) in [
            (900, "15 minutes behind the server's"),
            (-900, "15 minutes ahead of the server's"),
        ] {
            let (suspect, causes) = causes(app(), ahead);
            assert_eq!(suspect, Some(Suspect::Clock));
            assert!(causes[0].contains(says), "{causes:?}");
        }
        assert_eq!(causes(app(), 60).0, None);
        let token =
            PersonalAccessToken::new("ci", "c2FuZGJveC1zZWNyZXQtMQ==:s4ndb0xs4ndb0xs4ndb0xs4ndb0xs4nd");
        assert_eq!(causes(token, 900).0, None);
    }

    #[test]
    fn a_name_that_is_a_secret_is_not_shown() {
        let secret = "c2FuZGJveC1zZWNyZXQtMQ==:s4ndb0xs4ndb0xs4ndb0xs4ndb0xs4nd";
        let (suspect, causes) = causes(PersonalAccessToken::new(secret, "ci"), 0);
        assert_eq!(suspect, Some(Suspect::Credentials));
        assert!(
            causes[0].contains("exchanged") && !causes.join(" ").contains("s4ndb0x"),
            "{causes:?}"
        );
    }
}
