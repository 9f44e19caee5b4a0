//! The holders of a session in this process: the last one to leave ends it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::shared::SharedSession;
use super::sign_in::Recipe;
use crate::store::SessionKey;

/// The held sessions of a client, by their keys.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<SessionKey, Weak<Held>>>);

/// A session and all who hold it.
#[derive(Debug)]
struct Held {
    shared: Arc<SharedSession>,
    holders: Mutex<usize>,
}

impl Sessions {
    /// Joins those who hold the session of a key, or is the first of them.
    pub(crate) fn join(&self, key: &SessionKey, recipe: impl FnOnce() -> Recipe) -> Holder {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, held| held.strong_count() > 0);
        let held = sessions
            .get(key)
            .and_then(Weak::upgrade)
            .filter(|held| held.enter());
        let held = held.unwrap_or_else(|| {
            let held = Held::of(SharedSession::new(recipe()));
            sessions.insert(key.clone(), Arc::downgrade(&held));
            held
        });
        Holder::of(held)
    }
}

impl Held {
    fn of(shared: Arc<SharedSession>) -> Arc<Self> {
        Arc::new(Self {
            shared,
            holders: Mutex::new(1),
        })
    }

    /// One more holder; unless the last one is just leaving.
    fn enter(&self) -> bool {
        let mut holders = self.count();
        let open = *holders > 0;
        *holders += usize::from(open);
        open
    }

    fn count(&self) -> MutexGuard<'_, usize> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those who hold a session. Dropping it leaves the session open.
#[derive(Debug)]
pub(crate) struct Holder {
    held: Arc<Held>,
    left: AtomicBool,
}

impl Holder {
    fn of(held: Arc<Held>) -> Self {
        Self {
            held,
            left: AtomicBool::new(false),
        }
    }

    /// The only holder of a session.
    pub(crate) fn only(shared: Arc<SharedSession>) -> Self {
        Self::of(Held::of(shared))
    }

    pub(crate) fn shared(&self) -> &Arc<SharedSession> {
        &self.held.shared
    }

    /// Whether this is the only holder in this process.
    pub(crate) fn is_only(&self) -> bool {
        *self.held.count() == 1
    }

    /// Stops holding; gives whether it was the last one to do so.
    pub(crate) fn leave(&self) -> bool {
        let mut holders = self.held.count();
        if self.left.swap(true, Ordering::Relaxed) {
            return false;
        }
        *holders = holders.saturating_sub(1);
        *holders == 0
    }

    /// Holds again what it has left.
    pub(crate) fn stay(&self) {
        let mut holders = self.held.count();
        if self.left.swap(false, Ordering::Relaxed) {
            *holders += 1;
        }
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.leave();
    }
}
