//! The fields that lists are filtered and sorted by.

use std::borrow::Cow;

use jiff::Timestamp;
use tableau_wire::Operator;
use tableau_wire::Operator::{Cieq, Eq, Gt, Gte, In, Lt, Lte};

use crate::store::State;
use crate::store::record::{Filed, Owned};

/// A field of a resource, by the name that filters and sorts use.
pub(crate) struct Column<R> {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) operators: &'static [Operator],
    pub(crate) value: for<'s> fn(&'s R, &'s State) -> Value<'s>,
}

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, std::cmp::Eq)]
pub(crate) enum Kind {
    Text,
    Tags,
    Number,
    Flag,
    Time,
}

/// The value of a record's field.
///
/// Missing values come last in ascending order, as in Tableau's own database; that Tableau sorts so is inferred.
#[derive(Debug, Clone, PartialEq, std::cmp::Eq, PartialOrd, Ord)]
pub(crate) enum Value<'s> {
    Text(Cow<'s, str>),
    Tags(&'s [String]),
    Number(u64),
    Flag(bool),
    Time(Timestamp),
    Missing,
}

pub(crate) const EQUAL: &[Operator] = &[Eq];
const ONE_OF: &[Operator] = &[Eq, In];
pub(crate) const ONE_OF_ANY_CASE: &[Operator] = &[Eq, In, Cieq];
const RANGE: &[Operator] = &[Eq, Gt, Gte, Lt, Lte];

impl<R> Column<R> {
    /// A text that is equal to one value or one of several.
    pub(crate) const fn text(name: &'static str, value: for<'s> fn(&'s R, &'s State) -> Value<'s>) -> Self {
        Self {
            name,
            kind: Kind::Text,
            operators: ONE_OF,
            value,
        }
    }

    pub(crate) const fn tags(value: for<'s> fn(&'s R, &'s State) -> Value<'s>) -> Self {
        Self {
            name: "tags",
            kind: Kind::Tags,
            operators: ONE_OF,
            value,
        }
    }

    pub(crate) const fn number(name: &'static str, value: for<'s> fn(&'s R, &'s State) -> Value<'s>) -> Self {
        Self {
            name,
            kind: Kind::Number,
            operators: RANGE,
            value,
        }
    }

    pub(crate) const fn flag(name: &'static str, value: for<'s> fn(&'s R, &'s State) -> Value<'s>) -> Self {
        Self {
            name,
            kind: Kind::Flag,
            operators: EQUAL,
            value,
        }
    }

    pub(crate) const fn time(name: &'static str, value: for<'s> fn(&'s R, &'s State) -> Value<'s>) -> Self {
        Self {
            name,
            kind: Kind::Time,
            operators: RANGE,
            value,
        }
    }

    /// The same field with other operators.
    pub(crate) const fn takes(mut self, operators: &'static [Operator]) -> Self {
        self.operators = operators;
        self
    }
}

impl<R: Owned> Column<R> {
    /// The owner's name: the sign-in name. That Tableau means this one and not the full name is inferred.
    pub(crate) const OWNER_NAME: Self = Self::text("ownerName", |record, state| {
        text_or_missing(
            record
                .owner(state)
                .and_then(|owner| state.account(owner))
                .map(|account| &account.name),
        )
    });

    pub(crate) const OWNER_EMAIL: Self = Self::text("ownerEmail", |record, state| {
        text_or_missing(
            record
                .owner(state)
                .and_then(|owner| state.account(owner))
                .map(|account| &account.email),
        )
    });

    pub(crate) const OWNER_DOMAIN: Self = Self::text("ownerDomain", |record, state| {
        text_or_missing(
            record
                .owner(state)
                .and_then(|owner| state.account(owner))
                .map(|account| &account.domain),
        )
    });
}

impl<R: Filed> Column<R> {
    pub(crate) const PROJECT_NAME: Self = Self::text("projectName", |record, state| {
        text_or_missing(record.project(state).map(|project| &project.name))
    });
}

fn text_or_missing(text: Option<&String>) -> Value<'_> {
    text.map_or(Value::Missing, Value::from)
}

impl<'s> From<&'s String> for Value<'s> {
    fn from(text: &'s String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}
