//! The server itself.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::{Site, User};
use crate::value::{Id, Text, Value, Version};
use crate::{Element, Endpoint, Entry};

/// Gets what a server says about itself; needs no session.
///
/// Its answer gives the server's newest version, regardless of the version in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Endpoint)]
#[endpoint(GET, "serverinfo", since = "2.4", scope = open, reply = ServerInfo)]
pub struct GetServerInfo;

/// What a server says about itself (schema: `serverInfo`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Element)]
#[element("serverInfo")]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ServerInfo {
    /// The release.
    pub product_version: ProductVersion,
    /// The version of Tableau Prep Conductor.
    pub prep_conductor_version: Option<Text<String>>,
    /// The newest version of the REST API.
    pub rest_api_version: Option<Text<Version>>,
    /// The operating system.
    pub platform: Option<Text<String>>,
}

/// A release: the number people know and the build.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, crate::Described)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ProductVersion {
    /// The build: `20262.26.0617.1132`.
    pub build: Option<String>,
    /// The number: `2026.2.0`.
    pub value: Value<String>,
}

/// Gets the current session: its user and site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Endpoint)]
#[endpoint(GET, "sessions/current", since = "3.1", scope = server, reply = Session)]
pub struct GetCurrentSession;

/// A session at the server (schema: `sessionType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Element)]
#[element("session")]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Session {
    /// The site of the session.
    pub site: Box<Site>,
    /// The user of the session.
    pub user: Box<User>,
}

/// Ends another user's session.
///
/// The identifiers of sessions are in the server's own database.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
#[endpoint(DELETE, "sessions/{id}", since = "3.9", scope = server, only = server, jwt = "tableau:sessions:delete")]
#[non_exhaustive]
pub struct DeleteSession {
    /// The session.
    pub id: Id<Session>,
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[&[Entry]] = &[&[
    Entry::of::<GetServerInfo>(),
    Entry::of::<GetCurrentSession>(),
    Entry::of::<DeleteSession>(),
]];
