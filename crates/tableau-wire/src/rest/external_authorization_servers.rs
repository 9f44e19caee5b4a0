//! External authorization servers (OAuth 2.0 trust), which sign JWTs.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::value::{Id, Timestamp};
use crate::{Element, Entry, Resource};

/// An external authorization server (schema: `externalAuthorizationServerType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Resource)]
#[resource(
    "connected-apps/external-authorization-servers",
    element = "externalAuthorizationServer",
    collection = "externalAuthorizationServers",
    missing = "404003",
    since = "3.16",
    jwt = "tableau:external_authorization_servers:read",
    jwt_writes = "external_authorization_servers",
    list,
    get,
    create(NewExternalAuthorizationServer),
    update(NewExternalAuthorizationServer),
    delete
)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ExternalAuthorizationServer {
    /// The identifier.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub id: Id<ExternalAuthorizationServer>,
    /// The name.
    pub name: String,
    /// Whether its JWTs are accepted.
    pub enabled: Option<bool>,
    /// The issuer (`iss`) of its JWTs.
    pub issuer_url: Option<String>,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,
    /// When it was registered.
    pub created_at: Option<Timestamp>,
}

/// What an external authorization server is registered with, or what may be changed about it: then what is not given stays.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Element)]
#[element("externalAuthorizationServer")]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct NewExternalAuthorizationServer {
    /// The name.
    pub name: Option<String>,
    /// Whether its JWTs are accepted.
    pub enabled: Option<bool>,
    /// The issuer (`iss`) of its JWTs.
    pub issuer_url: Option<String>,
    /// Where its public keys are; found from the issuer if not given.
    pub jwks_uri: Option<String>,
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[&[Entry]] = &[ExternalAuthorizationServer::ENTRIES];
