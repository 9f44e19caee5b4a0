//! Calls to messages and back: the client's two halves and the server's two.

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{ArgumentError, Arguments, Endpoint, Family, Operation, Scope, Segment};
use crate::body::{Body, BodyError, Incoming, Outgoing};
use crate::codec::{DecodeError, EncodeError, Format, Root, answer_format, beginning};
use crate::document::Document;
use crate::error::ApiError;
use crate::error_document;
use crate::tsm::TsmError;
use crate::value::{Version, is_harmless};

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// The path before `/api`: empty, or the prefix of a gateway such as `/tableau`.
    pub prefix: &'a str,
    /// The version of the API.
    pub version: Version,
    /// The site of the session, for calls that belong to a site.
    pub site: Option<&'a str>,
}

/// Everything but the characters that need no encoding anywhere in a path (RFC 3986, "unreserved").
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The same for a query, where the separators of filters may stay readable.
const QUERY: &AsciiSet = &SEGMENT.remove(b':').remove(b',').remove(b'[').remove(b']');

/// Makes the request of a call: the client's half.
///
/// Calls of TSM are always written in JSON, regardless of `format`. The URI has path and query only; the caller adds the origin, the token,
/// other headers of the connection, and the bytes of a file where the body frames one.
///
/// # Errors
/// An argument that cannot be sent, a document the format cannot carry, or a call for a site without a site.
pub fn encode_request<E: Endpoint>(
    call: E,
    target: &Target<'_>,
    format: Format,
) -> Result<http::Request<Outgoing>, EncodeError> {
    let operation = E::OPERATION;
    let format = operation.format(format);
    let (arguments, body) = call.into_parts()?;
    build_request(&operation, &arguments, body.write(format)?, target, format)
}

/// The part of [`encode_request`] that does not depend on the call's type.
fn build_request(
    operation: &Operation,
    arguments: &Arguments,
    body: Outgoing,
    target: &Target<'_>,
    format: Format,
) -> Result<http::Request<Outgoing>, EncodeError> {
    let mut uri = format!("{}/api/", target.prefix);
    match operation.root.segments() {
        Some(root) => uri.push_str(&root.join("/")),
        None => uri.push_str(&target.version.to_string()),
    }
    if operation.scope == Scope::Site {
        let site = target
            .site
            .ok_or_else(|| EncodeError::new("the call belongs to a site, and there is none"))?;
        if site.is_empty() || !is_harmless(site) {
            return Err(EncodeError::new(format_args!(
                "the site {site:?} cannot stand in a path"
            )));
        }
        uri.push_str("/sites/");
        uri.extend(utf8_percent_encode(site, SEGMENT));
    }
    let mut variables = arguments.path.iter();
    for segment in operation.segments() {
        uri.push('/');
        match segment {
            Segment::Literal(word) => uri.push_str(word),
            Segment::Variable(name) => match variables.next() {
                Some(value) => uri.extend(utf8_percent_encode(value, SEGMENT)),
                None => return Err(EncodeError::new(format_args!("{name}: is missing"))),
            },
        }
    }
    for (index, (name, value)) in arguments.query.0.iter().enumerate() {
        uri.push(if index == 0 { '?' } else { '&' });
        uri.extend(utf8_percent_encode(name, QUERY));
        uri.push('=');
        uri.extend(utf8_percent_encode(value, QUERY));
    }
    let mut request = http::Request::builder()
        .method(http::Method::from(operation.method))
        .uri(uri)
        .header(ACCEPT, format.media_type());
    for (name, value) in &arguments.headers.0 {
        request = request.header(name, value);
    }
    if let Some(media_type) = body.media_type() {
        request = request.header(CONTENT_TYPE, media_type);
    }
    request.body(body).map_err(EncodeError::new)
}

/// A request that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestError {
    /// The body is missing, malformed or of another shape.
    Body(BodyError),
    /// An argument is not of its type.
    Argument(ArgumentError),
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(error) => error.fmt(f),
            Self::Argument(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RequestError {}

/// Builds the call from a request whose path has been recognized: the server's half.
///
/// # Errors
/// A part of the request that cannot be read.
pub fn decode_request<E: Endpoint>(arguments: &Arguments, body: &Incoming) -> Result<E, RequestError> {
    let body = E::Body::read(body).map_err(RequestError::Body)?;
    E::from_parts(arguments, body).map_err(RequestError::Argument)
}

/// Makes the answer of a successful call.
///
/// # Errors
/// A document that the format cannot carry.
pub fn encode_reply<E: Endpoint<Reply: Document>>(
    reply: &E::Reply,
    version: Version,
    format: Format,
) -> Result<http::Response<Bytes>, EncodeError> {
    let format = reply_format::<E>(format);
    let body = if E::Reply::EMPTY {
        None
    } else {
        Some(reply.encode(Root::Response(version), format)?)
    };
    let body = body.filter(|bytes| !(E::Reply::OPTIONAL && bytes.is_empty()));
    build_response(E::OPERATION.status, body, format)
}

/// The format of the answer of a call where one was asked for.
#[must_use]
pub fn reply_format<E: Endpoint>(format: Format) -> Format {
    if answers_in_both(&E::OPERATION) {
        format
    } else {
        E::OPERATION.format(format)
    }
}

/// Makes the answer of a successful call from its document, which is written in the format that [`reply_format`] says.
///
/// # Errors
/// Never, for the calls of this crate.
pub fn reply_with<E: Endpoint>(
    document: Bytes,
    format: Format,
) -> Result<http::Response<Bytes>, EncodeError> {
    response_with(E::OPERATION.status, Some(document), reply_format::<E>(format))
}

/// Whether an answer has the format that was asked for, whatever that of the request: the REST API itself has, other services speak JSON alone.
fn answers_in_both(operation: &Operation) -> bool {
    operation.root == super::Root::Version && operation.family == Family::Rest
}

/// Makes the answer of a failed call.
///
/// # Errors
/// An error text that the format cannot carry.
pub fn encode_error(
    error: &ApiError,
    status: u16,
    version: Version,
    format: Format,
) -> Result<http::Response<Bytes>, EncodeError> {
    build_response(
        status,
        Some(error.encode(Root::Response(version), format)?),
        format,
    )
}

pub(crate) fn build_response(
    status: u16,
    body: Option<Vec<u8>>,
    format: Format,
) -> Result<http::Response<Bytes>, EncodeError> {
    response_with(status, body.map(Bytes::from), format)
}

fn response_with(
    status: u16,
    body: Option<Bytes>,
    format: Format,
) -> Result<http::Response<Bytes>, EncodeError> {
    let mut response = http::Response::builder().status(status);
    if body.is_some() {
        let media_type = match format {
            Format::Xml => "application/xml;charset=UTF-8",
            Format::Json => "application/json;charset=UTF-8",
        };
        response = response.header(CONTENT_TYPE, HeaderValue::from_static(media_type));
    }
    response.body(body.unwrap_or_default()).map_err(EncodeError::new)
}

/// An answer that is not the expected reply.
#[derive(Clone, PartialEq, Eq)]
pub enum ReplyError {
    /// The server's error.
    Api(ApiError),
    /// The error of Tableau Services Manager; never the answer of a REST call ([`TsmError::recognize`] finds one there).
    Tsm(Box<TsmError>),
    /// The answer does not come from Tableau: a page of a proxy, a gateway or a sign-on, or nothing at all.
    Foreign {
        /// The beginning of the body, if it was text.
        excerpt: String,
    },
    /// The answer is a document that cannot be read.
    Decode(DecodeError),
}

impl fmt::Debug for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => f.debug_tuple("Api").field(error).finish(),
            Self::Tsm(error) => f.debug_tuple("Tsm").field(error).finish(),
            // A server that echoes the request would echo its secrets.
            Self::Foreign { excerpt } => write!(f, "Foreign({} bytes)", excerpt.len()),
            Self::Decode(error) => f.debug_tuple("Decode").field(error).finish(),
        }
    }
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
            Self::Tsm(error) => error.fmt(f),
            Self::Foreign { excerpt } if excerpt.is_empty() => f.write_str("an answer without a document"),
            Self::Foreign { .. } => f.write_str("an answer that does not come from Tableau"),
            Self::Decode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReplyError {}

/// Reads the answer of a call.
///
/// # Errors
/// The server's error, an answer that is not Tableau's, or a document that cannot be read.
pub fn decode_reply<E: Endpoint<Reply: Document>>(
    status: http::StatusCode,
    body: &[u8],
) -> Result<E::Reply, ReplyError> {
    check_status(&E::OPERATION, status, body)?;
    read_document(&E::OPERATION, body)
}

/// Reads the error in an answer with a status of failure; does not read the body of other answers.
///
/// # Errors
/// The server's error, or an answer that is not Tableau's.
pub fn check_status(operation: &Operation, status: http::StatusCode, body: &[u8]) -> Result<(), ReplyError> {
    if status.is_success() {
        return Ok(());
    }
    Err(error_reply(operation.family, body))
}

/// Reads the document of an answer with a status of success.
pub(crate) fn read_document<D: Document>(operation: &Operation, body: &[u8]) -> Result<D, ReplyError> {
    let is_possible = |format: &Format| answers_in_both(operation) || operation.format(*format) == *format;
    // A service that speaks JSON alone may answer with a list.
    let is_list = || operation.json && body.trim_ascii_start().starts_with(b"[");
    let format = answer_format(body).filter(is_possible);
    match format.or_else(|| is_list().then_some(Format::Json)) {
        Some(format) => read_reply(operation, body, format),
        // No document was expected, and the body is not a web page from a proxy.
        None if D::OPTIONAL && Format::sniff(body).is_none() => {
            D::decode(&[], Format::Xml).map_err(ReplyError::Decode)
        }
        None => Err(ReplyError::Foreign {
            excerpt: excerpt(body),
        }),
    }
}

/// Reads the document of an answer with a status of success: some servers report an error in the document alone.
fn read_reply<D: Document>(operation: &Operation, body: &[u8], format: Format) -> Result<D, ReplyError> {
    let reply = D::decode(body, format);
    // Answers of GraphQL and of the VizQL Data Service have errors beside their data, which are part of the reply.
    let has_errors = matches!(
        operation.root,
        super::Root::Metadata | super::Root::VizqlDataService
    );
    let looks_like_error = || !has_errors && error_document::begins_with_error(body);
    let may_be_error = || D::EMPTY || reply.is_err() || looks_like_error();
    if operation.family == Family::Rest
        && may_be_error()
        && let Some(error) = error_document::find_in_success(body)
    {
        return Err(ReplyError::Api(error));
    }
    reply.map_err(ReplyError::Decode)
}

fn error_reply(family: Family, body: &[u8]) -> ReplyError {
    let error = match family {
        // TSM's answer to a call of the REST API is recognized by its whole document.
        Family::Rest if TsmError::recognize(body).is_some() => None,
        Family::Rest => error_document::find(body).map(ReplyError::Api),
        Family::Tsm => TsmError::decode(body).map(|error| ReplyError::Tsm(Box::new(error))),
    };
    error.unwrap_or_else(|| ReplyError::Foreign {
        excerpt: excerpt(body),
    })
}

/// The first characters of a text; enough to recognize a page, and too few to fill a log with secrets.
pub(super) fn excerpt(body: &[u8]) -> String {
    const LENGTH: usize = 200;
    beginning(body).chars().take(LENGTH).collect()
}
