//! From documents to types: one reader for both formats, and the trait of what is read from it.
//!
//! The members of a struct are read by a list of names and one closure. serde would make the code that reads a type anew for each format, in each
//! crate that reads it: that was most of the size of every program.

mod values;

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, Visitor};

use super::DecodeError;
use super::json_read::{self, Reading};
use super::scalar::Scalar;
use super::xml_read::{self, Piece};
use super::xml_text::check_text;

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

/// A value of a document that is about to be read.
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

/// What is done with a member, by its name.
pub(super) type EachNamed<'f, 'de> =
    &'f mut dyn for<'m> FnMut(&str, Member<'m, 'de>) -> Result<(), DecodeError>;

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

    /// Reads all members whatever their names; gives the text back, if it is a text.
    pub(super) fn named(self, each: EachNamed<'_, 'de>) -> Result<Option<Cow<'de, str>>, DecodeError> {
        let is_request = self.is_request();
        let each: EachNamed<'_, 'de> = &mut |name, member| {
            check_text(name, is_request)?;
            each(name, member)
        };
        let text = match self.0 {
            Source::Json(reader) => reader.each_named(each),
            Source::Xml(reader) => reader.each_named(each),
        }?;
        check_text(text.as_deref().unwrap_or_default(), is_request)?;
        Ok(text)
    }

    fn scalar(self, expected: &str) -> Result<Scalar<'de>, DecodeError> {
        let is_request = self.is_request();
        let scalar = match self.0 {
            Source::Json(reader) => reader.scalar(expected)?,
            Source::Xml(reader) => Scalar::Text(reader.text()?),
        };
        if let Scalar::Text(text) = &scalar {
            check_text(text, is_request)?;
        }
        Ok(scalar)
    }

    fn is_request(&self) -> bool {
        match &self.0 {
            Source::Json(reader) => reader.is_request(),
            Source::Xml(reader) => !reader.events.from_server,
        }
    }

    /// Reads a text; a number or a boolean is one as it is written.
    pub(crate) fn text(self) -> Result<Cow<'de, str>, DecodeError> {
        self.scalar("a text").map(Scalar::text)
    }

    /// Reads one text, or the texts of a list; a blank one counts.
    pub(crate) fn texts(mut self) -> Result<Vec<String>, DecodeError> {
        if let Source::Json(json) = &mut self.0
            && json.is_text()?
        {
            return String::read(self).map(|text| vec![text]);
        }
        Vec::read(self)
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
    pub fn read<T: Read>(self) -> Result<T, DecodeError> {
        self.read_by(T::read)
    }

    /// Reads its value by a function.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    pub fn read_by<T: Read>(
        mut self,
        read: impl for<'r> FnOnce(Reader<'r, 'de>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let start = self.start()?;
        match read(self.reader()) {
            Ok(value) => Ok(value),
            Err(error) => {
                let error = self.pass(error, start)?;
                T::absent().ok_or(error)
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
    json_read::from_slice(text.as_bytes(), Reading::Value).map_err(|error| D::Error::custom(error.unplaced()))
}

/// The same error, of an element that was read to its end.
fn passed(error: DecodeError) -> DecodeError {
    error.passed(true)
}

/// Reads a type from any format that serde knows, by its text.
pub(crate) fn deserialize_text<'de, T, D: Deserializer<'de>>(
    deserializer: D,
    read: fn(&str) -> Result<T, String>,
) -> Result<T, D::Error> {
    struct TextVisitor<T>(fn(&str) -> Result<T, String>);
    impl<T> Visitor<'_> for TextVisitor<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            (self.0)(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_str(TextVisitor(read))
}

/// Reads a value from its text.
pub(crate) fn read_text<T>(
    reader: Reader<'_, '_>,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, DecodeError> {
    read(&reader.text()?).map_err(|message| passed(DecodeError::new(message)))
}

/// Implements [`Read`] and `Deserialize` for a type that is written as a text, by a function that takes the text.
macro_rules! read_by_text {
    ($name:ty, $read:expr) => {
        impl $crate::codec::Read for $name {
            fn read(reader: $crate::codec::Reader<'_, '_>) -> Result<Self, $crate::DecodeError> {
                $crate::codec::read_text(reader, $read)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::codec::deserialize_text(deserializer, $read)
            }
        }
    };
}
pub(crate) use read_by_text;
