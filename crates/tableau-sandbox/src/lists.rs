//! Lists that were filtered, sorted or limited to what a user may see: found once, for all of their pages, and kept up to date.
//!
//! A list of ten thousand in pages of a hundred would be searched and sorted a hundred times.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tableau_wire::endpoint::Query;
use tableau_wire::{Filter, Format, Sort, Version};
use uuid::Uuid;

/// How many lists are kept: those that are being read at the same time.
const KEPT: usize = 16;

/// How many pages are kept as they were written: clients ask for the same one again and again, while they wait for a change.
const PAGES: usize = 16;

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

/// Which page of a list: for whom, and what is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AskedPage {
    pub(crate) kind: &'static str,
    pub(crate) site: Uuid,
    pub(crate) user: Uuid,
    pub(crate) query: Query,
    pub(crate) version: Version,
    pub(crate) format: Format,
}

/// The lists and the pages that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    found: Mutex<VecDeque<Found>>,
    pages: Mutex<VecDeque<Written>>,
}

#[derive(Debug)]
struct Written {
    asked: AskedPage,
    seen: Seen,
    document: Bytes,
}

#[derive(Debug)]
struct Found {
    asked: Asked,
    seen: Seen,
    rows: Arc<Vec<u64>>,
}

impl Lists {
    /// The rows of a list as they were found last, if they were.
    pub(crate) fn get(&self, asked: &Asked) -> Option<(Seen, Arc<Vec<u64>>)> {
        let lists = locked(&self.found);
        let found = lists.iter().find(|found| found.asked == *asked)?;
        Some((found.seen, Arc::clone(&found.rows)))
    }

    /// Keeps the rows of a list, in the place of those that the same list had before, or of the oldest.
    pub(crate) fn put(&self, asked: Asked, seen: Seen, rows: Arc<Vec<u64>>) {
        let mut lists = locked(&self.found);
        lists.retain(|found| found.asked != asked);
        lists.truncate(KEPT - 1);
        lists.push_front(Found { asked, seen, rows });
    }

    /// A page as it was written last, if the state is still the same.
    pub(crate) fn page(&self, asked: &AskedPage, seen: Seen) -> Option<Bytes> {
        let pages = locked(&self.pages);
        let mut written = pages.iter().filter(|written| written.seen == seen);
        let written = written.find(|written| written.asked == *asked)?;
        Some(written.document.clone())
    }

    /// Keeps a page, in the place of what the same page was before, or of the oldest.
    pub(crate) fn put_page(&self, asked: AskedPage, seen: Seen, document: Bytes) {
        let mut pages = locked(&self.pages);
        pages.retain(|written| written.asked != asked);
        pages.truncate(PAGES - 1);
        pages.push_front(Written {
            asked,
            seen,
            document,
        });
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic here leaves no partial change.
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
