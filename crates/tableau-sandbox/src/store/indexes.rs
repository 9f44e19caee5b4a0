//! What records are found by, other than their identifiers.

use std::collections::BTreeSet;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};

use jiff::Timestamp;
use uuid::Uuid;

use super::hash::ById;
use super::positions::{Iter, Positions};
use super::record::Record;
use super::table::Position;
use crate::files::FileId;

type Index<K> = ById<K, Positions<Position>>;

/// The positions of the records of a table.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    /// By what they are within: a parent or a project.
    within: Index<Uuid>,
    /// By what they are of: an owner, an account.
    keyed: Index<Uuid>,
    /// By what they are within, a project or the site, and by name: by the hash of both.
    named: Index<u64>,
    /// By the time when they are due, in groups.
    due: BTreeSet<(Uuid, Timestamp, Position)>,
    /// How many records have a file.
    pub(super) files: ById<FileId, usize>,
}

impl Indexes {
    /// The records within another.
    pub(super) fn within(&self, outer: Uuid) -> Iter<'_, Position> {
        found(&self.within, &outer)
    }

    /// The number of records within another.
    pub(super) fn count_within(&self, outer: Uuid) -> usize {
        self.within.get(&outer).map_or(0, Positions::len)
    }

    /// The records of an owner or an account.
    pub(super) fn keyed(&self, key: Uuid) -> Iter<'_, Position> {
        found(&self.keyed, &key)
    }

    /// The records of a name, and others whose names have the same hash.
    pub(super) fn named(&self, outer: Uuid, name: &str) -> Iter<'_, Position> {
        found(&self.named, &hashed(outer, name))
    }

    /// The records of a group with the times when they are due, the first of them first.
    pub(super) fn due(&self, group: Uuid) -> impl Iterator<Item = (Timestamp, &Position)> {
        let first = (group, Timestamp::MIN, (Uuid::nil(), 0));
        let of_group = self
            .due
            .range(first..)
            .take_while(move |(known, ..)| *known == group);
        of_group.map(|(_, time, position)| (*time, position))
    }

    pub(super) fn add<R: Record>(&mut self, position: Position, record: &R) {
        for outer in record.within().into_iter().flatten() {
            add(&mut self.within, outer, position);
        }
        for key in record.keys().into_iter().flatten() {
            add(&mut self.keyed, key, position);
        }
        for (outer, name) in record.names().into_iter().flatten() {
            add(&mut self.named, hashed(outer, name), position);
        }
        if let Some((group, time)) = record.due() {
            self.due.insert((group, time, position));
        }
        if let Some(file) = record.file() {
            *self.files.entry(file.clone()).or_default() += 1;
        }
    }

    pub(super) fn remove<R: Record>(&mut self, position: Position, record: &R) {
        for outer in record.within().into_iter().flatten() {
            remove(&mut self.within, outer, position);
        }
        for key in record.keys().into_iter().flatten() {
            remove(&mut self.keyed, key, position);
        }
        for (outer, name) in record.names().into_iter().flatten() {
            remove(&mut self.named, hashed(outer, name), position);
        }
        if let Some((group, time)) = record.due() {
            self.due.remove(&(group, time, position));
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

fn found<'i, K: Eq + Hash>(index: &'i Index<K>, key: &K) -> Iter<'i, Position> {
    index.get(key).map(Positions::iter).unwrap_or_default()
}

fn add<K: Eq + Hash>(index: &mut Index<K>, key: K, position: Position) {
    match index.entry(key) {
        Entry::Occupied(mut known) => known.get_mut().insert(position),
        Entry::Vacant(new) => _ = new.insert(Positions::of(position)),
    }
}

fn remove<K: Eq + Hash>(index: &mut Index<K>, key: K, position: Position) {
    if let Entry::Occupied(mut known) = index.entry(key) {
        known.get_mut().remove(position);
        if known.get().is_empty() {
            known.remove();
        }
    }
}

/// The hash of a name within something. Names of one hash are told apart when they are looked up.
fn hashed(outer: Uuid, name: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one((outer, name))
}
