//! Published data sources.

use super::content::{Location, Tag};
use super::jobs::{Job, RefreshRequest};
use super::{Project, Site, User};
use crate::endpoint::calls;
use crate::value::{Id, Items, Text, Timestamp, bool_as_text};
use crate::{Endpoint, resource};

/// A published data source (schema: `dataSourceType`).
#[resource(
    "datasources",
    element = "datasource",
    missing = "404004",
    since = "2.0",
    jwt = "tableau:content:read",
    filter(
        authenticationType: eq in, connectedWorkbookType: range, connectionTo: eq in,
        connectionType: eq in, contentUrl: eq in, createdAt: range, databaseName: eq in,
        databaseUserName: eq in, description: eq in, favoritesTotal: range, hasAlert: eq,
        hasEmbeddedPassword: eq, hasExtracts: eq, isCertified: eq, isConnectable: eq, isDefaultPort:
        eq, isHierarchical: eq, isPublished: eq, name: eq in, ownerDomain: eq in, ownerEmail: eq,
        ownerName: eq in, projectName: eq in, serverName: eq in, serverPort: eq, size: range,
        tableName: eq in, tags: eq in, type: eq, updatedAt: range
    ),
    fields(
        default = "certificationNote contentUrl createdAt description encryptExtracts hasExtracts id isCertified \
            name owner.id project.id project.name tags type updatedAt useRemoteQueryAgent webpageUrl",
        more = "connectedWorkbooksCount databaseName favoritesTotal hasAlert isPublished owner.email \
            owner.fullName owner.lastLogin owner.name owner.siteRole project.contentPermissions \
            project.createdAt project.description project.parentProjectId project.topLevelProject \
            project.updatedAt project.writeable serverName size tag",
        named = "tag"
    ),
    list,
    get,
    permissions
)]
pub struct Datasource {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<Datasource>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// Why it is certified.
    pub certification_note: Option<String>,
    /// How many workbooks use it.
    pub connected_workbooks_count: Option<u64>,
    /// The name in addresses.
    pub content_url: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// The database behind it.
    pub database_name: Option<String>,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Whether its extracts are encrypted.
    #[serde(with = "bool_as_text")]
    pub encrypt_extracts: Option<bool>,
    /// For how many users it is a favorite.
    pub favorites_total: Option<u64>,
    /// Whether it has a data-quality alert.
    pub has_alert: Option<bool>,
    /// Whether it has extracts.
    pub has_extracts: Option<bool>,
    /// Whether it connects to a semantic layer.
    pub has_semantic_layer_connection: Option<bool>,
    /// Whether it is certified.
    pub is_certified: Option<bool>,
    /// Whether it is published on its own rather than inside a workbook.
    pub is_published: Option<bool>,
    /// The kind of its parent.
    pub parent_type: Option<String>,
    /// The server of the database behind it.
    pub server_name: Option<String>,
    /// The size in megabytes.
    pub size: Option<u64>,
    /// The kind of its connection: `sqlserver`, `excel-direct`, ….
    pub r#type: Option<String>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// Whether Tableau Bridge keeps it fresh.
    pub use_remote_query_agent: Option<bool>,
    /// The address in a browser.
    pub webpage_url: Option<String>,
    /// The site it is on.
    pub site: Option<Box<Site>>,
    /// The project it is in.
    pub project: Option<Box<Project>>,
    /// Where it is: a project or a personal space.
    pub location: Option<Location>,
    /// Who owns it.
    pub owner: Option<Box<User>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
    /// The addresses of the data sources it is made from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parent_data_source_urls: Vec<Text<String>>,
}

/// Refreshes the extract of a data source: queues a job that does it.
///
/// It is refused with 409093 while such a job is queued already.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
// Inferred: the scope from the names of other scopes, and the status from other calls that queue a job.
#[endpoint(POST, "datasources/{id}/refresh", since = "2.8", reply = Job, status = 202, jwt = "tableau:tasks:run")]
#[non_exhaustive]
pub struct Refresh {
    /// The data source.
    pub id: Id<Datasource>,
    /// How.
    #[body]
    pub request: RefreshRequest,
}

calls!(Datasource; Refresh);
