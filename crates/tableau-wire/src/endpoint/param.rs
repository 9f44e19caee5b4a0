//! The arguments of a call.

use super::{Operation, ValueKind};

/// An argument in the path or the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Where it goes.
    pub place: Place,
    /// The kind of its value.
    pub kind: ValueKind,
    /// Whether it is required.
    pub required: bool,
}

/// Where an argument goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Into the path.
    Path,
    /// Into the query.
    Query,
    /// Any number of parameters whose names begin with this one's: `vf_`.
    QuerySet,
    /// Into a header.
    Header,
}

impl Operation {
    /// All its arguments: its own, and those of all lists.
    pub fn all_params(&self) -> impl Iterator<Item = &'static Param> + use<> {
        self.params.iter().chain(self.options)
    }

    /// Whether it gives a list page by page.
    #[must_use]
    pub fn is_paged(&self) -> bool {
        self.all_params().any(|param| param.name == "pageNumber")
    }

    /// The parameter by which a further page is asked for by a token of the page before, if that is how its list has pages.
    #[must_use]
    pub fn page_token(&self) -> Option<&'static str> {
        self.all_params()
            .map(|param| param.name)
            .find(|name| *name == "page_token")
    }
}
