//! Filters by what holds of each value of a dimension.

use tableau_wire::rest::vizql_data_service::{Comparison, QueryFilter};

use super::Unanswered;
use super::filter::{day, missing};
use super::formula::{Formula, Terms};
use super::value::Value;

/// A measure of each value, compared with another.
pub(super) struct Condition {
    pub(super) measure: Formula,
    comparison: Comparison,
    value: Value,
}

impl Condition {
    pub(super) fn of(terms: &Terms<'_>, filter: &QueryFilter) -> Result<Self, Unanswered> {
        if filter.calculation.is_some() {
            return Err(Unanswered::invalid(
                "The sandbox does not compute the calculation of a CONDITION filter: use a condition.",
            ));
        }
        let wanted = filter.condition.as_ref();
        let wanted = wanted.ok_or_else(|| missing(filter, "condition or calculation"))?;
        let measure = terms.field(&wanted.field_caption, Some(&wanted.function))?;
        if !measure.is_aggregate() {
            return Err(missing(filter, "a condition with a function that aggregates"));
        }
        if let Comparison::Other(other) = &wanted.comparison {
            return Err(Unanswered::invalid(format_args!(
                "There is no comparison {other}."
            )));
        }
        let value = match Value::of_json(&wanted.value) {
            Value::Number(number) => Value::Number(number),
            Value::Text(text) => day(Some(&text))?.map_or(Value::Null, Value::Date),
            _ => return Err(missing(filter, "a condition whose value is a number or a day")),
        };
        Ok(Self {
            measure,
            comparison: wanted.comparison.clone(),
            value,
        })
    }

    /// Whether it holds of a measure; of a missing one, or one of another kind, it does not (inferred).
    pub(super) fn holds(&self, found: &Value) -> bool {
        std::mem::discriminant(found) == std::mem::discriminant(&self.value)
            && match self.comparison {
                Comparison::Equal => *found == self.value,
                Comparison::Unequal => *found != self.value,
                Comparison::Less => *found < self.value,
                Comparison::LessOrEqual => *found <= self.value,
                Comparison::Greater => *found > self.value,
                _ => *found >= self.value,
            }
    }
}
