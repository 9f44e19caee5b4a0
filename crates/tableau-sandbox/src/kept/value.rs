//! The values of fields, taken out of wire types by their names.

use jiff::Timestamp;
use serde::Serialize;
use tableau_wire::{Shape, ValueKind};

use super::probe::probe;

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Flag,
    Time,
}

/// The value of a field.
///
/// Missing values come last in ascending order, as in Tableau's own database; that Tableau sorts so is inferred.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Text(String),
    /// The labels of tags.
    Labels(Vec<String>),
    Number(i64),
    Flag(bool),
    Time(Timestamp),
    Missing,
}

impl Value {
    /// The value at a path of members, such as `owner.name`, as a field of this type.
    pub(crate) fn at(of: &impl Serialize, path: &str, kind: Kind) -> Self {
        match (probe(of, path), kind) {
            (Self::Text(text), Kind::Time) => text.parse().map_or(Self::Missing, Self::Time),
            // Tableau's schema has some booleans and numbers as text.
            (Self::Text(text), Kind::Flag) => text.parse().map_or(Self::Missing, Self::Flag),
            (Self::Text(text), Kind::Number) => text.parse().map_or(Self::Missing, Self::Number),
            (value, _) => value,
        }
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Missing, |text| Self::Text(text.to_owned()))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(time: Option<Timestamp>) -> Self {
        time.map_or(Self::Missing, Self::Time)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The type of the member at a path, if the shape has it.
pub(crate) fn kind_in(shape: Shape, path: &str) -> Option<Kind> {
    let (head, rest) = path
        .split_once('.')
        .map_or((path, None), |(head, rest)| (head, Some(rest)));
    let field = shape.fields().iter().find(|field| field.name == head)?;
    Some(match (field.kind, rest) {
        (ValueKind::Object(inner), Some(rest)) => return kind_in(*inner, rest),
        (ValueKind::Number, None) => Kind::Number,
        (ValueKind::Boolean, None) => Kind::Flag,
        (ValueKind::Timestamp, None) => Kind::Time,
        _ => Kind::Text,
    })
}
