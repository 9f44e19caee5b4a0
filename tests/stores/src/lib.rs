//! Session stores, held against one contract and against processes that are killed and stopped.
//!
//! [`contract`] has what holds for every store; [`RedisServer`] is a real server of a test's own; [`Child`] a process of a test's own.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also in what its tests share"
)]

mod child;
pub mod contract;
mod log;
mod random;
mod redis_server;

use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::Store;
use tableau_client::{FileStore, RedisStore};

pub use child::Child;
pub use log::Log;
pub use random::Random;
pub use redis_server::RedisServer;

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Tries until something has happened.
///
/// # Panics
/// If it does not.
pub async fn until<T>(what: &str, mut happened: impl AsyncFnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(it) = happened().await {
            return it;
        }
        assert!(start.elapsed() < PATIENCE, "waited too long for: {what}");
        tokio::task::yield_now().await;
    }
}

/// The store that is named: `file:DIRECTORY`, or the address of a server.
///
/// # Panics
/// If it cannot be set up.
#[must_use]
pub fn open(name: &str) -> Store {
    match name.strip_prefix("file:") {
        Some(directory) => Arc::new(FileStore::at(directory).unwrap()),
        None => Arc::new(RedisStore::new(name).unwrap()),
    }
}
