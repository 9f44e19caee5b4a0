//! Sorting by one field or several.

use std::cmp::Ordering;

use tableau_wire::{Direction, Sort};

use super::field::{Field, described};
use super::resource::{Context, Kept};
use super::value::Value;
use crate::refusal::Refusal;
use crate::store::row::Row;

pub(super) type Key<R> = (Field<R>, Direction);

/// The keys of a sort; a list of tags has no order.
pub(super) fn keys<R: Kept>(sort: &Sort) -> Result<Vec<Key<R>>, Refusal> {
    let key = |(name, direction): &(String, Direction)| {
        let field = described::<R>(name).filter(|_| name != "tags");
        field
            .map(|(_, field)| (field, *direction))
            .ok_or_else(|| Refusal::sort(format_args!("The list cannot be sorted by '{name}'.")))
    };
    sort.keys.iter().map(key).collect()
}

/// The rows in the order of the keys; the sort is stable.
///
/// Texts are ordered by code point, capitals first; the collation of real servers depends on their configuration.
pub(super) fn sorted<'s, R: Kept>(
    rows: Vec<&'s Row<R>>,
    keys: &[Key<R>],
    context: &Context<'_>,
) -> Vec<&'s Row<R>> {
    if keys.is_empty() {
        return rows;
    }
    let values =
        |row: &Row<R>| -> Vec<Value> { keys.iter().map(|(field, _)| field.value(row, context)).collect() };
    let mut rows: Vec<_> = rows.into_iter().map(|row| (values(row), row)).collect();
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
    rows.into_iter().map(|(_, row)| row).collect()
}
