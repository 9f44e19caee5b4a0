//! Reading XML into serde types; the type decides between attributes, children and text.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Unexpected, Visitor};

use super::read::{Each, EachItem, Member, Read, Reader, Seen, Source, position};
use super::scalar::Scalar;
use super::xml_event::{Events, Node, cut_short};
use super::xml_tag::{Attributes, Tag};
use super::{DecodeError, VALUE_FIELD};
use crate::value::OneDocument;

pub(super) fn from_slice<T: Read>(bytes: &[u8], roots: Roots) -> Result<T, DecodeError> {
    let mut value = None;
    whole(bytes, roots, &mut |reader| {
        value = Some(T::read(reader)?);
        Ok(())
    })?;
    value.ok_or_else(cut_short)
}

/// What is done with the root element.
type OfRoot<'f> = &'f mut dyn FnMut(Reader<'_, '_>) -> Result<(), DecodeError>;

fn whole(bytes: &[u8], roots: Roots, read: OfRoot<'_>) -> Result<(), DecodeError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::new("not UTF-8").at(error.valid_up_to() as u64))?;
    let mut events = Events::new(text);
    let _until_the_end = OneDocument;
    let result = root(&mut events, roots, read);
    let offset = events.offset();
    result.map_err(|error| error.at(offset))
}

/// The names that the root element may have.
pub(super) type Roots = &'static [&'static str];

fn root(events: &mut Events<'_>, roots: Roots, read: OfRoot<'_>) -> Result<(), DecodeError> {
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
                read(Reader(Source::Xml(ValueReader {
                    events: &mut *events,
                    piece,
                })))?;
                return match after_root(events)? {
                    true => Ok(()),
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

/// A value that is about to be read: an element or an attribute.
pub(super) struct ValueReader<'e, 'de> {
    pub(super) events: &'e mut Events<'de>,
    pub(super) piece: Piece<'de>,
}

pub(super) enum Piece<'de> {
    /// An element whose start tag has been read.
    Element(Tag<'de>),
    /// An attribute, or the text of an element.
    Text(Cow<'de, str>),
}

impl<'de> ValueReader<'_, 'de> {
    /// Its text: that of an attribute, or all text of an element.
    pub(super) fn text(self) -> Result<Cow<'de, str>, DecodeError> {
        match self.piece {
            Piece::Text(text) => Ok(text),
            Piece::Element(Tag { empty: true, .. }) => Ok(Cow::Borrowed("")),
            Piece::Element(_) => self.events.text(),
        }
    }

    fn scalar(self) -> Result<Scalar<'de>, DecodeError> {
        self.text().map(Scalar)
    }

    /// How an element without children is written; with children, it is not known before they are read.
    pub(super) fn written(&self) -> Option<&'de str> {
        match &self.piece {
            Piece::Element(tag) if tag.empty => Some(tag.written()),
            _ => None,
        }
    }

    pub(super) fn ignore(self) -> Result<(), DecodeError> {
        match self.piece {
            Piece::Element(Tag { empty: false, .. }) => self.events.skip(),
            _ => Ok(()),
        }
    }

    pub(super) fn each_member(
        self,
        names: &[&str],
        once: bool,
        each: Each<'_, 'de>,
    ) -> Result<(), DecodeError> {
        let from_server = self.events.from_server;
        // Only a struct has a member for the text.
        let mut members = match Members::of(self, if once { names } else { &[] })? {
            Ok(members) => members,
            Err(text) => return Err(DecodeError::invalid_type(Unexpected::Str(&text), &"an element")),
        };
        let (mut seen, mut next) = (Seen::default(), 0);
        while let Some(name) = members.next_name()? {
            let value = members.value()?;
            match position(names, name, &mut next) {
                Some(index) if !once || seen.is_first(index) => each(index, Member(Source::Xml(value)))?,
                // Of a child that a server repeats, the first counts.
                Some(_) if !from_server || matches!(value.piece, Piece::Text(_)) => {
                    return Err(DecodeError::new(format_args!("duplicate field `{name}`")));
                }
                _ => value.ignore()?,
            }
        }
        members.events.leave();
        Ok(())
    }

    pub(super) fn each_item(self, each: EachItem<'_, 'de>) -> Result<(), DecodeError> {
        let mut siblings = Siblings::of(self);
        while let Some(item) = siblings.next()? {
            each(Reader(Source::Xml(item)))?;
        }
        Ok(())
    }

    fn members<V: Visitor<'de>>(self, names: &[&str], visitor: V) -> Result<V::Value, DecodeError> {
        let mut members = match Members::of(self, names)? {
            Ok(members) => members,
            Err(text) => return Scalar(text).deserialize_any(visitor),
        };
        let value = visitor.visit_map(&mut members)?;
        if members.open {
            members.events.skip()?;
        }
        members.events.leave();
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
            Piece::Element(_) => self.members(&[VALUE_FIELD], visitor),
            Piece::Text(text) => Scalar(text).deserialize_any(visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.members(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.members(fields, visitor)
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

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.scalar()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_seq(Siblings::of(self))
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
        self.ignore()?;
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

/// The attributes of an element, then its children, then its text, as one map.
struct Members<'e, 'de> {
    events: &'e mut Events<'de>,
    attributes: Option<Attributes<'de>>,
    next: Option<Piece<'de>>,
    open: bool,
    /// The names that the type knows; one of them may be that of the text.
    names: &'e [&'e str],
    own_text: OwnText,
}

impl<'e, 'de> Members<'e, 'de> {
    /// Those of a value; an attribute that is not empty has none, and is given back.
    fn of(
        reader: ValueReader<'e, 'de>,
        names: &'e [&'e str],
    ) -> Result<Result<Self, Cow<'de, str>>, DecodeError> {
        let (attributes, open) = match reader.piece {
            Piece::Element(tag) => (Some(tag.attributes()), !tag.empty),
            // An attribute that is empty is an element without members.
            Piece::Text(text) if text.trim().is_empty() => (None, false),
            Piece::Text(text) => return Ok(Err(text)),
        };
        reader.events.enter()?;
        Ok(Ok(Self {
            events: reader.events,
            attributes,
            next: None,
            open,
            names,
            own_text: OwnText::default(),
        }))
    }

    fn takes_text(&self) -> bool {
        self.names.contains(&VALUE_FIELD)
    }

    /// The name of the next member; its value is kept for `value`.
    fn next_name(&mut self) -> Result<Option<&'de str>, DecodeError> {
        if let Some(attributes) = &mut self.attributes {
            if let Some((name, value)) = attributes.next()? {
                self.next = Some(Piece::Text(value));
                return Ok(Some(name));
            }
            self.attributes = None;
        }
        while self.open {
            match self.events.next()? {
                Node::Open(tag) => {
                    self.next = Some(Piece::Element(tag));
                    return Ok(Some(tag.name));
                }
                Node::Text { text, significant } => {
                    self.own_text.significant |= significant || !text.trim().is_empty();
                    if self.takes_text() {
                        self.own_text.text.push_str(&text);
                    }
                }
                Node::Close => self.open = false,
                Node::End => return Err(cut_short()),
            }
        }
        if std::mem::take(&mut self.own_text.significant) && self.takes_text() {
            self.next = Some(Piece::Text(Cow::Owned(std::mem::take(&mut self.own_text.text))));
            return Ok(Some(VALUE_FIELD));
        }
        Ok(None)
    }

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
}

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        let name = self.next_name()?;
        name.map(|name| seed.deserialize(Scalar(Cow::Borrowed(name))))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        let read = seed.deserialize(self.value()?);
        read.map_err(|error| error.passed(false))
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
        self.next()?.map(|item| seed.deserialize(item)).transpose()
    }
}

impl<'e, 'de> Siblings<'e, 'de> {
    fn of(reader: ValueReader<'e, 'de>) -> Self {
        let (first, name) = match reader.piece {
            Piece::Element(tag) => (Some(Piece::Element(tag)), Some(tag.name)),
            // An empty list may come as an empty attribute, a list of one as its item.
            Piece::Text(text) if text.trim().is_empty() => (None, None),
            text @ Piece::Text(_) => (Some(text), None),
        };
        Self {
            events: reader.events,
            first,
            name,
        }
    }

    fn next(&mut self) -> Result<Option<ValueReader<'_, 'de>>, DecodeError> {
        let piece = match (self.first.take(), self.name) {
            (Some(first), _) => first,
            (None, None) => return Ok(None),
            (None, Some(name)) => match self.sibling(name)? {
                Some(tag) => Piece::Element(tag),
                None => return Ok(None),
            },
        };
        Ok(Some(ValueReader {
            events: &mut *self.events,
            piece,
        }))
    }

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
