//! One kind of record, found by its identifier, listed by site in the order in which the records were made.

use std::collections::{BTreeSet, VecDeque, hash_map};
use std::fmt;
use std::ops::Range;

use jiff::Timestamp;
use uuid::Uuid;

use super::hash::ById;
use super::indexes::Indexes;
use super::positions;
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

    /// Gives every record of a site with its number.
    pub(crate) fn each_of_site<'t>(&'t self, site: Uuid, take: &mut dyn FnMut(u64, &'t R)) {
        if let Some(rows) = self.sites.get(&site) {
            rows.each(take);
        }
    }

    /// All records: in the order of creation within a site, the sites in no particular order.
    pub(crate) fn iter(&self) -> All<'_, R> {
        All {
            sites: self.sites.values(),
            rows: rows::Iter::default(),
        }
    }

    /// The records within another, a parent or a project; the oldest first.
    pub(crate) fn within(&self, outer: Uuid) -> At<'_, R> {
        self.all_at(self.indexes.within(outer))
    }

    /// The number of records within another.
    pub(crate) fn count_within(&self, outer: Uuid) -> usize {
        self.indexes.count_within(outer)
    }

    /// The records of an owner or an account; the oldest first.
    pub(crate) fn of(&self, key: Uuid) -> At<'_, R> {
        self.all_at(self.indexes.keyed(key))
    }

    /// The records of a name within another or on a site, the oldest first.
    pub(crate) fn named(&self, outer: Uuid, name: &str) -> impl Iterator<Item = &R> {
        let records = self.all_at(self.indexes.named(outer, name));
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
    pub(crate) fn numbers_of(&self, site: Uuid, key: Uuid) -> Vec<u64> {
        numbers(self.indexes.keyed(key), site)
    }

    /// The numbers of the records of a site within another.
    pub(crate) fn numbers_within(&self, site: Uuid, outer: Uuid) -> Vec<u64> {
        numbers(self.indexes.within(outer), site)
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

    /// The files of its records, each with the number of those that have it.
    pub(super) fn files(&self) -> &ById<FileId, usize> {
        &self.indexes.files
    }

    /// The identifiers of the records within another, the newest first.
    pub(super) fn ids_within(&self, outer: Uuid) -> Vec<Uuid> {
        let mut ids = Vec::new();
        for record in self.within(outer).rev() {
            ids.push(record.id());
        }
        ids
    }

    /// The identifiers of the records of a site, the newest first.
    pub(super) fn ids_of_site(&self, site: Uuid) -> Vec<Uuid> {
        let mut ids = Vec::new();
        for record in self.of_site(site).rev() {
            ids.push(record.id());
        }
        ids
    }

    /// The identifiers of the records of a site that a user owns as content.
    pub(super) fn ids_owned(&self, site: Uuid, user: Uuid) -> Vec<Uuid> {
        let mut ids = Vec::new();
        for record in self.of(user) {
            if record.site() == site && record.owner() == Some(user) {
                ids.push(record.id());
            }
        }
        ids
    }

    /// Whether a database has the record by what it is made of.
    pub(super) fn is_derived(&self, id: Uuid) -> bool {
        self.number(id)
            .is_some_and(|number| self.derived.iter().any(|numbers| numbers.contains(&number)))
    }

    fn at(&self, (site, number): &Position) -> Option<&R> {
        self.numbered(*site, *number)
    }

    fn all_at<'t>(&'t self, positions: positions::Iter<'t, Position>) -> At<'t, R> {
        At {
            table: self,
            positions,
        }
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

fn numbers(positions: positions::Iter<'_, Position>, of: Uuid) -> Vec<u64> {
    let of_site = positions.filter(|(site, _)| *site == of);
    of_site.map(|(_, number)| *number).collect()
}

/// The records at some positions, in their order.
pub(crate) struct At<'t, R> {
    table: &'t Table<R>,
    positions: positions::Iter<'t, Position>,
}

// Each in a few lines of its own: adapters of closures would be compiled anew for every kind of record.
impl<'t, R: Record> Iterator for At<'t, R> {
    type Item = &'t R;

    fn next(&mut self) -> Option<&'t R> {
        loop {
            let position = self.positions.next()?;
            if let Some(record) = self.table.at(position) {
                return Some(record);
            }
        }
    }
}

impl<R: Record> DoubleEndedIterator for At<'_, R> {
    fn next_back(&mut self) -> Option<Self::Item> {
        loop {
            let position = self.positions.next_back()?;
            if let Some(record) = self.table.at(position) {
                return Some(record);
            }
        }
    }
}

/// The records of all sites.
pub(crate) struct All<'t, R> {
    sites: hash_map::Values<'t, Uuid, Rows<R>>,
    rows: rows::Iter<'t, R>,
}

impl<'t, R: Record> Iterator for All<'t, R> {
    type Item = &'t R;

    fn next(&mut self) -> Option<&'t R> {
        loop {
            if let Some(record) = self.rows.next() {
                return Some(record);
            }
            self.rows = self.sites.next()?.iter();
        }
    }
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
