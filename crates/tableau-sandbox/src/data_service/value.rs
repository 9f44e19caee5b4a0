//! Values of fields.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::{Date, DateTime};
use serde_json::Value as Json;

/// A value of a field in a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(f64),
    Date(Date),
    Time(DateTime),
    Text(String),
}

impl Value {
    /// A value that a query gives, to be compared with those of a field.
    pub(super) fn of_json(json: &Json) -> Self {
        match json {
            Json::Bool(is) => Self::Bool(*is),
            Json::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Json::String(text) => Self::Text(text.clone()),
            _ => Self::Null,
        }
    }

    pub(super) fn json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(is) => Json::Bool(*is),
            Self::Number(number) => number_json(*number),
            Self::Date(date) => Json::String(date.to_string()),
            Self::Time(time) => Json::String(time.to_string()),
            Self::Text(text) => Json::String(text.clone()),
        }
    }

    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn date(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            Self::Time(time) => Some(time.date()),
            _ => None,
        }
    }

    /// Whether it is what a query names: dates are named as text.
    pub(super) fn is(&self, named: &Self) -> bool {
        match (self, named) {
            (Self::Date(date), Self::Text(text)) => date.to_string() == *text,
            (Self::Time(time), Self::Text(text)) => time.to_string() == *text,
            (one, other) => one == other,
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Number(_) => 2,
            Self::Date(_) | Self::Time(_) => 3,
            Self::Text(_) => 4,
        }
    }
}

/// Whole numbers are written without a fraction.
fn number_json(number: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        return Json::from(number as i64);
    }
    Json::from(number)
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    /// Missing values come first.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(one), Self::Bool(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => one.total_cmp(other),
            (Self::Date(one), Self::Date(other)) => one.cmp(other),
            (Self::Time(one), Self::Time(other)) => one.cmp(other),
            // A day in a filter is the whole day.
            (Self::Time(one), Self::Date(other)) => one.date().cmp(other),
            (Self::Date(one), Self::Time(other)) => one.cmp(&other.date()),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Bool(is) => write!(f, "{is}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Date(date) => write!(f, "{date}"),
            Self::Time(time) => write!(f, "{time}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
