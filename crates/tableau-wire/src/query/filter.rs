//! Filters.

use std::fmt;
use std::str::FromStr;

use super::{InvalidQuery, write_list};

/// Conditions that items must all meet: `name:eq:Finance,size:gt:10`.
///
/// ```
/// use tableau_wire::{Filter, Operator};
///
/// let filter = Filter::eq("ownerName", "jsmith").and("size", Operator::Gt, "10");
/// assert_eq!(filter.to_string(), "ownerName:eq:jsmith,size:gt:10");
/// assert_eq!("ownerName:eq:jsmith,size:gt:10".parse(), Ok(filter));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// The conditions, in the order in which they were given.
    pub conditions: Vec<Condition>,
}

/// One condition of a [`Filter`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The name of the field, as in Tableau's reference: `ownerName`.
    pub field: String,
    /// How the field is compared.
    pub operator: Operator,
    /// The values to compare with; several with [`Operator::In`] only.
    pub values: Vec<String>,
}

/// How a field is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operator {
    /// Equal.
    Eq,
    /// Greater.
    Gt,
    /// Greater or equal.
    Gte,
    /// Less.
    Lt,
    /// Less or equal.
    Lte,
    /// One of a list.
    In,
    /// Contains.
    Has,
    /// Equal without regard to case.
    Cieq,
}

impl Operator {
    /// All operators.
    pub const ALL: &'static [Self] = &[
        Self::Eq,
        Self::Gt,
        Self::Gte,
        Self::Lt,
        Self::Lte,
        Self::In,
        Self::Has,
        Self::Cieq,
    ];

    /// The operator's name in a query.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::In => "in",
            Self::Has => "has",
            Self::Cieq => "cieq",
        }
    }
}

impl Filter {
    /// Items whose field is equal to the value.
    #[must_use]
    pub fn eq(field: impl Into<String>, value: impl Into<String>) -> Self {
        Self::default().and(field, Operator::Eq, value)
    }

    /// Items whose field is one of the values.
    #[must_use]
    pub fn one_of<V: Into<String>>(field: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        Self {
            conditions: vec![Condition {
                field: field.into(),
                operator: Operator::In,
                values,
            }],
        }
    }

    /// The same filter with one more condition.
    #[must_use]
    pub fn and(mut self, field: impl Into<String>, operator: Operator, value: impl Into<String>) -> Self {
        self.conditions.push(Condition {
            field: field.into(),
            operator,
            values: vec![value.into()],
        });
        self
    }

    /// Checks that the filter can be written: Tableau has no way to escape its separators.
    ///
    /// # Errors
    /// A value with `,` or `&`, which a server would take for the end of the condition, even if they are percent-encoded.
    pub fn check(&self) -> Result<(), InvalidQuery> {
        for Condition {
            field,
            operator,
            values,
        } in &self.conditions
        {
            if field.is_empty() || field.contains([':', ',', '&']) {
                return Err(InvalidQuery::new(format_args!(
                    "`{field}` is not the name of a field"
                )));
            }
            if values.is_empty() || (values.len() > 1 && *operator != Operator::In) {
                return Err(InvalidQuery::new(format_args!(
                    "`{field}:{operator}` takes one value"
                )));
            }
            for value in values {
                let separators: &[char] = if *operator == Operator::In {
                    &[',', '&', '[', ']']
                } else {
                    &[',', '&']
                };
                if value.is_empty() || value.contains(separators) {
                    return Err(InvalidQuery::new(format_args!(
                        "Tableau cannot filter `{field}` by `{value}`: a value may not be empty nor contain {}, and there is no way \
                         to escape them; ask for all items and compare them yourself",
                        separators
                            .iter()
                            .map(|c| format!("`{c}`"))
                            .collect::<Vec<_>>()
                            .join(" ")
                    )));
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            field,
            operator,
            values,
        } = self;
        match operator {
            Operator::In => write!(f, "{field}:in:[{}]", values.join(",")),
            _ => write!(f, "{field}:{operator}:{}", values.join(",")),
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, &self.conditions)
    }
}

impl FromStr for Operator {
    type Err = InvalidQuery;

    fn from_str(text: &str) -> Result<Self, InvalidQuery> {
        Self::ALL
            .iter()
            .copied()
            .find(|operator| operator.as_str() == text)
            .ok_or_else(|| {
                InvalidQuery::new(format_args!(
                    "`{text}` is not an operator; there are {}",
                    Self::ALL
                        .iter()
                        .map(|operator| operator.as_str())
                        .collect::<Vec<_>>()
                        .join(", ")
                ))
            })
    }
}

impl FromStr for Condition {
    type Err = InvalidQuery;

    // The messages for a missing value and an unknown key are the ones servers have been seen to give (code 400065).
    fn from_str(text: &str) -> Result<Self, InvalidQuery> {
        let Some((field, rest)) = text.split_once(':') else {
            return Err(InvalidQuery::new(format_args!(
                "The filter query is missing an operator for key '{text}'."
            )));
        };
        let (operator, value) = rest.split_once(':').unwrap_or((rest, ""));
        if value.is_empty() {
            return Err(InvalidQuery::new(format_args!(
                "The filter query is missing a value for key '{field}'."
            )));
        }
        let operator: Operator = operator.parse()?;
        let values = match (
            operator,
            value.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')),
        ) {
            // Python clients write `[1, 2]`.
            (Operator::In, Some(inner)) => inner.split(',').map(|value| value.trim().to_owned()).collect(),
            (Operator::In, None) if value.starts_with('[') => {
                return Err(InvalidQuery::new(format_args!(
                    "The filter query has a list without an end for key '{field}'."
                )));
            }
            // Trimmed like the values of a list, which it is written as.
            (Operator::In, None) => vec![value.trim().to_owned()],
            _ => vec![value.to_owned()],
        };
        let condition = Self {
            field: field.to_owned(),
            operator,
            values,
        };
        if condition.field.is_empty() || condition.values.iter().any(String::is_empty) {
            return Err(InvalidQuery::new(format_args!(
                "The filter query is missing a value for key '{field}'."
            )));
        }
        Ok(condition)
    }
}

impl FromStr for Filter {
    type Err = InvalidQuery;

    fn from_str(text: &str) -> Result<Self, InvalidQuery> {
        let mut conditions = Vec::new();
        let mut rest = Some(text);
        while let Some(text) = rest {
            let (condition, after) = split_condition(text);
            conditions.push(condition.parse()?);
            rest = after;
        }
        Ok(Self { conditions })
    }
}

/// The first condition, and the text after its comma.
///
/// Brackets have a meaning only where a list is expected: any other value may contain one.
fn split_condition(text: &str) -> (&str, Option<&str>) {
    let key_end = text.find(':').unwrap_or(text.len());
    let list = text.get(key_end..).filter(|rest| rest.starts_with(":in:["));
    let from = match list.map(|list| list.find("],")) {
        Some(Some(end)) => key_end + end + 1,
        Some(None) => text.len(),
        None => 0,
    };
    let comma = text
        .get(from..)
        .and_then(|rest| rest.find(','))
        .map(|at| from + at);
    match comma.and_then(|at| text.split_at_checked(at)) {
        Some((condition, rest)) => (condition, rest.strip_prefix(',')),
        None => (text, None),
    }
}
