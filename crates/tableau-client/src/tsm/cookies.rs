//! The cookies of one controller, of any name.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cookie::Cookie;
use cookie::time::OffsetDateTime;
use http::header::{HeaderMap, HeaderValue, SET_COOKIE};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tableau_wire::Secret;

use crate::session::Numbered;

/// More than any controller sets.
const MOST: usize = 64;

/// The cookies of a session, which answers may change while it lasts.
#[derive(Debug)]
pub(super) struct Cookies {
    generation: u64,
    jar: Mutex<Jar>,
}

impl Numbered for std::sync::Arc<Cookies> {
    fn generation(&self) -> u64 {
        self.generation
    }
}

impl Cookies {
    pub(super) fn new(generation: u64, jar: Jar) -> Self {
        Self {
            generation,
            jar: Mutex::new(jar),
        }
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    pub(super) fn jar(&self) -> MutexGuard<'_, Jar> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cookies of one origin.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(super) struct Jar(Vec<Kept>);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    name: String,
    value: Secret,
    path: String,
    /// Seconds since 1970; `None` if it lasts as long as the session.
    expires: Option<i64>,
}

impl Kept {
    fn is_over(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Whether it goes with requests to a path (RFC 6265, 5.1.4).
    fn is_for(&self, path: &str) -> bool {
        let rest = path.strip_prefix(self.path.as_str());
        rest.is_some_and(|rest| rest.is_empty() || self.path.ends_with('/') || rest.starts_with('/'))
    }
}

impl Jar {
    /// Reads the output of [`text`](Self::text).
    pub(super) fn read(text: &Secret) -> Option<Self> {
        serde_json::from_str(text.expose()).ok()
    }

    /// All cookies as text, to be kept in a safe place.
    pub(super) fn text(&self) -> Secret {
        // Serializing strings and numbers cannot fail.
        Secret::from(serde_json::to_string(self).unwrap_or_default())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Stores the cookies that an answer sets, for the path of its request.
    pub(super) fn take(&mut self, headers: &HeaderMap, host: &str, path: &str) {
        let now = Timestamp::now().as_second();
        for header in headers.get_all(SET_COOKIE) {
            let text = std::str::from_utf8(header.as_bytes()).ok();
            if let Some(cookie) = text.and_then(|text| Cookie::parse(text).ok()) {
                self.set(&cookie, host, path, now);
            }
        }
    }

    fn set(&mut self, cookie: &Cookie<'_>, host: &str, path: &str, now: i64) {
        if cookie.domain().is_some_and(|domain| !belongs(host, domain)) {
            return;
        }
        let default_path = || path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = cookie.path().filter(|path| path.starts_with('/'));
        let path = Some(path.unwrap_or_else(default_path)).filter(|path| !path.is_empty());
        let max_age = cookie
            .max_age()
            .map(|age| now.saturating_add(age.whole_seconds()));
        let date = || cookie.expires_datetime().map(OffsetDateTime::unix_timestamp);
        let kept = Kept {
            name: cookie.name().to_owned(),
            value: Secret::from(cookie.value()),
            path: path.unwrap_or("/").to_owned(),
            expires: max_age.or_else(date),
        };
        self.0
            .retain(|other| (&other.name, &other.path) != (&kept.name, &kept.path));
        if !kept.is_over(now) && self.0.len() < MOST {
            self.0.push(kept);
        }
    }

    /// The `Cookie` header for a request to a path, if any cookie applies.
    pub(super) fn header(&self, path: &str) -> Option<HeaderValue> {
        let now = Timestamp::now().as_second();
        let mut fit: Vec<_> = self
            .0
            .iter()
            .filter(|kept| !kept.is_over(now) && kept.is_for(path))
            .collect();
        // The more specific first.
        fit.sort_by_key(|kept| std::cmp::Reverse(kept.path.len()));
        let pairs: Vec<_> = fit
            .iter()
            .map(|kept| format!("{}={}", kept.name, kept.value.expose()))
            .collect();
        let text = Secret::from(pairs.join("; "));
        let mut value = HeaderValue::from_bytes(text.expose().as_bytes()).ok()?;
        value.set_sensitive(true);
        (!pairs.is_empty()).then_some(value)
    }
}

/// Whether a host may set cookies for a domain.
fn belongs(host: &str, domain: &str) -> bool {
    let domain = domain.trim_start_matches('.').to_ascii_lowercase();
    let above = host.strip_suffix(&domain);
    above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jar(set: &[&str]) -> Jar {
        let mut headers = HeaderMap::new();
        for line in set {
            headers.append(SET_COOKIE, HeaderValue::from_str(line).unwrap());
        }
        let mut jar = Jar::default();
        jar.take(&headers, "tsm.example.com", "/api/1.0/login");
        jar
    }

    fn sent(set: &[&str], path: &str) -> String {
        let header = jar(set).header(path);
        header.map_or(String::new(), |value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn every_cookie_goes_where_it_belongs() {
        let status = "/api/1.0/status";
        for (set, path, expected) in [
            (
                &["AUTH_COOKIE=a=b; Path=/; Secure; HttpOnly"][..],
                status,
                "AUTH_COOKIE=a=b",
            ),
            (&["a=1; Path=/", "b=2; Path=/api"], status, "b=2; a=1"),
            (&["a=1"], status, "a=1"),
            (&["a=1"], "/other", ""),
            (&["a=1; Path=/api/1"], status, ""),
            (&["a=1; Path=/api/"], status, "a=1"),
            (&["a=1; Path=relative"], status, "a=1"),
            (&["a=1; Path=/", "a=2; Path=/"], status, "a=2"),
            (&["a=1; Path=/", "a=; Max-Age=0; Path=/"], status, ""),
            (&["a=1; Max-Age=60; Path=/"], status, "a=1"),
            (
                &["a=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Path=/"],
                status,
                "",
            ),
            (
                &["a=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Max-Age=9; Path=/"],
                status,
                "a=1",
            ),
            (&["a=1; Domain=example.com; Path=/"], status, "a=1"),
            (&["a=1; Domain=.TSM.example.com; Path=/"], status, "a=1"),
            (&["a=1; Domain=other.example.com; Path=/"], status, ""),
            (&["a=1; Domain=m.example.com; Path=/"], status, ""),
            (&["no cookie", "=", ""], status, ""),
            (&[], status, ""),
        ] {
            assert_eq!(sent(set, path), expected, "{set:?} at {path}");
        }
    }

    #[test]
    fn what_is_kept_is_read_again_and_never_shown() {
        let jar = jar(&["AUTH_COOKIE=hidden; Path=/"]);
        let text = jar.text();
        let again = Jar::read(&text).unwrap();
        assert_eq!(again.header("/"), jar.header("/"));
        let shown = format!("{jar:?} {text:?} {:?}", jar.header("/"));
        assert!(!shown.contains("hidden"), "{shown}");
        assert!(Jar::read(&Secret::from("no jar")).is_none());
    }

    #[test]
    fn nobody_fills_the_jar() {
        let lines: Vec<_> = (0..1000).map(|number| format!("c{number}=1; Path=/")).collect();
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        assert_eq!(jar(&lines).0.len(), MOST);
    }
}
