//! Reading XML into serde types; the type says whether it wants attributes, children or text.

use std::borrow::Cow;

use quick_xml::events::BytesStart;
use quick_xml::events::attributes::Attributes;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::scalar::Scalar;
use super::xml_event::{Events, Node, attribute_value, cut_short};
use super::{DecodeError, VALUE_FIELD};

pub(super) fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DecodeError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::new("not UTF-8").at(error.valid_up_to() as u64))?;
    let mut events = Events::new(text);
    let result = root(&mut events);
    let offset = events.offset();
    result.map_err(|error| error.at(offset))
}

fn root<T: DeserializeOwned>(events: &mut Events<'_>) -> Result<T, DecodeError> {
    loop {
        match events.next()? {
            Node::Open { start, empty } => {
                let name = start.local_name();
                if !matches!(name.as_ref(), "tsRequest" | "tsResponse") {
                    return Err(DecodeError::new(format_args!(
                        "the root element is `{}`, not `tsRequest` or `tsResponse`",
                        name.as_ref()
                    )));
                }
                let value = T::deserialize(ElementReader { events, start, empty })?;
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
    start: BytesStart<'de>,
    empty: bool,
}

impl<'de> ElementReader<'_, 'de> {
    fn scalar(self) -> Result<Scalar<'de>, DecodeError> {
        if self.empty { Ok(Scalar(Cow::Borrowed(""))) } else { self.events.text().map(Scalar) }
    }

    fn members<V: Visitor<'de>>(self, wants_value: bool, visitor: V) -> Result<V::Value, DecodeError> {
        self.events.enter()?;
        let mut attributes = self.start.attributes();
        attributes.with_checks(false);
        let mut members = Members {
            events: &mut *self.events,
            attributes: Some(attributes),
            next: None,
            open: !self.empty,
            own_text: wants_value.then(OwnText::default),
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
            self.scalar()?.$method(visitor)
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
        self.members(true, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.members(false, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.members(fields.contains(&VALUE_FIELD), visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
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
        visitor.visit_seq(Siblings { events: self.events, first: Some((self.start.clone(), self.empty)), name: self.start })
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
        if !self.empty {
            self.events.skip()?;
        }
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_unit(visitor)
    }

    serde::forward_to_deserialize_any! { i128 u128 }
}

/// The text of an element that has a member for it.
#[derive(Default)]
struct OwnText {
    text: String,
    significant: bool,
}

/// The attributes of an element, then its children, then its text, as one map.
struct Members<'e, 'a, 'de> {
    events: &'e mut Events<'de>,
    attributes: Option<Attributes<'a>>,
    next: Option<Member<'a, 'de>>,
    open: bool,
    own_text: Option<OwnText>,
}

enum Member<'a, 'de> {
    Attribute(Cow<'a, str>),
    Child { start: BytesStart<'de>, empty: bool },
    Text(String),
}

impl Members<'_, '_, '_> {
    /// The next attribute that is not about namespaces; gives its local name to `visit`.
    fn next_attribute(&mut self) -> Result<Option<String>, DecodeError> {
        let Some(attributes) = &mut self.attributes else { return Ok(None) };
        for attribute in attributes {
            let attribute = attribute.map_err(DecodeError::new)?;
            // `xmlns`, `xmlns:x`, `xsi:type`: none of Tableau's own attributes has a prefix.
            if attribute.key.prefix().is_some() || attribute.key.as_ref() == "xmlns" {
                continue;
            }
            let name = attribute.key.local_name();
            let name = name.as_ref().to_owned();
            self.next = Some(Member::Attribute(attribute_value(&attribute)?));
            return Ok(Some(name));
        }
        self.attributes = None;
        Ok(None)
    }
}

impl<'de> MapAccess<'de> for &mut Members<'_, '_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        if let Some(name) = self.next_attribute()? {
            return seed.deserialize(Scalar(Cow::Borrowed(&name))).map(Some);
        }
        while self.open {
            match self.events.next()? {
                Node::Open { start, empty } => {
                    let key = seed.deserialize(Scalar(Cow::Borrowed(start.local_name().as_ref())))?;
                    self.next = Some(Member::Child { start, empty });
                    return Ok(Some(key));
                }
                Node::Text { text, significant } => {
                    if let Some(own) = &mut self.own_text {
                        own.text.push_str(&text);
                        own.significant |= significant;
                    }
                }
                Node::Close => self.open = false,
                Node::End => return Err(cut_short()),
            }
        }
        match self.own_text.take() {
            Some(own) if own.significant || !own.text.trim().is_empty() => {
                self.next = Some(Member::Text(own.text));
                seed.deserialize(Scalar(Cow::Borrowed(VALUE_FIELD))).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        match self.next.take() {
            Some(Member::Attribute(value)) => seed.deserialize(Scalar(value)),
            Some(Member::Text(text)) => seed.deserialize(Scalar(Cow::Owned(text))),
            Some(Member::Child { start, empty }) => {
                seed.deserialize(ElementReader { events: &mut *self.events, start, empty })
            }
            None => Err(DecodeError::new("a value was asked for before its name")),
        }
    }
}

/// Elements of one name that follow one another.
struct Siblings<'e, 'de> {
    events: &'e mut Events<'de>,
    first: Option<(BytesStart<'de>, bool)>,
    name: BytesStart<'de>,
}

impl<'de> SeqAccess<'de> for Siblings<'_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, DecodeError> {
        let (start, empty) = match self.first.take() {
            Some(first) => first,
            None => loop {
                match self.events.peek()? {
                    Node::Text { text, significant: false } if text.trim().is_empty() => {
                        self.events.next()?;
                    }
                    Node::Open { start, .. } if start.local_name() == self.name.local_name() => {
                        match self.events.next()? {
                            Node::Open { start, empty } => break (start, empty),
                            _ => return Ok(None),
                        }
                    }
                    _ => return Ok(None),
                }
            },
        };
        seed.deserialize(ElementReader { events: &mut *self.events, start, empty }).map(Some)
    }
}
