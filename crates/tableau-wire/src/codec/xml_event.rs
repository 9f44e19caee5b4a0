//! The events of an XML document that matter here: elements and their text.
//!
//! `quick-xml` finds the tokens; this module looks one event ahead, drops comments, processing instructions and the declaration, joins text, and
//! refuses document types and entities, which Tableau never sends and attackers use.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};

use super::xml_tag::Tag;
use super::{DecodeError, MAX_DEPTH};

/// The document being read, with one event of look-ahead.
pub(super) struct Events<'de> {
    text: &'de str,
    reader: quick_xml::Reader<&'de [u8]>,
    peeked: Option<Node<'de>>,
    depth: usize,
    /// Whether a server wrote the document.
    pub(super) from_server: bool,
}

/// An event that carries information.
pub(super) enum Node<'de> {
    /// An element opens.
    Open(Tag<'de>),
    /// Text between tags, unescaped; `significant` unless it may be nothing but indentation.
    Text { text: Cow<'de, str>, significant: bool },
    /// An element closes.
    Close,
    /// The document is over.
    End,
}

impl<'de> Events<'de> {
    pub(super) fn new(text: &'de str) -> Self {
        Self {
            text,
            reader: quick_xml::Reader::from_str(text),
            peeked: None,
            depth: 0,
            from_server: false,
        }
    }

    pub(super) fn offset(&self) -> u64 {
        self.reader.buffer_position()
    }

    pub(super) fn next(&mut self) -> Result<Node<'de>, DecodeError> {
        match self.peeked.take() {
            Some(node) => Ok(node),
            None => self.read(),
        }
    }

    pub(super) fn peek(&mut self) -> Result<&Node<'de>, DecodeError> {
        let node = match self.peeked.take() {
            Some(node) => node,
            None => self.read()?,
        };
        Ok(self.peeked.insert(node))
    }

    /// Enters an element, and checks the depth.
    pub(super) fn enter(&mut self) -> Result<(), DecodeError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(DecodeError::new(format_args!(
                "more than {MAX_DEPTH} elements inside one another"
            )));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Skips the rest of an open element.
    pub(super) fn skip(&mut self) -> Result<(), DecodeError> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()? {
                Node::Open(Tag { empty: false, .. }) => open += 1,
                Node::Open(_) | Node::Text { .. } => {}
                Node::Close => open -= 1,
                Node::End => return Err(cut_short()),
            }
            if self.depth + open > MAX_DEPTH {
                return Err(DecodeError::new(format_args!(
                    "more than {MAX_DEPTH} elements inside one another"
                )));
            }
        }
        Ok(())
    }

    /// The text of an open element up to its end; elements inside it are skipped.
    pub(super) fn text(&mut self) -> Result<Cow<'de, str>, DecodeError> {
        let mut all: Cow<'de, str> = Cow::Borrowed("");
        loop {
            match self.next()? {
                Node::Text { text, .. } if all.is_empty() => all = text,
                Node::Text { text, .. } => all.to_mut().push_str(&text),
                Node::Open(Tag { empty: false, .. }) => self.skip()?,
                Node::Open(_) => {}
                Node::Close => return Ok(all),
                Node::End => return Err(cut_short()),
            }
        }
    }

    /// The tag just read, cut from the document itself: what `start` lends lives only as long as `start`.
    fn tag(&self, start: &BytesStart<'_>, empty: bool) -> Result<Tag<'de>, DecodeError> {
        let end = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        let end = end.saturating_sub(if empty { "/>".len() } else { ">".len() });
        let attributes = end.saturating_sub(start.attributes_raw().len());
        let name = attributes.saturating_sub(start.name().as_ref().len());
        match (self.text.get(name..attributes), self.text.get(attributes..end)) {
            (Some(name), Some(attributes)) => Ok(Tag::new(name, attributes, empty)),
            _ => Err(DecodeError::new("a tag that is not in the document")),
        }
    }

    fn read(&mut self) -> Result<Node<'de>, DecodeError> {
        loop {
            let event = self
                .reader
                .read_event()
                .map_err(|error| DecodeError::new(error).at(self.reader.error_position()))?;
            return Ok(match event {
                Event::Start(start) => Node::Open(self.tag(&start, false)?),
                Event::Empty(start) => Node::Open(self.tag(&start, true)?),
                Event::End(_) => Node::Close,
                Event::Text(text) => Node::Text {
                    text: text.xml10_content(),
                    significant: false,
                },
                Event::CData(data) => Node::Text {
                    text: data.xml10_content(),
                    significant: true,
                },
                Event::GeneralRef(reference) => Node::Text {
                    text: resolve(&reference)?,
                    significant: true,
                },
                Event::DocType(_) => {
                    return Err(DecodeError::new("a document type is not read").at(self.offset()));
                }
                Event::Eof => Node::End,
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) => continue,
            });
        }
    }
}

/// One of the five predefined entities, or a character by number; nothing else is resolved.
fn resolve<'de>(reference: &quick_xml::events::BytesRef<'_>) -> Result<Cow<'de, str>, DecodeError> {
    if let Some(character) = reference.resolve_char_ref().map_err(DecodeError::new)? {
        return Ok(Cow::Owned(character.to_string()));
    }
    let name = reference.xml10_content();
    quick_xml::escape::resolve_predefined_entity(&name)
        .map(Cow::Borrowed)
        .ok_or_else(|| DecodeError::new(format_args!("the entity `&{name};` is not resolved")))
}

pub(super) fn cut_short() -> DecodeError {
    DecodeError::new("the document ends before its elements are closed")
}
