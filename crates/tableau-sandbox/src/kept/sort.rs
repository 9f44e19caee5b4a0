//! Sorting by one field or several.

use tableau_wire::{Direction, Sort};

use super::field::{Field, described};
use super::resource::Kept;
use crate::refusal::Refusal;

/// The fields of the keys of a sort; a list of tags has no order.
pub(super) fn keys<R: Kept>(sort: &Sort) -> Result<Vec<Field<R>>, Refusal> {
    let mut keys = Vec::with_capacity(sort.keys.len());
    for (name, _) in &sort.keys {
        match described::<R>(name) {
            Some((_, field)) if name != "tags" => keys.push(field),
            _ => {
                let detail = format_args!("The list cannot be sorted by '{name}'.");
                return Err(Refusal::sort(detail));
            }
        }
    }
    Ok(keys)
}

/// The directions of the keys.
pub(super) fn directions(sort: &Sort) -> Vec<Direction> {
    sort.keys.iter().map(|(_, direction)| *direction).collect()
}
