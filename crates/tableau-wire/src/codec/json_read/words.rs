//! Booleans, numbers and texts, in each of their spellings.

use std::fmt;

use serde::de::{self, SeqAccess, Visitor};

use super::first;
use crate::codec::scalar;

/// Expects a boolean.
pub(super) struct AsBool<V>(pub(super) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for AsBool<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("true or false")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<V::Value, E> {
        self.0.visit_bool(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<V::Value, E> {
        match value {
            0 => self.0.visit_bool(false),
            1 => self.0.visit_bool(true),
            _ => Err(E::invalid_value(de::Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        first(seq, self)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<V::Value, E> {
        match scalar::boolean(text) {
            Some(value) => self.0.visit_bool(value),
            None => Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }
}

/// Expects a number.
pub(super) struct AsNumber<V>(pub(super) V, pub(super) &'static str);

impl<'de, V: Visitor<'de>> Visitor<'de> for AsNumber<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    pass!(visit_i64 i64, visit_u64 u64);

    // A whole number may be written with a point.
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<V::Value, E> {
        match scalar::whole(value).and_then(|digits| digits.parse().ok()) {
            Some(whole) => self.0.visit_i64(whole),
            None => self.0.visit_f64(value),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        first(seq, self)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<V::Value, E> {
        let digits = text.trim();
        if let Ok(value) = digits.parse::<u64>() {
            self.0.visit_u64(value)
        } else if let Ok(value) = digits.parse::<i64>() {
            self.0.visit_i64(value)
        } else if let Ok(value) = digits.parse::<f64>() {
            self.visit_f64(value)
        } else {
            Err(E::invalid_value(de::Unexpected::Str(text), &self))
        }
    }
}

/// Expects text.
pub(super) struct AsText<V>(pub(super) V);

impl<'de, V: Visitor<'de>> Visitor<'de> for AsText<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    pass!(visit_str &str, visit_borrowed_str &'de str, visit_string String);

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<V::Value, E> {
        self.0.visit_str(if value { "true" } else { "false" })
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<V::Value, E> {
        self.0.visit_string(value.to_string())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<V::Value, E> {
        self.0.visit_string(value.to_string())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<V::Value, E> {
        self.0.visit_string(value.to_string())
    }

    // For a required text; `Option` has handled `null` before.
    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_str("")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        first(seq, self)
    }
}
