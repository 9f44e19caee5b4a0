//! When a request is sent again, and when not: the one policy of every call.
//!
//! What was *not sent* is sent again. What *may have arrived* is sent again only if the call is idempotent. At most [`ATTEMPTS`] are made, after pauses
//! of a random length up to a bound that doubles (full jitter); `Retry-After` up to [`LONGEST_WAIT`] is obeyed, and a longer one is reported. A
//! [`Budget`] keeps a client from multiplying the load of a server that fails.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, Response};
use tableau_wire::{Operation, Retry};
use tokio::time::Instant;

use super::bounds::{Bounds, Deadline};
use crate::error::{Error, ErrorKind, Reached};
use crate::transport::{after, has_timers};

/// How often a request is sent, the first time included.
const ATTEMPTS: u32 = 3;
/// The longest `Retry-After` that is waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The longest pause before the second attempt; twice that before the third.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Tries<'a> {
    budget: &'a Budget,
    idempotent: bool,
    deadline: Option<Deadline>,
    /// What came too late is sent again.
    also_late: bool,
    made: u32,
    most: u32,
    /// An attempt may have arrived whose answer was lost.
    pub(crate) may_have_arrived: bool,
    /// The next attempt needs a new connection: those that are kept alive may have been closed by the server.
    pub(crate) fresh: bool,
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The server answered, and would answer the same again.
    Answered,
    /// The next attempt would fail the same way.
    Failed,
    /// Nothing was sent.
    NotSent,
    /// The connection broke before the answer was there.
    Broken,
    /// The request may have arrived, and the answer did not come in time.
    Late,
    /// The server wants the request later, after so long if it said so.
    Refused(Option<Duration>),
}

impl<'a> Tries<'a> {
    pub(crate) fn new(bounds: &'a Bounds, operation: &Operation, deadline: Option<Deadline>) -> Self {
        Self::of(bounds, operation.retry == Retry::Idempotent, deadline)
    }

    /// The attempts of a call that is idempotent, or not, whatever its operation says.
    pub(crate) fn of(bounds: &'a Bounds, idempotent: bool, deadline: Option<Deadline>) -> Self {
        bounds.budget.begin();
        Self {
            budget: &bounds.budget,
            idempotent,
            deadline,
            // A call without a deadline waits for many minutes: not three times.
            also_late: deadline.is_some(),
            made: 0,
            // What may not be sent again must not meet a connection that the server has closed.
            fresh: !idempotent && bounds.budget.have_broken(),
            most: ATTEMPTS,
            may_have_arrived: false,
        }
    }

    /// Until when the call has to be over.
    pub(crate) fn deadline(&self) -> Option<Deadline> {
        self.deadline
    }

    /// Lets the call take any time: it transfers a file.
    pub(crate) fn without_deadline(&mut self) {
        self.deadline = None;
        self.also_late = false;
    }

    /// Sends again what came too late, although there is no deadline: no attempt takes long.
    pub(crate) fn also_late(mut self) -> Self {
        self.also_late = true;
        self
    }

    /// Makes one attempt and no more: the caller asks again itself.
    pub(crate) fn only_one(&mut self) {
        self.most = 1;
    }

    /// After which pause the request is sent again; `None` if it is not.
    pub(crate) fn next(&mut self, outcome: Outcome) -> Option<Duration> {
        self.made += 1;
        if outcome == Outcome::Broken {
            self.budget.broke();
        }
        // A connection that was kept alive may be dead, and nothing says so.
        self.fresh |= matches!(outcome, Outcome::Broken | Outcome::Late);
        self.may_have_arrived |= matches!(outcome, Outcome::Broken | Outcome::Late);
        let wanted = match outcome {
            Outcome::Answered => {
                self.budget.answered();
                return None;
            }
            Outcome::NotSent => None,
            Outcome::Broken if self.idempotent => None,
            Outcome::Late if self.idempotent && self.also_late => None,
            Outcome::Refused(wanted) if self.idempotent => wanted,
            _ => return None,
        };
        if self.made >= self.most || wanted.is_some_and(|wanted| wanted > LONGEST_WAIT) || !has_timers() {
            return None;
        }
        let pause = match wanted {
            // Other clients were told the same.
            Some(wanted) => wanted.saturating_add(jitter(wanted / 20)),
            None => jitter(FIRST_PAUSE.saturating_mul(1 << (self.made - 1).min(8))),
        };
        let in_time = |deadline: Deadline| after(Instant::now(), pause) < deadline.end;
        (self.deadline.is_none_or(in_time) && self.budget.take(outcome)).then_some(pause)
    }
}

impl Outcome {
    /// What became of an attempt that failed.
    pub(crate) fn of_error(error: &Error) -> Self {
        match (error.kind(), error.reached()) {
            _ if error.is_lasting() => Self::Failed,
            (ErrorKind::Connection, Reached::No) => Self::NotSent,
            (ErrorKind::Interrupted, _) => Self::Broken,
            (ErrorKind::TimedOut, _) => Self::Late,
            (ErrorKind::TooManyRequests | ErrorKind::Server | ErrorKind::Foreign, _) => {
                match error.status() {
                    Some(status) if is_passing(status) => Self::Refused(error.retry_after()),
                    _ => Self::Failed,
                }
            }
            _ => Self::Failed,
        }
    }

    /// What became of an attempt that was answered.
    pub(crate) fn of_answer<B>(answer: &Response<B>) -> Self {
        match is_passing(answer.status().as_u16()) {
            true => Self::Refused(retry_after(answer.headers())),
            false => Self::Answered,
        }
    }
}

/// Whether a status says that the same request may succeed later.
fn is_passing(status: u16) -> bool {
    matches!(status, 408 | 429 | 502 | 503 | 504)
}

/// After how long the server wants the next request: in seconds, or as a date by the server's own clock. What is neither is ignored.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let now = headers.get(DATE).and_then(|text| date(text.to_str().ok()?));
    let until = date(text)?.duration_since(now.unwrap_or_else(SystemTime::now));
    Some(until.unwrap_or_default())
}

/// A random span up to this one.
fn jitter(most: Duration) -> Duration {
    // The hasher's keys are random; nothing depends on how good they are.
    let random = RandomState::new().hash_one(0_u8);
    let most = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(u64::try_from((u128::from(random) * u128::from(most)) >> 64).unwrap_or(most))
}

/// How many retries a client may make: one for every ten calls, and a reserve. So a server that fails for all calls gets at most a fifth more
/// requests, once there are a thousand.
///
/// A connection that broke after an answer came is another matter: servers close connections that were kept alive without saying so. For each call
/// that was answered, one such retry is free.
#[derive(Debug)]
pub(crate) struct Budget(Mutex<Left>);

#[derive(Debug)]
struct Left {
    /// In parts of a retry.
    parts: u32,
    /// Retries over new connections.
    reconnections: u32,
    have_broken: bool,
}

/// What a retry takes, and what a call gives.
const RETRY: u32 = 10;
const CALL: u32 = 1;
/// The most that is saved.
const RESERVE: u32 = 100 * RETRY;
const RECONNECTIONS: u32 = 100;

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(Left {
            parts: RESERVE,
            reconnections: 0,
            have_broken: false,
        }))
    }
}

impl Budget {
    fn begin(&self) {
        self.change(|left| left.parts = (left.parts + CALL).min(RESERVE));
    }

    fn answered(&self) {
        self.change(|left| left.reconnections = (left.reconnections + 1).min(RECONNECTIONS));
    }

    fn broke(&self) {
        self.change(|left| left.have_broken = true);
    }

    /// Whether connections that were kept alive break at this server.
    fn have_broken(&self) -> bool {
        self.change(|left| left.have_broken)
    }

    /// Takes a retry, if there is one left.
    fn take(&self, outcome: Outcome) -> bool {
        self.change(|left| {
            let from = match outcome {
                Outcome::Broken if left.reconnections > 0 => (&mut left.reconnections, 1),
                _ => (&mut left.parts, RETRY),
            };
            let enough = *from.0 >= from.1;
            *from.0 = from.0.saturating_sub(if enough { from.1 } else { 0 });
            enough
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Left) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests;
