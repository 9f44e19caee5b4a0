//! XML and JSON for the same types.
//!
//! Tableau's JSON is its XML with attributes and child elements as members. So one set of serde types serves both, and the type decides the form
//! in XML:
//!
//! | in Rust | in XML | in JSON |
//! | --- | --- | --- |
//! | a scalar field | an attribute | a member |
//! | a field with a struct | a child element | a member with an object |
//! | [`Items<T>`](crate::Items) | a wrapper element with a child for each item | an object with one array |
//! | `Vec<T>` | repeated child elements, without a wrapper | an array |
//! | [`Text<T>`](crate::Text) | a child element with text | a member |
//! | [`Value<T>`](crate::Value) | the text of the element itself | a member (called `value`) |
//! | an enum with `#[choice]` | an element with one empty child | an object with one member |
//! | `None` | nothing | nothing |
//!
//! Reading is lenient where servers differ: unknown attributes, elements and members are ignored; a prefix of any namespace is ignored; numbers and
//! booleans may be strings; an absent list wrapper, an empty one and `null` differ only as far as the type distinguishes them. In a server's
//! answer, halves of surrogate pairs become U+FFFD, a scalar that its field cannot read (`size=""`) is left out if the field may be absent, and of a child that should be there once the first counts: one odd
//! value must not cost a list of a thousand. Requests are read strictly, and a text in them that XML cannot carry is refused in JSON as well.
//! Reading never resolves entities or document types, and bounds the depth.

mod choice;
mod error;
#[doc(hidden)]
pub mod header;
mod json_read;
mod json_text;
mod json_write;
mod mend;
pub mod multipart;
mod read;
mod scalar;
mod sniff;
mod xml_element;
mod xml_event;
mod xml_read;
mod xml_tag;
mod xml_text;
mod xml_write;

use json_read::Reading;
use mend::mended;
use serde::Serialize;

#[doc(hidden)]
pub use choice::{read_choice, write_choice};
pub use error::{DecodeError, EncodeError};
pub use json_text::JsonText;
pub use read::{Member, Read, Reader};
#[doc(hidden)]
pub use read::{deserialize, required};
pub(crate) use read::{deserialize_text, read_by_text, read_text};
pub(crate) use sniff::{answer_format, beginning};
pub use tableau_wire_derive::Read;
#[doc(hidden)]
pub use xml_text::not_in_xml;

/// The greatest depth of nesting that is read.
///
/// Tableau's deepest document is below ten; `serde_json` has a limit of the same kind at 128.
pub(crate) const MAX_DEPTH: usize = 64;

/// The name that marks a [`Text`](crate::Text) for the XML writer.
pub(crate) const TEXT: &str = "$text";
/// The name that marks a [`Value`](crate::Value) for the XML writer.
pub(crate) const VALUE: &str = "$value";
/// The name of the member that holds an element's own text.
pub(crate) const VALUE_FIELD: &str = "value";

/// One of the two formats of the REST API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// `application/xml`, the default of servers.
    #[default]
    Xml,
    /// `application/json`.
    Json,
}

impl Format {
    /// The media type for `Content-Type` and `Accept`.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xml => "application/xml",
            Self::Json => "application/json",
        }
    }

    /// The format of a document, by looking at its first character; `None` if it is neither.
    ///
    /// Clients exist that send no `Content-Type` (TSC up to 0.41 at sign-in), so servers have to look.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        let bytes = without_mark(bytes);
        match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
            Some(b'<') => Some(Self::Xml),
            Some(b'{') => Some(Self::Json),
            _ => None,
        }
    }
}

/// The roots of XML that are read; a document that was an answer may be sent back as a request.
const ROOTS: &[&str] = &["tsRequest", "tsResponse"];

/// Which side a document comes from: the name of the root element in XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// `tsRequest`, without a namespace, as Tableau's own clients send it.
    Request,
    /// `tsResponse`, with the namespace and the schema of the given version.
    Response(crate::Version),
}

/// Writes a value as the content of a document.
///
/// # Errors
/// A value that the format cannot carry, such as a control character in XML.
pub fn encode<T: Serialize>(value: &T, root: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
    match format {
        Format::Xml => xml_write::to_vec(value, root),
        Format::Json => json_write::to_vec(value),
    }
}

/// A value as JSON without its type; numbers are numbers.
pub(crate) fn to_value<T: Serialize>(value: &T) -> Result<serde_json::Value, EncodeError> {
    json_write::to_value(value)
}

/// Reads a value from the content of a document: of an answer, unless the root of XML says that it is a request.
///
/// # Errors
/// Malformed input, or input of another shape; the message says where.
pub fn decode<T: Read>(bytes: &[u8], format: Format) -> Result<T, DecodeError> {
    let bytes = without_mark(bytes);
    let read = |bytes: &[u8]| match format {
        Format::Xml => xml_read::from_slice(bytes, ROOTS, false),
        Format::Json => json_read::from_slice(bytes, Reading::Answer),
    };
    read(bytes).or_else(|error| match mended(bytes, format) {
        Some(mended) => read(&mended),
        None => Err(error),
    })
}

/// Reads a value from the content of a request, strictly.
///
/// # Errors
/// As for [`decode`], and a text that XML cannot carry.
pub fn decode_request<T: Read>(bytes: &[u8], format: Format) -> Result<T, DecodeError> {
    let bytes = without_mark(bytes);
    match format {
        Format::Xml => xml_read::from_slice(bytes, ROOTS, true),
        Format::Json => json_read::from_slice(bytes, Reading::Request),
    }
}

/// A document without its byte order mark, if it has one.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// Reads an answer without knowing its type: attributes and children are members, the text of an element is its member `value`.
///
/// The root of XML may be one of errors alone.
pub(crate) fn decode_untyped(bytes: &[u8]) -> Option<serde_json::Value> {
    let bytes = without_mark(bytes);
    let format = Format::sniff(bytes)?;
    let read = |bytes: &[u8]| match format {
        Format::Xml => xml_read::from_slice(bytes, &["tsResponse", "errors", "error"], false).ok(),
        Format::Json => serde_json::from_slice(bytes).ok(),
    };
    read(bytes).or_else(|| read(&mended(bytes, format)?))
}
