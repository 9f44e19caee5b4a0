//! Bodies of requests: a document, or a document with a file.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use crate::codec::{DecodeError, EncodeError, Format, Root, multipart};
use crate::document::Document;
use crate::endpoint::BodyKind;

/// The body of a request.
///
/// Every [`Document`] is a body; a call that sends a file has a [`Multipart`].
pub trait Body: Sized + Send + 'static {
    /// Its kind, without its type.
    const KIND: BodyKind;

    /// Writes the body: the client's half.
    ///
    /// # Errors
    /// A value that the format cannot carry.
    fn write(&self, format: Format) -> Result<Outgoing, EncodeError>;

    /// Reads the body: the server's half.
    ///
    /// # Errors
    /// A part of it that cannot be read.
    fn read(incoming: &Incoming) -> Result<Self, BodyError>;
}

/// A document as it is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The value of `Content-Type`.
    pub media_type: Cow<'static, str>,
    /// The document itself.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Encoded {
    // The bytes of a sign-in hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Encoded({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// A body as a client sends it. The bytes of a file are not in it: the sender of the request adds them.
#[derive(Clone, PartialEq, Eq)]
pub enum Outgoing {
    /// No body.
    Empty,
    /// A whole body.
    Document(Encoded),
    /// A body around a file: the head is sent first, then the bytes of the file, then the tail.
    Framed {
        /// The value of `Content-Type`, with a random boundary.
        media_type: String,
        /// The bytes before the file.
        head: Bytes,
        /// The bytes after the file.
        tail: Bytes,
    },
}

impl Outgoing {
    /// The value of `Content-Type`; `None` without a body.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        match self {
            Self::Empty => None,
            Self::Document(document) => Some(&document.media_type),
            Self::Framed { media_type, .. } => Some(media_type),
        }
    }

    /// The whole body in memory, with the bytes of the file if it frames one: for small files only.
    #[doc(hidden)]
    #[must_use]
    pub fn with_file(self, file: &[u8]) -> Bytes {
        match self {
            Self::Empty => Bytes::new(),
            Self::Document(document) => document.bytes.into(),
            Self::Framed { head, tail, .. } => [&*head, file, &*tail].concat().into(),
        }
    }
}

impl fmt::Debug for Outgoing {
    // The document of a sign-in holds secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("Empty"),
            Self::Document(document) => f.debug_tuple("Document").field(document).finish(),
            Self::Framed { head, tail, .. } => write!(f, "Framed({} + {} bytes)", head.len(), tail.len()),
        }
    }
}

/// A body as a server has received it. The bytes of a file are not in it: the receiver of the request keeps them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Incoming {
    /// The document; of a multipart body, its part [`REQUEST_PAYLOAD`]. Empty if there is none.
    pub document: Bytes,
    /// The file sent with the document.
    pub file: Option<ReceivedFile>,
}

/// The file of a multipart body, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedFile {
    /// The name of its part: `tableau_workbook`.
    pub part: String,
    /// The description of the file in the head of its part.
    pub file: FilePart,
}

impl Incoming {
    /// A body that is a document.
    pub fn document(bytes: impl Into<Bytes>) -> Self {
        Self {
            document: bytes.into(),
            file: None,
        }
    }

    /// A multipart body that is in memory, and the bytes of the file in it.
    ///
    /// # Errors
    /// Parts that cannot be separated.
    #[doc(hidden)]
    pub fn multipart(body: &Bytes, content_type: Option<&str>) -> Result<(Self, Bytes), BodyError> {
        let mut incoming = Self::default();
        let mut content = Bytes::new();
        for part in multipart::decode(body, content_type).map_err(BodyError::Multipart)? {
            if part.head.name == REQUEST_PAYLOAD {
                incoming.document = part.content;
            } else if incoming.file.is_none() {
                incoming.file = Some(part.head.into());
                content = part.content;
            }
        }
        Ok((incoming, content))
    }
}

impl From<multipart::PartHead> for ReceivedFile {
    fn from(head: multipart::PartHead) -> Self {
        Self {
            part: head.name,
            file: FilePart {
                file_name: head.file_name.unwrap_or_default(),
                media_type: head.media_type.unwrap_or_else(|| FilePart::OCTETS.to_owned()),
            },
        }
    }
}

impl fmt::Debug for Incoming {
    // The document of a sign-in holds secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incoming({} bytes, {:?})", self.document.len(), self.file)
    }
}

/// The name of the part of a multipart body that holds the document.
pub const REQUEST_PAYLOAD: &str = "request_payload";

/// A document that is sent with a file.
pub trait Payload: Document {
    /// The name of the part with the file: `tableau_workbook`.
    const FILE_PART: &'static str;
    /// Whether the document has a part, even if it is empty.
    const HAS_DOCUMENT: bool = true;
}

/// A document that may be left out: then it has no part.
impl<D: Payload> Payload for Option<D> {
    const FILE_PART: &'static str = D::FILE_PART;
    const HAS_DOCUMENT: bool = D::HAS_DOCUMENT;
}

/// The chunk of an upload: a file with an empty document.
impl Payload for () {
    const FILE_PART: &'static str = "tableau_file";
}

/// A document and a file in one request; without the file where it was uploaded before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Multipart<D> {
    /// The document about the file.
    pub document: D,
    /// The file, without its bytes; `None` if it was uploaded before.
    pub file: Option<FilePart>,
}

/// The description of a file in a multipart body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    /// The name of the file, without a path: `Superstore.twbx`.
    pub file_name: String,
    /// Its media type.
    pub media_type: String,
}

impl FilePart {
    /// The media type of a file of unknown type.
    pub const OCTETS: &'static str = "application/octet-stream";

    /// A file of this name.
    pub fn new(file_name: impl Into<String>) -> Self {
        Self {
            file_name: file_name.into(),
            media_type: Self::OCTETS.to_owned(),
        }
    }
}

impl<D: Payload> Body for Multipart<D> {
    const KIND: BodyKind = BodyKind::File {
        part: D::FILE_PART,
        child: D::CHILD,
        shape: D::SHAPE,
    };

    fn write(&self, format: Format) -> Result<Outgoing, EncodeError> {
        // An empty document still has its part, as in Tableau's own library.
        let document = if D::EMPTY {
            Encoded {
                media_type: Cow::Borrowed("text/xml"),
                bytes: Vec::new(),
            }
        } else {
            Encoded {
                media_type: Cow::Borrowed(match format {
                    Format::Xml => "text/xml",
                    Format::Json => format.media_type(),
                }),
                bytes: self.document.encode(Root::Request, format)?,
            }
        };
        let is_left_out = D::OPTIONAL && !D::EMPTY && document.bytes.is_empty();
        let has_document = D::HAS_DOCUMENT && !is_left_out;
        multipart::frame(
            has_document.then_some(&document),
            self.file.as_ref().map(|file| (D::FILE_PART, file)),
        )
    }

    // Whether real servers require the part of an empty document is not known.
    fn read(incoming: &Incoming) -> Result<Self, BodyError> {
        let file = match &incoming.file {
            Some(received) if received.part == D::FILE_PART => Some(received.file.clone()),
            Some(_) => return Err(BodyError::MissingPart(D::FILE_PART)),
            // Only the file has content.
            None if D::EMPTY => return Err(BodyError::MissingPart(D::FILE_PART)),
            None => None,
        };
        Ok(Self {
            document: read_document(&incoming.document)?,
            file,
        })
    }
}

/// A body that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyError {
    /// The document is missing, malformed or of another shape.
    Document(DecodeError),
    /// The parts of a multipart body cannot be separated.
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
    const KIND: BodyKind = if D::EMPTY {
        BodyKind::Absent
    } else {
        BodyKind::Document {
            child: D::CHILD,
            shape: D::SHAPE,
        }
    };

    fn write(&self, format: Format) -> Result<Outgoing, EncodeError> {
        if D::EMPTY {
            return Ok(Outgoing::Empty);
        }
        let bytes = self.encode(Root::Request, format)?;
        if D::OPTIONAL && bytes.is_empty() {
            return Ok(Outgoing::Empty);
        }
        Ok(Outgoing::Document(Encoded {
            media_type: Cow::Borrowed(format.media_type()),
            bytes,
        }))
    }

    fn read(incoming: &Incoming) -> Result<Self, BodyError> {
        read_document(&incoming.document)
    }
}

/// Reads a document, in the format that its content shows: some clients do not send a `Content-Type`.
fn read_document<D: Document>(bytes: &Bytes) -> Result<D, BodyError> {
    let decoded = match Format::sniff(bytes) {
        _ if D::EMPTY => D::decode(&[], Format::Xml),
        None if D::OPTIONAL && bytes.is_empty() => D::decode(&[], Format::Xml),
        Some(format) => D::decode_request(bytes, format),
        None => Err(DecodeError::new("neither an XML nor a JSON document")),
    };
    decoded.map_err(BodyError::Document)
}
