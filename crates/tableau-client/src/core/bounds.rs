//! The bounds of every call: how long, how much, how often.

use std::future::Future;
use std::time::Duration;

use tableau_wire::Operation;
use tokio::time::{Instant, timeout_at};

use super::retry::Budget;
use crate::error::{Bound, Error, Timeout};
use crate::transport::{Limits, Timeouts, TransportError, after, has_timers};

/// How many pages of a list are under way at a time. More help on slow networks and cost a megabyte each.
pub(crate) const PAGES_AT_ONCE: usize = 3;

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

    /// The greatest document of a call. The pages of a list that are under way together share the limit.
    pub(crate) fn document(&self, operation: &Operation) -> usize {
        let is_paged = operation.params.iter().any(|param| param.name == "pageNumber");
        let together = if is_paged { PAGES_AT_ONCE } else { 1 };
        self.limits.document / together
    }

    /// When a call that begins now has to be over; `None` for calls without such a bound.
    pub(crate) fn deadline(&self, slow: bool) -> Option<Deadline> {
        if slow {
            return None;
        }
        self.deadline_within(self.timeouts.total)
    }

    /// When something that begins now has to be over that may take this long, or the time of a call if that is shorter.
    pub(crate) fn deadline_within(&self, limit: Duration) -> Option<Deadline> {
        let start = Instant::now();
        has_timers().then(|| Deadline {
            start,
            end: after(start, limit.min(self.timeouts.total)),
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
