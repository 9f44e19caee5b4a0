//! Reading XML into serde types; the type decides between attributes, children and text.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::scalar::{self, Scalar};
use super::xml_event::{Events, Node, cut_short};
use super::xml_tag::{Attributes, Tag};
use super::{DecodeError, SHARED, VALUE_FIELD};
use crate::value::OneDocument;

pub(super) fn from_slice<T: DeserializeOwned>(bytes: &[u8], roots: Roots) -> Result<T, DecodeError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::new("not UTF-8").at(error.valid_up_to() as u64))?;
    let mut events = Events::new(text);
    let _until_the_end = OneDocument;
    let result = root(&mut events, roots);
    let offset = events.offset();
    result.map_err(|error| error.at(offset))
}

/// The names that the root element may have.
pub(super) type Roots = &'static [&'static str];

fn root<T: DeserializeOwned>(events: &mut Events<'_>, roots: Roots) -> Result<T, DecodeError> {
    loop {
        match events.next()? {
            Node::Open(tag) => {
                if !roots.contains(&tag.name) {
                    return Err(DecodeError::new(format_args!(
                        "the root element is `{}`, not `{}`",
                        tag.name,
                        roots.join("` or `")
                    )));
                }
                events.from_server = tag.name != "tsRequest";
                let piece = Piece::Element(tag);
                let value = T::deserialize(ValueReader { events, piece })?;
                return match after_root(events)? {
                    true => Ok(value),
                    false => Err(DecodeError::new("something follows the root element")),
                };
            }
            Node::Text { text, .. } if text.trim().is_empty() => {}
            Node::Text { .. } => return Err(DecodeError::new("text where an element was expected")),
            Node::Close | Node::End => return Err(DecodeError::new("there is no root element")),
        }
    }
}

fn after_root(events: &mut Events<'_>) -> Result<bool, DecodeError> {
    loop {
        match events.next()? {
            Node::End => return Ok(true),
            Node::Text { text, .. } if text.trim().is_empty() => {}
            _ => return Ok(false),
        }
    }
}

/// A value that is about to be read: one type for elements and attributes, so that the reader of each type exists once.
struct ValueReader<'e, 'de> {
    events: &'e mut Events<'de>,
    piece: Piece<'de>,
}

enum Piece<'de> {
    /// An element whose start tag has been read.
    Element(Tag<'de>),
    /// An attribute, or the text of an element.
    Text(Cow<'de, str>),
}

impl<'de> ValueReader<'_, 'de> {
    fn scalar(self) -> Result<Scalar<'de>, DecodeError> {
        match self.piece {
            Piece::Text(text) => Ok(Scalar(text)),
            Piece::Element(Tag { empty: true, .. }) => Ok(Scalar(Cow::Borrowed(""))),
            Piece::Element(_) => self.events.text().map(Scalar),
        }
    }

    fn members<V: Visitor<'de>>(
        self,
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let (attributes, open) = match self.piece {
            Piece::Element(tag) => (Some(tag.attributes()), !tag.empty),
            // An attribute that is empty is an element without members.
            Piece::Text(text) if text.trim().is_empty() => (None, false),
            Piece::Text(text) => return Scalar(text).deserialize_any(visitor),
        };
        self.events.enter()?;
        let mut members = Members {
            events: &mut *self.events,
            attributes,
            next: None,
            open,
            fields,
            seen: Seen::default(),
            own_text: OwnText::default(),
        };
        let value = visitor.visit_map(&mut members)?;
        if members.open {
            members.events.skip()?;
        }
        self.events.leave();
        Ok(value)
    }
}

macro_rules! by_text {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.scalar()?.$method(visitor).map_err(|error| error.passed(true))
        }
    )*};
}

impl<'de> Deserializer<'de> for ValueReader<'_, 'de> {
    type Error = DecodeError;

    by_text! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.piece {
            Piece::Element(_) => self.members(Some(&[VALUE_FIELD]), visitor),
            Piece::Text(text) => Scalar(text).deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.members(None, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.members(Some(fields), visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        // With children, how it is written is not known before they are read.
        match self.piece {
            Piece::Element(tag) if name == SHARED && tag.empty => visitor.visit_seq(Written {
                written: Some(tag.written()),
                element: Some(self),
            }),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.scalar()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        let (first, name) = match self.piece {
            Piece::Element(tag) => (Some(Piece::Element(tag)), Some(tag.name)),
            // An empty list may come as an empty attribute, a list of one as its item.
            Piece::Text(text) if text.trim().is_empty() => (None, None),
            text @ Piece::Text(_) => (Some(text), None),
        };
        visitor.visit_seq(Siblings {
            events: self.events,
            first,
            name,
        })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if let Piece::Element(Tag { empty: false, .. }) = self.piece {
            self.events.skip()?;
        }
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_unit(visitor)
    }

    serde::forward_to_deserialize_any! { i128 u128 }
}

/// The text of an element that may have a member for it.
#[derive(Default)]
struct OwnText {
    text: String,
    significant: bool,
}

/// Which of the members of a struct were children so far; the largest, a site, has about 150.
#[derive(Default)]
struct Seen([u64; 4]);

impl Seen {
    /// Notes a member; gives whether it is the first time, or one beyond those that are counted.
    fn is_first(&mut self, member: usize) -> bool {
        let Some(word) = self.0.get_mut(member / 64) else {
            return true;
        };
        let bit = 1 << (member % 64);
        let is_first = *word & bit == 0;
        *word |= bit;
        is_first
    }
}

/// The attributes of an element, then its children, then its text, as one map.
struct Members<'e, 'de> {
    events: &'e mut Events<'de>,
    attributes: Option<Attributes<'de>>,
    next: Option<Piece<'de>>,
    open: bool,
    /// The names that the type knows, if it gives them: they tell whether it has a member for the text.
    fields: Option<&'static [&'static str]>,
    /// The children of a struct so far: of a repeated one, the first counts.
    seen: Seen,
    own_text: OwnText,
}

impl<'de> Members<'_, 'de> {
    /// The value of the member whose name was read.
    fn value(&mut self) -> Result<ValueReader<'_, 'de>, DecodeError> {
        match self.next.take() {
            Some(piece) => Ok(ValueReader {
                events: &mut *self.events,
                piece,
            }),
            None => Err(DecodeError::new("a value was asked for before its name")),
        }
    }

    /// Skips a repeated child of a struct; gives whether it did.
    fn skip_second(&mut self, tag: &Tag<'de>) -> Result<bool, DecodeError> {
        if !self.events.from_server {
            return Ok(false);
        }
        // There may be many unknown names, so they are not kept.
        let mut fields = self.fields.into_iter().flatten();
        match fields.position(|field| *field == tag.name) {
            Some(known) if !self.seen.is_first(known) => {}
            _ => return Ok(false),
        }
        if !tag.empty {
            self.events.skip()?;
        }
        Ok(true)
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        if let Some(attributes) = &mut self.attributes {
            if let Some((name, value)) = attributes.next()? {
                self.next = Some(Piece::Text(value));
                return seed.deserialize(Scalar(Cow::Borrowed(name))).map(Some);
            }
            self.attributes = None;
        }
        while self.open {
            match self.events.next()? {
                Node::Open(tag) => {
                    if self.skip_second(&tag)? {
                        continue;
                    }
                    self.next = Some(Piece::Element(tag));
                    return seed.deserialize(Scalar(Cow::Borrowed(tag.name))).map(Some);
                }
                Node::Text { text, significant } => {
                    self.own_text.significant |= significant || !text.trim().is_empty();
                    if self.fields.is_some() {
                        self.own_text.text.push_str(&text);
                    }
                }
                Node::Close => self.open = false,
                Node::End => return Err(cut_short()),
            }
        }
        if std::mem::take(&mut self.own_text.significant)
            && self.fields.is_some_and(|fields| fields.contains(&VALUE_FIELD))
        {
            self.next = Some(Piece::Text(Cow::Owned(std::mem::take(&mut self.own_text.text))));
            return seed.deserialize(Scalar(Cow::Borrowed(VALUE_FIELD))).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let read = seed.deserialize(self.value()?);
        read.map_err(|error| error.passed(false))
    }

    // In a server's document, one odd scalar leaves out its field and not the whole document; requests are read strictly.
    fn next_value<V: Deserialize<'de>>(&mut self) -> Result<V, DecodeError> {
        let value = self.value()?;
        let is_text = matches!(value.piece, Piece::Text(_));
        match V::deserialize(value) {
            Err(error) if self.events.from_server && (is_text || error.is_passed()) => {
                scalar::absent().ok_or(error.passed(false))
            }
            Err(error) => Err(error.passed(false)),
            Ok(value) => Ok(value),
        }
    }
}

/// How an element is written, and then the element.
struct Written<'e, 'de> {
    written: Option<&'de str>,
    element: Option<ValueReader<'e, 'de>>,
}

impl<'de> SeqAccess<'de> for Written<'_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        if let Some(written) = self.written.take() {
            return seed.deserialize(BorrowedStrDeserializer::new(written)).map(Some);
        }
        self.element
            .take()
            .map(|element| seed.deserialize(element))
            .transpose()
    }
}

/// Elements of one name that follow one another.
struct Siblings<'e, 'de> {
    events: &'e mut Events<'de>,
    first: Option<Piece<'de>>,
    /// `None` if no others follow.
    name: Option<&'de str>,
}

impl<'de> SeqAccess<'de> for Siblings<'_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let piece = match (self.first.take(), self.name) {
            (Some(first), _) => first,
            (None, None) => return Ok(None),
            (None, Some(name)) => match self.sibling(name)? {
                Some(tag) => Piece::Element(tag),
                None => return Ok(None),
            },
        };
        seed.deserialize(ValueReader {
            events: &mut *self.events,
            piece,
        })
        .map(Some)
    }
}

impl<'de> Siblings<'_, 'de> {
    /// The next element, if it has this name.
    fn sibling(&mut self, name: &str) -> Result<Option<Tag<'de>>, DecodeError> {
        loop {
            match self.events.peek()? {
                Node::Text {
                    text,
                    significant: false,
                } if text.trim().is_empty() => {
                    self.events.next()?;
                }
                Node::Open(tag) if tag.name == name => {
                    let tag = *tag;
                    self.events.next()?;
                    return Ok(Some(tag));
                }
                _ => return Ok(None),
            }
        }
    }
}
