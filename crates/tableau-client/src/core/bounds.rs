//! The bounds of every call: how long, how much, how often.

use std::future::Future;
use std::time::Duration;

use tableau_wire::Operation;
use tokio::time::{Instant, timeout_at};

use super::retry::Budget;
use crate::error::{Bound, Error, Timeout};
use crate::transport::{Limits, Timeouts, TransportError, after, has_timers};

/// How many items of a list are under way at a time, and in how many pages at least and at most.
///
/// On a network with 20 ms of latency eight small pages at a time halve the time of a list that three take. A page of 1000 items takes a megabyte or two, and
/// longer to read than to fetch, so that of those three are enough.
const ITEMS_AT_ONCE: u64 = 3000;
const PAGES_AT_ONCE: (u64, u64) = (3, 8);

/// The most items that a page has.
const MOST_ITEMS: u64 = 1000;

/// How many pages of this size are under way at a time.
pub(crate) fn pages_at_once(size: u64) -> usize {
    let (least, most) = PAGES_AT_ONCE;
    let pages = (ITEMS_AT_ONCE / size.max(1)).clamp(least, most);
    usize::try_from(pages).unwrap_or(usize::MAX)
}

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

    /// The greatest document of a call with this query. The pages of a list that are under way together share the limit.
    pub(crate) fn document(&self, operation: &Operation, query: Option<&str>) -> usize {
        if !operation.params.iter().any(|param| param.name == "pageNumber") {
            return self.limits.document;
        }
        let parameters = query.into_iter().flat_map(|query| query.split('&'));
        let size = parameters
            .filter_map(|parameter| parameter.strip_prefix("pageSize=")?.parse().ok())
            .next();
        self.limits.document / pages_at_once(size.unwrap_or(MOST_ITEMS))
    }

    /// When a call that begins now has to be over; `None` for calls without such a bound.
    pub(crate) fn deadline(&self, slow: bool) -> Option<Deadline> {
        if slow {
            return None;
        }
        self.deadline_within(self.timeouts.total)
    }

    /// When a sign-out that begins now has to be over: the session ends by itself, and the program wants to go on.
    pub(crate) fn sign_out_deadline(&self) -> Option<Deadline> {
        self.deadline_within(SIGN_OUT)
    }

    /// When something that begins now has to be over that may take this long, or the time of a call if that is shorter.
    fn deadline_within(&self, limit: Duration) -> Option<Deadline> {
        let start = Instant::now();
        has_timers().then(|| Deadline {
            start,
            end: after(start, limit.min(self.timeouts.total)),
        })
    }
}

/// How long a sign-out may take.
const SIGN_OUT: Duration = Duration::from_secs(5);

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
