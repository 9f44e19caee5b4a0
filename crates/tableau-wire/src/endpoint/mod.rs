//! Calls: an [`Endpoint`] describes one; a client uses one half of it, a server the other.

mod arguments;
mod described;
mod entry;
mod erased;
mod message;
mod operation;
mod param;

use crate::codec::Read;
use serde::Serialize;

use crate::body::Body;
use crate::document::Element;
use crate::page::Page;

pub use arguments::{
    Argument, ArgumentError, Arguments, Query, QueryOptions, read_header, read_path, read_query,
    read_required, read_set, write_header, write_path, write_query, write_set,
};
pub use described::{Described, Field, Shape, ValueKind};
pub use entry::Entry;
pub(crate) use entry::calls;
pub use erased::{BodyKind, Content, Reply, ReplyBody, ReplyKind, is_web_page};
pub(crate) use message::build_response;
pub use message::{
    ReplyError, RequestError, Target, check_status, decode_reply, decode_request, encode_error, encode_reply,
    encode_request, reply_format, reply_with,
};
pub use operation::{
    Availability, Family, Method, Operation, Recognized, Retry, Root, Scope, Segment, Summary, Unrecognized,
    last_segment, recognize,
};
pub use param::{Param, Place};

/// One call: a value that is split into path, query and body, and can be built from them again.
///
/// Implemented by `#[endpoint(…)]` for single calls and once, generically, for each verb ([`List`](crate::List), [`Get`](crate::Get)).
pub trait Endpoint: Sized + Send + Sync + 'static {
    /// The facts about the call.
    const OPERATION: Operation;
    /// The body of the request; `()` if it has none.
    type Body: Body;
    /// The reply: a document, `()` if there is none, [`Content`] if it is a file.
    type Reply: ReplyBody;

    /// Splits the call into its parts: the client's half.
    ///
    /// # Errors
    /// An argument that cannot be sent, such as an empty identifier or a filter value with a comma.
    fn into_parts(self) -> Result<(Arguments, Self::Body), ArgumentError>;

    /// Builds the call from its parts: the server's half.
    ///
    /// # Errors
    /// An argument that is not of its type.
    fn from_parts(arguments: &Arguments, body: Self::Body) -> Result<Self, ArgumentError>;
}

/// A call that gives a page of a list, and can request any page.
///
/// Implemented by `#[endpoint(…)]` for calls that reply with a [`Page`].
pub trait Paged: Endpoint<Reply = Page<Self::Item>> {
    /// An item of the list.
    type Item: Element + Serialize + Read + Send + 'static;

    /// The page to request, from 1; the first by default.
    fn page_number_mut(&mut self) -> &mut Option<u64>;

    /// The greatest number of items on the page, from 1 to 1000; 100 by default.
    fn page_size_mut(&mut self) -> &mut Option<u64>;
}
