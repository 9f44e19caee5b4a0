//! How long a client waits, and for what.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

/// How long a client waits, and for what. Every exchange has these bounds; a transfer that moves is never cut.
///
/// ```
/// use std::time::Duration;
/// use tableau_client::{Client, Timeouts};
///
/// # fn main() -> Result<(), tableau_client::Error> {
/// let mut timeouts = Timeouts::default();
/// timeouts.head = Duration::from_secs(60);
/// let client = Client::builder("https://my-server").timeouts(timeouts).build()?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// How long a connection may take, with its TLS handshake: 10 s. A custom transport has its own.
    pub connect: Duration,
    /// How long the head of an answer may take once the request was sent: 30 s. A head that drips, and endless `100 Continue`, count as none.
    pub head: Duration,
    /// The same for calls whose [`Operation::slow`](crate::wire::Operation::slow) is set, such as downloads, renderings and publishing: 15 minutes.
    ///
    /// Users have seen a server take 12 minutes to prepare an extract of 20 GB.
    pub slow_head: Duration,
    /// For how long a transfer may be slower than the [`floor`](Self::floor): 20 s; twice that for what is sent, since the system takes it in gulps.
    pub stall: Duration,
    /// The least that has to be transferred, in bytes per second: 1024. With 0 a transfer never counts as stalled.
    pub floor: u64,
    /// How long a call may take in all, with its retries and its document: 90 s. Calls that are slow or transfer a file have no such bound.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            head: Duration::from_secs(30),
            slow_head: Duration::from_secs(15 * 60),
            stall: Duration::from_secs(20),
            floor: 1024,
            total: Duration::from_secs(90),
        }
    }
}

impl Timeouts {
    /// Every bound the same; the floor stays as it is.
    #[must_use]
    pub fn all(limit: Duration) -> Self {
        Self {
            connect: limit,
            head: limit,
            slow_head: limit,
            stall: limit,
            total: limit,
            ..Self::default()
        }
    }

    /// How long the head of an answer may take.
    pub(crate) fn head_of(&self, slow: bool) -> Duration {
        if slow { self.slow_head } else { self.head }
    }
}

/// Whether timers can be used: a custom transport may do without a tokio runtime, and then there are no bounds.
pub(crate) fn has_timers() -> bool {
    Handle::try_current().is_ok()
}

/// A point in time; one that cannot be expressed is far away.
pub(crate) fn after(start: Instant, span: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
    start.checked_add(span.min(FAR)).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_span_is_too_long() {
        let now = Instant::now();
        assert!(after(now, Duration::MAX) > now);
        assert_eq!(after(now, Duration::from_secs(1)) - now, Duration::from_secs(1));
    }
}
