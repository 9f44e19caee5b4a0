//! Work that takes its time.

use tokio::runtime::{Handle, RuntimeFlavor};

/// Runs what takes its time: the runtime moves the other requests of this thread to another, if it has others.
pub(crate) fn aside<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
