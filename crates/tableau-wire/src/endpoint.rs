//! What a call is: an [`Endpoint`] describes it once, a client uses one half of it, a server the other.

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::codec::{DecodeError, EncodeError, Format, Root, answer_format, beginning};
use crate::document::Document;
use crate::error::ApiError;
use crate::query::{Fields, Filter, Sort};
use crate::value::{Id, Version};

/// One call: a value that comes apart into path, query and body, and can be put together again.
///
/// Implemented by `#[derive(Endpoint)]` for single calls and once, generically, for each verb ([`List`](crate::List), [`Get`](crate::Get)).
pub trait Endpoint: Sized + Send + Sync + 'static {
    /// The facts about the call.
    const OPERATION: Operation;
    /// The request document; `()` if there is none.
    type Body: Document;
    /// The reply document; `()` if there is none.
    type Reply: Document;

    /// Takes the call apart: the client's half.
    ///
    /// # Errors
    /// An argument that cannot be sent, such as an empty identifier or a filter value with a comma.
    fn into_parts(self) -> Result<(Arguments, Self::Body), ArgumentError>;

    /// Puts the call together: the server's half.
    ///
    /// # Errors
    /// An argument that is not of its type.
    fn from_parts(arguments: &Arguments, body: Self::Body) -> Result<Self, ArgumentError>;
}

/// The facts about a call: data, which whatever walks [`ENDPOINTS`](crate::ENDPOINTS) reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The group it belongs to: `workbooks`.
    pub group: &'static str,
    /// Its name within the group: `list`.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: Summary,
    /// The HTTP method.
    pub method: Method,
    /// The path below the version, or below the site.
    pub path: &'static [Segment],
    /// Its arguments in path and query.
    pub params: &'static [Param],
    /// Further arguments in the query, which a verb has for one resource and not for another.
    pub options: &'static [Param],
    /// The first version that has it.
    pub since: Version,
    /// Whether it belongs to a site or to the server, and whether it needs a session.
    pub scope: Scope,
    /// Whether both products have it.
    pub availability: Availability,
    /// Whether it may be sent twice.
    pub repeat: Repeat,
    /// The scope a JWT session needs for it; `None` where no scope opens it or none is needed.
    pub jwt_scope: Option<&'static str>,
    /// The status of the answer that says it worked.
    pub status: u16,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Summary {
    /// The first paragraph of its documentation.
    Text(&'static str),
    /// A verb that many resources share, and the resource.
    Verb(&'static str, &'static str),
}

/// The HTTP methods the API uses.
#[expect(missing_docs, reason = "they are known by these names")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    GET,
    POST,
    PUT,
    PATCH,
    DELETE,
}

/// A part of a path between two slashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// A keyword; servers do not look at its case.
    Literal(&'static str),
    /// A value, by the name of its argument.
    Variable(&'static str),
}

/// An argument in the path or the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// Where it goes. What is in the path is required, what is in the query is not.
    pub place: Place,
}

/// Where an argument goes.
#[expect(missing_docs, reason = "the names say it")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Path,
    Query,
}

/// What a call is about, and so what its path starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The site of the session: `sites/{site}/…`.
    Site,
    /// The server; needs a session.
    Server,
    /// The server; needs no session.
    Open,
}

/// Which products have a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    /// Tableau Server and Tableau Cloud.
    Everywhere,
    /// Tableau Server.
    ServerOnly,
    /// Tableau Cloud.
    CloudOnly,
}

/// Whether a call may be sent twice when it is not known whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Twice is the same as once.
    Safe,
    /// Twice may do it twice.
    Never,
}

impl Operation {
    /// Group and name: `workbooks.list`.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.group, self.name)
    }

    /// The path as a template: `sites/{site}/workbooks/{id}`.
    #[must_use]
    pub fn template(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if self.scope == Scope::Site {
            parts.push("sites/{site}".to_owned());
        }
        parts.extend(self.path.iter().map(|segment| match segment {
            Segment::Literal(word) => (*word).to_owned(),
            Segment::Variable(name) => format!("{{{name}}}"),
        }));
        parts.join("/")
    }

    /// Recognizes the (decoded) segments of a path below `/api/{version}`; gives the site and the variables, or `None` if it is another call.
    ///
    /// Keywords match without regard to case, as real servers match them.
    #[must_use]
    pub fn recognize<'p>(&self, segments: &'p [String]) -> Option<(Option<&'p str>, Vec<String>)> {
        let (site, rest) = match (self.scope, segments) {
            (Scope::Site, [sites, site, rest @ ..]) if sites.eq_ignore_ascii_case("sites") => {
                (Some(site.as_str()), rest)
            }
            (Scope::Site, _) => return None,
            _ => (None, segments),
        };
        if rest.len() != self.path.len() {
            return None;
        }
        let mut variables = Vec::new();
        for (segment, text) in self.path.iter().zip(rest) {
            match segment {
                Segment::Literal(word) if word.eq_ignore_ascii_case(text) => {}
                Segment::Literal(_) => return None,
                Segment::Variable(_) => variables.push(text.clone()),
            }
        }
        Some((site, variables))
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Verb(verb, noun) => write!(f, "{verb} {noun}."),
        }
    }
}

impl Method {
    /// The method as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GET => "GET",
            Self::POST => "POST",
            Self::PUT => "PUT",
            Self::PATCH => "PATCH",
            Self::DELETE => "DELETE",
        }
    }
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::GET => Self::GET,
            Method::POST => Self::POST,
            Method::PUT => Self::PUT,
            Method::PATCH => Self::PATCH,
            Method::DELETE => Self::DELETE,
        }
    }
}

/// The part of a call that is not its document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arguments {
    /// The values of the path's variables, in order.
    pub path: Vec<String>,
    /// The parameters of the query.
    pub query: Query,
}

/// The parameters of a query, decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query(pub Vec<(String, String)>);

impl Query {
    /// Reads what stands behind the `?`.
    ///
    /// A `+` is a space, as in the forms of the Web: TSC writes spaces so.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let decode = |part: &str| {
            percent_decode_str(&part.replace('+', " "))
                .decode_utf8_lossy()
                .into_owned()
        };
        let pair = |part: &str| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode(name), decode(value))
        };
        Self(
            text.split('&')
                .filter(|part| !part.is_empty())
                .map(pair)
                .collect(),
        )
    }

    /// The value of a parameter; the last one if there are several.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// Optional parameters that a verb has for one resource.
pub trait QueryOptions: Sized + Clone + Default + Send + Sync + 'static {
    /// Their description.
    const PARAMS: &'static [Param];

    /// Adds them to a query.
    ///
    /// # Errors
    /// A value that cannot be sent.
    fn write(&self, query: &mut Query) -> Result<(), ArgumentError>;

    /// Finds them in a query.
    ///
    /// # Errors
    /// A value that is not of its type.
    fn read(query: &Query) -> Result<Self, ArgumentError>;
}

impl QueryOptions for () {
    const PARAMS: &'static [Param] = &[];

    fn write(&self, _: &mut Query) -> Result<(), ArgumentError> {
        Ok(())
    }

    fn read(_: &Query) -> Result<Self, ArgumentError> {
        Ok(())
    }
}

/// A value that can stand in a path or a query.
pub trait Argument: Sized {
    /// The value as text, not yet percent-encoded.
    ///
    /// # Errors
    /// Why the value cannot be sent.
    fn encode(&self) -> Result<String, String>;

    /// The value from text.
    ///
    /// # Errors
    /// Why the text is no such value.
    fn decode(text: &str) -> Result<Self, String>;
}

macro_rules! argument_by_display {
    ($($ty:ty),*) => {$(
        impl Argument for $ty {
            fn encode(&self) -> Result<String, String> {
                Ok(self.to_string())
            }

            fn decode(text: &str) -> Result<Self, String> {
                text.parse().map_err(|error| format!("{error}"))
            }
        }
    )*};
}

argument_by_display!(u32, u64, String, Version);

macro_rules! argument_checked {
    ($($ty:ty),*) => {$(
        impl Argument for $ty {
            // A separator inside a name would make it two names.
            fn encode(&self) -> Result<String, String> {
                let text = self.to_string();
                match text.parse::<Self>() {
                    Ok(read) if read == *self => Ok(text),
                    Ok(_) => Err(format!("`{text}` would be read as something else")),
                    Err(error) => Err(error.to_string()),
                }
            }

            fn decode(text: &str) -> Result<Self, String> {
                text.parse().map_err(|error| format!("{error}"))
            }
        }
    )*};
}

argument_checked!(Sort, Fields);

impl Argument for bool {
    fn encode(&self) -> Result<String, String> {
        Ok(self.to_string())
    }

    // TSC writes Python's `True`.
    fn decode(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("expected true or false".to_owned()),
        }
    }
}

impl Argument for Filter {
    fn encode(&self) -> Result<String, String> {
        self.check().map_err(|error| error.to_string())?;
        Ok(self.to_string())
    }

    fn decode(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error| format!("{error}"))
    }
}

impl<T> Argument for Id<T> {
    fn encode(&self) -> Result<String, String> {
        Ok(self.as_str().to_owned())
    }

    fn decode(text: &str) -> Result<Self, String> {
        Ok(Self::new(text))
    }
}

/// An argument that cannot be sent, or was not what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentError {
    /// The argument's name.
    pub name: String,
    /// What is wrong with it.
    pub reason: String,
}

impl ArgumentError {
    /// An error about one argument.
    pub fn new(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.reason)
    }
}

impl std::error::Error for ArgumentError {}

impl From<ArgumentError> for EncodeError {
    fn from(error: ArgumentError) -> Self {
        Self::new(error)
    }
}

/// For the derives: adds an optional parameter.
///
/// # Errors
/// A value that cannot be sent.
#[doc(hidden)]
pub fn write_query<T: Argument>(
    query: &mut Query,
    name: &str,
    value: Option<&T>,
) -> Result<(), ArgumentError> {
    if let Some(value) = value {
        let text = value
            .encode()
            .map_err(|reason| ArgumentError::new(name, reason))?;
        query.0.push((name.to_owned(), text));
    }
    Ok(())
}

/// For the derives: finds an optional parameter.
///
/// # Errors
/// A value that is not of its type.
#[doc(hidden)]
pub fn read_query<T: Argument>(query: &Query, name: &str) -> Result<Option<T>, ArgumentError> {
    let decode = |text| T::decode(text).map_err(|reason| ArgumentError::new(name, reason));
    query.get(name).map(decode).transpose()
}

/// For the derives: the text of a path variable.
///
/// # Errors
/// A value that would change the path.
#[doc(hidden)]
pub fn write_path<T: Argument>(name: &str, value: &T) -> Result<String, ArgumentError> {
    let text = value
        .encode()
        .map_err(|reason| ArgumentError::new(name, reason))?;
    match text.as_str() {
        "" => Err(ArgumentError::new(name, "is empty")),
        "." | ".." => Err(ArgumentError::new(
            name,
            format!("`{text}` cannot stand in a path"),
        )),
        _ => Ok(text),
    }
}

/// For the derives: the value of a path variable.
///
/// # Errors
/// A value that is not of its type.
#[doc(hidden)]
pub fn read_path<T: Argument>(path: &[String], index: usize, name: &str) -> Result<T, ArgumentError> {
    let text = path
        .get(index)
        .ok_or_else(|| ArgumentError::new(name, "is missing"))?;
    T::decode(text).map_err(|reason| ArgumentError::new(name, reason))
}

/// For the derives: the last segment of a module path, which is the group's name.
#[doc(hidden)]
#[must_use]
pub const fn last_segment(path: &'static str) -> &'static str {
    let bytes = path.as_bytes();
    let mut at = bytes.len();
    while at > 0 {
        let (before, after) = path.split_at(at);
        if let Some(b':') = before.as_bytes().last() {
            return after;
        }
        at -= 1;
    }
    path
}

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target<'a> {
    /// What stands before `/api` in the path: empty, or the prefix of a gateway such as `/tableau`.
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
/// The URI has path and query only; the caller adds the origin, the token and whatever else belongs to the connection.
///
/// # Errors
/// An argument that cannot be sent, a document the format cannot carry, or a call for a site without a site.
pub fn encode_request<E: Endpoint>(
    call: E,
    target: &Target<'_>,
    format: Format,
) -> Result<http::Request<Bytes>, EncodeError> {
    let operation = E::OPERATION;
    let (arguments, body) = call.into_parts()?;
    let body = if E::Body::EMPTY {
        None
    } else {
        Some(body.encode(Root::Request, format)?)
    };
    build_request(&operation, &arguments, body, target, format)
}

/// The part of [`encode_request`] that does not depend on the call's type.
fn build_request(
    operation: &Operation,
    arguments: &Arguments,
    body: Option<Vec<u8>>,
    target: &Target<'_>,
    format: Format,
) -> Result<http::Request<Bytes>, EncodeError> {
    let mut uri = format!("{}/api/{}", target.prefix, target.version);
    if operation.scope == Scope::Site {
        let site = target
            .site
            .ok_or_else(|| EncodeError::new("the call belongs to a site, and there is none"))?;
        if matches!(site, "" | "." | "..") {
            return Err(EncodeError::new(format_args!(
                "the site `{site}` cannot stand in a path"
            )));
        }
        uri.push_str("/sites/");
        uri.extend(utf8_percent_encode(site, SEGMENT));
    }
    let mut variables = arguments.path.iter();
    for segment in operation.path {
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
    if body.is_some() {
        request = request.header(CONTENT_TYPE, format.media_type());
    }
    request
        .body(body.map(Bytes::from).unwrap_or_default())
        .map_err(EncodeError::new)
}

/// A request that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestError {
    /// The document is missing, malformed or of another shape.
    Body(DecodeError),
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

/// Puts a call together from a request whose path has been recognized: the server's half.
///
/// The format of the body is found by looking at it: clients exist that do not say it.
///
/// # Errors
/// What in the request cannot be understood.
pub fn decode_request<E: Endpoint>(arguments: &Arguments, body: &[u8]) -> Result<E, RequestError> {
    let body = if E::Body::EMPTY {
        E::Body::decode(&[], Format::Xml)
    } else {
        match Format::sniff(body) {
            Some(format) => E::Body::decode(body, format),
            None => Err(DecodeError::new("neither an XML nor a JSON document")),
        }
    };
    E::from_parts(arguments, body.map_err(RequestError::Body)?).map_err(RequestError::Argument)
}

/// Makes the answer of a call that worked.
///
/// # Errors
/// A document that the format cannot carry.
pub fn encode_reply<E: Endpoint>(
    reply: &E::Reply,
    version: Version,
    format: Format,
) -> Result<http::Response<Bytes>, EncodeError> {
    let body = if E::Reply::EMPTY {
        None
    } else {
        Some(reply.encode(Root::Response(version), format)?)
    };
    build_response(E::OPERATION.status, body, format)
}

/// Makes the answer of a call that failed.
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

fn build_response(
    status: u16,
    body: Option<Vec<u8>>,
    format: Format,
) -> Result<http::Response<Bytes>, EncodeError> {
    let mut response = http::Response::builder().status(status);
    if body.is_some() {
        response = response.header(CONTENT_TYPE, format!("{};charset=UTF-8", format.media_type()));
    }
    response
        .body(body.map(Bytes::from).unwrap_or_default())
        .map_err(EncodeError::new)
}

/// An answer that is not the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyError {
    /// The server says what was wrong.
    Api(ApiError),
    /// The answer does not come from Tableau: a page of a proxy, a gateway or a sign-on, or nothing at all.
    Foreign {
        /// The beginning of the body, if it was text.
        excerpt: String,
    },
    /// The answer is a document that cannot be read.
    Decode(DecodeError),
}

impl fmt::Display for ReplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(error) => error.fmt(f),
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
pub fn decode_reply<E: Endpoint>(status: http::StatusCode, body: &[u8]) -> Result<E::Reply, ReplyError> {
    if !status.is_success() {
        return Err(error_reply(body));
    }
    match answer_format(body) {
        Some(format) => E::Reply::decode(body, format).map_err(ReplyError::Decode),
        // Nothing was expected, and it is not a page that a proxy answered with in the server's stead.
        None if E::Reply::EMPTY && Format::sniff(body).is_none() => {
            E::Reply::decode(&[], Format::Xml).map_err(ReplyError::Decode)
        }
        None => Err(ReplyError::Foreign {
            excerpt: excerpt(body),
        }),
    }
}

fn error_reply(body: &[u8]) -> ReplyError {
    match answer_format(body).map(|format| ApiError::decode(body, format)) {
        Some(Ok(error)) => ReplyError::Api(error),
        _ => ReplyError::Foreign {
            excerpt: excerpt(body),
        },
    }
}

/// The first characters of a text; enough to recognize a page by, too few to hold a secret's worth of log.
fn excerpt(body: &[u8]) -> String {
    const LENGTH: usize = 200;
    beginning(body).chars().take(LENGTH).collect()
}
