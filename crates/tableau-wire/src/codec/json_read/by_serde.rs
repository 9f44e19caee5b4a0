//! JSON as serde reads it: scalars, and types that have no reader of their own.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::cursor::{Kind, Number};
use super::inside::Inside;
use super::{DecodeError, Scalar, Token, ValueReader, leave, scalar};

macro_rules! numbers {
    ($expected:literal: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.number(visitor, $expected)
        }
    )*};
}

impl<'de> Deserializer<'de> for ValueReader<'_, 'de> {
    type Error = DecodeError;

    numbers! { "a number": deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_f32 deserialize_f64 }
    numbers! { "a number that is not negative": deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.token()? {
            Some(Token::Null) => visitor.visit_unit(),
            Some(Token::Boolean(value)) => visitor.visit_bool(value),
            Some(Token::Number(Number::Unsigned(value))) => visitor.visit_u64(value),
            Some(Token::Number(Number::Signed(value))) => visitor.visit_i64(value),
            Some(Token::Number(Number::Float(value))) => visitor.visit_f64(value),
            Some(Token::Text(Cow::Borrowed(text))) => visitor.visit_borrowed_str(text),
            Some(Token::Text(Cow::Owned(text))) => visitor.visit_string(text),
            None if self.cursor.kind()? == Kind::List => self.items(visitor, None),
            None => self.members(visitor, false),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        const EXPECTED: &str = "true or false";
        let token = self.scalar(EXPECTED)?;
        let value = match &token {
            Token::Boolean(value) => Some(*value),
            Token::Number(Number::Unsigned(number @ (0 | 1))) => Some(*number == 1),
            Token::Text(text) => scalar::boolean(text),
            _ => None,
        };
        visitor.visit_bool(value.ok_or_else(|| token.unexpected(EXPECTED))?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.scalar("a text")? {
            Token::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Token::Text(Cow::Owned(text)) => visitor.visit_string(text),
            // For a required text; `Option` has handled `null` before.
            Token::Null => visitor.visit_str(""),
            Token::Boolean(value) => visitor.visit_str(if value { "true" } else { "false" }),
            Token::Number(Number::Unsigned(value)) => visitor.visit_string(value.to_string()),
            Token::Number(Number::Signed(value)) => visitor.visit_string(value.to_string()),
            Token::Number(Number::Float(value)) => visitor.visit_string(value.to_string()),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.cursor.kind()? != Kind::Null {
            return visitor.visit_some(self);
        }
        self.cursor.null()?;
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.end_of_list()? {
            Some(end) => self.items(visitor, end),
            None => self.deserialize_any(visitor),
        }
    }

    /// `null`, an empty text and an empty list are an object without members; of several objects the first counts.
    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        let first = self.first()?;
        let cursor = &mut *self.cursor;
        let mut inside = ValueReader {
            cursor,
            left: self.left,
        };
        let value = match first.is_missing {
            true => inside.members(visitor, true),
            false => match inside.cursor.kind()? {
                Kind::Object => inside.members(visitor, false),
                Kind::Null => {
                    inside.cursor.null()?;
                    inside.members(visitor, true)
                }
                Kind::Text => match inside.token()? {
                    Some(Token::Text(text)) if !text.trim().is_empty() => visitor.visit_str(&text),
                    _ => inside.members(visitor, true),
                },
                _ => inside.deserialize_any(visitor),
            },
        }?;
        leave(self.cursor, first.lists)?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.scalar("a name")? {
            Token::Text(text) => Scalar(text).deserialize_enum(name, variants, visitor),
            other => Err(other.unexpected("a name")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.cursor.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

/// The members of an object.
pub(super) struct Members<'c, 'de>(pub(super) Inside<'c, 'de>);

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        if !self.0.goes_on()? {
            return Ok(None);
        }
        let name = self.0.name()?;
        seed.deserialize(Scalar(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        seed.deserialize(self.0.value()?)
    }
}

/// The items of a list.
pub(super) struct List<'c, 'de>(pub(super) Inside<'c, 'de>);

impl<'de> SeqAccess<'de> for &mut List<'_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        match self.0.goes_on()? {
            true => seed.deserialize(self.0.value()?).map(Some),
            false => Ok(None),
        }
    }
}
