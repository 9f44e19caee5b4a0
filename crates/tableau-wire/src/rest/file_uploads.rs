//! File uploads: files that are too large for one request, chunk by chunk.

use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::body::{Body, BodyError, Encoded};
use crate::codec::multipart::{self, Part};
use crate::endpoint::BodyKind;
use crate::value::Id;
use crate::{Element, EncodeError, Endpoint, Entry, Format};

/// A file that is being uploaded (schema: `fileUploadType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Element)]
#[element("fileUpload")]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct FileUpload {
    /// The identifier: `7720:170fe6b1c1c7422dadff20f944d58a52-1:0`.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub upload_session_id: Id<FileUpload>,
    /// How much of it the server has, in megabytes. A text in the schema; how servers round it is not known.
    pub file_size: Option<String>,
}

/// Starts an upload of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Endpoint)]
// That it answers with 201 is inferred from the other calls that make something.
#[endpoint(POST, "fileUploads", since = "2.0", jwt = "tableau:file_uploads:create", status = 201, reply = FileUpload)]
pub struct InitiateFileUpload;

/// Appends a chunk to a file; servers do not notice one that comes twice.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
#[endpoint(
    PUT,
    "fileUploads/{upload_session_id}",
    since = "2.0",
    repeat = never,
    jwt = "tableau:file_uploads:create",
    reply = FileUpload
)]
pub struct AppendToFileUpload {
    /// The upload.
    pub upload_session_id: Id<FileUpload>,
    /// What to append.
    #[body]
    pub chunk: Chunk,
}

/// A piece of a file: in memory, and cheap to clone.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Chunk(pub Bytes);

impl Chunk {
    /// The greatest length that servers take: 64 MB.
    pub const MAX: usize = 64 * 1024 * 1024;

    const REQUEST_PAYLOAD: &'static str = "request_payload";
    const TABLEAU_FILE: &'static str = "tableau_file";
}

impl Body for Chunk {
    const KIND: BodyKind = BodyKind::File {
        part: Self::TABLEAU_FILE,
    };

    fn write(&self, _: Format) -> Result<Encoded, EncodeError> {
        // The document has to be there and is empty, in either format.
        multipart::encode(&[
            Part {
                name: Self::REQUEST_PAYLOAD.to_owned(),
                file_name: Some(String::new()),
                media_type: Some("text/xml".to_owned()),
                content: Bytes::new(),
            },
            Part {
                name: Self::TABLEAU_FILE.to_owned(),
                file_name: Some("file".to_owned()),
                media_type: Some("application/octet-stream".to_owned()),
                content: self.0.clone(),
            },
        ])
    }

    // Whether real servers insist on the empty document is not known; what it would say is nothing.
    fn read(bytes: &Bytes, content_type: Option<&str>) -> Result<Self, BodyError> {
        let parts = multipart::decode(bytes, content_type).map_err(BodyError::Multipart)?;
        let mut files = parts.into_iter().filter(|part| part.name == Self::TABLEAU_FILE);
        let file = files.next().ok_or(BodyError::MissingPart(Self::TABLEAU_FILE))?;
        Ok(Self(file.content))
    }
}

impl fmt::Debug for Chunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chunk({} bytes)", self.0.len())
    }
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<InitiateFileUpload>(),
    Entry::of::<AppendToFileUpload>(),
];
