//! Filters: which records meet every condition.

use tableau_wire::{Condition, Filter, Operator, Timestamp};

use super::column::{Column, Kind, Value};
use crate::refusal::Refusal;
use crate::store::State;

/// A condition, checked against the table of a resource.
pub(super) struct Test<R: 'static> {
    column: &'static Column<R>,
    operator: Operator,
    wanted: Vec<Wanted>,
}

/// A value of a condition, in the type of its field.
#[derive(Debug, PartialEq)]
enum Wanted {
    Text(String),
    Number(u64),
    Flag(bool),
    Time(jiff::Timestamp),
}

pub(super) fn tests<R>(filter: &Filter, columns: &'static [Column<R>]) -> Result<Vec<Test<R>>, Refusal> {
    filter
        .conditions
        .iter()
        .map(|condition| test(condition, columns))
        .collect()
}

fn test<R>(condition: &Condition, columns: &'static [Column<R>]) -> Result<Test<R>, Refusal> {
    let Condition {
        field,
        operator,
        values,
    } = condition;
    let column = columns
        .iter()
        .find(|column| column.name == field)
        .ok_or_else(Refusal::unknown_key)?;
    if !column.operators.contains(operator) {
        return Err(Refusal::filter(format_args!(
            "The operator '{operator}' is not supported for key '{field}'."
        )));
    }
    let wanted = values.iter().map(|value| {
        wanted(column.kind, value).ok_or_else(|| {
            Refusal::filter(format_args!(
                "The value '{value}' is not valid for key '{field}'."
            ))
        })
    });
    Ok(Test {
        column,
        operator: *operator,
        wanted: wanted.collect::<Result<_, _>>()?,
    })
}

fn wanted(kind: Kind, value: &str) -> Option<Wanted> {
    Some(match kind {
        Kind::Text | Kind::Tags => Wanted::Text(value.to_owned()),
        Kind::Number => Wanted::Number(value.parse().ok()?),
        Kind::Flag => Wanted::Flag(match value.to_ascii_lowercase().as_str() {
            "true" => true,
            "false" => false,
            _ => return None,
        }),
        Kind::Time => Wanted::Time(value.parse::<Timestamp>().ok()?.instant()?),
    })
}

impl<R> Test<R> {
    pub(super) fn passes(&self, record: &R, state: &State) -> bool {
        let value = (self.column.value)(record, state);
        self.wanted.iter().any(|wanted| self.holds(&value, wanted))
    }

    fn holds(&self, value: &Value<'_>, wanted: &Wanted) -> bool {
        let order = match (value, wanted) {
            (Value::Text(text), Wanted::Text(wanted)) if self.operator == Operator::Cieq => {
                return text.to_lowercase() == wanted.to_lowercase();
            }
            (Value::Text(text), Wanted::Text(wanted)) if self.operator == Operator::Has => {
                return text.contains(wanted.as_str());
            }
            (Value::Text(text), Wanted::Text(wanted)) => text.as_ref().cmp(wanted),
            // A list of tags matches if any tag does.
            (Value::Tags(tags), Wanted::Text(wanted)) => return tags.contains(wanted),
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
