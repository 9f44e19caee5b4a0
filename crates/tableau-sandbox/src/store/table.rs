//! One kind of record, found by its identifier, listed by site in the order in which the records were made.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use uuid::Uuid;

use super::record::Record;

/// The position of a record: its site, and its number among all records of its kind.
pub(super) type Position = (Uuid, u64);

pub(crate) struct Table<R> {
    next: u64,
    positions: HashMap<Uuid, Position>,
    sites: HashMap<Uuid, BTreeMap<u64, R>>,
}

impl<R: Record> Table<R> {
    pub(crate) fn get(&self, id: Uuid) -> Option<&R> {
        let (site, number) = self.positions.get(&id)?;
        self.sites.get(site)?.get(number)
    }

    /// The records of a site, the oldest first.
    pub(crate) fn of_site(&self, site: Uuid) -> impl ExactSizeIterator<Item = &R> {
        self.sites.get(&site).map(BTreeMap::values).unwrap_or_default()
    }

    /// All records: in the order of creation within a site, the sites in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &R> {
        self.sites.values().flat_map(BTreeMap::values)
    }

    /// Adds a record, or replaces the one with the same identifier in its position and returns that.
    pub(super) fn put(&mut self, record: R) -> Option<R> {
        if let Some((site, number)) = self.positions.get(&record.id()) {
            return self.sites.entry(*site).or_default().insert(*number, record);
        }
        let position = (record.site(), self.next);
        self.next += 1;
        self.restore(position, record);
        None
    }

    pub(super) fn remove(&mut self, id: Uuid) -> Option<(Position, R)> {
        let (site, number) = self.positions.remove(&id)?;
        let record = self.sites.get_mut(&site)?.remove(&number)?;
        Some(((site, number), record))
    }

    /// Puts a removed record back where it was.
    pub(super) fn restore(&mut self, position: Position, record: R) {
        self.positions.insert(record.id(), position);
        self.sites
            .entry(position.0)
            .or_default()
            .insert(position.1, record);
    }
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            next: 0,
            positions: HashMap::new(),
            sites: HashMap::new(),
        }
    }
}

// Shows the count only: records hold secrets, and there are many of them.
impl<R> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records", self.positions.len())
    }
}
