//! How far the clocks of this machine and the server are apart, which JWTs depend on.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::DATE;

/// By how many seconds a clock may be off for the server's time to be taken instead; further off it is wrong, and has to be set.
const CORRECTED: u64 = 10 * 60;

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

    /// The server's time as far as is known, for what it is to find valid: this machine's if they are too far apart.
    pub(crate) fn now(&self) -> SystemTime {
        let (now, ahead) = (SystemTime::now(), self.ahead().unwrap_or(0));
        let there = match ahead.unsigned_abs() {
            off if off > CORRECTED => None,
            off if ahead > 0 => now.checked_add(Duration::from_secs(off)),
            off => now.checked_sub(Duration::from_secs(off)),
        };
        there.unwrap_or(now)
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

    #[test]
    fn the_time_of_a_server_counts_unless_a_clock_is_wrong() {
        let clock = ServerClock::default();
        let off = |seconds: i64| {
            *clock.0.lock().unwrap() = Some(seconds);
            let (here, there) = (SystemTime::now(), clock.now());
            match there.duration_since(here) {
                Ok(ahead) => i64::try_from(ahead.as_secs() + 1).unwrap() / 60,
                Err(behind) => -i64::try_from(behind.duration().as_secs() + 1).unwrap() / 60,
            }
        };
        for (seconds, minutes) in [(0, 0), (300, 5), (-300, -5), (600, 10), (601, 0), (-601, 0)] {
            assert_eq!(off(seconds), minutes, "{seconds}");
        }
        assert_eq!((off(i64::MAX), off(i64::MIN)), (0, 0));
    }
}
