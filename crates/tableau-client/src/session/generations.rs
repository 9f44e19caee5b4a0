//! Which session of a row is the one to use, and whether another may be begun: rules without clocks, locks or networks.
//!
//! Drawn in `docs/guide/sessions.md`, and checked against every order of events in `generations/tests.rs`.

use std::collections::VecDeque;
use std::time::Duration;

/// How long after a sign-in that failed for a passing reason the next one waits: doubled each time.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
/// This many sign-ins within this time mean that another program ends the sessions: signing in again would only end the other's in turn.
const CONTENDED: usize = 3;
const CONTENTION_WINDOW: Duration = Duration::from_secs(60);

/// A session with the number of its generation.
pub(crate) trait Numbered: Clone {
    fn generation(&self) -> u64;
}

/// The sessions that were begun one after the other with the same credentials.
///
/// Points in time are durations since an arbitrary start.
#[derive(Debug, Clone)]
pub(crate) struct Generations<S, E> {
    /// The session begun last, and whether it is still good as far as is known.
    last: Option<S>,
    good: bool,
    /// The number of the sign-in under way.
    under_way: Option<u64>,
    begun: u64,
    refusal: Option<Refusal<E>>,
    failures: u32,
    /// When the latest sign-ins succeeded.
    recent: VecDeque<Duration>,
}

#[derive(Debug, Clone)]
enum Refusal<E> {
    /// The same credentials will not be accepted later either.
    Final(E),
    /// Nothing is tried before this time.
    Until(Duration, E),
}

/// What to do to get a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Next<S, E> {
    /// Use this one.
    Use(S),
    /// Wait for the sign-in under way.
    Join,
    /// Sign in; the number is to be given back with the outcome.
    Begin(u64),
    /// Not now, or never: the last sign-in failed, and would fail again.
    Refuse(E),
    /// Not now: sessions die as fast as they are begun.
    Contended,
}

impl<S: Numbered, E: Clone> Generations<S, E> {
    /// A row that begins with a session that is there already, or with none.
    pub(crate) fn new(first: Option<S>) -> Self {
        Self {
            good: first.is_some(),
            last: first,
            under_way: None,
            begun: 0,
            refusal: None,
            failures: 0,
            recent: VecDeque::new(),
        }
    }

    /// The session begun last, good or not.
    pub(crate) fn last(&self) -> Option<&S> {
        self.last.as_ref()
    }

    /// The number of the sign-in under way.
    pub(crate) fn under_way(&self) -> Option<u64> {
        self.under_way
    }

    /// What to do for a session, given the generation that was found dead, if one was, at a time.
    ///
    /// Only the session of that generation is given up: a late answer says nothing about those begun since.
    pub(crate) fn next(&mut self, dead: Option<u64>, now: Duration) -> Next<S, E> {
        if let Some(last) = &self.last
            && dead == Some(last.generation())
        {
            self.good = false;
        }
        match &self.last {
            Some(last) if self.good => return Next::Use(last.clone()),
            _ => {}
        }
        if self.under_way.is_some() {
            return Next::Join;
        }
        match &self.refusal {
            Some(Refusal::Final(error)) => return Next::Refuse(error.clone()),
            Some(Refusal::Until(time, error)) if now < *time => return Next::Refuse(error.clone()),
            _ => {}
        }
        self.recent
            .retain(|time| now.saturating_sub(*time) < CONTENTION_WINDOW);
        if self.recent.len() >= CONTENDED {
            return Next::Contended;
        }
        self.begun += 1;
        self.under_way = Some(self.begun);
        Next::Begin(self.begun)
    }

    /// A sign-in gave a session: by this client, or found in the store.
    pub(crate) fn succeeded(&mut self, number: u64, session: S, by_us: bool, now: Duration) {
        if self.under_way != Some(number) {
            return;
        }
        self.under_way = None;
        self.refusal = None;
        self.failures = 0;
        if by_us {
            self.recent.push_back(now);
        }
        self.good = true;
        self.last = Some(session);
    }

    /// A sign-in failed: for good, or for a passing reason.
    pub(crate) fn failed(&mut self, number: u64, error: E, is_final: bool, now: Duration) {
        if self.under_way != Some(number) {
            return;
        }
        self.under_way = None;
        self.refusal = Some(if is_final {
            Refusal::Final(error)
        } else {
            let wait = FIRST_BACKOFF
                .saturating_mul(2_u32.saturating_pow(self.failures))
                .min(LONGEST_BACKOFF);
            self.failures = self.failures.saturating_add(1);
            Refusal::Until(now.saturating_add(wait), error)
        });
    }

    /// A refusal is forgotten.
    pub(crate) fn forgive(&mut self) {
        if let Some(Refusal::Final(_)) = self.refusal {
            self.refusal = None;
        }
    }

    /// A sign-in was dropped because no call waited for it any more.
    pub(crate) fn abandoned(&mut self, number: u64) {
        if self.under_way == Some(number) {
            self.under_way = None;
        }
    }
}

#[cfg(test)]
mod tests;
