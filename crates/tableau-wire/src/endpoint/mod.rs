//! What a call is: an [`Endpoint`] describes it once, a client uses one half of it, a server the other.

mod arguments;
mod described;
mod erased;
mod message;
mod operation;

use crate::body::Body;

pub use arguments::{
    Argument, ArgumentError, Arguments, Query, QueryOptions, read_path, read_query, write_path, write_query,
};
pub use described::{Described, Field, ValueKind};
pub use erased::{BodyKind, Content, Reply, ReplyBody};
pub(crate) use erased::{Read, Write, read, write};
pub(crate) use message::build_response;
pub use message::{
    ReplyError, RequestError, Target, check_status, decode_reply, decode_request, encode_error, encode_reply,
    encode_request,
};
pub use operation::{
    Availability, Family, Method, Operation, Param, Place, Repeat, Scope, Segment, Summary, last_segment,
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
