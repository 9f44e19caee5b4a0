//! The messages between Tableau Server, Tableau Cloud and their clients.
//!
//! This crate does no I/O and knows no runtime. It describes each call once, for both sides: a client turns an [`Endpoint`]
//! into an [`http::Request`] and decodes the reply; a server finds the endpoint for a request and builds the call from it.
//!
//! ```
//! use tableau_wire::{Format, List, Target, Version, encode_request, rest::Workbook};
//!
//! let target = Target { prefix: "", version: Version::new(3, 29), site: Some("9a8b7c6d") };
//! let request = encode_request(List::<Workbook>::new().page_size(1000), &target, Format::Xml)?;
//! assert_eq!(request.uri(), "/api/3.29/sites/9a8b7c6d/workbooks?pageSize=1000");
//! # Ok::<(), tableau_wire::EncodeError>(())
//! ```
//!
//! In reading order:
//!
//! 1. [`mod@endpoint`]: what a call is: [`Endpoint`], [`Operation`], and the four functions that turn calls into messages and back
//! 2. [`mod@resource`]: the verbs that collections share, written once: [`List`], [`Get`], [`Create`], [`Update`], [`Delete`]
//! 3. [`rest`]: the groups of the REST API, one module each: types, then calls
//! 4. [`tsm`]: the same for Tableau Services Manager, in plain JSON
//! 5. [`query`] and [`page`]: paging, filters, sorting, fields; written by clients, read by servers
//! 6. [`value`]: identifiers, versions, times and the other scalars
//! 7. [`codec`]: XML and JSON for the same types, multipart; [`body`] and [`mod@document`]: what messages carry
//! 8. [`error`]: the server's errors, and what to do about each code
//! 9. [`Family::endpoints`], [`endpoints`]: every endpoint with its types erased

// A library prints nothing; programs and examples do.
#![warn(clippy::print_stdout, clippy::print_stderr)]

// The derives name this crate by its name, also inside it.
extern crate self as tableau_wire;

pub mod body;
mod call_codes;
pub mod codec;
pub mod document;
pub mod endpoint;
pub mod error;
mod error_document;
mod known_code;
pub mod page;
pub mod query;
mod registry;
pub mod resource;
pub mod rest;
mod sign_in_code;
pub mod tsm;
pub mod value;

pub use body::{Body, BodyError, FilePart, Incoming, Multipart, Outgoing};
pub use codec::{DecodeError, EncodeError, Format, JsonText};
pub use document::{Document, Element};
pub use endpoint::{
    Argument, ArgumentError, Arguments, Availability, BodyKind, Content, Described, Endpoint, Entry, Family,
    Field, Method, Operation, Paged, Param, Place, QueryOptions, Recognized, Reply, ReplyBody, ReplyError,
    ReplyKind, RequestError, Retry, Root, Scope, Segment, Shape, Summary, Target, Unrecognized, ValueKind,
    check_status, decode_reply, decode_request, encode_error, encode_reply, encode_request, recognize,
};
pub use error::ApiError;
pub use known_code::KnownCode;
pub use page::{Announced, Page, Pagination};
pub use query::{Condition, Direction, Fields, Filter, Operator, Sort};
pub use registry::endpoints;
pub use resource::{Create, Created, Delete, Deleted, Fetched, Get, List, Listed, Resource, Update, Updated};
pub use sign_in_code::SignInCode;
pub use tableau_wire_derive::{Described, QueryOptions, choice, document, element, endpoint, part, resource};
pub use value::{Id, Items, Json, Secret, Shared, Text, Timestamp, Value, Version};
