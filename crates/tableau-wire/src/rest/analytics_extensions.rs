//! Analytics extensions: the connections to services such as `TabPy` that calculations call, and which of them a workbook uses.

use super::Workbook;
use crate::endpoint::calls;
use crate::value::{Id, Secret, open_enum};
use crate::{document, endpoint, part};

/// Whether analytics extensions may be used, on the server or on a site (schema: `ServerSettings`, `SiteSettings`).
#[document(new)]
pub struct AnalyticsSettings {
    /// Whether they may.
    pub enabled: bool,
}

/// Whether analytics extensions are to be used.
#[document(new, strict)]
pub struct AnalyticsSettingsUpdate {
    /// Whether they may be used.
    pub enabled: bool,
}

open_enum! {
    /// The kind of service behind an analytics extension.
    AnalyticsService {
        /// Einstein Discovery, of which a site has one connection.
        EinsteinDiscovery = "EINSTEIN_DISCOVERY",
        /// A service of one's own that understands Tableau's Analytics Extensions API.
        GenericApi = "GENERIC_API",
        /// Rserve.
        Rserve = "RSERVE",
        /// `TabPy`.
        TabPy = "TABPY",
    }
}

/// The title and the kind of a connection (schema: `ConnectionBrief`).
#[part(new, snake_case)]
pub struct ConnectionBrief {
    /// The kind of service.
    pub connection_type: AnalyticsService,
    /// The title.
    pub connection_name: String,
}

/// A connection of a site to a service (schema: `ConnectionItem`).
#[document(new, snake_case)]
pub struct AnalyticsConnection {
    /// The identifier, which the server gives.
    pub connection_luid: Option<String>,
    /// The title and the kind.
    pub connection_brief: ConnectionBrief,
    /// The host name or the address, of 255 characters at most.
    pub host: String,
    /// The port, from 1 to 65535.
    pub port: i64,
    /// Whether the service wants a user name and a password; on Tableau Cloud it does.
    pub is_auth_enabled: Option<bool>,
    /// The user name.
    pub username: Option<String>,
    /// The password, which no answer has.
    pub password: Option<Secret>,
    /// Whether the connection is encrypted; on Tableau Cloud it is.
    pub is_ssl_enabled: Option<bool>,
}

/// The connections of a site, by name and kind (schema: `ConnectionMetadataList`).
#[document]
pub struct AnalyticsConnections {
    /// The connections.
    pub connection_metadata_list: Vec<AnalyticsConnectionSummary>,
}

/// A connection of a site, by name and kind (schema: `ConnectionMetadata`).
#[part(snake_case)]
pub struct AnalyticsConnectionSummary {
    /// The identifier.
    pub connection_luid: String,
    /// The title and the kind.
    pub connection_brief: ConnectionBrief,
}

/// Which connection a workbook uses (schema: `ConnectionMapping`).
#[document(new, snake_case)]
pub struct SelectedConnection {
    /// The workbook.
    pub workbook_luid: Id<Workbook>,
    /// The connection.
    pub connection_luid: String,
}

/// Gets whether analytics extensions may be used on the server; for server administrators.
#[endpoint(
    GET,
    "settings/server/extensions/analytics",
    since = "3.11",
    root = services,
    only = server,
    jwt = "tableau:analytics_extensions:read",
    reply = AnalyticsSettings
)]
pub struct GetServerSettings;

/// Lets the server use analytics extensions, or not; for server administrators.
#[endpoint(
    PUT,
    "settings/server/extensions/analytics",
    since = "3.11",
    root = services,
    only = server,
    jwt = "tableau:analytics_extensions:update",
    reply = AnalyticsSettings
)]
pub struct UpdateServerSettings {
    /// The new settings.
    #[body]
    pub settings: AnalyticsSettingsUpdate,
}

/// Gets whether analytics extensions may be used on the site; for administrators.
#[endpoint(
    GET,
    "settings/site/extensions/analytics",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:read",
    reply = AnalyticsSettings
)]
pub struct GetSiteSettings;

/// Lets the site use analytics extensions, or not; for administrators.
#[endpoint(
    PUT,
    "settings/site/extensions/analytics",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:update",
    reply = AnalyticsSettings
)]
pub struct UpdateSiteSettings {
    /// The new settings.
    #[body]
    pub settings: AnalyticsSettingsUpdate,
}

/// Lists the connections of the site; for administrators.
#[endpoint(
    GET,
    "settings/site/extensions/analytics/connections",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:read",
    reply = AnalyticsConnections
)]
pub struct ListConnections;

/// Adds a connection to the site, and lists them all; for administrators.
#[endpoint(
    POST,
    "settings/site/extensions/analytics/connections",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:create",
    status = 201,
    reply = AnalyticsConnections
)]
pub struct AddConnection {
    /// The connection.
    #[body]
    pub connection: AnalyticsConnection,
}

/// Gets a connection of the site; for administrators.
#[endpoint(
    GET,
    "settings/site/extensions/analytics/connections/{connection_luid}",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:read",
    reply = AnalyticsConnection
)]
pub struct GetConnection {
    /// The connection.
    pub connection_luid: String,
}

/// Replaces a connection of the site; for administrators.
#[endpoint(
    PUT,
    "settings/site/extensions/analytics/connections/{connection_luid}",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:update",
    reply = AnalyticsConnection
)]
pub struct UpdateConnection {
    /// The connection.
    pub connection_luid: String,
    /// The connection; it replaces the old one.
    #[body]
    pub connection: AnalyticsConnection,
}

/// Deletes a connection of the site; for administrators.
#[endpoint(
    DELETE,
    "settings/site/extensions/analytics/connections/{connection_luid}",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:delete"
)]
pub struct DeleteConnection {
    /// The connection.
    pub connection_luid: String,
}

/// Lists the connections that a workbook can use.
#[endpoint(
    GET,
    "settings/site/extensions/analytics/workbooks/{workbook_luid}/connections",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:read",
    reply = AnalyticsConnections
)]
pub struct ListConnectionsForWorkbook {
    /// The workbook.
    pub workbook_luid: Id<Workbook>,
}

/// Gets the connection that a workbook uses: a list of one, or of none.
#[endpoint(
    GET,
    "settings/site/extensions/analytics/workbooks/{workbook_luid}/selected_connection",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:read",
    reply = AnalyticsConnections
)]
pub struct GetSelectedConnection {
    /// The workbook.
    pub workbook_luid: Id<Workbook>,
}

/// Has a workbook use another connection.
#[endpoint(
    PUT,
    "settings/site/extensions/analytics/workbooks/{workbook_luid}/selected_connection",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:update",
    reply = SelectedConnection
)]
pub struct UpdateSelectedConnection {
    /// The workbook.
    pub workbook_luid: Id<Workbook>,
    /// The connection, and the workbook once more.
    #[body]
    pub selected: SelectedConnection,
}

/// Has a workbook use no connection; the connection stays.
#[endpoint(
    DELETE,
    "settings/site/extensions/analytics/workbooks/{workbook_luid}/selected_connection",
    since = "3.11",
    root = services,
    jwt = "tableau:analytics_extensions:delete"
)]
pub struct DeleteSelectedConnection {
    /// The workbook.
    pub workbook_luid: Id<Workbook>,
}

calls!(
    ;
    GetServerSettings,
    UpdateServerSettings,
    GetSiteSettings,
    UpdateSiteSettings,
    ListConnections,
    AddConnection,
    GetConnection,
    UpdateConnection,
    DeleteConnection,
    ListConnectionsForWorkbook,
    GetSelectedConnection,
    UpdateSelectedConnection,
    DeleteSelectedConnection
);
