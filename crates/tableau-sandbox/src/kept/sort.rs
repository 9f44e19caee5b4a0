//! Sorting by one field or several.

use tableau_wire::{Direction, Sort};

use super::field::{Field, described};
use super::resource::Kept;
use crate::refusal::Refusal;

/// The fields of the keys of a sort; a list of tags has no order.
pub(super) fn keys<R: Kept>(sort: &Sort) -> Result<Vec<Field<R>>, Refusal> {
    let key = |(name, _): &(String, Direction)| {
        let field = described::<R>(name).filter(|_| name != "tags");
        field
            .map(|(_, field)| field)
            .ok_or_else(|| Refusal::sort(format_args!("The list cannot be sorted by '{name}'.")))
    };
    sort.keys.iter().map(key).collect()
}

/// The directions of the keys.
pub(super) fn directions(sort: &Sort) -> Vec<Direction> {
    sort.keys.iter().map(|(_, direction)| *direction).collect()
}
