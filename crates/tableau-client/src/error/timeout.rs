//! Bounds of time that were reached.

use std::fmt;
use std::time::Duration;

/// A bound of [`Timeouts`](crate::Timeouts).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Bound {
    /// [`Timeouts::connect`](crate::Timeouts::connect).
    Connect,
    /// [`Timeouts::head`](crate::Timeouts::head), or [`Timeouts::slow_head`](crate::Timeouts::slow_head).
    Head,
    /// [`Timeouts::stall`](crate::Timeouts::stall).
    Stall,
    /// [`Timeouts::total`](crate::Timeouts::total).
    Total,
}

/// A bound that was reached, and how long the client had waited then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeout {
    /// The bound.
    pub bound: Bound,
    /// How long the client had waited.
    pub waited: Duration,
}

impl Timeout {
    pub(crate) fn new(bound: Bound, waited: Duration) -> Self {
        Self { bound, waited }
    }
}

impl fmt::Display for Timeout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Timers are as exact as milliseconds.
        let waited = Duration::from_millis(u64::try_from(self.waited.as_millis()).unwrap_or(u64::MAX));
        match self.bound {
            Bound::Connect => write!(f, "no connection within {waited:?}"),
            Bound::Head => write!(f, "the server did not begin to answer within {waited:?}"),
            Bound::Stall => write!(f, "the transfer stalled: hardly anything moved for {waited:?}"),
            Bound::Total => write!(f, "the call was not over within {waited:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_names_its_bound_and_how_long_was_waited() {
        for (bound, says) in [
            (Bound::Connect, "no connection within 10s"),
            (Bound::Head, "did not begin to answer within 10s"),
            (Bound::Stall, "stalled: hardly anything moved for 10s"),
            (Bound::Total, "was not over within 10s"),
        ] {
            let text = Timeout::new(bound, Duration::from_micros(10_000_400)).to_string();
            assert!(text.ends_with(says), "{text}");
        }
    }
}
