//! Reading XML into serde types; the type decides between attributes, children and text.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::scalar::{self, Scalar};
use super::xml_event::{Events, Node, cut_short};
use super::xml_tag::{Attributes, Tag};
use super::{DecodeError, VALUE_FIELD};

pub(super) fn from_slice<T: DeserializeOwned>(bytes: &[u8], roots: Roots) -> Result<T, DecodeError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::new("not UTF-8").at(error.valid_up_to() as u64))?;
    let mut events = Events::new(text);
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
                let value = T::deserialize(ElementReader { events, tag })?;
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

/// One element whose start tag has been read.
struct ElementReader<'e, 'de> {
    events: &'e mut Events<'de>,
    tag: Tag<'de>,
}

impl<'de> ElementReader<'_, 'de> {
    fn scalar(self) -> Result<Scalar<'de>, DecodeError> {
        if self.tag.empty {
            Ok(Scalar(Cow::Borrowed("")))
        } else {
            self.events.text().map(Scalar)
        }
    }

    fn members<V: Visitor<'de>>(
        self,
        fields: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.events.enter()?;
        let mut members = Members {
            events: &mut *self.events,
            attributes: Some(self.tag.attributes()),
            next: None,
            open: !self.tag.empty,
            fields,
            seen: Vec::new(),
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

impl<'de> Deserializer<'de> for ElementReader<'_, 'de> {
    type Error = DecodeError;

    by_text! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64 deserialize_char deserialize_str deserialize_string
        deserialize_bytes deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.members(Some(&[VALUE_FIELD]), visitor)
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
        visitor.visit_seq(Siblings {
            events: self.events,
            first: Some(self.tag),
            name: self.tag.name,
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
        if !self.tag.empty {
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

/// The attributes of an element, then its children, then its text, as one map.
struct Members<'e, 'de> {
    events: &'e mut Events<'de>,
    attributes: Option<Attributes<'de>>,
    next: Option<Member<'de>>,
    open: bool,
    /// The names that the type knows, if it gives them: they tell whether it has a member for the text.
    fields: Option<&'static [&'static str]>,
    /// The children of a struct so far: of a repeated one, the first counts.
    seen: Vec<&'de str>,
    own_text: OwnText,
}

impl<'de> Members<'_, 'de> {
    /// Skips a repeated child of a struct; gives whether it did.
    fn skip_second(&mut self, tag: &Tag<'de>) -> Result<bool, DecodeError> {
        // There may be many unknown names, so they are not kept.
        let is_known = self.fields.is_some_and(|fields| fields.contains(&tag.name));
        if !is_known || !self.events.from_server {
            return Ok(false);
        }
        if !self.seen.contains(&tag.name) {
            self.seen.push(tag.name);
            return Ok(false);
        }
        if !tag.empty {
            self.events.skip()?;
        }
        Ok(true)
    }
}

enum Member<'de> {
    Attribute(Cow<'de, str>),
    Child(Tag<'de>),
    Text(String),
}

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        if let Some(attributes) = &mut self.attributes {
            if let Some((name, value)) = attributes.next()? {
                self.next = Some(Member::Attribute(value));
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
                    self.next = Some(Member::Child(tag));
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
            self.next = Some(Member::Text(std::mem::take(&mut self.own_text.text)));
            return seed.deserialize(Scalar(Cow::Borrowed(VALUE_FIELD))).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        match self.next.take() {
            Some(Member::Attribute(value)) => seed.deserialize(Scalar(value)),
            Some(Member::Text(text)) => seed.deserialize(Scalar(Cow::Owned(text))),
            Some(Member::Child(tag)) => seed
                .deserialize(ElementReader {
                    events: &mut *self.events,
                    tag,
                })
                .map_err(|error| error.passed(false)),
            None => Err(DecodeError::new("a value was asked for before its name")),
        }
    }

    // In a server's document, one odd scalar leaves out its field and not the whole document; requests are read strictly.
    fn next_value<V: Deserialize<'de>>(&mut self) -> Result<V, DecodeError> {
        let (read, passed) = match self.next.take() {
            Some(Member::Attribute(value)) => (V::deserialize(Scalar(value)), true),
            Some(Member::Text(text)) => (V::deserialize(Scalar(Cow::Owned(text))), true),
            Some(Member::Child(tag)) => {
                let read = V::deserialize(ElementReader {
                    events: &mut *self.events,
                    tag,
                });
                let passed = read.as_ref().is_err_and(DecodeError::is_passed);
                (read, passed)
            }
            None => return Err(DecodeError::new("a value was asked for before its name")),
        };
        match read {
            Err(error) if passed && self.events.from_server => scalar::absent().ok_or(error.passed(false)),
            Err(error) => Err(error.passed(false)),
            Ok(value) => Ok(value),
        }
    }
}

/// Elements of one name that follow one another.
struct Siblings<'e, 'de> {
    events: &'e mut Events<'de>,
    first: Option<Tag<'de>>,
    name: &'de str,
}

impl<'de> SeqAccess<'de> for Siblings<'_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        let tag = match self.first.take() {
            Some(first) => first,
            None => loop {
                match self.events.peek()? {
                    Node::Text {
                        text,
                        significant: false,
                    } if text.trim().is_empty() => {
                        self.events.next()?;
                    }
                    Node::Open(tag) if tag.name == self.name => {
                        let tag = *tag;
                        self.events.next()?;
                        break tag;
                    }
                    _ => return Ok(None),
                }
            },
        };
        seed.deserialize(ElementReader {
            events: &mut *self.events,
            tag,
        })
        .map(Some)
    }
}
