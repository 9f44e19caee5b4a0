//! File uploads: files that are too large for one request, chunk by chunk.

use crate::body::Multipart;
use crate::endpoint::calls;
use crate::value::Id;
use crate::{element, endpoint};

/// A file that is being uploaded (schema: `fileUploadType`).
#[element("fileUpload")]
pub struct FileUpload {
    /// The identifier: `7720:170fe6b1c1c7422dadff20f944d58a52-1:0`.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub upload_session_id: Id<FileUpload>,
    /// How much of it the server has, in megabytes. A text in the schema; how servers round it is not known.
    pub file_size: Option<String>,
    /// The greatest number of chunks.
    pub max_file_chunk_count: Option<i64>,
}

/// Starts an upload of a file.
// That it answers with 201 is inferred from the other calls that make something.
#[endpoint(POST, "fileUploads", since = "2.0", jwt = "tableau:file_uploads:create", status = 201, reply = FileUpload)]
pub struct InitiateFileUpload;

/// Appends a chunk to a file; servers do not notice one that comes twice.
#[endpoint(
    PUT,
    "fileUploads/{upload_session_id}",
    since = "2.0",
    retry = never,
    jwt = "tableau:file_uploads:create",
    reply = FileUpload
)]
pub struct AppendToFileUpload {
    /// The upload.
    pub upload_session_id: Id<FileUpload>,
    /// The chunk: at most [`MAX_CHUNK`] bytes.
    #[body]
    pub chunk: Multipart<()>,
}

/// The greatest length of a chunk that servers take, and of a file that is published in one request: 64 MB.
pub const MAX_CHUNK: usize = 64 * 1024 * 1024;

calls!(; InitiateFileUpload, AppendToFileUpload);
