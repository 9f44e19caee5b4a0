//! From documents to types: one reader for both formats, and the trait of what is read from it.
//!
//! The members of a struct are read by a list of names and one closure. serde would make the code that reads a type anew for each format, in each
//! crate that reads it: that was most of the size of every program. Scalars are read by serde.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::UnitDeserializer;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};

use super::DecodeError;
use super::json_read::{self, Reading};
use super::xml_read::{self, Piece};

/// What can be read from a document in either format.
///
/// The attributes [`resource`](macro@crate::resource), [`element`](macro@crate::element), [`document`](macro@crate::document) and [`part`](macro@crate::part)
/// implement it.
pub trait Read: Sized {
    /// Reads a value.
    ///
    /// # Errors
    /// Malformed input, or input of another shape.
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError>;

    /// The value of a member that is not there, or whose scalar cannot be read, if it may be absent.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

/// A value of a document that is about to be read. For serde it is a deserializer.
pub struct Reader<'c, 'de>(pub(super) Source<'c, 'de>);

impl fmt::Debug for Reader<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").finish_non_exhaustive()
    }
}

/// The format that it is in.
pub(super) enum Source<'c, 'de> {
    Json(json_read::ValueReader<'c, 'de>),
    Xml(xml_read::ValueReader<'c, 'de>),
}

/// What is done with a member that has the name with this index.
pub(super) type Each<'f, 'de> = &'f mut dyn for<'m> FnMut(usize, Member<'m, 'de>) -> Result<(), DecodeError>;

/// What is done with an item.
pub(super) type EachItem<'f, 'de> = &'f mut dyn for<'m> FnMut(Reader<'m, 'de>) -> Result<(), DecodeError>;

impl<'de> Reader<'_, 'de> {
    /// Reads the members of a struct, each once; what has another name is passed over.
    ///
    /// # Errors
    /// Malformed input, something that has no members, and the errors of `each`.
    pub fn fields(
        self,
        names: &'static [&'static str],
        each: &mut dyn for<'m> FnMut(usize, Member<'m, 'de>) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        match self.0 {
            Source::Json(reader) => reader.each_member(names, true, each),
            Source::Xml(reader) => reader.each_member(names, true, each),
        }
    }

    /// Reads the members with these names, as often as they come; what has another name is passed over.
    pub(crate) fn children(self, names: &[&str], each: Each<'_, 'de>) -> Result<(), DecodeError> {
        match self.0 {
            Source::Json(reader) => reader.each_member(names, false, each),
            Source::Xml(reader) => reader.each_member(names, false, each),
        }
    }

    /// Reads the items of a list.
    fn items(self, each: EachItem<'_, 'de>) -> Result<(), DecodeError> {
        match self.0 {
            Source::Json(reader) => reader.each_item(each),
            Source::Xml(reader) => reader.each_item(each),
        }
    }

    /// How the value is written, where that can be told before it is read: an element without children.
    pub(crate) fn written(&self) -> Option<&'de str> {
        match &self.0 {
            Source::Json(_) => None,
            Source::Xml(reader) => reader.written(),
        }
    }
}

/// A member of a struct that is about to be read.
///
/// Servers write empty attributes, `null` and numbers of another kind for unknown values. In a server's document, one of those leaves out its member and
/// not the whole document; requests are read strictly.
pub struct Member<'m, 'de>(pub(super) Source<'m, 'de>);

impl fmt::Debug for Member<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member").finish_non_exhaustive()
    }
}

impl<'de> Member<'_, 'de> {
    /// Reads its value.
    ///
    /// # Errors
    /// Those of the type, unless the member may be absent and the rest can be read.
    pub fn read<T: Read>(mut self) -> Result<T, DecodeError> {
        let start = self.start()?;
        match T::read(self.reader()) {
            Ok(value) => Ok(value),
            Err(error) => {
                let error = self.pass(error, start)?;
                T::absent().ok_or(error)
            }
        }
    }

    /// Reads its value by a function of serde's; `absent` is the same function where there is no value.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn read_by<T>(
        mut self,
        read: impl for<'r> FnOnce(Reader<'r, 'de>) -> Result<T, DecodeError>,
        absent: impl FnOnce(UnitDeserializer<DecodeError>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let start = self.start()?;
        match read(self.reader()) {
            Ok(value) => Ok(value),
            Err(error) => {
                let error = self.pass(error, start)?;
                absent(UnitDeserializer::new()).map_err(|_| error)
            }
        }
    }

    /// Passes it over.
    ///
    /// # Errors
    /// Malformed input.
    pub fn ignore(self) -> Result<(), DecodeError> {
        match self.0 {
            Source::Json(reader) => reader.ignore(),
            Source::Xml(reader) => reader.ignore(),
        }
    }

    fn start(&mut self) -> Result<Start, DecodeError> {
        match &mut self.0 {
            Source::Json(reader) => reader.start().map(Start::At),
            Source::Xml(reader) => Ok(Start::Text(matches!(reader.piece, Piece::Text(_)))),
        }
    }

    fn reader(&mut self) -> Reader<'_, 'de> {
        Reader(match &mut self.0 {
            Source::Json(reader) => Source::Json(reader.again()),
            Source::Xml(reader) => Source::Xml(xml_read::ValueReader {
                events: &mut *reader.events,
                piece: std::mem::replace(&mut reader.piece, Piece::Text(Cow::Borrowed(""))),
            }),
        })
    }

    /// Goes past a value that could not be read; gives the error back if that is not done.
    fn pass(&mut self, error: DecodeError, start: Start) -> Result<DecodeError, DecodeError> {
        match (&mut self.0, start) {
            (Source::Json(reader), Start::At(start)) => reader.pass(error, start),
            (Source::Xml(reader), start) => {
                let is_over = matches!(start, Start::Text(true)) || error.is_passed();
                let error = error.passed(false);
                match reader.events.from_server && is_over {
                    true => Ok(error),
                    false => Err(error),
                }
            }
            (Source::Json(_), Start::Text(_)) => Err(error),
        }
    }
}

/// Where a member begins: its place in JSON, or whether it is no element of XML.
enum Start {
    At(usize),
    Text(bool),
}

/// Which of these names a name is. The members of an object come mostly in the order of the names, so the search goes on from the last one.
pub(super) fn position(names: &[&str], name: &str, next: &mut usize) -> Option<usize> {
    let (before, from) = names.split_at_checked(*next)?;
    let found = from.iter().position(|known| *known == name);
    let found = found.map(|index| index + before.len());
    let found = found.or_else(|| before.iter().position(|known| *known == name))?;
    *next = found + 1;
    Some(found)
}

/// Which of the members of a struct were read; the largest, a site, has about 150.
#[derive(Default)]
pub(super) struct Seen([u64; 4]);

impl Seen {
    /// Notes a member; gives whether it is the first time, or one beyond those that are counted.
    pub(super) fn is_first(&mut self, member: usize) -> bool {
        let Some(word) = self.0.get_mut(member / 64) else {
            return true;
        };
        let bit = 1 << (member % 64);
        let is_first = *word & bit == 0;
        *word |= bit;
        is_first
    }
}

/// For the derive: a member that a struct cannot be without, if it is there or may be absent.
///
/// # Errors
/// It is not there.
#[doc(hidden)]
pub fn required<T: Read>(value: Option<T>, name: &'static str) -> Result<T, DecodeError> {
    value
        .or_else(T::absent)
        .ok_or_else(|| DecodeError::missing_field(name))
}

/// For the derive: reads a type from any format that serde knows, by way of JSON.
///
/// # Errors
/// Those of the deserializer, and of the type.
#[doc(hidden)]
pub fn deserialize<'de, T: Read, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = serde_json::Value::deserialize(deserializer)?.to_string();
    json_read::from_slice(text.as_bytes(), Reading::Request)
        .map_err(|error| D::Error::custom(error.unplaced()))
}

/// Implements [`Read`] for types that serde reads.
macro_rules! read_by_serde {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::codec::Read for $name {
            fn read(reader: $crate::codec::Reader<'_, '_>) -> Result<Self, $crate::DecodeError> {
                ::serde::Deserialize::deserialize(reader)
            }
        }
    )*};
}
pub(crate) use read_by_serde;

read_by_serde! { bool, i32, i64, u8, u16, u32, u64, f64, serde_json::Value }

/// Most members are texts: those of XML need no visitor.
impl Read for String {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        match reader.0 {
            Source::Xml(reader) => reader.text().map(Cow::into_owned),
            Source::Json(reader) => Deserialize::deserialize(reader),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(mut reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        if let Source::Json(json) = &mut reader.0
            && json.take_null()?
        {
            return Ok(None);
        }
        T::read(reader).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Box<T> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        T::read(reader).map(Self::new)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        let mut items = Self::new();
        reader.items(&mut |item| {
            items.push(T::read(item)?);
            Ok(())
        })?;
        Ok(items)
    }
}

/// Each method of a deserializer, by that of the format.
macro_rules! by_format {
    ($($method:ident($($argument:ident: $ty:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $ty,)* visitor: V) -> Result<V::Value, DecodeError> {
            match self.0 {
                Source::Json(reader) => reader.$method($($argument,)* visitor),
                Source::Xml(reader) => reader.$method($($argument,)* visitor),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_, 'de> {
    type Error = DecodeError;

    by_format! {
        deserialize_any() deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64()
        deserialize_i128() deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128()
        deserialize_f32() deserialize_f64() deserialize_char() deserialize_str() deserialize_string() deserialize_bytes()
        deserialize_byte_buf() deserialize_option() deserialize_unit() deserialize_seq() deserialize_map()
        deserialize_identifier() deserialize_ignored_any()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }
}
