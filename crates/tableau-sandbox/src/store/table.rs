//! One kind of record, found by its identifier, listed by site in the order in which the records were made.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use uuid::Uuid;

use super::record::Record;
use crate::files::FileId;

/// The position of a record: its site, and its number among all records of its kind.
pub(super) type Position = (Uuid, u64);

pub(crate) struct Table<R> {
    next: u64,
    /// How often a record was put or removed.
    changes: u64,
    positions: HashMap<Uuid, Position>,
    sites: HashMap<Uuid, BTreeMap<u64, R>>,
    /// The positions of the records within another: a parent or a project.
    within: HashMap<Uuid, BTreeSet<Position>>,
    /// The positions of the records by what they are within, a project or the site, and by name.
    named: HashMap<Uuid, HashMap<String, Vec<Position>>>,
    /// How many records have a file.
    files: HashMap<FileId, usize>,
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

    /// The records of a name within another or on a site, the oldest first.
    pub(crate) fn named(&self, outer: Uuid, name: &str) -> impl Iterator<Item = &R> {
        let positions = self.named.get(&outer).and_then(|names| names.get(name));
        let positions = positions.into_iter().flatten();
        positions.filter_map(|position| self.at(position))
    }

    /// How often a record was put or removed.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether a record has the file.
    pub(super) fn has_file(&self, file: &FileId) -> bool {
        self.files.contains_key(file)
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
        self.remove_from_indexes(position, &record);
        Some(record)
    }

    /// Puts a removed record back where it was.
    pub(super) fn restore(&mut self, position: Position, record: R) {
        self.positions.insert(record.id(), position);
        self.add_to_indexes(position, &record);
        self.sites
            .entry(position.0)
            .or_default()
            .insert(position.1, record);
    }

    fn add_to_indexes(&mut self, position: Position, record: &R) {
        self.changes += 1;
        for outer in record.within().into_iter().flatten() {
            self.within.entry(outer).or_default().insert(position);
        }
        for (outer, name) in record.names().into_iter().flatten() {
            let names = self.named.entry(outer).or_default();
            let positions = names.entry(name.to_owned()).or_default();
            if let Err(at) = positions.binary_search(&position) {
                // Nearly every name is that of one record.
                positions.reserve_exact(1);
                positions.insert(at, position);
            }
        }
        if let Some(file) = record.file() {
            *self.files.entry(file.clone()).or_default() += 1;
        }
    }

    fn remove_from_indexes(&mut self, position: Position, record: &R) {
        self.changes += 1;
        for outer in record.within().into_iter().flatten() {
            if let Entry::Occupied(mut within) = self.within.entry(outer) {
                within.get_mut().remove(&position);
                if within.get().is_empty() {
                    within.remove();
                }
            }
        }
        for (outer, name) in record.names().into_iter().flatten() {
            let Some(names) = self.named.get_mut(&outer) else {
                continue;
            };
            if let Some(positions) = names.get_mut(name) {
                positions.retain(|known| *known != position);
                if positions.is_empty() {
                    names.remove(name);
                }
            }
            if names.is_empty() {
                self.named.remove(&outer);
            }
        }
        if let Some(file) = record.file()
            && let Some(count) = self.files.get_mut(file)
        {
            *count -= 1;
            if *count == 0 {
                self.files.remove(file);
            }
        }
    }
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            next: 0,
            changes: 0,
            positions: HashMap::new(),
            sites: HashMap::new(),
            within: HashMap::new(),
            named: HashMap::new(),
            files: HashMap::new(),
        }
    }
}

// Shows the count only: records hold secrets, and there are many of them.
impl<R> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records", self.positions.len())
    }
}
