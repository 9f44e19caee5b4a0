//! Reading of members whose type is known from few servers: numbers that are strings, strings that are numbers, lists that are `null`.
//!
//! A member that may be absent is left out where its value is of another kind: one odd member must not make the whole answer unreadable.

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::time::EpochMillis;

/// Text; a number or a boolean is taken as text.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        scalar @ (Value::Number(_) | Value::Bool(_)) => Some(scalar.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    })
}

/// A word of a set that servers may open.
pub(super) fn word<'de, D, W>(deserializer: D) -> Result<Option<W>, D::Error>
where
    D: Deserializer<'de>,
    W: for<'t> From<&'t str>,
{
    let text = text(deserializer)?.filter(|text| !text.is_empty());
    Ok(text.map(|text| W::from(&text)))
}

/// A whole number, also as a string or with zeros after the point.
pub(super) fn number<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i128>,
{
    let value = Value::deserialize(deserializer)?;
    Ok(whole(&value).and_then(|number| N::try_from(number).ok()))
}

/// The same for a required number.
pub(super) fn required_number<'de, D, N>(deserializer: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: TryFrom<i128>,
{
    number(deserializer)?.ok_or_else(|| D::Error::custom("expected a whole number"))
}

/// A point in time.
pub(super) fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<EpochMillis>, D::Error> {
    Value::deserialize(deserializer).map(|value| EpochMillis::deserialize(value).ok())
}

/// True or false, also as a string in any case.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    Ok(match (&value, value.as_str()) {
        (Value::Bool(flag), _) => Some(*flag),
        (_, Some(text)) if text.eq_ignore_ascii_case("true") => Some(true),
        (_, Some(text)) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    })
}

/// An object all of whose members may be absent.
pub(super) fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Value::deserialize(deserializer)? {
        value @ Value::Object(_) => T::deserialize(value).map(Some).map_err(D::Error::custom),
        _ => Ok(None),
    }
}

/// A list or an object, which is empty where it is `null` or an empty string.
pub(super) fn or_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(T::default()),
        Value::String(text) if text.trim().is_empty() => Ok(T::default()),
        value => T::deserialize(value).map_err(D::Error::custom),
    }
}

fn whole(value: &Value) -> Option<i128> {
    /// Above this, not every whole number is a double.
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
