//! Files: access, content, and how the lease is passed on.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod entry;
mod lease;

use std::path::PathBuf;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use stores::Log;
use tableau_client::{FileStore, Lease, SessionKey, SessionStore as _, StoreError, StoreFuture};
use tempfile::TempDir;

const LONG: Duration = Duration::from_secs(3600);

const ENTRY: &str = "a session that no other user may see";

/// Without a runtime, a call is done on the thread that asks for it, at once.
fn now<T>(mut call: StoreFuture<'_, T>) -> Result<T, StoreError> {
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("it waits for something"),
    }
}

fn key() -> SessionKey {
    SessionKey::of(&["key"])
}

fn load(store: &FileStore) -> Result<Option<String>, StoreError> {
    let found = now(store.load(&key()));
    found.map(|entry| entry.map(|entry| entry.expose().to_owned()))
}

fn lease(store: &FileStore) -> Option<Box<dyn Lease>> {
    now(store.try_lease(&key(), LONG)).unwrap()
}

fn save(store: &FileStore) {
    let mut lease = lease(store).unwrap();
    now(lease.save(&ENTRY.into(), LONG)).unwrap();
    now(lease.release()).unwrap();
}

/// A directory for a store; the store is not in it yet.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("sessions")
    }

    fn store(&self) -> FileStore {
        FileStore::at(self.path()).unwrap()
    }

    fn of_key(&self) -> PathBuf {
        self.path().join(key().as_str())
    }

    fn session(&self) -> PathBuf {
        self.of_key().join("session")
    }
}

/// The log lines of an action.
fn logged(act: impl FnOnce()) -> String {
    let log = Log::default();
    let listener = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    tracing::subscriber::with_default(listener, act);
    log.take()
}
