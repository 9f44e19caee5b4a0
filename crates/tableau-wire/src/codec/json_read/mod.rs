//! Reading Tableau's JSON into serde types, leniently.
//!
//! `serde_json` does the parsing. These adapters wrap its deserializers: where a type expects a number, a boolean or a string, any of the three
//! spellings is accepted; for a list, one object, `null` or nothing is accepted, and for one value the first of a list. In answers,
//! a scalar that its field cannot read is left out, if the field may be absent.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor,
};

use super::DecodeError;

/// Visits a value of a kind as it is.
macro_rules! pass {
    ($($method:ident $ty:ty),* $(,)?) => {$(
        fn $method<E: de::Error>(self, value: $ty) -> Result<V::Value, E> {
            self.0.$method(value)
        }
    )*};
}

mod member;
mod words;

use member::Member;
use words::{AsBool, AsNumber, AsText};

/// What is read, and how much deeper it may go.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    /// An answer is read leniently; a request can be refused.
    is_answer: bool,
    left: u8,
}

impl Reading {
    pub(super) const ANSWER: Self = Self {
        is_answer: true,
        left: MAX_DEPTH,
    };
    pub(super) const REQUEST: Self = Self {
        is_answer: false,
        ..Self::ANSWER
    };

    /// Inside an object or a list.
    fn deeper(self) -> Self {
        Self {
            left: self.left.saturating_sub(1),
            ..self
        }
    }

    /// Before a value in an object or a list is read.
    fn check<E: de::Error>(self) -> Result<(), E> {
        if self.left > 0 {
            return Ok(());
        }
        Err(E::custom(format_args!(
            "more than {MAX_DEPTH} objects and lists inside one another"
        )))
    }
}

/// The greatest depth of objects and lists that is read. An element of XML is up to two of them; `serde_json` itself stops at 128.
const MAX_DEPTH: u8 = 96;

pub(super) fn from_slice<T: DeserializeOwned>(bytes: &[u8], reading: Reading) -> Result<T, DecodeError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = T::deserialize(Lenient(&mut json, reading)).map_err(DecodeError::new)?;
    json.end().map_err(DecodeError::new)?;
    Ok(value)
}

/// A deserializer, visitor, seed or access that keeps what it wraps lenient.
struct Lenient<T>(T, Reading);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Lenient<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(Lenient(visitor, self.1))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(AsBool(visitor))
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(AsNumber(visitor, "a number"))
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0
            .deserialize_any(AsNumber(visitor, "a number that is not negative"))
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u16<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(AsText(visitor))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(AsText(visitor))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_identifier(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, Lenient(visitor, self.1))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(Lenient(visitor, self.1))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, Lenient(visitor, self.1))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(AsList(visitor, self.1))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(AsObject(visitor, self.1))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_ignored_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Lenient<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Lenient(deserializer, self.1))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Lenient<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.1.check()?;
        self.0.next_value_seed(Lenient(seed, self.1))
    }

    fn next_value<V: Deserialize<'de>>(&mut self) -> Result<V, A::Error> {
        if self.1.is_answer {
            self.1.check()?;
            return self.0.next_value_seed(Member(PhantomData, self.1));
        }
        self.next_value_seed(PhantomData)
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Lenient<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        self.1.check()?;
        self.0.next_element_seed(Lenient(seed, self.1))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Lenient<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    pass!(visit_bool bool, visit_i64 i64, visit_u64 u64, visit_f64 f64, visit_str &str, visit_borrowed_str &'de str, visit_string String);

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_none<E: de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Lenient(deserializer, self.1))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Lenient(deserializer, self.1))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Lenient(seq, self.1.deeper()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Lenient(map, self.1.deeper()))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(data)
    }
}

/// Expects an object; `null`, an empty string and an empty list are an object without members, of several objects the first counts.
struct AsObject<V>(V, Reading);

impl<'de, V: Visitor<'de>> Visitor<'de> for AsObject<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Lenient(map, self.1.deeper()))
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.0
            .visit_map(de::value::MapDeserializer::new(std::iter::empty::<((), ())>()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.1.check()?;
        first(seq, Self(self.0, self.1.deeper()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<V::Value, E> {
        if text.trim().is_empty() {
            self.visit_unit()
        } else {
            self.0.visit_str(text)
        }
    }
}

/// Expects a list; `null` and an empty string are no items, one object or text is one item.
struct AsList<V>(V, Reading);

impl<'de, V: Visitor<'de>> Visitor<'de> for AsList<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Lenient(seq, self.1.deeper()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(One(Some(map), self.1))
    }

    fn visit_unit<E: de::Error>(self) -> Result<V::Value, E> {
        self.0
            .visit_seq(de::value::SeqDeserializer::new(std::iter::empty::<()>()))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<V::Value, E> {
        if text.trim().is_empty() {
            return self.visit_unit();
        }
        self.0
            .visit_seq(de::value::SeqDeserializer::new(std::iter::once(text)))
    }
}

/// One object as a list of one.
struct One<A>(Option<A>, Reading);

impl<'de, A: MapAccess<'de>> SeqAccess<'de> for One<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        match self.0.take() {
            Some(map) => seed
                .deserialize(Lenient(MapAccessDeserializer::new(map), self.1))
                .map(Some),
            None => Ok(None),
        }
    }
}

/// The first of a list, for a type that expects one value; an empty list is `null`.
fn first<'de, V: Visitor<'de>, A: SeqAccess<'de>>(mut seq: A, visitor: V) -> Result<V::Value, A::Error> {
    struct First<'v, V>(&'v mut Option<V>);
    impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for First<'_, V> {
        type Value = V::Value;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
            match self.0.take() {
                Some(visitor) => deserializer.deserialize_any(visitor),
                None => Err(de::Error::custom("a value was asked for twice")),
            }
        }
    }
    let mut wanted = Some(visitor);
    let first = seq.next_element_seed(First(&mut wanted))?;
    while seq.next_element::<de::IgnoredAny>()?.is_some() {}
    match (first, wanted) {
        (Some(value), _) => Ok(value),
        (None, Some(visitor)) => visitor.visit_unit(),
        (None, None) => Err(de::Error::invalid_length(0, &"a value")),
    }
}
