//! How fast a transfer is: a rate over the last seconds, compared with a floor.

use std::time::Duration;

/// How many parts the window has: a stall is noticed at most a part of the window late.
const PARTS: usize = 10;
/// Those of a whole window, and the one that has just begun.
const KEPT: usize = PARTS + 1;

/// The bytes of the last seconds, by the time that was waited for them.
///
/// Points in time are durations since an arbitrary start.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    part: Duration,
    /// The fewest bytes that a window must have.
    least: u64,
    bytes: [u64; KEPT],
    /// The number of the part that counts now.
    current: u64,
}

impl Meter {
    /// A meter that begins now. A window of no length or a floor of 0 never stalls.
    pub(super) fn new(window: Duration, floor: u64) -> Self {
        let least = u128::from(floor).saturating_mul(window.as_millis()) / 1000;
        Self {
            part: window / u32::try_from(PARTS).unwrap_or(1),
            least: u64::try_from(least).unwrap_or(u64::MAX),
            bytes: [0; KEPT],
            current: 0,
        }
    }

    /// Counts bytes that were transferred at a time.
    pub(super) fn count(&mut self, at: Duration, bytes: u64) {
        self.advance(at);
        if let Some(now) = self.bytes.get_mut(index(self.current)) {
            *now = now.saturating_add(bytes);
        }
    }

    /// Whether less than the floor was transferred in the whole window before a time.
    pub(super) fn has_stalled(&mut self, at: Duration) -> bool {
        self.advance(at);
        self.current >= PARTS as u64
            && self
                .bytes
                .iter()
                .fold(0_u64, |sum, &bytes| sum.saturating_add(bytes))
                < self.least
    }

    /// When to look next: at the end of this part, and not before a whole window has passed.
    pub(super) fn next_look(&self) -> Duration {
        if self.least == 0 {
            return Duration::MAX;
        }
        let parts = (self.current + 1).max(PARTS as u64);
        self.part.saturating_mul(u32::try_from(parts).unwrap_or(u32::MAX))
    }

    fn advance(&mut self, at: Duration) {
        let part = self.part.as_nanos().max(1);
        let now = u64::try_from(at.as_nanos() / part).unwrap_or(u64::MAX);
        // Parts that are older than the window are counted no more.
        for number in self.current.saturating_add(1)..=now.min(self.current.saturating_add(KEPT as u64)) {
            if let Some(bytes) = self.bytes.get_mut(index(number)) {
                *bytes = 0;
            }
        }
        self.current = self.current.max(now);
    }
}

fn index(number: u64) -> usize {
    usize::try_from(number % KEPT as u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(20);

    /// After how many seconds a transfer stalls that has so many bytes in each second; `None` if it never does within a day.
    fn stalls_after(rate: impl Fn(u64) -> u64) -> Option<u64> {
        let mut meter = Meter::new(WINDOW, 1024);
        (1..24 * 3600).find(|&second| {
            let at = Duration::from_secs(second);
            if meter.has_stalled(at) {
                return true;
            }
            meter.count(at, rate(second));
            false
        })
    }

    #[test]
    fn what_is_slower_than_the_floor_stalls_within_the_window() {
        assert_eq!(stalls_after(|_| 0), Some(20));
        assert_eq!(stalls_after(|_| 1), Some(20));
        assert_eq!(stalls_after(|_| 900), Some(20));
    }

    #[test]
    fn what_moves_never_stalls() {
        assert_eq!(stalls_after(|_| 1200), None);
        assert_eq!(stalls_after(|_| 10_000), None);
        // Pauses of 15 seconds between lumps.
        assert_eq!(
            stalls_after(|second| if second % 15 == 0 { 64 * 1024 } else { 0 }),
            None
        );
    }

    #[test]
    fn a_transfer_that_stops_stalls_a_window_later() {
        let after = stalls_after(|second| if second <= 3600 { 1_000_000 } else { 0 }).unwrap();
        assert!((3619..=3623).contains(&after), "{after}");
    }

    #[test]
    fn without_a_floor_nothing_stalls_and_no_window_overflows() {
        let mut meter = Meter::new(WINDOW, 0);
        assert!(!meter.has_stalled(Duration::MAX));
        let mut meter = Meter::new(Duration::MAX, u64::MAX);
        meter.count(Duration::from_secs(u64::MAX / 2), u64::MAX);
        meter.count(Duration::MAX, u64::MAX);
        assert!(!meter.has_stalled(Duration::from_secs(1)));
        let mut meter = Meter::new(Duration::ZERO, u64::MAX);
        assert!(!meter.has_stalled(Duration::from_secs(1)));
        let _ = (meter.next_look(), Meter::new(Duration::MAX, 1).next_look());
    }
}
