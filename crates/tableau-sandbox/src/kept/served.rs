//! The traits of a resource that the sandbox serves.

use tableau_wire::{Element, Fetched, Listed, Resource};
use uuid::Uuid;

use super::column::Column;
use super::fields::{Member, Nested};
use crate::auth::Caller;
use crate::refusal::Refusal;
use crate::store::{Record, State};

/// A resource that the sandbox serves: its records, their members in answers, and the fields to filter and sort by.
pub(crate) trait Served: Element + Default + 'static {
    type Record: Record;
    /// The fields that lists are filtered and sorted by.
    const COLUMNS: &'static [Column<Self::Record>] = &[];
    /// The members of a record in answers.
    const MEMBERS: &'static [Member<Self>];
    /// The related records in answers.
    const NESTED: &'static [Nested<Self>] = &[];

    /// Whether the caller sees a record in lists.
    fn is_seen(_record: &Self::Record, _state: &State, _caller: &Caller) -> bool {
        true
    }

    /// The value that a filter's text stands for.
    fn meant<'v>(_field: &str, value: &'v str) -> &'v str {
        value
    }
}

/// A resource whose lists are served.
pub(crate) trait Listable: Served + Listed {
    /// Whether the caller may list.
    fn admit(_: &Caller) -> Result<(), Refusal> {
        Ok(())
    }

    /// The members that the options ask for.
    fn asked(_: &<Self as Listed>::Options) -> &'static [&'static str] {
        &[]
    }
}

/// A resource that can be got by its identifier.
pub(crate) trait Gettable: Served {
    /// The resource that gives it.
    type Of: Fetched<One = Self>;

    /// Whether the caller may call it.
    fn admit(_: &Caller, _: Option<Uuid>) -> Result<(), Refusal> {
        Ok(())
    }

    /// The code of the refusal for a caller who may not see an existing one.
    const UNSEEN: &'static str = "403004";

    /// The members that the options ask for.
    fn asked(_: &<Self::Of as Fetched>::Options) -> &'static [&'static str] {
        &[]
    }
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
