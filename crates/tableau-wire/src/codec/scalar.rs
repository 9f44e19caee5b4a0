//! Scalars of both formats: the accepted spellings of numbers, booleans and texts.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{F64Deserializer, I64Deserializer, U64Deserializer};
use serde::de::{DeserializeOwned, Error as _, Unexpected};

use super::DecodeError;

/// A value that is neither an object nor a list. In XML each is a text: that of an attribute or of an element.
pub(super) enum Scalar<'de> {
    Null,
    Boolean(bool),
    Number(Number),
    Text(Cow<'de, str>),
}

/// A number as it is written: whole if it can be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Number {
    Unsigned(u64),
    Signed(i64),
    Float(f64),
}

impl<'de> Scalar<'de> {
    /// `true`, `false`, `1`, `0`; as a text in any case: the schema's booleans, and what Python clients write.
    pub(super) fn boolean(self) -> Result<bool, DecodeError> {
        const EXPECTED: &str = "true or false";
        match &self {
            Self::Boolean(value) => Ok(*value),
            Self::Number(Number::Unsigned(number @ (0 | 1))) => Ok(*number == 1),
            Self::Text(text) => match text.trim() {
                "true" | "1" => Ok(true),
                "false" | "0" => Ok(false),
                other if other.eq_ignore_ascii_case("true") => Ok(true),
                other if other.eq_ignore_ascii_case("false") => Ok(false),
                _ => Err(DecodeError::invalid_value(Unexpected::Str(text), &EXPECTED)),
            },
            other => Err(other.unexpected(EXPECTED)),
        }
    }

    /// A number, or the text of one.
    pub(super) fn number(self, expected: &str) -> Result<Number, DecodeError> {
        match self {
            Self::Number(number) => Ok(number),
            Self::Text(text) => Number::parse(text.trim())
                .ok_or_else(|| DecodeError::invalid_value(Unexpected::Str(&text), &expected)),
            other => Err(other.unexpected(expected)),
        }
    }

    /// A text, a number or a boolean as it is written. `null` is an empty text where there has to be one; `Option` has handled it before.
    pub(super) fn text(self) -> Cow<'de, str> {
        match self {
            Self::Text(text) => text,
            Self::Null => Cow::Borrowed(""),
            Self::Boolean(value) => Cow::Borrowed(if value { "true" } else { "false" }),
            Self::Number(number) => Cow::Owned(number.to_string()),
        }
    }

    /// The error where another kind of value is expected.
    pub(super) fn unexpected(&self, expected: &str) -> DecodeError {
        let found = match self {
            Self::Null => Unexpected::Unit,
            Self::Boolean(value) => Unexpected::Bool(*value),
            Self::Number(Number::Unsigned(value)) => Unexpected::Unsigned(*value),
            Self::Number(Number::Signed(value)) => Unexpected::Signed(*value),
            Self::Number(Number::Float(value)) => Unexpected::Float(*value),
            Self::Text(text) => Unexpected::Str(text),
        };
        DecodeError::invalid_type(found, &expected)
    }
}

impl Number {
    fn parse(digits: &str) -> Option<Self> {
        let whole = digits.parse().map(Self::Unsigned);
        let whole = whole.or_else(|_| digits.parse().map(Self::Signed));
        whole.ok().or_else(|| digits.parse().map(Self::Float).ok())
    }

    /// The number in its type; a whole one may be written with a point (`1.0`), as some servers do.
    pub(super) fn fit<N: DeserializeOwned>(self) -> Result<N, DecodeError> {
        let float = match self {
            Self::Unsigned(value) => return N::deserialize(U64Deserializer::new(value)),
            Self::Signed(value) => return N::deserialize(I64Deserializer::new(value)),
            Self::Float(value) => value,
        };
        match whole(float) {
            Some(whole) => N::deserialize(I64Deserializer::new(whole)),
            None => N::deserialize(F64Deserializer::new(float)),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(value) => value.fmt(f),
            Self::Signed(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
        }
    }
}

/// A number without a fraction.
fn whole(number: f64) -> Option<i64> {
    /// Above this, not every whole number is a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_whole = number.fract() == 0.0 && number.abs() <= EXACT;
    // As text, since a conversion by `as` would have to be shown not to lose anything.
    is_whole.then(|| format!("{number:.0}").parse().ok()).flatten()
}
