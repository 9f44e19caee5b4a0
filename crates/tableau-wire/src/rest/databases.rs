//! Databases that content is connected to; part of Data Management.

use super::auth::UserId;
use super::{Location, Site, Tag, User};
use crate::endpoint::calls;
use crate::resource;
use crate::value::{Id, Items, Shared};

/// A database, a file or a web data connector that content reads (schema: `databaseType`).
#[resource(
    "databases",
    element = "database",
    since = "3.5",
    jwt = "tableau:databases:read",
    jwt_writes = "databases",
    list,
    get,
    update(DatabasePatch { is_certified, certification_note, description, content_permissions, contact: UserId }),
    delete,
    permissions,
    default_permissions,
    tags(since = "3.9")
)]
pub struct Database {
    pub id: Id<Database>,
    pub name: String,
    /// `DatabaseServer`, `CloudFile`, `File` or `WebDataConnector`.
    pub r#type: Option<String>,
    /// The kind of the connection: `sqlserver`.
    pub connection_type: Option<String>,
    /// Whether only embedded content reads it.
    pub is_embedded: Option<bool>,
    /// Whether it is certified.
    pub is_certified: Option<bool>,
    /// Why it is certified.
    pub certification_note: Option<String>,
    /// What is said about it.
    pub description: Option<String>,
    /// Who decides about the permissions of its tables: `LockedToDatabase` or `ManagedByOwner`.
    pub content_permissions: Option<String>,
    /// The host of a database.
    pub host_name: Option<String>,
    /// The port of a database.
    pub port: Option<u64>,
    /// The extension of a file.
    pub file_extension: Option<String>,
    /// The identifier of a file at its provider.
    pub file_id: Option<String>,
    /// The path of a file.
    pub file_path: Option<String>,
    /// The provider of a file.
    pub provider: Option<String>,
    /// The media type of a file.
    pub mime_type: Option<String>,
    /// The address of a web data connector.
    pub connector_url: Option<String>,
    /// The address that a web data connector reads.
    pub request_url: Option<String>,
    /// The site it is on.
    pub site: Option<Shared<Site>>,
    /// Whom to ask about it.
    pub contact: Option<Shared<User>>,
    /// Who certified it.
    pub certifier: Option<Shared<User>>,
    /// Where it is.
    pub location: Option<Shared<Location>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
}

calls!(Database);
