//! Resources that are stored as they are shown, and what all of them share: verbs, rights, fields, filters, sorting, pages.
//!
//! A resource says what is its own by implementing [`Kept`]; the rest follows from its description in `tableau-wire`.

pub(crate) mod content;
mod field;
mod filter;
mod page;
mod plan;
mod probe;
pub(crate) mod relation;
pub(crate) mod rights;
pub(crate) mod row;
mod sort;
pub(crate) mod value;
pub(crate) mod verbs;

use std::any::Any;

use jiff::Timestamp;
use tableau_wire::{Filter, Resource, Sort};
use uuid::Uuid;

pub(crate) use self::content::Content;
use self::field::Field;
use self::page::Paging;
pub(crate) use self::plan::Plan;
pub(crate) use self::relation::Parent;
pub(crate) use self::rights::Rights;
pub(crate) use self::value::{Kind, Value};
use crate::auth::parse_id;
pub(crate) use crate::clock::time;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{Row, Stored};

/// The sources of members other than the row.
#[derive(Clone, Copy)]
pub(crate) struct Context<'s> {
    pub(crate) state: &'s State,
    /// The address of the sandbox.
    pub(crate) origin: &'s str,
}

/// A resource that is stored as it is shown.
///
/// Everything here has a default; a resource gives what is its own.
pub(crate) trait Kept: Resource + Stored {
    /// Who may list it; rows that a caller may not see are left out.
    const MAY_LIST: Rights = Self::MAY_READ;
    /// Who may get one.
    const MAY_READ: Rights = Rights::Administrators;
    /// Who may create one; a capability is one on the project or the parent that will contain it.
    const MAY_CREATE: Rights = Self::MAY_WRITE;
    /// Who may change one.
    const MAY_WRITE: Rights = Rights::Administrators;
    /// Who may delete one.
    const MAY_DELETE: Rights = Self::MAY_WRITE;
    /// The code of the refusal to get one that the caller may not see.
    const UNSEEN: &'static str = "403004";
    /// The member with its identifier.
    const ID: &'static str = "id";
    /// The permissions it has as content; without any it has those of its parent.
    const CONTENT: Option<&'static Content> = None;
    /// The kind that it is part of.
    const PARENT: Option<Parent> = None;
    /// Fields that filters, sorting and `fields` name differently from its members: each with the path of the member.
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[];
    /// The members that are not stored but follow from other rows.
    const COMPUTED: &'static [Computed<Self>] = &[];

    /// The members that the options of a list or a get ask for.
    fn asked(_options: &dyn Any) -> &'static [&'static str] {
        &[]
    }

    /// The value that a filter's text stands for.
    fn meant<'v>(_field: &str, text: &'v str) -> &'v str {
        text
    }

    /// The row that an identifier in a path means.
    fn find<'s>(state: &'s State, site: Uuid, id: &str) -> Option<&'s Row<Self>> {
        let row = parse_id(id).and_then(|id| Self::table(state).get(id));
        row.filter(|row| row.site == site)
    }

    /// Sets what the server adds to a new one, apart from its identifier and times.
    fn begin(_row: &mut Row<Self>, _state: &State) {}

    /// Sets what the server changes at every change, apart from its time.
    fn touch(_row: &mut Row<Self>, _now: Timestamp) {}

    /// Checks one before it is stored.
    fn check(_row: &Row<Self>, _state: &State) -> Result<(), Refusal> {
        Ok(())
    }

    /// The item whose permissions decide about a row.
    fn item(row: &Row<Self>, state: &State) -> Option<rights::Item> {
        rights::item_of(row, state)
    }
}

/// A member that follows from other rows, or a field that only filters and sorting know.
pub(crate) enum Computed<R: Stored> {
    Member(&'static str, fn(&mut R, &Row<R>, &Context<'_>)),
    Field(&'static str, Kind, fn(&Row<R>, &Context<'_>) -> Value),
}

/// The refusal for an unknown identifier, by the description of the resource.
pub(crate) fn missing<R: Resource>(id: &str) -> Refusal {
    Refusal::not_found(R::MISSING.unwrap_or("404003"), &capitalized(R::NOUN), id)
}

fn capitalized(noun: &str) -> String {
    let mut letters = noun.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Sets a member by its name, if the type has it.
pub(crate) fn set<R: Resource, T: 'static>(shown: &mut R, name: &str, value: T) {
    if let Some(member) = shown.member(name).and_then(<dyn Any>::downcast_mut) {
        *member = value;
    }
}

/// The rows that meet the filter, in the order of the sort.
pub(crate) fn select<'s, R: Kept>(
    rows: impl Iterator<Item = &'s Row<R>>,
    filter: Option<&Filter>,
    sort: Option<&Sort>,
    context: &Context<'_>,
) -> Result<Vec<&'s Row<R>>, Refusal> {
    let tests = filter.map(filter::tests).transpose()?.unwrap_or_default();
    let keys = sort.map(sort::keys).transpose()?.unwrap_or_default();
    let rows = rows.filter(|row| tests.iter().all(|test| test.passes(row, context)));
    Ok(sort::sorted(rows.collect(), &keys, context))
}

/// A field by which lists of the resource are filtered and sorted.
fn field<R: Kept>(name: &str) -> Option<(&'static [tableau_wire::Operator], Field<R>)> {
    let described = R::FILTERS.iter().find(|field| field.name == name)?;
    Some((
        described.operators,
        Field::new(described.name, described.operators),
    ))
}

#[cfg(test)]
mod rights_tests;
#[cfg(test)]
mod tests;
