//! Who is signed in: cookies.

use base64::Engine as _;
use http::header::{COOKIE, HeaderMap, HeaderValue};
use tableau_wire::Secret;

use super::refusal::Refusal;

/// The name of the cookie: one program was seen to look for it.
const NAME: &str = "AUTH_COOKIE";

/// A session. It ends a fixed time after the login, be it used or not: that is assumed, it may as well be a time after its last use.
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

    /// The cookie of a request that belongs to a session; a request may carry others besides.
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

    /// Ends every session; says how many there were.
    pub(super) fn end_all(&mut self, now: i64) -> usize {
        let open = self.count(now);
        self.0.clear();
        open
    }

    pub(super) fn count(&self, now: i64) -> usize {
        self.0.iter().filter(|session| now < session.ends).count()
    }
}

/// What sets the cookie. Its attributes are assumed; that there are no others, such as an age, as well.
pub(super) fn set_cookie(token: &Secret) -> Result<HeaderValue, Refusal> {
    let mut value = HeaderValue::from_str(&format!("{NAME}={}; Path=/; Secure; HttpOnly", token.expose()))
        .map_err(Refusal::internal)?;
    value.set_sensitive(true);
    Ok(value)
}
