//! What a resource says about itself to be served.

use tableau_wire::{Element, Fetched, Listed};
use uuid::Uuid;

use super::column::Column;
use super::fields::{Member, Nested};
use crate::auth::Caller;
use crate::refusal::Refusal;
use crate::store::{Record, State};

/// A resource that the sandbox serves: where its records are, and what of them is seen, filtered and sorted by.
pub(crate) trait Served: Element + Default + 'static {
    type Record: Record;
    /// What lists are filtered and sorted by.
    const COLUMNS: &'static [Column<Self::Record>] = &[];
    /// What an answer says about one record.
    const MEMBERS: &'static [Member<Self>];
    /// What an answer says about what belongs to a record.
    const NESTED: &'static [Nested<Self>] = &[];

    /// Whether the caller sees a record in lists.
    fn is_seen(_record: &Self::Record, _state: &State, _caller: &Caller) -> bool {
        true
    }

    /// The value that a filter means by what it says.
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

/// A resource of which one is served.
pub(crate) trait Gettable: Served {
    /// The resource that gives it.
    type Of: Fetched<One = Self>;
    /// The code and the word for one that is not there.
    const NOT_FOUND: (&'static str, &'static str);

    /// Whether the caller may ask for the one.
    fn admit(_: &Caller, _: Option<Uuid>) -> Result<(), Refusal> {
        Ok(())
    }

    /// The code of the refusal for a caller who may not see the one that is there.
    const UNSEEN: &'static str = "403004";

    /// The members that the options ask for.
    fn asked(_: &<Self::Of as Fetched>::Options) -> &'static [&'static str] {
        &[]
    }
}

/// The refusal for one that is not there.
pub(crate) fn missing<S: Gettable>(id: &str) -> Refusal {
    Refusal::not_found(S::NOT_FOUND.0, S::NOT_FOUND.1, id)
}
