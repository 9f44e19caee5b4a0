//! Time spans on the wall clock, the only clock that processes share.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far the clock may go back before all earlier spans count as over, in milliseconds.
const CORRECTION: u64 = 10_000;

/// From one moment to another, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: u64,
    pub(super) until: u64,
}

impl Span {
    /// A span of this duration, beginning now.
    pub(super) fn starting_now(time: Duration) -> Self {
        let from = now();
        let until = from.saturating_add(milliseconds(time));
        Self { from, until }
    }

    pub(super) fn is_over(self) -> bool {
        !self.contains(now())
    }

    /// Whether a moment is in it.
    ///
    /// A moment before its beginning means that the clock was put back. A small correction is ignored. After a greater one the time left is unknown,
    /// so the span counts as over: otherwise an entry could stay for as long as the clock had been wrong.
    fn contains(self, moment: u64) -> bool {
        moment < self.until && moment.saturating_add(CORRECTION) >= self.from
    }
}

pub(super) fn now() -> u64 {
    milliseconds(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{CORRECTION, Span};

    #[test]
    fn a_clock_that_is_put_back_ends_what_was_written_before() {
        let span = Span {
            from: 1_000_000,
            until: 1_060_000,
        };
        for (moment, is_in) in [
            (1_000_000, true),
            (1_059_999, true),
            (1_060_000, false),
            (u64::MAX, false),
            (1_000_000 - CORRECTION, true),
            (1_000_000 - CORRECTION - 1, false),
            (0, false),
        ] {
            assert_eq!(span.contains(moment), is_in, "{moment}");
        }
    }

    #[test]
    fn no_clock_makes_it_longer_than_it_was_by_more_than_a_correction() {
        let span = Span {
            from: 5_000_000,
            until: 5_060_000,
        };
        let moments = (0..20_000_000).step_by(997);
        let inside = moments.filter(|moment| span.contains(*moment));
        let (first, last) = inside.fold((u64::MAX, 0), |(first, last), moment| {
            (first.min(moment), last.max(moment))
        });
        assert!(last - first < 60_000 + CORRECTION);
    }
}
