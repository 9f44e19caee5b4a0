//! Reading of members whose type is known from few servers: numbers that are strings, strings that are numbers, lists that are `null`.

use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Text; a number or a boolean is taken as it is written.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        scalar @ (Value::Number(_) | Value::Bool(_)) => Ok(Some(scalar.to_string())),
        Value::Array(_) | Value::Object(_) => Err(D::Error::custom("expected a string")),
    }
}

/// A whole number, also as a string or with zeros behind the point.
pub(super) fn number<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i128>,
{
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(None),
        value => whole(&value)
            .and_then(|number| N::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| D::Error::custom("expected a whole number")),
    }
}

/// The same for a number that has to be there.
pub(super) fn required_number<'de, D, N>(deserializer: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i128>,
{
    number(deserializer)?.ok_or_else(|| D::Error::custom("expected a whole number"))
}

/// True or false, also as a string in any case.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    match (&value, value.as_str()) {
        (Value::Null, _) => Ok(None),
        (Value::Bool(flag), _) => Ok(Some(*flag)),
        (_, Some(text)) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
        (_, Some(text)) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
        _ => Err(D::Error::custom("expected true or false")),
    }
}

/// What has an empty value where it is `null`: lists and objects.
pub(super) fn or_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

fn whole(value: &Value) -> Option<i128> {
    /// Beyond it, not every whole number is a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => number.to_string().parse().ok().or_else(|| {
            let float = number.as_f64()?;
            let is_whole = float.fract() == 0.0 && float.abs() <= EXACT;
            is_whole.then(|| format!("{float:.0}").parse().ok()).flatten()
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
