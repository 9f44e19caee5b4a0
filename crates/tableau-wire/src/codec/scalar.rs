//! Scalars from text: the accepted spellings of numbers and booleans, and the treatment of unreadable ones.

use std::borrow::Cow;
use std::str::FromStr;

use serde::de::value::StringDeserializer;
use serde::de::{Deserializer, IntoDeserializer, Unexpected, Visitor};

use super::DecodeError;

/// Deserializes a scalar from the text of an attribute, an element or a JSON string.
pub(super) struct Scalar<'a>(pub(super) Cow<'a, str>);

/// `true`, `false`, `1`, `0` in any case: the schema's booleans, and what Python clients write.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        other if other.eq_ignore_ascii_case("true") => Some(true),
        other if other.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// A number; a whole one may be written with a point (`1.0`), as some servers do.
pub(super) fn number<N: FromStr>(text: &str, expected: &'static str) -> Result<N, DecodeError> {
    let digits = text.trim();
    digits
        .parse()
        .ok()
        .or_else(|| whole(digits.parse().ok()?)?.parse().ok())
        .ok_or_else(|| serde::de::Error::invalid_value(Unexpected::Str(text), &expected))
}

/// The digits of a number without a fraction.
pub(super) fn whole(number: f64) -> Option<String> {
    /// Above this, not every whole number is a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_whole = number.fract() == 0.0 && number.abs() <= EXACT;
    // Zero may have a sign.
    is_whole.then(|| format!("{:.0}", number + 0.0))
}

macro_rules! numbers {
    ($($method:ident $visit:ident $ty:ty, $expected:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            visitor.$visit(number::<$ty>(&self.0, $expected)?)
        }
    )*};
}

impl<'de> Deserializer<'de> for Scalar<'_> {
    type Error = DecodeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match boolean(&self.0) {
            Some(value) => visitor.visit_bool(value),
            None => Err(serde::de::Error::invalid_value(
                Unexpected::Str(&self.0),
                &"true or false",
            )),
        }
    }

    numbers! {
        deserialize_i8 visit_i8 i8, "a number";
        deserialize_i16 visit_i16 i16, "a number";
        deserialize_i32 visit_i32 i32, "a number";
        deserialize_i64 visit_i64 i64, "a number";
        deserialize_u8 visit_u8 u8, "a number that is not negative";
        deserialize_u16 visit_u16 u16, "a number that is not negative";
        deserialize_u32 visit_u32 u32, "a number that is not negative";
        deserialize_u64 visit_u64 u64, "a number that is not negative";
        deserialize_f32 visit_f32 f32, "a number";
        deserialize_f64 visit_f64 f64, "a number";
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_unit()
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let name: StringDeserializer<DecodeError> = self.0.into_owned().into_deserializer();
        visitor.visit_enum(name)
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit_struct seq tuple tuple_struct map struct identifier
    }
}
