//! Faults on request: what servers, gateways and networks do wrong, each under an id that the log names.
//!
//! Here stand which fault a request gets, and what is done to a document; `service::faulty` carries it out, `server::connection` breaks connections.

mod effect;
mod fault;
mod listing;
mod plan;

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::rng::Rng;

pub use effect::{Effect, PageFault, RetryAfter, StatusAnswer, StatusBody};
pub(crate) use fault::Asked;
pub use fault::Fault;
use fault::Times;
pub(crate) use listing::Listing;
pub use plan::{FaultPlan, InvalidFaults};

/// A fault that waits for requests, and how far it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DueFault {
    /// The fault, with its id.
    #[serde(flatten)]
    pub fault: Fault,
    /// How many requests matched it.
    pub matched: u64,
    /// How many requests got it.
    pub hit: u64,
}

/// The fault that a request gets.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) id: String,
    pub(crate) effect: Effect,
}

/// The faults that are still due, in the order in which they were injected.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    seed: u64,
    /// The number of the last id.
    last: u64,
    due: Vec<DueFault>,
}

impl Faults {
    /// Adds a fault and returns its id.
    pub(crate) fn add(&self, mut fault: Fault) -> String {
        let mut state = self.state();
        let id = fault.id.take().unwrap_or_else(|| {
            state.last += 1;
            format!("f{}", state.last)
        });
        state.due.retain(|due| due.id() != id);
        fault.id = Some(id.clone());
        if fault.times != Times::Count(0) {
            state.due.push(DueFault {
                fault,
                matched: 0,
                hit: 0,
            });
        }
        id
    }

    pub(crate) fn set_seed(&self, seed: u64) {
        self.state().seed = seed;
    }

    pub(crate) fn seed(&self) -> u64 {
        self.state().seed
    }

    pub(crate) fn due(&self) -> Vec<DueFault> {
        self.state().due.clone()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.state().due.is_empty()
    }

    /// Removes a fault; `false` if it is not there.
    pub(crate) fn remove(&self, id: &str) -> bool {
        let mut state = self.state();
        let before = state.due.len();
        state.due.retain(|due| due.id() != id);
        state.due.len() < before
    }

    pub(crate) fn clear(&self) -> usize {
        std::mem::take(&mut self.state().due).len()
    }

    /// The fault for a request, if there is one.
    pub(crate) fn next(&self, asked: &Asked<'_>) -> Option<Hit> {
        let mut state = self.state();
        let seed = state.seed;
        let mut hit = None;
        for due in state.due.iter_mut().filter(|due| due.fault.is_for(asked)) {
            due.matched += 1;
            if hit.is_none() && due.matched >= due.fault.nth && due.falls(seed) {
                due.hit += 1;
                hit = Some(Hit {
                    id: due.id().to_owned(),
                    effect: due.fault.effect.clone(),
                });
            }
        }
        state.due.retain(|due| due.fault.times != Times::Count(due.hit));
        hit
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic here leaves no partial change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DueFault {
    fn id(&self) -> &str {
        self.fault.id.as_deref().unwrap_or_default()
    }

    /// Whether the dice say so for the request that was matched last.
    fn falls(&self, seed: u64) -> bool {
        let Some(probability) = self.fault.probability else {
            return true;
        };
        let mut rng = Rng::of(&[&seed.to_string(), self.id(), &self.matched.to_string()]);
        // 53 bits are what a float holds exactly.
        let drawn = (rng.next() >> 11) as f64 / (1_u64 << 53) as f64;
        drawn < probability
    }
}

/// The connection was broken by a fault: the client gets no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Disconnected {
    /// The id of the fault.
    pub fault: String,
}

impl fmt::Display for Disconnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the connection was reset by fault {} of the sandbox",
            self.fault
        )
    }
}

impl std::error::Error for Disconnected {}
