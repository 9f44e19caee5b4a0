//! External authorization servers (OAuth 2.0 trust), which sign JWTs.

use crate::endpoint::calls;
use crate::value::{Id, Timestamp};
use crate::{element, resource};

/// An external authorization server (schema: `externalAuthorizationServerType`).
#[resource(
    "connected-apps/external-authorization-servers",
    element = "externalAuthorizationServer",
    collection = "externalAuthorizationServerList",
    since = "3.16",
    jwt = "tableau:external_authorization_servers:read",
    jwt_writes = "external_authorization_servers",
    list,
    get,
    create(NewExternalAuthorizationServer),
    update(NewExternalAuthorizationServer),
    delete
)]
pub struct ExternalAuthorizationServer {
    pub id: Id<ExternalAuthorizationServer>,
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
#[element("externalAuthorizationServer", exhaustive)]
pub struct NewExternalAuthorizationServer {
    pub name: Option<String>,
    /// Whether its JWTs are accepted.
    pub enabled: Option<bool>,
    /// The issuer (`iss`) of its JWTs.
    pub issuer_url: Option<String>,
    /// Where its public keys are; found from the issuer if not given.
    pub jwks_uri: Option<String>,
}

calls!(ExternalAuthorizationServer);
