//! Filters, sorting and fields: the small languages in the query of a list. Clients write them, servers read them.
//!
//! Source: "Filtering and Sorting in the Tableau REST API" and "Using Fields" of Tableau's reference.

mod filter;

use std::fmt;
use std::str::FromStr;

pub use filter::{Condition, Filter, Operator};

/// The order of a list: `name:asc,createdAt:desc`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sort {
    /// The fields, the most important first.
    pub keys: Vec<(String, Direction)>,
}

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The smallest first.
    Asc,
    /// The greatest first.
    Desc,
}

impl Sort {
    /// Sorted by a field, the smallest first.
    #[must_use]
    pub fn asc(field: impl Into<String>) -> Self {
        Self {
            keys: vec![(field.into(), Direction::Asc)],
        }
    }

    /// Sorted by a field, the greatest first.
    #[must_use]
    pub fn desc(field: impl Into<String>) -> Self {
        Self {
            keys: vec![(field.into(), Direction::Desc)],
        }
    }

    /// The same order, with another field for items that are equal so far.
    #[must_use]
    pub fn then(mut self, field: impl Into<String>, direction: Direction) -> Self {
        self.keys.push((field.into(), direction));
        self
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.keys.iter().map(|(field, direction)| {
            let direction = match direction {
                Direction::Asc => "asc",
                Direction::Desc => "desc",
            };
            format!("{field}:{direction}")
        });
        write_list(f, &keys.collect::<Vec<_>>())
    }
}

impl FromStr for Sort {
    type Err = InvalidQuery;

    fn from_str(text: &str) -> Result<Self, InvalidQuery> {
        let key = |part: &str| {
            let (field, direction) = part.split_once(':').unwrap_or((part, "asc"));
            let direction = match direction {
                "asc" => Direction::Asc,
                "desc" => Direction::Desc,
                _ => {
                    return Err(InvalidQuery::new(format_args!(
                        "`{direction}` is neither asc nor desc"
                    )));
                }
            };
            if field.is_empty() {
                return Err(InvalidQuery::new("a field to sort by has no name"));
            }
            Ok((field.to_owned(), direction))
        };
        Ok(Self {
            keys: text.split(',').map(key).collect::<Result<_, _>>()?,
        })
    }
}

/// Which fields a list gives: `_default_`, `_all_`, or names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    /// The names: `name`, `owner.email`, `_default_`.
    pub names: Vec<String>,
}

impl Fields {
    /// Every field.
    #[must_use]
    pub fn all() -> Self {
        Self {
            names: vec!["_all_".to_owned()],
        }
    }

    /// Only the fields named.
    #[must_use]
    pub fn only<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        Self {
            names: names.into_iter().map(Into::into).collect(),
        }
    }

    /// The default fields of a list, and those named.
    #[must_use]
    pub fn default_and<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Self {
        let mut fields = Self::only(["_default_"]);
        fields.names.extend(names.into_iter().map(Into::into));
        fields
    }

    /// Whether every field is requested.
    #[must_use]
    pub fn includes_all(&self) -> bool {
        self.names.iter().any(|name| name == "_all_")
    }
}

impl fmt::Display for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.names)
    }
}

impl FromStr for Fields {
    type Err = InvalidQuery;

    fn from_str(text: &str) -> Result<Self, InvalidQuery> {
        let names: Vec<_> = text.split(',').map(|name| name.trim().to_owned()).collect();
        if names.iter().any(String::is_empty) {
            return Err(InvalidQuery::new("a field has no name"));
        }
        Ok(Self { names })
    }
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(",")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

/// A field that a list can be filtered by (source: "Filtering and Sorting in the Tableau REST API").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FilterField {
    /// Its name: `ownerName`.
    pub name: &'static str,
    /// How it can be compared.
    pub operators: &'static [Operator],
}

/// The fields of a list (source: "Using Fields in the REST API").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldSets {
    /// Those that a list gives by default (`_default_`); empty if it gives all.
    pub default: &'static [&'static str],
    /// Those that it gives only on request.
    pub more: &'static [&'static str],
    /// Those that an answer about one item adds to the default ones.
    pub one: &'static [&'static str],
    /// Those on request that `_all_` leaves out: they come by their names.
    pub named: &'static [&'static str],
}

impl FieldSets {
    /// No sets: all fields come, and none is asked for.
    pub const NONE: Self = Self {
        default: &[],
        more: &[],
        one: &[],
        named: &[],
    };
}

/// An invalid filter, sort or list of fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidQuery(String);

impl InvalidQuery {
    fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }
}

impl fmt::Display for InvalidQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidQuery {}
