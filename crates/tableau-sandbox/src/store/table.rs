//! One kind of record, found by its identifier, listed by site in the order in which the records were made.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use uuid::Uuid;

use super::hash::ById;
use super::indexes::Indexes;
use super::positions::Positions;
use super::record::Record;
use super::rows::{self, Rows};
use crate::files::FileId;

/// The position of a record: its site, and its number among all records of its kind.
pub(super) type Position = (Uuid, u64);

/// How many changes are remembered: what was found before can be brought up to date by them.
const REMEMBERED: usize = 1024;

pub(crate) struct Table<R> {
    next: u64,
    /// How often a record was put or removed.
    changes: u64,
    /// How many of these changes left a time only, which few lists show.
    stamped: u64,
    /// The positions of the last changes, the newest last.
    changed: VecDeque<Position>,
    positions: ById<Uuid, Position>,
    sites: ById<Uuid, Rows<R>>,
    indexes: Indexes,
    /// The numbers of the records that a database has by what they are made of.
    derived: Vec<Range<u64>>,
}

impl<R: Record> Table<R> {
    pub(crate) fn get(&self, id: Uuid) -> Option<&R> {
        self.at(self.positions.get(&id)?)
    }

    /// The records of a site, the oldest first.
    pub(crate) fn of_site(&self, site: Uuid) -> rows::Iter<'_, R> {
        self.sites.get(&site).map(Rows::iter).unwrap_or_default()
    }

    /// The same with their numbers.
    pub(crate) fn numbers_of_site(&self, site: Uuid) -> impl Iterator<Item = (u64, &R)> {
        self.sites.get(&site).into_iter().flat_map(Rows::numbered)
    }

    /// All records: in the order of creation within a site, the sites in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &R> {
        self.sites.values().flat_map(Rows::iter)
    }

    /// The records within another, a parent or a project; the oldest first.
    pub(crate) fn within(&self, outer: Uuid) -> impl DoubleEndedIterator<Item = &R> {
        let positions = self.indexes.within.get(&outer).into_iter().flatten();
        positions.filter_map(|position| self.at(position))
    }

    /// The number of records within another.
    pub(crate) fn count_within(&self, outer: Uuid) -> usize {
        self.indexes.within.get(&outer).map_or(0, Positions::len)
    }

    /// The records of an owner or an account; the oldest first.
    pub(crate) fn of(&self, key: Uuid) -> impl Iterator<Item = &R> {
        let positions = self.indexes.keyed.get(&key).into_iter().flatten();
        positions.filter_map(|position| self.at(position))
    }

    /// The records of a name within another or on a site, the oldest first.
    pub(crate) fn named(&self, outer: Uuid, name: &str) -> impl Iterator<Item = &R> {
        let found = self.indexes.named(outer, name);
        let records = found.filter_map(|position| self.at(position));
        records.filter(move |record| {
            record
                .names()
                .into_iter()
                .flatten()
                .any(|known| known == (outer, name))
        })
    }

    /// The records of a group with the times when they are due, the first of them first.
    pub(crate) fn due(&self, group: Uuid) -> impl Iterator<Item = (Timestamp, &R)> {
        let due = self.indexes.due(group);
        due.filter_map(|(time, position)| Some((time, self.at(position)?)))
    }

    /// The numbers of the records of a site that are of an owner or an account.
    pub(crate) fn numbers_of(&self, site: Uuid, key: Uuid) -> impl Iterator<Item = u64> {
        numbers(self.indexes.keyed.get(&key), site)
    }

    /// The numbers of the records of a site within another.
    pub(crate) fn numbers_within(&self, site: Uuid, outer: Uuid) -> impl Iterator<Item = u64> {
        numbers(self.indexes.within.get(&outer), site)
    }

    /// The record of a site with a number.
    pub(crate) fn numbered(&self, site: Uuid, number: u64) -> Option<&R> {
        self.sites.get(&site)?.get(number)
    }

    /// The number of a record, in the order of creation.
    pub(crate) fn number(&self, id: Uuid) -> Option<u64> {
        self.positions.get(&id).map(|(_, number)| *number)
    }

    /// How often a record was put or removed.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// How many of the changes count as changes of what lists show.
    pub(crate) fn counted_changes(&self) -> u64 {
        self.changes - self.stamped
    }

    /// The numbers of the records of a site that were changed since there were as many changes; `None` if that is too long ago.
    pub(crate) fn changed_since(&self, site: Uuid, changes: u64) -> Option<BTreeSet<u64>> {
        let count = usize::try_from(self.changes.checked_sub(changes)?).ok()?;
        let first = self.changed.len().checked_sub(count)?;
        let changed = self.changed.range(first..).filter(|(of, _)| *of == site);
        Some(changed.map(|(_, number)| *number).collect())
    }

    /// Whether a record has the file.
    pub(super) fn has_file(&self, file: &FileId) -> bool {
        self.indexes.files.contains_key(file)
    }

    /// Whether a database has the record by what it is made of.
    pub(super) fn is_derived(&self, id: Uuid) -> bool {
        self.number(id)
            .is_some_and(|number| self.derived.iter().any(|numbers| numbers.contains(&number)))
    }

    fn at(&self, (site, number): &Position) -> Option<&R> {
        self.numbered(*site, *number)
    }

    /// Adds a record, or replaces the one with the same identifier in its position and returns that.
    pub(super) fn put(&mut self, record: R) -> Option<R> {
        let Some(position) = self.positions.get(&record.id()).copied() else {
            let position = (record.site(), self.next);
            self.next += 1;
            self.restore(position, record);
            return None;
        };
        let rows = self.sites.entry(position.0).or_default();
        let before = rows.insert(position.1, record);
        if let Some(before) = &before {
            self.indexes.remove(position, before);
        }
        if let Some(record) = rows.get(position.1) {
            self.indexes.add(position, record);
        }
        self.note(position);
        before
    }

    /// Replaces a record in which only the time differs when it was last used.
    pub(super) fn stamp(&mut self, record: R) -> Option<R> {
        self.stamped += 1;
        self.put(record)
    }

    /// Makes room for so many more records.
    pub(super) fn reserve(&mut self, more: usize) {
        self.positions.reserve(more);
    }

    /// Adds a record that a database has by what it is made of.
    pub(super) fn put_derived(&mut self, record: R) {
        let number = self.next;
        self.put(record);
        match self.derived.last_mut() {
            Some(last) if last.end == number => last.end = self.next,
            _ => self.derived.push(number..self.next),
        }
    }

    pub(super) fn remove(&mut self, id: Uuid) -> Option<(Position, R)> {
        let position = self.positions.remove(&id)?;
        let record = self.sites.get_mut(&position.0)?.remove(position.1)?;
        self.indexes.remove(position, &record);
        self.note(position);
        Some((position, record))
    }

    /// Puts a removed record back where it was.
    pub(super) fn restore(&mut self, position: Position, record: R) {
        self.positions.insert(record.id(), position);
        self.indexes.add(position, &record);
        self.sites
            .entry(position.0)
            .or_default()
            .insert(position.1, record);
        self.note(position);
    }

    fn note(&mut self, position: Position) {
        self.changes += 1;
        if self.changed.len() == REMEMBERED {
            self.changed.pop_front();
        }
        self.changed.push_back(position);
    }
}

fn numbers(positions: Option<&Positions<Position>>, of: Uuid) -> impl Iterator<Item = u64> {
    let positions = positions.into_iter().flatten();
    positions
        .filter(move |(site, _)| *site == of)
        .map(|(_, number)| *number)
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self {
            next: 0,
            changes: 0,
            stamped: 0,
            changed: VecDeque::new(),
            positions: ById::default(),
            sites: ById::default(),
            indexes: Indexes::default(),
            derived: Vec::new(),
        }
    }
}

// Shows the count only: records hold secrets, and there are many of them.
impl<R> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} records", self.positions.len())
    }
}
