//! Blocking work.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Runs blocking work: the runtime moves the other requests of this thread to another thread, if it has one.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
