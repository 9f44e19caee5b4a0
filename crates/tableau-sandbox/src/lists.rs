//! Lists that were filtered or sorted: found once, for all of their pages, as long as nothing changes.
//!
//! A list of ten thousand in pages of a hundred would be searched and sorted a hundred times.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tableau_wire::{Filter, Sort};
use uuid::Uuid;

/// How many lists are kept: those that are being read at the same time.
const KEPT: usize = 16;

/// Which list: for whom, and what is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) kind: &'static str,
    pub(crate) site: Uuid,
    pub(crate) user: Uuid,
    pub(crate) filter: Option<Filter>,
    pub(crate) sort: Option<Sort>,
}

/// The rows of the lists that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Lists(Mutex<VecDeque<Found>>);

#[derive(Debug)]
struct Found {
    asked: Asked,
    /// The version of the state in which it was found.
    version: u64,
    rows: Arc<[Uuid]>,
}

impl Lists {
    /// The rows of a list in this version of the state, if they are known.
    pub(crate) fn get(&self, asked: &Asked, version: u64) -> Option<Arc<[Uuid]>> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = lists.iter().find(|found| found.asked == *asked)?;
        (found.version == version).then(|| Arc::clone(&found.rows))
    }

    /// Keeps the rows of a list, in the place of those that the same list had before, or of the oldest.
    pub(crate) fn put(&self, asked: Asked, version: u64, rows: Arc<[Uuid]>) {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|found| found.asked != asked);
        lists.truncate(KEPT - 1);
        lists.push_front(Found { asked, version, rows });
    }
}
