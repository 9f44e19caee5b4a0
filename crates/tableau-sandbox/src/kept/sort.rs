//! Sorting by one field or several.

use std::cmp::Ordering;

use tableau_wire::{Direction, Sort};

use super::column::{Column, Kind, Value};
use crate::refusal::Refusal;
use crate::store::State;

pub(super) type Key<R> = (&'static Column<R>, Direction);

/// The keys of a sort; a list of tags has no order.
pub(super) fn keys<R>(sort: &Sort, columns: &'static [Column<R>]) -> Result<Vec<Key<R>>, Refusal> {
    let key = |(field, direction): &(String, Direction)| {
        let column = columns
            .iter()
            .find(|column| column.name == field && column.kind != Kind::Tags);
        column
            .map(|column| (column, *direction))
            .ok_or_else(|| Refusal::sort(format_args!("The list cannot be sorted by '{field}'.")))
    };
    sort.keys.iter().map(key).collect()
}

/// The records in the order of the keys; the sort is stable.
///
/// Texts are ordered by code point, capitals first; the collation of real servers depends on their configuration.
pub(super) fn sorted<'s, R>(records: Vec<&'s R>, keys: &[Key<R>], state: &'s State) -> Vec<&'s R> {
    if keys.is_empty() {
        return records;
    }
    let values = |record: &'s R| -> Vec<Value<'s>> {
        keys.iter()
            .map(|(column, _)| (column.value)(record, state))
            .collect()
    };
    let mut rows: Vec<_> = records
        .into_iter()
        .map(|record| (values(record), record))
        .collect();
    rows.sort_by(|(left, _), (right, _)| {
        let compared =
            left.iter()
                .zip(right)
                .zip(keys)
                .map(|((left, right), (_, direction))| match direction {
                    Direction::Asc => left.cmp(right),
                    Direction::Desc => right.cmp(left),
                });
        compared.fold(Ordering::Equal, Ordering::then)
    });
    rows.into_iter().map(|(_, record)| record).collect()
}
