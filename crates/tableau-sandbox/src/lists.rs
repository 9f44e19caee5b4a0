//! Lists that were filtered, sorted or limited to what a user may see: found once, for all of their pages, and kept up to date.
//!
//! A list of ten thousand in pages of a hundred would be searched and sorted a hundred times.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// The state that a list was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// How often rows of its kind had been changed.
    pub(crate) rows: u64,
    /// How often anything else had been changed that lists show.
    pub(crate) others: u64,
}

/// The numbers of the rows of the lists that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Lists(Mutex<VecDeque<Found>>);

#[derive(Debug)]
struct Found {
    asked: Asked,
    seen: Seen,
    rows: Arc<Vec<u64>>,
}

impl Lists {
    /// The rows of a list as they were found last, if they were.
    pub(crate) fn get(&self, asked: &Asked) -> Option<(Seen, Arc<Vec<u64>>)> {
        let lists = self.lists();
        let found = lists.iter().find(|found| found.asked == *asked)?;
        Some((found.seen, Arc::clone(&found.rows)))
    }

    /// Keeps the rows of a list, in the place of those that the same list had before, or of the oldest.
    pub(crate) fn put(&self, asked: Asked, seen: Seen, rows: Arc<Vec<u64>>) {
        let mut lists = self.lists();
        lists.retain(|found| found.asked != asked);
        lists.truncate(KEPT - 1);
        lists.push_front(Found { asked, seen, rows });
    }

    fn lists(&self) -> MutexGuard<'_, VecDeque<Found>> {
        // A panic here leaves no partial change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
