//! The Metadata API: GraphQL about what there is on a site, and how it is connected. It speaks JSON alone.

use crate::endpoint::calls;
use crate::value::Json;
use crate::{document, endpoint, part};

/// Asks the Metadata API a query of GraphQL, about the site of the session.
#[endpoint(
    POST,
    "graphql",
    since = "3.5",
    root = metadata,
    jwt = "tableau:content:read",
    retry = idempotent,
    status = 200,
    reply = GraphqlReply
)]
pub struct Query {
    /// The query with its variables.
    #[body]
    pub request: GraphqlRequest,
}

/// A query of GraphQL.
#[document(new)]
pub struct GraphqlRequest {
    /// The text of the query.
    pub query: String,
    /// Which of several operations of the text is meant.
    pub operation_name: Option<String>,
    /// The values of its variables, by their names.
    pub variables: Option<Json>,
}

/// The answer to a query of GraphQL: its data, what was wrong with it, or both.
#[document]
pub struct GraphqlReply {
    /// What was asked for; null if the query could not be answered at all.
    pub data: Option<Json>,
    /// What was wrong. An answer may be partial: then there are errors beside the data.
    pub errors: Option<Vec<GraphqlError>>,
}

/// What was wrong with a query, or with the answer to it.
#[part]
pub struct GraphqlError {
    /// What was wrong, in the language of the server.
    pub message: String,
    /// The places in the query.
    pub locations: Option<Json>,
    /// The field of the answer: names, and positions in lists.
    pub path: Option<Json>,
    /// `code` (`NODE_LIMIT_EXCEEDED`, …), `severity` (`WARNING` or `ERROR`), and `properties`.
    pub extensions: Option<Json>,
}

impl GraphqlError {
    /// The code of the error: `NODE_LIMIT_EXCEEDED`, `RATE_EXCEEDED`, `PERMISSIONS_MODE_SWITCHED`, ….
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.extensions.as_ref()?.get("code")?.as_str()
    }

    /// Whether it is a warning: the data beside it can be used, and some of it is missing.
    #[must_use]
    pub fn is_warning(&self) -> bool {
        let extensions = self.extensions.as_ref();
        extensions.and_then(|extensions| extensions.get("severity")?.as_str()) == Some("WARNING")
    }
}

/// Gets whether the content of the server has been indexed for the Metadata API. The form of the answer is not documented.
#[endpoint(
    GET,
    "v1/control/backfill/status",
    since = "3.9",
    root = metadata,
    reply = Json
)]
pub struct GetBackfillStatus;

/// Gets whether changes of content reach the Metadata API. The form of the answer is not documented.
#[endpoint(
    GET,
    "v1/control/eventing/status",
    since = "3.9",
    root = metadata,
    reply = Json
)]
pub struct GetEventingStatus;

calls!(; Query, GetBackfillStatus, GetEventingStatus);
