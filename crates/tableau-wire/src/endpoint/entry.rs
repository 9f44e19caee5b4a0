//! Calls without their types, for code that walks all of them.

use http::{Request, StatusCode};

use super::{
    Arguments, BodyKind, Endpoint, Operation, Reply, ReplyBody, ReplyError, ReplyKind, Target,
    erased::{Read, Write, read, write},
};
use crate::body::{Body, Incoming, Outgoing};
use crate::codec::{EncodeError, Format};

/// One endpoint without its types.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Entry {
    /// The facts about it.
    pub operation: Operation,
    /// The kind of its body.
    pub body: BodyKind,
    /// The kind of its reply.
    pub reply: ReplyKind,
    write: Write,
    read: Read,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        // The codec functions follow from the operation, and functions cannot be compared.
        (self.operation, self.body, self.reply) == (other.operation, other.body, other.reply)
    }
}

impl Eq for Entry {}

impl Entry {
    /// The entry of an endpoint.
    #[must_use]
    pub const fn of<E: Endpoint>() -> Self {
        Self {
            operation: E::OPERATION,
            body: <E::Body as Body>::KIND,
            reply: <E::Reply as ReplyBody>::KIND,
            write: write::<E>,
            read: read::<E>,
        }
    }

    /// Makes the request of a call from text: [`encode_request`](crate::encode_request) without the type.
    ///
    /// The document of the body is in either format; numbers and booleans in it may be strings.
    ///
    /// # Errors
    /// As for [`encode_request`](crate::encode_request); an argument or a body that is not of its type.
    pub fn encode_request(
        &self,
        arguments: &Arguments,
        body: &Incoming,
        target: &Target<'_>,
        format: Format,
    ) -> Result<Request<Outgoing>, EncodeError> {
        (self.write)(arguments, body, target, format)
    }

    /// Reads the answer of a call: [`decode_reply`](crate::decode_reply) without the type.
    ///
    /// # Errors
    /// As for [`decode_reply`](crate::decode_reply).
    pub fn decode_reply(&self, status: StatusCode, body: &[u8]) -> Result<Reply, ReplyError> {
        (self.read)(status, body)
    }
}

/// Lists the calls of a group: those of its resources, then its single ones: `calls!(Webhook; Test);`.
macro_rules! calls {
    ($($resource:ident)* $(; $($call:ty),+ $(,)?)?) => {
        /// The calls of this group.
        pub(crate) const ENDPOINTS: &[&[$crate::Entry]] = &[
            $(<$resource as $crate::Resource>::ENTRIES,)*
            $(&[$($crate::Entry::of::<$call>()),+])?
        ];
    };
}

pub(crate) use calls;
