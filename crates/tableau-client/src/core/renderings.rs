//! How many renderings are under way at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tableau_wire::Operation;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The renderings under way, for each site by its identifier: Tableau Cloud bounds them for each site.
#[derive(Debug)]
pub(crate) struct Renderings {
    at_once: usize,
    sites: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A rendering under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct Rendering {
    _permit: OwnedSemaphorePermit,
}

impl Renderings {
    pub(crate) fn new(at_once: usize) -> Self {
        Self {
            at_once: at_once.clamp(1, Semaphore::MAX_PERMITS),
            sites: Mutex::default(),
        }
    }

    /// Waits for its turn; `None` for a call that renders nothing.
    pub(crate) async fn begin(&self, operation: &Operation, site: &str) -> Option<Rendering> {
        if !operation.rendering {
            return None;
        }
        let of_site = self.of_site(site);
        // It is never closed.
        let permit = of_site.acquire_owned().await.ok()?;
        Some(Rendering { _permit: permit })
    }

    fn of_site(&self, site: &str) -> Arc<Semaphore> {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Semaphore::new(self.at_once));
        Arc::clone(sites.entry(site.to_owned()).or_insert_with(new))
    }
}
