//! What a call is: an [`Endpoint`] describes it once, a client uses one half of it, a server the other.

mod arguments;
mod described;
mod entry;
mod erased;
mod message;
mod operation;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::body::Body;
use crate::document::Element;
use crate::page::Page;

pub use arguments::{
    Argument, ArgumentError, Arguments, Query, QueryOptions, read_path, read_query, read_required, read_set,
    write_path, write_query, write_set,
};
pub use described::{Described, Field, Shape, ValueKind};
pub use entry::Entry;
pub use erased::{BodyKind, Content, Reply, ReplyBody, ReplyKind};
pub(crate) use message::build_response;
pub use message::{
    ReplyError, RequestError, Target, check_status, decode_reply, decode_request, encode_error, encode_reply,
    encode_request,
};
pub use operation::{
    Availability, Family, Method, Operation, Param, Place, Recognized, Retry, Root, Scope, Segment, Summary,
    Unrecognized, last_segment, recognize,
};

/// One call: a value that comes apart into path, query and body, and can be put together again.
///
/// Implemented by `#[derive(Endpoint)]` for single calls and once, generically, for each verb ([`List`](crate::List), [`Get`](crate::Get)).
pub trait Endpoint: Sized + Send + Sync + 'static {
    /// The facts about the call.
    const OPERATION: Operation;
    /// What the request carries; `()` if nothing.
    type Body: Body;
    /// The reply: a document, `()` if there is none, [`Content`] if it is a file.
    type Reply: ReplyBody;

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

/// A call that gives a page of a list, and that can ask for any page.
///
/// Implemented by `#[derive(Endpoint)]` for what replies with a [`Page`].
pub trait Paged: Endpoint<Reply = Page<Self::Item>> {
    /// An item of the list.
    type Item: Element + Serialize + DeserializeOwned + Send + 'static;

    /// The page to ask for, from 1; the first if not given.
    fn page_number_mut(&mut self) -> &mut Option<u64>;

    /// The greatest number of items on the page, from 1 to 1000; 100 if not given.
    fn page_size_mut(&mut self) -> &mut Option<u64>;
}
