//! Filters: which rows meet every condition.

use tableau_wire::{Condition, Filter, Operator, Timestamp};
use uuid::Uuid;

use super::field::{Field, described};
use super::resource::{Context, Kept};
use super::value::{Kind, Value};
use crate::refusal::Refusal;
use crate::store::row::Row;

/// A condition, checked against the description of a resource.
pub(super) struct Test<R: Kept> {
    pub(super) field: Field<R>,
    comparison: Comparison,
}

/// An operator and its values, in the type of a field.
pub(crate) struct Comparison {
    operator: Operator,
    wanted: Vec<Wanted>,
}

/// A value of a condition, in the type of its field.
#[derive(Debug, PartialEq)]
enum Wanted {
    Text(String),
    Number(i64),
    Flag(bool),
    Time(jiff::Timestamp),
}

pub(super) fn tests<R: Kept>(filter: &Filter) -> Result<Vec<Test<R>>, Refusal> {
    let mut tests = Vec::with_capacity(filter.conditions.len());
    for condition in &filter.conditions {
        tests.push(test(condition)?);
    }
    Ok(tests)
}

fn test<R: Kept>(condition: &Condition) -> Result<Test<R>, Refusal> {
    let Condition {
        field: name,
        operator,
        values,
    } = condition;
    let (operators, field) = described::<R>(name).ok_or_else(Refusal::unknown_key)?;
    if !operators.contains(operator) {
        return Err(Refusal::filter(format_args!(
            "The operator '{operator}' is not supported for key '{name}'."
        )));
    }
    let mut meant = Vec::with_capacity(values.len());
    for value in values {
        meant.push(R::meant(name, value));
    }
    let comparison = Comparison::new(name, *operator, &meant, field.kind())?;
    Ok(Test { field, comparison })
}

fn wanted(kind: Kind, value: &str) -> Option<Wanted> {
    Some(match kind {
        Kind::Text => Wanted::Text(value.to_owned()),
        Kind::Number => Wanted::Number(value.parse::<u64>().ok()?.try_into().ok()?),
        // In small letters, and a time with its `T` and its zone (tableau/server-client-python#1805).
        Kind::Flag => Wanted::Flag(value.parse().ok()?),
        Kind::Time => {
            let has_zone = value.ends_with('Z') || value.get(11..)?.contains(['+', '-']);
            let is_whole = has_zone && value.get(10..11) == Some("T");
            Wanted::Time(is_whole.then(|| value.parse::<Timestamp>())?.ok()?.instant()?)
        }
    })
}

impl<R: Kept> Test<R> {
    pub(super) fn passes(&self, row: &Row<R>, context: &Context<'_>) -> bool {
        self.comparison.holds(&self.field.value(row, context))
    }

    /// Whether the rows pass that refer to another one, where the test is about that.
    pub(super) fn passes_for(&self, referred: Uuid, context: &Context<'_>) -> bool {
        self.comparison
            .holds(&self.field.related_value(referred, context))
    }
}

impl Comparison {
    /// Reads the values as values of a type; `name` is that of the field.
    pub(crate) fn new(name: &str, operator: Operator, values: &[&str], kind: Kind) -> Result<Self, Refusal> {
        let wanted = values.iter().map(|value| {
            wanted(kind, value).ok_or_else(|| {
                Refusal::filter(format_args!("The value '{value}' is not valid for key '{name}'."))
            })
        });
        Ok(Self {
            operator,
            wanted: wanted.collect::<Result<_, _>>()?,
        })
    }

    /// Whether a value meets it: one of the values has to fit.
    pub(crate) fn holds(&self, value: &Value) -> bool {
        self.wanted.iter().any(|wanted| self.fits(value, wanted))
    }

    fn fits(&self, value: &Value, wanted: &Wanted) -> bool {
        let order = match (value, wanted) {
            (Value::Text(text), Wanted::Text(wanted)) if self.operator == Operator::Cieq => {
                return text.to_lowercase() == wanted.to_lowercase();
            }
            (Value::Text(text), Wanted::Text(wanted)) if self.operator == Operator::Has => {
                return text.contains(wanted.as_str());
            }
            (Value::Text(text), Wanted::Text(wanted)) => text.cmp(wanted),
            // A list of tags matches if any tag does.
            (Value::Labels(labels), Wanted::Text(wanted)) => return labels.contains(wanted),
            (Value::Number(number), Wanted::Number(wanted)) => number.cmp(wanted),
            (Value::Flag(flag), Wanted::Flag(wanted)) => flag.cmp(wanted),
            // Clients see whole seconds and compare with them.
            (Value::Time(time), Wanted::Time(wanted)) => time.as_second().cmp(&wanted.as_second()),
            _ => return false,
        };
        match self.operator {
            Operator::Eq | Operator::In | Operator::Cieq | Operator::Has => order.is_eq(),
            Operator::Gt => order.is_gt(),
            Operator::Gte => order.is_ge(),
            Operator::Lt => order.is_lt(),
            Operator::Lte => order.is_le(),
        }
    }
}
