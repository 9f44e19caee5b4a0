//! Session stores, tested by one contract and by processes that are killed and stopped.
//!
//! [`contract`] has the cases for every store; [`RedisServer`] is a real server for one test; [`Child`] a child process of a test.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, also in what its tests share"
)]

mod child;
pub mod contract;
mod log;
mod redis_server;

use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::Store;
use tableau_client::{FileStore, RedisStore};

pub use child::Child;
pub use log::Log;
pub use redis_server::RedisServer;

/// The time limit after which a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Retries until the attempt succeeds.
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

/// The store by its name: `file:DIRECTORY`, or the address of a server.
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
