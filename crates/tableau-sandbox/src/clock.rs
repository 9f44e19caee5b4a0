//! The sandbox's clock, by which sessions and tokens expire.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// The sandbox's time: the real time, moved forward as far as tests want it.
///
/// Sessions, personal access tokens, JWTs, jobs, the log and every time in an answer use it. Certificates and sockets are not emulated and use the
/// real time. A JWT has to be issued by this time to be valid.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    ahead_nanos: Arc<AtomicU64>,
}

impl Clock {
    /// The current time in the sandbox.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::try_from(self.ahead()).unwrap_or(SignedDuration::MAX);
        Timestamp::now().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// How far the time has been moved.
    #[must_use]
    pub fn ahead(&self) -> Duration {
        Duration::from_nanos(self.ahead_nanos.load(Ordering::SeqCst))
    }

    /// Moves the time forward; it stays moved until the sandbox stops.
    ///
    /// The sum of all moves is bounded by 584 years.
    pub fn advance(&self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        let add = |ahead: u64| Some(ahead.saturating_add(by));
        // The closure always gives `Some`, so the result is not an error.
        let _ = self
            .ahead_nanos
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, add);
    }
}

/// A time in whole seconds, as answers have it: TSC does not read fractions of a second.
pub(crate) fn time(time: Timestamp) -> tableau_wire::Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_advances_by_the_given_time() {
        let clock = Clock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(3600));
        let moved = clock.now().duration_since(before).as_secs();
        assert!((3600..3660).contains(&moved), "{moved}");
    }

    #[test]
    fn answers_tell_the_time_of_the_sandbox() {
        let service = crate::Sandbox::builder().build().unwrap();
        let told = || {
            let request = http::Request::get("/api/2.4/serverinfo").body(bytes::Bytes::new());
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let answer = runtime.block_on(service.handle(request.unwrap()));
            let date = answer.headers()[http::header::DATE].to_str().unwrap().to_owned();
            jiff::fmt::rfc2822::parse(&date).unwrap().timestamp()
        };
        let before = told();
        service.clock().advance(Duration::from_secs(3600));
        let moved = told().duration_since(before).as_secs();
        assert!((3600..3660).contains(&moved), "{moved}");
    }

    #[test]
    fn advancing_too_far_does_not_panic() {
        let clock = Clock::default();
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert!(clock.now() > Timestamp::now());
    }
}
