//! Sessions shared by the clients of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tableau_wire::Secret;
use tokio::time::Instant;

use super::{Lease, SessionKey, SessionStore, StoreError, StoreFuture};

/// Keeps sessions in memory, for several clients of one process; clones share what they keep.
///
/// One client, with its clones, shares its sessions without any store.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    entries: Arc<Mutex<HashMap<SessionKey, Kept>>>,
}

#[derive(Debug, Default)]
struct Kept {
    entry: Option<(Secret, Option<Instant>)>,
    /// The lease given last, and when it ends; every lease has its own number.
    lease: Option<(u64, Option<Instant>)>,
    leases: u64,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn at<T>(&self, key: &SessionKey, change: impl FnOnce(&mut Kept) -> T) -> T {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        change(entries.entry(key.clone()).or_default())
    }
}

/// The time this long from now; `None` (never) if it cannot be represented.
fn after(time: Duration) -> Option<Instant> {
    Instant::now().checked_add(time)
}

fn is_over(end: Option<Instant>) -> bool {
    end.is_some_and(|end| end <= Instant::now())
}

impl SessionStore for MemoryStore {
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
        Box::pin(async move {
            Ok(self.at(key, |kept| {
                let entry = kept.entry.as_ref().filter(|(_, end)| !is_over(*end));
                entry.map(|(entry, _)| entry.clone())
            }))
        })
    }

    fn try_lease<'a>(
        &'a self,
        key: &'a SessionKey,
        time: Duration,
    ) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
        Box::pin(async move {
            let number = self.at(key, |kept| {
                if kept.lease.is_some_and(|(_, end)| !is_over(end)) {
                    return None;
                }
                kept.leases += 1;
                kept.lease = Some((kept.leases, after(time)));
                Some(kept.leases)
            });
            Ok(number.map(|number| {
                let store = self.clone();
                let key = key.clone();
                Box::new(MemoryLease { store, key, number }) as Box<dyn Lease>
            }))
        })
    }
}

#[derive(Debug)]
struct MemoryLease {
    store: MemoryStore,
    key: SessionKey,
    number: u64,
}

impl MemoryLease {
    fn change(&self, change: impl FnOnce(&mut Kept)) -> Result<(), StoreError> {
        self.store.at(&self.key, |kept| match kept.lease {
            Some((number, end)) if number == self.number && !is_over(end) => {
                change(kept);
                Ok(())
            }
            _ => Err(StoreError::LeaseLost),
        })
    }
}

impl Lease for MemoryLease {
    fn save<'a>(&'a mut self, entry: &'a Secret, keep: Duration) -> StoreFuture<'a, ()> {
        let saved = self.change(|kept| kept.entry = Some((entry.clone(), after(keep))));
        Box::pin(async move { saved })
    }

    fn remove(&mut self) -> StoreFuture<'_, ()> {
        let removed = self.change(|kept| kept.entry = None);
        Box::pin(async move { removed })
    }

    fn extend(&mut self, time: Duration) -> StoreFuture<'_, ()> {
        let number = self.number;
        let extended = self.change(|kept| kept.lease = Some((number, after(time))));
        Box::pin(async move { extended })
    }

    fn release(self: Box<Self>) -> StoreFuture<'static, ()> {
        drop(self);
        Box::pin(async { Ok(()) })
    }
}

impl Drop for MemoryLease {
    fn drop(&mut self) {
        // A lost lease may belong to another holder now.
        let _ = self.change(|kept| kept.lease = None);
    }
}
