//! Takes one scalar out of a value without building the rest: filters and sorting look at every row of a list.

use std::fmt;

use serde::ser::{self, Impossible, Serialize, Serializer};

use super::members::NoMembers;
use super::value::Value;

/// The scalar at a path of members: `owner.name`; of a list, the scalars of its items: `tags.tag.label`.
pub(super) fn probe(of: &impl Serialize, path: &str) -> Value {
    of.serialize(Probe(Some(path))).unwrap_or(Value::Missing)
}

/// The path that is still to go; none at the scalar.
#[derive(Clone, Copy)]
struct Probe<'p>(Option<&'p str>);

impl Probe<'_> {
    #[expect(clippy::unnecessary_wraps, reason = "a serializer's answer")]
    fn scalar(self, value: impl FnOnce() -> Value) -> Result<Value, NoMembers> {
        Ok(self.0.map_or_else(value, |_| Value::Missing))
    }
}

impl<'p> Serializer for Probe<'p> {
    type Ok = Value;
    type Error = NoMembers;
    type SerializeSeq = Labels<'p>;
    type SerializeTuple = Impossible<Value, NoMembers>;
    type SerializeTupleStruct = Impossible<Value, NoMembers>;
    type SerializeTupleVariant = Impossible<Value, NoMembers>;
    type SerializeMap = Object<'p>;
    type SerializeStruct = Object<'p>;
    type SerializeStructVariant = Impossible<Value, NoMembers>;

    fn serialize_bool(self, value: bool) -> Result<Value, NoMembers> {
        self.scalar(|| Value::Flag(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Value, NoMembers> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Value, NoMembers> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Value, NoMembers> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Value, NoMembers> {
        self.scalar(|| Value::Number(value))
    }

    fn serialize_u8(self, value: u8) -> Result<Value, NoMembers> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Value, NoMembers> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Value, NoMembers> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Value, NoMembers> {
        self.scalar(|| value.into())
    }

    fn serialize_f32(self, value: f32) -> Result<Value, NoMembers> {
        self.serialize_f64(value.into())
    }

    /// Tableau filters by no field with a fraction.
    fn serialize_f64(self, value: f64) -> Result<Value, NoMembers> {
        self.scalar(|| Value::Text(value.to_string()))
    }

    fn serialize_char(self, value: char) -> Result<Value, NoMembers> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<Value, NoMembers> {
        self.scalar(|| Value::Text(value.to_owned()))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<Value, NoMembers> {
        self.scalar(|| Value::Text(value.to_string()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, NoMembers> {
        Ok(Value::Missing)
    }

    fn serialize_none(self) -> Result<Value, NoMembers> {
        Ok(Value::Missing)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, NoMembers> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, NoMembers> {
        Ok(Value::Missing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, NoMembers> {
        Ok(Value::Missing)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Value, NoMembers> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, NoMembers> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<Value, NoMembers> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Labels<'p>, NoMembers> {
        Ok(Labels(self, Vec::new()))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, NoMembers> {
        Err(NoMembers)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, NoMembers> {
        Err(NoMembers)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, NoMembers> {
        Err(NoMembers)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'p>, NoMembers> {
        Ok(Object::new(self))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'p>, NoMembers> {
        Ok(Object::new(self))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, NoMembers> {
        Err(NoMembers)
    }
}

/// An object, of which one member is looked at.
struct Object<'p> {
    head: Option<&'p str>,
    rest: Probe<'p>,
    /// Whether the next value of a map is the one.
    is_next: bool,
    found: Value,
}

impl<'p> Object<'p> {
    fn new(Probe(path): Probe<'p>) -> Self {
        let (head, rest) = match path.map(|path| path.split_once('.')) {
            Some(Some((head, rest))) => (Some(head), Some(rest)),
            _ => (path, None),
        };
        Self {
            head,
            rest: Probe(rest),
            is_next: false,
            found: Value::Missing,
        }
    }
}

impl ser::SerializeStruct for Object<'_> {
    type Ok = Value;
    type Error = NoMembers;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), NoMembers> {
        if self.head == Some(key) {
            self.found = value.serialize(self.rest)?;
        }
        Ok(())
    }

    fn end(self) -> Result<Value, NoMembers> {
        Ok(self.found)
    }
}

impl ser::SerializeMap for Object<'_> {
    type Ok = Value;
    type Error = NoMembers;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), NoMembers> {
        let key = key.serialize(Probe(None))?;
        self.is_next = matches!((&key, self.head), (Value::Text(key), Some(head)) if key == head);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoMembers> {
        if self.is_next {
            self.found = value.serialize(self.rest)?;
        }
        Ok(())
    }

    fn end(self) -> Result<Value, NoMembers> {
        Ok(self.found)
    }
}

/// A list, whose items give a text each.
struct Labels<'p>(Probe<'p>, Vec<String>);

impl ser::SerializeSeq for Labels<'_> {
    type Ok = Value;
    type Error = NoMembers;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NoMembers> {
        if let Value::Text(label) = value.serialize(self.0)? {
            self.1.push(label);
        }
        Ok(())
    }

    fn end(self) -> Result<Value, NoMembers> {
        Ok(Value::Labels(self.1))
    }
}
