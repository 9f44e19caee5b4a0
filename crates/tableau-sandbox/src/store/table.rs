//! One kind of record, found by its identifier, listed by site in the order in which the records were made.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use uuid::Uuid;

use super::record::Record;

/// The position of a record: its site, and its number among all records of its kind.
pub(super) type Position = (Uuid, u64);

pub(crate) struct Table<R> {
    next: u64,
    positions: HashMap<Uuid, Position>,
    sites: HashMap<Uuid, BTreeMap<u64, R>>,
    /// The positions of the records within another: a parent or a project.
    within: HashMap<Uuid, BTreeSet<Position>>,
}

impl<R: Record> Table<R> {
    pub(crate) fn get(&self, id: Uuid) -> Option<&R> {
        self.at(self.positions.get(&id)?)
    }

    /// The records of a site, the oldest first.
    pub(crate) fn of_site(&self, site: Uuid) -> impl DoubleEndedIterator<Item = &R> + ExactSizeIterator {
        self.sites.get(&site).map(BTreeMap::values).unwrap_or_default()
    }

    /// All records: in the order of creation within a site, the sites in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &R> {
        self.sites.values().flat_map(BTreeMap::values)
    }

    /// The records within another, a parent or a project; the oldest first.
    pub(crate) fn within(&self, outer: Uuid) -> impl Iterator<Item = &R> {
        let positions = self.within.get(&outer).into_iter().flatten();
        positions.filter_map(|position| self.at(position))
    }

    /// The number of records within another.
    pub(crate) fn count_within(&self, outer: Uuid) -> usize {
        self.within.get(&outer).map_or(0, BTreeSet::len)
    }

    fn at(&self, (site, number): &Position) -> Option<&R> {
        self.sites.get(site)?.get(number)
    }

    /// Adds a record, or replaces the one with the same identifier in its position and returns that.
    pub(super) fn put(&mut self, record: R) -> Option<R> {
        if let Some(position) = self.positions.get(&record.id()).copied() {
            let before = self.take(position);
            self.restore(position, record);
            return before;
        }
        let position = (record.site(), self.next);
        self.next += 1;
        self.restore(position, record);
        None
    }

    pub(super) fn remove(&mut self, id: Uuid) -> Option<(Position, R)> {
        let position = self.positions.remove(&id)?;
        Some((position, self.take(position)?))
    }

    fn take(&mut self, position: Position) -> Option<R> {
        let record = self.sites.get_mut(&position.0)?.remove(&position.1)?;
        for outer in record.within().into_iter().flatten() {
            if let Some(positions) = self.within.get_mut(&outer) {
                positions.remove(&position);
                if positions.is_empty() {
                    self.within.remove(&outer);
                }
            }
        }
        Some(record)
    }

    /// Puts a removed record back where it was.
    pub(super) fn restore(&mut self, position: Position, record: R) {
        self.positions.insert(record.id(), position);
        for outer in record.within().into_iter().flatten() {
            self.within.entry(outer).or_default().insert(position);
        }
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
            within: HashMap::new(),
        }
    }
}

// Shows the count only: records hold secrets, and there are many of them.
impl<R> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records", self.positions.len())
    }
}
