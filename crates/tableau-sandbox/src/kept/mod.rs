//! Pages, filters, sorting and fields: the same for every resource, over tables that say what each has.

mod column;
pub(crate) mod crud;
mod fields;
mod filter;
mod page;
pub(crate) mod rights;
mod served;
mod sort;
pub(crate) mod verbs;

pub(crate) use self::column::{Column, EQUAL, ONE_OF_ANY_CASE, Value};
pub(crate) use self::fields::{Context, Level, Member, Nested, Plan, Selection, only};
pub(crate) use self::served::{Gettable, Listable, Served, missing};

use tableau_wire::{Filter, Sort};

use crate::refusal::Refusal;
use crate::store::State;

/// The records that meet the filter, in the order of the sort.
pub(crate) fn select<'s, R>(
    records: impl Iterator<Item = &'s R>,
    columns: &'static [Column<R>],
    filter: Option<&Filter>,
    sort: Option<&Sort>,
    state: &'s State,
) -> Result<Vec<&'s R>, Refusal> {
    let tests = filter
        .map(|filter| filter::tests(filter, columns))
        .transpose()?
        .unwrap_or_default();
    let keys = sort
        .map(|sort| sort::keys(sort, columns))
        .transpose()?
        .unwrap_or_default();
    let records = records
        .filter(|record| tests.iter().all(|test| test.passes(record, state)))
        .collect();
    Ok(sort::sorted(records, &keys, state))
}

#[cfg(test)]
mod tests;
