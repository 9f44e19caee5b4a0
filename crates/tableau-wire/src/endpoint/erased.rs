//! Calls without their types: arguments come from text, replies are JSON.

use std::fmt;

use http::{Request, StatusCode};
use serde_json::Value;

use super::message::{check_status, excerpt, read_document};
use super::{Arguments, Endpoint, Operation, ReplyError, Shape, Target, decode_request, encode_request};
use crate::body::{Incoming, Outgoing};
use crate::codec::{EncodeError, Format, JsonText};
use crate::document::Document;
use crate::error::ApiError;
use crate::page::Announced;

/// The body of a request, without its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BodyKind {
    /// Nothing.
    Absent,
    /// A document with these members; with one child that has them, if `child` names it.
    Document {
        /// The child: `connectedApplication`.
        child: Option<&'static str>,
        /// The members.
        shape: Shape,
    },
    /// A file beside a document, in a multipart body.
    File {
        /// The name of the part with the file: `tableau_file`.
        part: &'static str,
        /// The child of the document: `workbook`; `None` if the document is empty.
        child: Option<&'static str>,
        /// The members of the document.
        shape: Shape,
    },
}

/// The kind of a reply, without its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReplyKind {
    /// Nothing.
    Nothing,
    /// A document with these members; with one child that has them, if `child` names it.
    Document {
        /// The child: `workbook`.
        child: Option<&'static str>,
        /// The members.
        shape: Shape,
    },
    /// A page of a list, or a list without pages.
    Page {
        /// The name of an item: `workbook`.
        element: &'static str,
        /// The members of an item.
        shape: Shape,
    },
    /// A file.
    Content,
}

/// A reply without its type.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Reply {
    /// No reply was expected.
    Nothing,
    /// One document.
    One(Value),
    /// A page of a list.
    Page {
        /// The items on it.
        items: Vec<JsonText>,
        /// The identifier of each, as [`Element::identity`](crate::Element::identity) gives it.
        identities: Vec<Option<String>>,
        /// How many there are on all pages together.
        total_available: u64,
        /// The totals as the server announced them.
        announced: Announced,
    },
    /// A file: the body of the answer.
    Content,
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
                ..
            } => write!(f, "Page({} of {total_available})", items.len()),
            Self::Content => f.write_str("Content"),
        }
    }
}

pub(crate) type Write =
    fn(&Arguments, &Incoming, &Target<'_>, Format) -> Result<Request<Outgoing>, EncodeError>;
pub(crate) type Read = fn(StatusCode, &[u8]) -> Result<Reply, ReplyError>;

/// Builds the call from its parts as a server does, and splits it as a client does, so that the same types check it.
pub(crate) fn write<E: Endpoint>(
    arguments: &Arguments,
    body: &Incoming,
    target: &Target<'_>,
    format: Format,
) -> Result<Request<Outgoing>, EncodeError> {
    let call = decode_request::<E>(arguments, body).map_err(EncodeError::new)?;
    encode_request(call, target, format)
}

pub(crate) fn read<E: Endpoint>(status: StatusCode, body: &[u8]) -> Result<Reply, ReplyError> {
    check_status(&E::OPERATION, status, body)?;
    E::Reply::erase(&E::OPERATION, body)
}

/// The body of an answer: a [`Document`], or the [`Content`] of a file.
pub trait ReplyBody: Sized + Send + 'static {
    /// What it is, without its type.
    const KIND: ReplyKind;

    /// Reads a successful answer, without its type.
    ///
    /// # Errors
    /// An answer that is not Tableau's, or a document that cannot be read.
    #[doc(hidden)]
    fn erase(operation: &Operation, body: &[u8]) -> Result<Reply, ReplyError>;
}

impl<D: Document> ReplyBody for D {
    const KIND: ReplyKind = D::REPLY;

    fn erase(operation: &Operation, body: &[u8]) -> Result<Reply, ReplyError> {
        read_document::<D>(operation, body)?
            .erase()
            .map_err(ReplyError::Decode)
    }
}

/// Whether what begins so is a page for browsers: a sign-on, or a gateway's error. No call gives one.
#[must_use]
pub fn is_web_page(beginning: &[u8]) -> bool {
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
    let text = text.trim_ascii_start();
    let begins = |with: &[u8]| {
        text.get(..with.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(with))
    };
    begins(b"<!doctype html") || begins(b"<html")
}

/// The reply of a call that gives a file: its bytes are the body of the answer, and are not kept here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content;

impl ReplyBody for Content {
    const KIND: ReplyKind = ReplyKind::Content;

    fn erase(_: &Operation, body: &[u8]) -> Result<Reply, ReplyError> {
        match ApiError::in_success(body) {
            Some(error) => Err(ReplyError::Api(error)),
            None if is_web_page(body) => Err(ReplyError::Foreign {
                excerpt: excerpt(body),
            }),
            None => Ok(Reply::Content),
        }
    }
}
