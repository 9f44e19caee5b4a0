//! Calls without their types: what is typed in comes from text, what comes back is JSON.

use std::fmt;

use bytes::Bytes;
use http::{Request, StatusCode};
use serde_json::Value;

use super::{Arguments, Endpoint, Field, ReplyError, Target, decode_reply, decode_request, encode_request};
use crate::body::Body;
use crate::codec::{EncodeError, Format};
use crate::document::Document;

/// What a request carries, without its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// Nothing.
    Absent,
    /// A document with these members; with one child that has them, if `child` names it.
    Document {
        /// The child: `connectedApplication`.
        child: Option<&'static str>,
        /// The members; none if they are not described.
        fields: &'static [Field],
    },
    /// A file beside a document, in a multipart body.
    File {
        /// The name of the part with the file: `tableau_file`.
        part: &'static str,
    },
}

/// A reply without its type.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// Nothing was to come.
    Nothing,
    /// One thing.
    One(Value),
    /// A page of a list.
    Page {
        /// The items on it.
        items: Vec<Value>,
        /// How many there are on all pages together.
        total_available: u64,
    },
}

impl fmt::Debug for Reply {
    // A reply may hold the token of a session.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("Nothing"),
            Self::One(_) => f.write_str("One"),
            Self::Page {
                items,
                total_available,
            } => write!(f, "Page({} of {total_available})", items.len()),
        }
    }
}

pub(crate) type Write =
    fn(&Arguments, Option<&str>, &Bytes, &Target<'_>, Format) -> Result<Request<Bytes>, EncodeError>;
pub(crate) type Read = fn(StatusCode, &[u8]) -> Result<Reply, ReplyError>;

/// Puts the call together as a server does, and takes it apart as a client does: so it is checked by the same types.
pub(crate) fn write<E: Endpoint>(
    arguments: &Arguments,
    content_type: Option<&str>,
    body: &Bytes,
    target: &Target<'_>,
    format: Format,
) -> Result<Request<Bytes>, EncodeError> {
    let call = decode_request::<E>(arguments, content_type, body).map_err(EncodeError::new)?;
    encode_request(call, target, format)
}

pub(crate) fn read<E: Endpoint>(status: StatusCode, body: &[u8]) -> Result<Reply, ReplyError> {
    decode_reply::<E>(status, body)?
        .erase()
        .map_err(ReplyError::Decode)
}

pub(crate) const fn body_kind<E: Endpoint>() -> BodyKind {
    <E::Body as Body>::KIND
}
