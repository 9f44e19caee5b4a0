//! Members of an answer whose odd values are left out.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::value::{
    BorrowedStrDeserializer, MapAccessDeserializer, SeqAccessDeserializer, UnitDeserializer,
};
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::{Lenient, Reading};
use crate::codec::scalar;

/// The value of a member in an answer: a scalar that its type cannot read counts as absent, if the type is optional.
pub(super) struct Member<T>(pub(super) PhantomData<T>, pub(super) Reading);

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Member<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! scalars {
    ($($method:ident $ty:ty),* $(,)?) => {$(
        fn $method<E: de::Error>(self, value: $ty) -> Result<T, E> {
            or_absent(value.into_deserializer(), self.1)
        }
    )*};
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Member<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<T, E> {
        match scalar::absent() {
            Some(absent) => Ok(absent),
            None => T::deserialize(Lenient(UnitDeserializer::new(), self.1)),
        }
    }

    scalars!(visit_bool bool, visit_u64 u64, visit_i64 i64, visit_f64 f64, visit_str &str);

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<T, E> {
        or_absent(BorrowedStrDeserializer::new(text), self.1)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let mut map = Watched::new(map);
        match T::deserialize(Lenient(InHand(MapAccessDeserializer::new(&mut map)), self.1)) {
            // A scalar was expected: nothing of the value has been read.
            Err(error) if !map.begun => {
                while map.next_entry::<de::IgnoredAny, de::IgnoredAny>()?.is_some() {}
                scalar::absent().ok_or(error)
            }
            result => result,
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<T, A::Error> {
        let mut seq = Watched::new(seq);
        match T::deserialize(Lenient(InHand(SeqAccessDeserializer::new(&mut seq)), self.1)) {
            // Or all of it, by `first`.
            Err(error) if !seq.begun || seq.ended => {
                while !seq.ended && seq.next_element::<de::IgnoredAny>()?.is_some() {}
                scalar::absent().ok_or(error)
            }
            result => result,
        }
    }
}

/// An object or a list, and how far it has been read.
struct Watched<A> {
    access: A,
    begun: bool,
    ended: bool,
}

impl<A> Watched<A> {
    fn new(access: A) -> Self {
        Self {
            access,
            begun: false,
            ended: false,
        }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Watched<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.begun = true;
        self.access.next_key_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.access.next_value_seed(seed)
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Watched<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        self.begun = true;
        let next = self.access.next_element_seed(seed)?;
        self.ended = next.is_none();
        Ok(next)
    }
}

/// Reads a scalar, or treats it as absent.
fn or_absent<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    scalar: D,
    reading: Reading,
) -> Result<T, D::Error> {
    T::deserialize(Lenient(InHand(scalar), reading)).or_else(|error| scalar::absent().ok_or(error))
}

/// A value that is present: serde's own value deserializers do not report that to an `Option`.
struct InHand<D>(D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for InHand<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
