//! How far the clocks of this machine and the server are apart, which JWTs depend on.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::DATE;

/// By how many seconds the server's clock was ahead when it last answered.
#[derive(Debug, Default)]
pub(crate) struct ServerClock(Mutex<Option<i64>>);

impl ServerClock {
    /// Notes the time in an answer's `Date` header, if it has one.
    pub(crate) fn note(&self, headers: &HeaderMap) {
        let told = headers.get(DATE).and_then(|value| value.to_str().ok());
        let Some(there) = told.and_then(|text| httpdate::parse_http_date(text).ok()) else {
            return;
        };
        let seconds = |span: Duration| i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        let ahead = match there.duration_since(SystemTime::now()) {
            Ok(ahead) => seconds(ahead),
            Err(behind) => -seconds(behind.duration()),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
    }

    pub(crate) fn ahead(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_and_what_is_no_time() {
        let clock = ServerClock::default();
        let told = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, text.parse().unwrap());
            clock.note(&headers);
            clock.ahead()
        };
        assert_eq!(told("soon"), None);
        let at = |time: SystemTime| httpdate::fmt_http_date(time);
        let hour = Duration::from_secs(3600);
        let ahead = told(&at(SystemTime::now() + hour)).unwrap();
        assert!((3500..=3600).contains(&ahead), "{ahead}");
        let behind = told(&at(SystemTime::now() - hour)).unwrap();
        assert!((-3700..=-3600).contains(&behind), "{behind}");
        assert_eq!(told("soon"), Some(behind));
    }
}
