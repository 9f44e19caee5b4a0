//! The text of one element: its start tag, attributes, content and end tag, escaped.

use std::fmt::Write as _;

use super::EncodeError;
use super::xml_text::is_carried;

/// An element whose start tag has been begun: `<name`.
pub(super) struct ElementWriter<'w> {
    out: &'w mut String,
    name: &'static str,
    /// The position of the next attribute.
    attributes_end: usize,
    /// Whether the start tag is closed and content has begun.
    content: bool,
}

impl<'w> ElementWriter<'w> {
    pub(super) fn opened(out: &'w mut String, name: &'static str) -> Self {
        let attributes_end = out.len();
        Self {
            out,
            name,
            attributes_end,
            content: false,
        }
    }

    pub(super) fn child(&mut self, name: &'static str) -> ElementWriter<'_> {
        self.begin_content();
        self.out.push('<');
        self.out.push_str(name);
        ElementWriter::opened(self.out, name)
    }

    /// A child without attributes and content.
    pub(super) fn empty_child(&mut self, name: &str) {
        self.begin_content();
        self.out.push('<');
        self.out.push_str(name);
        self.out.push_str("/>");
    }

    fn begin_content(&mut self) {
        if !self.content {
            self.out.push('>');
            self.content = true;
        }
    }

    pub(super) fn attribute(&mut self, name: &str, value: &str) -> Result<(), EncodeError> {
        if self.content {
            let mut late = String::with_capacity(name.len() + value.len() + 4);
            push_attribute(&mut late, name, value)?;
            self.out.insert_str(self.attributes_end, &late);
            self.attributes_end += late.len();
        } else {
            push_attribute(self.out, name, value)?;
            self.attributes_end = self.out.len();
        }
        Ok(())
    }

    pub(super) fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        self.begin_content();
        let mut rest = text;
        if text.chars().all(char::is_whitespace) {
            // Written unescaped, a reader would take it for indentation. What XML cannot carry is refused below: some of that is white space, too.
            if let Some(first) = text.chars().next().filter(|first| is_carried(*first)) {
                let _ = write!(self.out, "&#{};", first as u32);
                rest = text.get(first.len_utf8()..).unwrap_or_default();
            }
        }
        escape(self.out, rest, Place::Text, self.name)
    }

    pub(super) fn close(self) {
        if self.content {
            self.out.push_str("</");
            self.out.push_str(self.name);
            self.out.push('>');
        } else {
            self.out.push_str("/>");
        }
    }
}

fn push_attribute(out: &mut String, name: &str, value: &str) -> Result<(), EncodeError> {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(out, value, Place::Attribute, name)?;
    out.push('"');
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Attribute,
    Text,
}

/// Whether a text needs no escape and no look at its characters one by one: nearly every one does not.
fn is_plain(text: &str) -> bool {
    // U+FFFE and U+FFFF, which XML cannot carry, begin with this byte.
    const FIRST_OF_NONCHARACTERS: u8 = 0xef;
    let special =
        |byte: u8| byte < b' ' || matches!(byte, b'&' | b'<' | b'>' | b'"' | FIRST_OF_NONCHARACTERS);
    // Without an early end, so that many bytes are looked at at once.
    let has_special = |part: &[u8]| part.iter().fold(false, |found, byte| found | special(*byte));
    !text.as_bytes().chunks(64).any(has_special)
}

/// Escapes characters with a meaning in XML, and white space that a reader would normalize away.
fn escape(out: &mut String, text: &str, place: Place, name: &str) -> Result<(), EncodeError> {
    if is_plain(text) {
        out.push_str(text);
        return Ok(());
    }
    let mut from = 0;
    for (at, character) in text.char_indices() {
        let replacement = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' if place == Place::Attribute => "&quot;",
            '\r' => "&#13;",
            '\n' if place == Place::Attribute => "&#10;",
            '\t' if place == Place::Attribute => "&#9;",
            other if is_carried(other) => continue,
            _ => {
                return Err(EncodeError::new(format_args!(
                    "`{name}` has the character U+{:04X}, which XML cannot carry",
                    character as u32
                )));
            }
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(replacement);
        from = at + character.len_utf8();
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Ok(())
}
