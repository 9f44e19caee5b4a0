//! Virtual connections: connections to databases that are shared, with policies about their rows.

use super::auth::UserId;
use super::content::Tag;
use super::publishing::{Connection, ProjectId};
use super::{Project, User};
use crate::endpoint::calls;
use crate::page::Page;
use crate::resource::ConnectionPatch;
use crate::value::{Id, Items, Shared, Text, Timestamp};
use crate::{element, endpoint, resource};

/// A virtual connection (schema: `virtualConnectionType`).
#[resource(
    "virtualConnections",
    element = "virtualConnection",
    since = "3.18",
    // The code is inferred: the page of the call names none.
    missing = "404029",
    jwt = "tableau:virtual_connections:read",
    jwt_writes = "virtual_connections",
    filter(createdAt: range, name: eq in, ownerName: eq, projectName: eq in, updatedAt: range),
    list,
    get(since = "3.23"),
    update(
        VirtualConnectionPatch { name, is_certified, certification_note, project: ProjectId, owner: UserId },
        since = "3.23"
    ),
    delete(since = "3.23"),
    permissions(since = "3.22"),
    tags(since = "3.23"),
    revisions(since = "3.23", jwt = "tableau:virtual_connections:read"),
    keychains(since = "3.23")
)]
pub struct VirtualConnection {
    pub id: Id<VirtualConnection>,
    pub name: String,
    /// Whether it is certified.
    pub is_certified: Option<bool>,
    /// Why it is certified.
    pub certification_note: Option<String>,
    /// Whether it has extracts.
    pub has_extracts: Option<bool>,
    pub created_at: Option<Timestamp>,
    /// When it began to work.
    pub started_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// The address in a browser.
    pub webpage_url: Option<String>,
    /// The project it is in.
    pub project: Option<Shared<Project>>,
    pub owner: Option<Shared<User>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
    /// Its definition, as JSON: connections, tables, policies.
    pub content: Option<Text<String>>,
}

/// What a virtual connection is published from (schema: `virtualConnectionType`).
#[element("virtualConnection", new)]
pub struct NewVirtualConnection {
    pub name: String,
    /// The project to put it in.
    pub project: ProjectId,
    /// Who is to own it.
    pub owner: UserId,
    /// Its definition, as JSON: connections, tables, policies.
    pub content: Text<String>,
}

/// Publishes a virtual connection.
#[endpoint(
    POST,
    "virtualConnections",
    since = "3.23",
    retry = never,
    slow,
    jwt = "tableau:virtual_connections:create",
    status = 200,
    reply = VirtualConnection
)]
pub struct Publish {
    /// Whether a virtual connection of the same name in the same project is replaced.
    pub overwrite: Option<bool>,
    /// Whether it is published as a draft.
    pub publish_as_draft: Option<bool>,
    /// The virtual connection.
    #[body]
    pub connection: NewVirtualConnection,
}

/// Gets a revision of a virtual connection.
#[endpoint(
    GET,
    "virtualConnections/{id}/revisions/{revision_number}",
    since = "3.23",
    jwt = "tableau:virtual_connections:read",
    reply = VirtualConnection
)]
pub struct GetRevision {
    /// The virtual connection.
    pub id: Id<VirtualConnection>,
    /// The number of the revision, from 1.
    pub revision_number: u64,
}

/// Lists the connections to databases of a virtual connection, a page at a time.
#[endpoint(
    GET,
    "virtualConnections/{id}/connections",
    since = "3.18",
    jwt = "tableau:virtual_connections:read",
    reply = Page<SourceConnection>
)]
pub struct ListConnections {
    /// The virtual connection.
    pub id: Id<VirtualConnection>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of connections on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// Updates a connection to a database of a virtual connection.
#[endpoint(
    PUT,
    "virtualConnections/{id}/connections/{connection_id}/modify",
    since = "3.18",
    jwt = "tableau:virtualconnectionconnections:update",
    reply = Connection
)]
pub struct UpdateConnection {
    /// The virtual connection.
    pub id: Id<VirtualConnection>,
    /// The connection to a database.
    pub connection_id: Id<SourceConnection>,
    /// What changes.
    #[body]
    pub connection: ConnectionPatch,
}

/// A connection of a virtual connection to a database (schema: `virtualConnectionSourceConnectionType`).
///
/// Servers have called its members by other names too, which are read.
#[element("connection", list = "virtualConnectionConnections")]
pub struct SourceConnection {
    /// The identifier.
    #[serde(alias = "id", skip_serializing_if = "Id::is_empty")]
    pub connection_id: Id<SourceConnection>,
    /// The kind of the database: `postgres`, ….
    pub db_class: Option<String>,
    /// The database.
    pub database: Option<String>,
    /// The host of the database.
    #[serde(alias = "serverAddress")]
    pub server: Option<String>,
    /// Its port.
    #[serde(alias = "serverPort")]
    pub port: Option<String>,
    /// The user who signs in to the database.
    #[serde(alias = "userName")]
    pub username: Option<String>,
}

calls!(VirtualConnection; Publish, GetRevision, ListConnections, UpdateConnection);
