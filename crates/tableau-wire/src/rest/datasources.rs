//! Published data sources.

use super::auth::UserId;
use super::content::{Location, Tag};
use super::hyper_data::DataActions;
use super::publishing::{Connection, NewDatasource, ProjectId, Published};
use super::{FileUpload, Job, Project, Site, User};
use crate::body::Multipart;
use crate::endpoint::calls;
use crate::resource::DownloadOptions;
use crate::value::{Id, Items, Shared, Text, Timestamp, bool_as_text};
use crate::{endpoint, resource};

/// A published data source (schema: `dataSourceType`).
#[resource(
    "datasources",
    element = "datasource",
    noun = "data source",
    missing = "404004",
    since = "2.0",
    jwt = "tableau:content:read",
    jwt_writes = "datasources",
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
    update(DatasourcePatch {
        name, description, is_certified, certification_note, encrypt_extracts, use_remote_query_agent,
        project: ProjectId, owner: UserId
    }),
    delete,
    permissions,
    tags,
    connections,
    bulk_connections,
    revisions,
    revision_files,
    content(DownloadOptions),
    keychains,
    extracts,
    refresh
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
    pub created_at: Option<Timestamp>,
    /// The database behind it.
    pub database_name: Option<String>,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Whether its extracts are encrypted.
    #[serde(serialize_with = "bool_as_text")]
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
    pub updated_at: Option<Timestamp>,
    /// Whether Tableau Bridge keeps it fresh.
    pub use_remote_query_agent: Option<bool>,
    /// The address in a browser.
    pub webpage_url: Option<String>,
    /// The site it is on.
    pub site: Option<Shared<Site>>,
    /// The project it is in.
    pub project: Option<Shared<Project>>,
    /// Where it is: a project or a personal space.
    pub location: Option<Shared<Location>>,
    pub owner: Option<Shared<User>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
    /// The addresses of the data sources it is made from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parent_data_source_urls: Vec<Text<String>>,
}

/// Refreshes the extract of a data source.
pub type Refresh = crate::resource::Refresh<Datasource>;

/// Publishes a data source: from the file in the request, or from one that was uploaded before.
///
/// A data source of the same name in the same project is refused unless it is to be overwritten or appended to.
#[derive(Default)]
#[endpoint(
    POST,
    "datasources",
    since = "2.0",
    retry = never,
    slow,
    jwt = "tableau:datasources:create",
    status = 201,
    reply = Published<Datasource>
)]
pub struct Publish {
    /// What the file is: `tds`, `tdsx`, `tde`, `hyper` or `parquet`. Wanted where the file was uploaded before; else its name tells.
    pub datasource_type: Option<String>,
    /// Whether a data source of the same name in the same project is replaced.
    pub overwrite: Option<bool>,
    /// Whether the rows are added to those of the extract of the same name.
    pub append: Option<bool>,
    /// Whether the server answers at once, with a job that does it (from version 3.0).
    pub as_job: Option<bool>,
    /// The upload that holds the file.
    pub upload_session_id: Option<Id<FileUpload>>,
    /// The data source's document, and its file.
    #[body]
    pub body: Multipart<NewDatasource>,
}

/// Changes rows of the extract of a data source, whose connection is its only one: queues a job that does it.
// The server does nothing twice for the same request id.
#[endpoint(
    PATCH,
    "datasources/{id}/data",
    since = "3.12",
    retry = idempotent,
    format = json,
    jwt = "tableau:hyper_data:update",
    status = 202,
    reply = Job
)]
pub struct UpdateData {
    /// The data source.
    pub id: Id<Datasource>,
    /// A text that no other request has: the server does nothing twice for it. A random one if not given.
    #[header("RequestID")]
    pub request_id: Option<String>,
    /// The upload that holds the rows, a `.hyper` file; without it, the actions need none.
    pub upload_session_id: Option<Id<FileUpload>>,
    /// What is done, in this order.
    #[body]
    pub actions: DataActions,
}

/// Changes rows of the extract behind one connection of a data source: queues a job that does it.
#[endpoint(
    PATCH,
    "datasources/{id}/connections/{connection_id}/data",
    since = "3.12",
    retry = idempotent,
    format = json,
    jwt = "tableau:hyper_data:update",
    status = 202,
    reply = Job
)]
pub struct UpdateConnectionData {
    /// The data source.
    pub id: Id<Datasource>,
    /// The connection.
    pub connection_id: Id<Connection>,
    /// A text that no other request has: the server does nothing twice for it. A random one if not given.
    #[header("RequestID")]
    pub request_id: Option<String>,
    /// The upload that holds the rows, a `.hyper` file; without it, the actions need none.
    pub upload_session_id: Option<Id<FileUpload>>,
    /// What is done, in this order.
    #[body]
    pub actions: DataActions,
}

calls!(Datasource; Publish, UpdateData, UpdateConnectionData);
