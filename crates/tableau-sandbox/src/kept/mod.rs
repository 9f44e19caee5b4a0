//! Pages, filters, sorting and fields: the same code for every resource, over a table for each.

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

#[cfg(test)]
mod described {
    use tableau_wire::rest::{
        BackgroundJob, ConnectedApplication, Datasource, ExternalAuthorizationServer, Project, Site, User,
        View, Workbook,
    };
    use tableau_wire::{Operator, Resource};

    use std::collections::BTreeSet;

    use super::{Level, Nested, Served};

    type Filters = Vec<(&'static str, Vec<Operator>)>;

    fn served<S: Served>() -> Filters {
        let mut filters: Filters = S::COLUMNS
            .iter()
            .map(|column| (column.name, column.operators.to_vec()))
            .collect();
        filters.sort_by_key(|(name, _)| *name);
        filters
    }

    /// The fields that lists give anyway, and those that they give when asked.
    fn fields<S: Served>() -> [BTreeSet<String>; 2] {
        let members = |wanted: fn(Level) -> bool| {
            S::MEMBERS
                .iter()
                .filter(move |member| wanted(member.level))
                .map(|member| member.name.to_owned())
        };
        let nested = |names: fn(&Nested<S>) -> &'static [&'static str]| {
            S::NESTED.iter().flat_map(move |nested| {
                let dotted = |name: &&str| format!("{}.{name}", nested.name);
                names(nested).iter().map(dotted)
            })
        };
        let default: BTreeSet<_> = members(|level| level == Level::Default)
            .chain(nested(|nested| nested.default))
            .collect();
        let more = members(|level| matches!(level, Level::Detail | Level::All | Level::Named))
            .chain(nested(|nested| nested.all))
            .filter(|name| !default.contains(name))
            .collect();
        [default, more]
    }

    fn described<R: Resource>() -> Filters {
        let mut filters: Filters = R::FILTERS
            .iter()
            .map(|field| (field.name, field.operators.to_vec()))
            .collect();
        filters.sort_by_key(|(name, _)| *name);
        filters
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    /// Clients, help and references read the description, so the served fields must be the described ones.
    #[test]
    fn lists_understand_what_their_description_says() {
        macro_rules! alike {
            ($($resource:ty),*) => {$(
                assert_eq!(described::<$resource>(), served::<$resource>(), "{}", <$resource>::NOUN);
                let [default, more] = fields::<$resource>();
                if !more.is_empty() {
                    let sets = <$resource>::FIELDS;
                    assert_eq!(names(sets.default), default, "{}", <$resource>::NOUN);
                    assert_eq!(names(sets.more), more, "{}", <$resource>::NOUN);
                }
            )*};
        }
        alike!(
            Workbook,
            View,
            Datasource,
            Project,
            User,
            BackgroundJob,
            Site,
            ConnectedApplication,
            ExternalAuthorizationServer
        );
    }
}
