//! Every endpoint with its types erased, for whatever walks them.

use http::{Request, StatusCode};

use crate::body::{Body, Incoming, Outgoing};
use crate::codec::{EncodeError, Format};
use crate::endpoint::{
    self, Arguments, BodyKind, Endpoint, Family, Operation, Read, Reply, ReplyBody, ReplyError, ReplyKind,
    Target, Write,
};
use crate::{rest, tsm};

/// One endpoint without its types.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Entry {
    /// The facts about it.
    pub operation: Operation,
    /// What it sends.
    pub body: BodyKind,
    /// What it gives.
    pub reply: ReplyKind,
    write: Write,
    read: Read,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        // What reads and writes belongs to the operation, and functions cannot be compared.
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
            write: endpoint::write::<E>,
            read: endpoint::read::<E>,
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

impl Family {
    /// Every API there is a description of.
    pub const ALL: &'static [Self] = &[Self::Rest, Self::Tsm];

    /// Every endpoint of the API, group by group.
    pub fn endpoints(self) -> impl Iterator<Item = &'static Entry> + Clone {
        let groups: &[&[&[Entry]]] = match self {
            Self::Rest => GROUPS,
            Self::Tsm => &[tsm::ENDPOINTS],
        };
        groups.iter().copied().flatten().copied().flatten()
    }
}

/// Every endpoint of the REST API, group by group; [`Family::endpoints`] has those of the others.
///
/// ```
/// let workbooks = tableau_wire::endpoints().filter(|entry| entry.operation.group == "workbooks");
/// assert!(workbooks.count() > 3);
/// ```
pub fn endpoints() -> impl Iterator<Item = &'static Entry> + Clone {
    Family::Rest.endpoints()
}

/// The groups of the REST API: of each the entries of its resources, then its single calls.
const GROUPS: &[&[&[Entry]]] = &[
    rest::auth::ENDPOINTS,
    rest::server::ENDPOINTS,
    rest::sites::ENDPOINTS,
    rest::projects::ENDPOINTS,
    rest::workbooks::ENDPOINTS,
    rest::views::ENDPOINTS,
    rest::datasources::ENDPOINTS,
    rest::users::ENDPOINTS,
    rest::jobs::ENDPOINTS,
    rest::file_uploads::ENDPOINTS,
    rest::connected_apps::ENDPOINTS,
    rest::external_authorization_servers::ENDPOINTS,
    rest::webhooks::ENDPOINTS,
];
