//! The server itself.

use super::users::Domain;
use super::{Site, User};
use crate::endpoint::calls;
use crate::value::{Id, Items, Text, Value, Version};
use crate::{element, endpoint, part};

/// Gets what a server says about itself; needs no session.
///
/// Its answer gives the server's newest version, regardless of the version in the path.
#[endpoint(GET, "serverinfo", since = "2.4", scope = open, reply = ServerInfo)]
pub struct GetServerInfo;

/// What a server says about itself (schema: `serverInfo`).
#[element("serverInfo")]
pub struct ServerInfo {
    /// The release.
    pub product_version: ProductVersion,
    /// The version of Tableau Prep Conductor.
    pub prep_conductor_version: Option<Text<String>>,
    /// The newest version of the REST API.
    pub rest_api_version: Option<Text<Version>>,
    /// The operating system.
    pub platform: Option<Text<String>>,
    /// What the server allows programs that show content.
    pub server_settings: Option<Box<ServerSettings>>,
}

/// What a server allows programs that show content (schema: `serverSettings`).
#[part]
pub struct ServerSettings {
    /// Whether programs sign in by OAuth.
    #[serde(rename = "oAuthEnabled")]
    pub oauth_enabled: Option<Text<bool>>,
    /// The least age in minutes of an image of a sheet that may be used again.
    pub sheet_image_max_age_floor: Option<Text<i64>>,
    /// The greatest one.
    pub sheet_image_max_age_ceiling: Option<Text<i64>>,
    /// How far content can be looked at without a connection.
    pub offline_interaction_supported_phase: Option<Text<i64>>,
}

/// A release: the number people know and the build.
#[part]
pub struct ProductVersion {
    /// The build: `20262.26.0617.1132`.
    pub build: Option<String>,
    /// The number: `2026.2.0`.
    pub value: Value<String>,
}

/// Gets the current session: its user and site.
#[endpoint(GET, "sessions/current", since = "3.1", scope = server, reply = Session)]
pub struct GetCurrentSession;

/// A session at the server (schema: `sessionType`).
#[element("session")]
pub struct Session {
    /// The site of the session.
    pub site: Box<Site>,
    /// The user of the session.
    pub user: Box<User>,
}

/// Ends another user's session.
///
/// The identifiers of sessions are in the server's own database.
#[endpoint(DELETE, "sessions/{id}", since = "3.9", scope = server, only = server, jwt = "tableau:sessions:delete")]
pub struct DeleteSession {
    /// The session.
    pub id: Id<Session>,
}

/// Lists the Active Directory domains that the server uses; for server administrators.
///
/// A server without Active Directory has one domain, `local`.
#[endpoint(
    GET,
    "domains",
    since = "3.11",
    scope = server,
    only = server,
    jwt = "tableau:domains:read",
    reply = Items<Domain>
)]
pub struct ListDomains;

/// Changes the name or the short name of an Active Directory domain; for server administrators.
// The address is the one that a PowerShell client uses; a client generated from an earlier reference puts the identifier behind it.
#[endpoint(
    PUT,
    "domains",
    since = "3.11",
    scope = server,
    only = server,
    jwt = "tableau:domains:update",
    reply = Domain
)]
pub struct UpdateDomain {
    /// What changes, with the identifier of the domain.
    #[body]
    pub domain: DomainPatch,
}

/// A domain by its identifier, and what changes about it.
#[element("domain", new)]
pub struct DomainPatch {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: Option<String>,
    /// The short name.
    pub short_name: Option<String>,
}

calls!(; GetServerInfo, GetCurrentSession, DeleteSession, ListDomains, UpdateDomain);
