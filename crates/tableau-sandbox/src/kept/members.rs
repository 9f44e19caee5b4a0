//! The members of a type, in the order in which it is written.

use std::fmt;

use serde::ser::{self, Serialize, SerializeStruct, Serializer};

/// The methods of a serializer that takes the members of a struct and nothing else.
macro_rules! adapter {
    ($ok:ty, $error:ty) => {
        type SerializeSeq = serde::ser::Impossible<$ok, $error>;
        type SerializeTuple = serde::ser::Impossible<$ok, $error>;
        type SerializeTupleStruct = serde::ser::Impossible<$ok, $error>;
        type SerializeTupleVariant = serde::ser::Impossible<$ok, $error>;
        type SerializeMap = serde::ser::Impossible<$ok, $error>;
        type SerializeStructVariant = serde::ser::Impossible<$ok, $error>;
        $crate::kept::members::adapter!(@scalars $ok, $error;
            serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
            serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_f32 f32,
            serialize_f64 f64, serialize_char char, serialize_str &str, serialize_bytes &[u8],
            serialize_unit_struct &'static str);

        fn serialize_none(self) -> Result<$ok, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_some<T: serde::ser::Serialize + ?Sized>(self, _: &T) -> Result<$ok, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_unit(self) -> Result<$ok, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<$ok, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_newtype_struct<T: serde::ser::Serialize + ?Sized>(self, _: &'static str, _: &T) -> Result<$ok, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_newtype_variant<T: serde::ser::Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<$ok, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_tuple_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, $error> {
            Err($crate::kept::members::no_members())
        }
        fn serialize_struct_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeStructVariant, $error> {
            Err($crate::kept::members::no_members())
        }
    };
    (@scalars $ok:ty, $error:ty; $($method:ident $ty:ty),*) => {$(
        fn $method(self, _: $ty) -> Result<$ok, $error> {
            Err($crate::kept::members::no_members())
        }
    )*};
}

pub(super) use adapter;

pub(super) fn no_members<E: ser::Error>() -> E {
    E::custom("only what has members is shown as a row")
}

/// The names of the members of a value, in the order in which it is written.
pub(super) fn names(of: &impl Serialize) -> Vec<&'static str> {
    of.serialize(Names(Vec::new())).unwrap_or_default()
}

struct Names(Vec<&'static str>);

impl Serializer for Names {
    type Ok = Vec<&'static str>;
    type Error = NoMembers;
    type SerializeStruct = Self;
    adapter!(Vec<&'static str>, NoMembers);

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, NoMembers> {
        Ok(self)
    }
}

impl SerializeStruct for Names {
    type Ok = Vec<&'static str>;
    type Error = NoMembers;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, _: &T) -> Result<(), NoMembers> {
        self.0.push(key);
        Ok(())
    }

    fn skip_field(&mut self, key: &'static str) -> Result<(), NoMembers> {
        self.0.push(key);
        Ok(())
    }

    fn end(self) -> Result<Vec<&'static str>, NoMembers> {
        Ok(self.0)
    }
}

/// Of a value that has no members: why it has no names of them, and no scalar at a path.
#[derive(Debug)]
pub(super) struct NoMembers;

impl fmt::Display for NoMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no members")
    }
}

impl std::error::Error for NoMembers {}

impl ser::Error for NoMembers {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Writes one member of a value among those of another.
pub(super) struct Pick<'o, S> {
    out: &'o mut S,
    wanted: usize,
    /// The index of the next member.
    at: usize,
}

impl<'o, S> Pick<'o, S> {
    pub(super) fn new(out: &'o mut S, wanted: usize) -> Self {
        Self { out, wanted, at: 0 }
    }
}

impl<S: SerializeStruct> Serializer for Pick<'_, S> {
    type Ok = ();
    type Error = S::Error;
    type SerializeStruct = Self;
    adapter!((), S::Error);

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, S::Error> {
        Ok(self)
    }
}

impl<S: SerializeStruct> SerializeStruct for Pick<'_, S> {
    type Ok = ();
    type Error = S::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), S::Error> {
        if self.at == self.wanted {
            self.out.serialize_field(key, value)?;
        }
        self.at += 1;
        Ok(())
    }

    fn skip_field(&mut self, _: &'static str) -> Result<(), S::Error> {
        self.at += 1;
        Ok(())
    }

    fn end(self) -> Result<(), S::Error> {
        Ok(())
    }
}
