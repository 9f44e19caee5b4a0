//! The rows of a data source: those that its file carries as text, or rows that are made up, the same for the same data source.

use std::collections::HashMap;

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};
use tableau_wire::rest::vizql_data_service::DataType;

use super::field::{Field, Fields};
use super::value::Value;
use crate::render;
use crate::rng::Rng;

/// The year of the rows that are made up.
const YEAR: i16 = 2026;
/// How many rows are made up.
const ROWS: usize = 72;
/// Over how many days their dates are spread.
const DAYS: u64 = 181;
/// How many different texts a field has.
const TEXTS: u64 = 4;

/// The rows of a table as text, by the names of their columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TextRows {
    /// The relation by which the fields of the data source know the table.
    pub(crate) relation: String,
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

/// The fields and rows of a data source.
pub(crate) struct Data {
    pub(super) fields: Fields,
    rows: Vec<Vec<Value>>,
}

impl Data {
    /// The sandbox's own data, for a seed.
    pub(crate) fn own(seed: &str) -> Self {
        let rows = render::rows(seed).enumerate().map(|(place, row)| {
            let text = |text: &str| Value::Text(text.to_owned());
            let [region, category, month] = row.dimensions;
            let day = i8::try_from(place % 28).unwrap_or_default() + 1;
            let date = Date::new(YEAR, row.month, day).map_or(Value::Null, Value::Date);
            let cents = |cents: i64| Value::Number(cents as f64 / 100.0);
            let quantity = Value::Number((row.sales / 25_000 + 1) as f64);
            vec![
                text(region),
                text(category),
                text(month),
                date,
                cents(row.sales),
                cents(row.profit),
                quantity,
            ]
        });
        Self {
            fields: Fields::own(seed),
            rows: rows.collect(),
        }
    }

    /// The data of a published data source, with the rows that its file carries, if any.
    pub(crate) fn of(fields: Fields, seed: &str, carried: Option<&TextRows>) -> Self {
        let count = carried.map_or(ROWS, |carried| carried.rows.len());
        let columns: Vec<Vec<Value>> = fields
            .all
            .iter()
            .map(|field| match carried.and_then(|carried| read(field, carried)) {
                Some(values) => values,
                None if field.is_computed => vec![Value::Null; count],
                None => made_up(field, seed, count),
            })
            .collect();
        let row = |place: usize| {
            let values = columns.iter().map(|column| column.get(place).cloned());
            values.map(Option::unwrap_or_default).collect()
        };
        Self {
            rows: (0..count).map(row).collect(),
            fields,
        }
    }

    /// Data of which every row is given, a value for each field that has this name.
    pub(crate) fn given(fields: Fields, rows: &[HashMap<&str, Value>]) -> Self {
        let row = |row: &HashMap<&str, Value>| {
            let values = fields
                .all
                .iter()
                .map(|field| row.get(field.caption.as_str()).cloned());
            values.map(Option::unwrap_or_default).collect()
        };
        Self {
            rows: rows.iter().map(row).collect(),
            fields,
        }
    }

    /// The last day that has rows.
    pub(crate) fn last_day(&self) -> Option<Date> {
        let dates = self.rows.iter().flatten().filter_map(Value::date);
        dates.max()
    }

    pub(super) fn rows(&self) -> &[Vec<Value>] {
        &self.rows
    }
}

/// The values of a field that a file carries; `None` if it does not.
fn read(field: &Field, carried: &TextRows) -> Option<Vec<Value>> {
    let (relation, column) = field.column.as_ref()?;
    if *relation != carried.relation {
        return None;
    }
    let place = carried
        .columns
        .iter()
        .position(|name| name.eq_ignore_ascii_case(column))?;
    let value = |row: &Vec<String>| {
        row.get(place)
            .map_or(Value::Null, |text| typed(text.trim(), &field.data_type))
    };
    Some(carried.rows.iter().map(value).collect())
}

/// A text as a value of a type; what is none is missing.
fn typed(text: &str, data_type: &DataType) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let value = match data_type {
        DataType::Integer | DataType::Real => text
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(Value::Number),
        DataType::Boolean => text.to_ascii_lowercase().parse().ok().map(Value::Bool),
        DataType::Date => day(text).map(Value::Date),
        DataType::DateTime => text
            .parse::<DateTime>()
            .ok()
            .or_else(|| Some(day(text)?.into()))
            .map(Value::Time),
        _ => Some(Value::Text(text.to_owned())),
    };
    value.unwrap_or_default()
}

/// A day as ISO 8601 has it, or as Americans write it.
fn day(text: &str) -> Option<Date> {
    let iso = text.get(..10).and_then(|day| day.parse().ok());
    iso.or_else(|| Date::strptime("%m/%d/%Y", text).ok())
}

/// Values of a field by its type. Texts have the field's caption and a number; dimensions that are whole numbers count the rows, as keys do.
fn made_up(field: &Field, seed: &str, count: usize) -> Vec<Value> {
    let mut rng = Rng::of(&["field", seed, &field.name]);
    let value = |place: usize| match &field.data_type {
        DataType::Integer if !field.is_measure() => Value::Number((place + 1) as f64),
        DataType::Integer => Value::Number((1 + rng.below(100)) as f64),
        DataType::Real => Value::Number(rng.below(1_000_000) as f64 / 100.0),
        DataType::Boolean => Value::Bool(rng.below(2) == 1),
        DataType::Date => made_up_day(&mut rng).map_or(Value::Null, Value::Date),
        DataType::DateTime => {
            let hour = i8::try_from(rng.below(24)).unwrap_or_default();
            let time = Time::new(hour, 0, 0, 0).unwrap_or_default();
            made_up_day(&mut rng).map_or(Value::Null, |day| Value::Time(day.to_datetime(time)))
        }
        DataType::String => Value::Text(format!("{} {}", field.caption, 1 + rng.below(TEXTS))),
        _ => Value::Null,
    };
    (0..count).map(value).collect()
}

fn made_up_day(rng: &mut Rng) -> Option<Date> {
    let days = i64::try_from(rng.below(DAYS)).ok()?;
    Date::new(YEAR, 1, 1)
        .ok()?
        .checked_add(Span::new().days(days))
        .ok()
}
