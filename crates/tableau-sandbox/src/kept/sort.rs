//! Sorting by one field or several.

use tableau_wire::{Direction, Sort};

use super::field::{Field, described};
use super::resource::Kept;
use crate::refusal::Refusal;

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
