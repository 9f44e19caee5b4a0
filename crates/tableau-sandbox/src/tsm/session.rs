//! Sessions, by their cookies.

use base64::Engine as _;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use tableau_wire::Secret;

use super::refusal::Refusal;

/// The name of the cookie: one program was seen to look for it.
const NAME: &str = "AUTH_COOKIE";

/// A session. Assumed: it ends a fixed time after the login, used or not; real controllers may count from its last use.
#[derive(Debug)]
struct Session {
    token: Secret,
    ends: i64,
}

/// The sessions that have not been ended.
#[derive(Debug, Default)]
pub(super) struct Sessions(Vec<Session>);

impl Sessions {
    /// Begins one; gives the value of its cookie.
    pub(super) fn begin(&mut self, now: i64, lifetime: i64) -> Result<Secret, Refusal> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(Refusal::internal)?;
        let token = Secret::new(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes));
        self.0.retain(|session| now < session.ends);
        self.0.push(Session {
            token: token.clone(),
            ends: now.saturating_add(lifetime),
        });
        Ok(token)
    }

    /// The cookie of a request that belongs to a session; the request may carry other cookies.
    pub(super) fn find(&self, headers: &HeaderMap, now: i64) -> Option<Secret> {
        let cookies = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut values = cookies.flat_map(|line| line.split(';')).filter_map(|pair| {
            let (name, value) = pair.trim().split_once('=')?;
            (name == NAME).then_some(value)
        });
        let open = |value: &str| {
            let mut sessions = self.0.iter();
            sessions.any(|session| now < session.ends && session.token.expose() == value)
        };
        values.find(|value| open(value)).map(Secret::from)
    }

    pub(super) fn end(&mut self, token: &Secret) {
        self.0.retain(|session| session.token != *token);
    }

    /// Ends every session; returns how many there were.
    pub(super) fn end_all(&mut self, now: i64) -> usize {
        let open = self.count(now);
        self.0.clear();
        open
    }

    pub(super) fn count(&self, now: i64) -> usize {
        self.0.iter().filter(|session| now < session.ends).count()
    }
}

/// The `Set-Cookie` header. Its attributes, and that it has no others such as an age, are assumed.
pub(super) fn set_cookie(token: &Secret) -> Result<HeaderValue, Refusal> {
    let mut value = HeaderValue::from_str(&format!("{NAME}={}; Path=/; Secure; HttpOnly", token.expose()))
        .map_err(Refusal::internal)?;
    value.set_sensitive(true);
    Ok(value)
}
