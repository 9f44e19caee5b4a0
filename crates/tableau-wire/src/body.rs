//! Bodies of requests: a document, or a file beside one.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Format, Root};
use crate::document::Document;
use crate::endpoint::BodyKind;

/// What a request carries.
///
/// Every [`Document`] is a body; calls that send files have one of their own, such as [`Chunk`](crate::rest::file_uploads::Chunk).
pub trait Body: Sized + Send + 'static {
    /// Whether there is no body at all.
    const ABSENT: bool = false;
    /// What it is, without its type.
    const KIND: BodyKind;

    /// Writes the body: the client's half.
    ///
    /// # Errors
    /// A value that the format cannot carry.
    fn write(&self, format: Format) -> Result<Encoded, EncodeError>;

    /// Reads the body: the server's half.
    ///
    /// # Errors
    /// What in it cannot be understood.
    fn read(bytes: &Bytes, content_type: Option<&str>) -> Result<Self, BodyError>;
}

/// A body as it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded {
    /// What goes into `Content-Type`.
    pub media_type: Cow<'static, str>,
    /// The body itself.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Encoded {
    // The bytes of a sign-in hold secrets, those of a file are many.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// A body that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyError {
    /// The document is missing, malformed or of another shape.
    Document(DecodeError),
    /// The parts of a multipart body cannot be told apart.
    Multipart(DecodeError),
    /// A multipart body lacks the part with this name.
    MissingPart(&'static str),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(error) | Self::Multipart(error) => error.fmt(f),
            Self::MissingPart(name) => write!(f, "there is no part `{name}`"),
        }
    }
}

impl std::error::Error for BodyError {}

impl<D: Document> Body for D {
    const ABSENT: bool = D::EMPTY;
    const KIND: BodyKind = if D::EMPTY {
        BodyKind::Absent
    } else {
        BodyKind::Document {
            child: D::CHILD,
            fields: D::FIELDS,
        }
    };

    fn write(&self, format: Format) -> Result<Encoded, EncodeError> {
        Ok(Encoded {
            media_type: Cow::Borrowed(format.media_type()),
            bytes: self.encode(Root::Request, format)?,
        })
    }

    /// The format is found by looking at the document: clients exist that do not say it.
    fn read(bytes: &Bytes, _: Option<&str>) -> Result<Self, BodyError> {
        let decoded = match Format::sniff(bytes) {
            _ if D::EMPTY => D::decode(&[], Format::Xml),
            Some(format) => D::decode(bytes, format),
            None => Err(DecodeError::new("neither an XML nor a JSON document")),
        };
        decoded.map_err(BodyError::Document)
    }
}
