//! Connections of content to databases and files. A facet of workbooks, data sources and flows.

use super::{Resource, Verb};
use crate::rest::publishing::Connection;
use crate::value::{Id, Items, Secret, Text};
use crate::{document, element, endpoint, part};

/// A resource whose items have connections.
pub trait HasConnections: Resource {
    /// The facts about listing them.
    const LIST_CONNECTIONS: Verb;
    /// The facts about updating one.
    const UPDATE_CONNECTION: Verb;
}

/// A resource of whose items several connections can be updated by one call.
pub trait HasBulkConnections: HasConnections {
    /// The facts about updating several.
    const UPDATE_CONNECTIONS: Verb;
}

/// Lists the connections of an item.
#[endpoint(GET, "{R}/{id}/connections", facts = R::LIST_CONNECTIONS, reply = Items<Connection>)]
pub struct ListConnections<R: HasConnections> {
    /// The item.
    pub id: Id<R::One>,
}

/// Updates a connection of an item: its server, its user, its password.
#[endpoint(PUT, "{R}/{id}/connections/{connection_id}", facts = R::UPDATE_CONNECTION, reply = Connection)]
pub struct UpdateConnection<R: HasConnections> {
    /// The item.
    pub id: Id<R::One>,
    /// The connection.
    pub connection_id: Id<Connection>,
    /// What changes.
    #[body]
    pub connection: ConnectionPatch,
}

/// Updates several connections of an item alike.
#[endpoint(PUT, "{R}/{id}/connections", facts = R::UPDATE_CONNECTIONS, reply = Items<Connection>)]
pub struct UpdateConnections<R: HasBulkConnections> {
    /// The item.
    pub id: Id<R::One>,
    /// Which connections, and what changes.
    #[body]
    pub connections: ConnectionsPatch,
}

/// What may be changed about a connection; what is not given stays (schema: `connectionType`).
#[element("connection", new)]
pub struct ConnectionPatch {
    /// The host of the database.
    pub server_address: Option<String>,
    /// Its port.
    pub server_port: Option<String>,
    /// The user who signs in to the database.
    pub user_name: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// Whether the server keeps the password.
    pub embed_password: Option<bool>,
    /// Whether queries say which content they are for.
    pub query_tagging_enabled: Option<bool>,
    /// How the server signs in to the database.
    pub authentication_type: Option<String>,
}

/// Several connections, and what may be changed about all of them.
#[document(new)]
pub struct ConnectionsPatch {
    /// The connections.
    // The name is that of the schema; Tableau's Python library writes the other one.
    #[serde(alias = "connectionLUIDs")]
    pub connection_luids: ConnectionLuids,
    /// What changes.
    pub connection: ConnectionPatch,
}

/// Connections by their identifiers (schema: `connectionLuidListType`).
#[part]
pub struct ConnectionLuids {
    /// The identifiers.
    #[serde(alias = "connectionLUID")]
    pub connection_luid: Vec<Text<Id<Connection>>>,
}

impl<I: Into<Id<Connection>>> FromIterator<I> for ConnectionLuids {
    fn from_iter<T: IntoIterator<Item = I>>(ids: T) -> Self {
        Self {
            connection_luid: ids.into_iter().map(|id| Text(id.into())).collect(),
        }
    }
}
