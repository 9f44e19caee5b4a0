//! The bounds of every call: how long, how much, how often.

use std::future::Future;

use tokio::time::{Instant, timeout_at};

use super::retry::Budget;
use crate::error::{Bound, Error, Timeout};
use crate::transport::{Limits, Timeouts, TransportError, after, has_timers};

/// The bounds of every call of a client.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) timeouts: Timeouts,
    pub(crate) limits: Limits,
    pub(crate) budget: Budget,
}

impl Bounds {
    pub(crate) fn new(timeouts: Timeouts, limits: Limits) -> Self {
        Self {
            timeouts,
            limits,
            budget: Budget::default(),
        }
    }

    /// When a call that begins now has to be over; `None` for calls without such a bound.
    pub(crate) fn deadline(&self, slow: bool) -> Option<Deadline> {
        let start = Instant::now();
        (!slow && has_timers()).then(|| Deadline {
            start,
            end: after(start, self.timeouts.total),
        })
    }
}

/// When a call has to be over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    start: Instant,
    pub(crate) end: Instant,
}

/// Waits until the deadline and no longer.
pub(crate) async fn until<T>(
    deadline: Option<Deadline>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(deadline) = deadline else {
        return work.await;
    };
    timeout_at(deadline.end, work).await.unwrap_or_else(|_| {
        let timeout = Timeout::new(Bound::Total, deadline.start.elapsed());
        Err(TransportError::timed_out(timeout).into())
    })
}
