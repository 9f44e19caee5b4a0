//! Multipart bodies: a document and a file in one request.
//!
//! The parser is our own. Existing ones (`multer` and its users) read `multipart/form-data` from async streams; here it is
//! `multipart/mixed`, read without I/O as it arrives, and parts without `form-data`: Tableau's documentation writes
//! `Content-Disposition: name="request_payload"`, Tableau's Python library `Content-Disposition: form-data; name="request_payload"; filename=""`.
//!
//! Reading takes either line break, as long as delimiters keep to that of the first: so a file may contain lines that only resemble a delimiter.
//! Writing uses a random boundary, which no file can be made to contain: so a file is sent without being scanned.

mod read;

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

use bytes::{Bytes, BytesMut};

use super::{DecodeError, EncodeError};
use crate::body::{Encoded, FilePart, Outgoing, REQUEST_PAYLOAD};

pub use read::{Event, Reader};

/// The head of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartHead {
    /// Its name: `request_payload`.
    pub name: String,
    /// The name of the file; empty where there is no file, as Tableau's own library writes it.
    pub file_name: Option<String>,
    /// Its media type: `text/xml`.
    pub media_type: Option<String>,
}

/// A part of a multipart body.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Its head.
    pub head: PartHead,
    /// Its content.
    pub content: Bytes,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({}, {} bytes)", self.head.name, self.content.len())
    }
}

/// Writes parts as a `multipart/mixed` body.
///
/// # Errors
/// A name or a media type that cannot stand in a header.
pub fn encode(parts: &[Part]) -> Result<Encoded, EncodeError> {
    let boundary = random_boundary();
    let length: usize = parts.iter().map(|part| part.content.len() + 256).sum();
    let mut bytes = Vec::with_capacity(length + 64);
    for part in parts {
        open(&mut bytes, &boundary, &part.head)?;
        bytes.extend_from_slice(&part.content);
        bytes.extend_from_slice(b"\r\n");
    }
    close(&mut bytes, &boundary);
    Ok(Encoded {
        media_type: Cow::Owned(media_type(&boundary)),
        bytes,
    })
}

/// Writes a document, if there is one, and the frame of a file.
///
/// # Errors
/// A name of the file that cannot stand in a header.
pub(crate) fn frame(
    document: Option<&Encoded>,
    file: Option<(&str, &FilePart)>,
) -> Result<Outgoing, EncodeError> {
    let payload = document.map(|document| Part {
        head: PartHead {
            name: REQUEST_PAYLOAD.to_owned(),
            file_name: Some(String::new()),
            media_type: Some(document.media_type.clone().into_owned()),
        },
        content: Bytes::copy_from_slice(&document.bytes),
    });
    let Some((part, file)) = file else {
        return Ok(Outgoing::Document(encode(payload.as_slice())?));
    };
    let boundary = random_boundary();
    let mut head = Vec::with_capacity(document.map_or(0, |document| document.bytes.len()) + 512);
    if let Some(payload) = payload {
        open(&mut head, &boundary, &payload.head)?;
        head.extend_from_slice(&payload.content);
        head.extend_from_slice(b"\r\n");
    }
    let of_file = PartHead {
        name: part.to_owned(),
        file_name: Some(file.file_name.clone()),
        media_type: Some(file.media_type.clone()),
    };
    open(&mut head, &boundary, &of_file)?;
    let mut tail = b"\r\n".to_vec();
    close(&mut tail, &boundary);
    Ok(Outgoing::Framed {
        media_type: media_type(&boundary),
        head: head.into(),
        tail: tail.into(),
    })
}

/// 128 random bits: the standard library seeds the keys of its hashers from the operating system.
pub(crate) fn random_boundary() -> String {
    let bits = || RandomState::new().build_hasher().finish();
    format!("tabctl-boundary-{:016x}{:016x}", bits(), bits())
}

fn media_type(boundary: &str) -> String {
    format!("multipart/mixed; boundary={boundary}")
}

/// Writes the delimiter before a part, and its head.
fn open(out: &mut Vec<u8>, boundary: &str, head: &PartHead) -> Result<(), EncodeError> {
    // As Tableau's own library writes it, of all forms the one most used.
    let name = quoted(&head.name)?;
    out.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; name={name}").as_bytes());
    if let Some(file_name) = &head.file_name {
        out.extend_from_slice(format!("; filename={}", quoted(file_name)?).as_bytes());
    }
    if let Some(media_type) = &head.media_type {
        out.extend_from_slice(format!("\r\nContent-Type: {}", checked(media_type)?).as_bytes());
    }
    out.extend_from_slice(b"\r\n\r\n");
    Ok(())
}

fn close(out: &mut Vec<u8>, boundary: &str) {
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
}

fn quoted(text: &str) -> Result<String, EncodeError> {
    let escaped = checked(text)?.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!("\"{escaped}\""))
}

fn checked(text: &str) -> Result<&str, EncodeError> {
    if text.chars().any(char::is_control) {
        return Err(EncodeError::new(format_args!(
            "{text:?} cannot stand in the head of a part"
        )));
    }
    Ok(text)
}

/// Reads a multipart body that is in memory; bytes before the first delimiter and after the last are ignored.
///
/// # Errors
/// No boundary in the `Content-Type`, no end, a part without a name.
pub fn decode(body: &Bytes, content_type: Option<&str>) -> Result<Vec<Part>, DecodeError> {
    let mut reader = Reader::new(content_type)?;
    reader.push(body);
    reader.finish();
    let mut parts = Vec::new();
    let mut content = BytesMut::new();
    let mut open = None;
    while let Some(event) = reader.next()? {
        match event {
            Event::Begin(head) => open = Some(head),
            Event::Data(data) => content.extend_from_slice(&data),
            Event::End => parts.extend(open.take().map(|head| Part {
                head,
                content: content.split().freeze(),
            })),
        }
    }
    Ok(parts)
}
