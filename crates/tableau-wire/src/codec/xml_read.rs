//! Reading XML; the type decides between attributes, children and text.

use std::borrow::Cow;

use serde::de::{Error as _, Unexpected};
use serde_json::{Map, Value};

use super::read::{Each, EachItem, EachNamed, Member, Read, Reader, Seen, Source, position};
use super::xml_event::{Events, Node, cut_short};
use super::xml_tag::{Attributes, Tag};
use super::{DecodeError, VALUE_FIELD};
use crate::value::OneDocument;

/// Reads a document: strictly if it is a request, which the root may say as well.
pub(super) fn from_slice<T: Read>(bytes: &[u8], roots: Roots, is_request: bool) -> Result<T, DecodeError> {
    let mut value = None;
    whole(bytes, roots, is_request, &mut |reader| {
        value = Some(T::read(reader)?);
        Ok(())
    })?;
    value.ok_or_else(cut_short)
}

/// What is done with the root element.
type OfRoot<'f> = &'f mut dyn FnMut(Reader<'_, '_>) -> Result<(), DecodeError>;

fn whole(bytes: &[u8], roots: Roots, is_request: bool, read: OfRoot<'_>) -> Result<(), DecodeError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::new("not UTF-8").at(error.valid_up_to() as u64))?;
    let mut events = Events::new(text);
    events.from_server = !is_request;
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
                events.from_server &= tag.name != "tsRequest";
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

    /// Any value: an attribute is a text, an element an object with its attributes, its children, and its text as `value`.
    pub(super) fn untyped(self) -> Result<Value, DecodeError> {
        let mut members = Map::new();
        let mut insert = |name: &str, member: Member<'_, '_>| {
            members.insert(name.to_owned(), member.read()?);
            Ok(())
        };
        match self.piece {
            Piece::Text(text) => return Ok(Value::String(text.into_owned())),
            Piece::Element(_) => self.each_of(true, &mut insert)?,
        };
        Ok(Value::Object(members))
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
        let takes_text = once && names.contains(&VALUE_FIELD);
        let mut members = match Members::of(self, takes_text)? {
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

    /// All attributes and children; of something that is a text, the text.
    pub(super) fn each_named(self, each: EachNamed<'_, 'de>) -> Result<Option<Cow<'de, str>>, DecodeError> {
        self.each_of(false, each)
    }

    /// The same, and the text of the element as its last member if `takes_text`.
    fn each_of(
        self,
        takes_text: bool,
        each: EachNamed<'_, 'de>,
    ) -> Result<Option<Cow<'de, str>>, DecodeError> {
        let mut members = match Members::of(self, takes_text)? {
            Ok(members) => members,
            Err(text) => return Ok(Some(text)),
        };
        while let Some(name) = members.next_name()? {
            each(name, Member(Source::Xml(members.value()?)))?;
        }
        members.events.leave();
        Ok(None)
    }
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
    /// Whether its text is a member.
    takes_text: bool,
    own_text: OwnText,
}

impl<'e, 'de> Members<'e, 'de> {
    /// Those of a value; an attribute that is not empty has none, and is given back.
    fn of(
        reader: ValueReader<'e, 'de>,
        takes_text: bool,
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
            takes_text,
            own_text: OwnText::default(),
        }))
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
                    if self.takes_text {
                        self.own_text.text.push_str(&text);
                    }
                }
                Node::Close => self.open = false,
                Node::End => return Err(cut_short()),
            }
        }
        if std::mem::take(&mut self.own_text.significant) && self.takes_text {
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

/// Elements of one name that follow one another.
struct Siblings<'e, 'de> {
    events: &'e mut Events<'de>,
    first: Option<Piece<'de>>,
    /// `None` if no others follow.
    name: Option<&'de str>,
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
