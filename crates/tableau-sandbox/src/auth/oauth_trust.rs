//! External authorization servers (OAuth 2.0 trust): somebody else signs, and publishes the keys to check it with.

use jsonwebtoken::Algorithm;

use super::jwks::Keys;
use super::jwt::Jwt;
use crate::fault::Fault;
use crate::store::State;
use crate::store::record::{AuthorizationServer, Site};

/// The algorithms that are taken: documented is only that symmetric ones are not.
pub(super) const ALGORITHMS: &[Algorithm] = &[Algorithm::RS256, Algorithm::ES256];

/// The authorization server of a site by its issuer; one that is enabled if there are several.
pub(super) fn server<'s>(state: &'s State, site: &Site, issuer: &str) -> Option<&'s AuthorizationServer> {
    let mut found = None;
    for server in state.authorization_servers.of_site(site.id) {
        if server.issuer_url == issuer && (found.is_none() || server.enabled) {
            found = Some(server);
        }
    }
    found
}

/// Whether a JWT is one of the authorization server's.
pub(super) fn check(
    server: &AuthorizationServer,
    key: &str,
    jwt: &Jwt<'_>,
    keys: Option<&Keys>,
) -> Result<(), Fault> {
    let algorithm = jwt.algorithm(ALGORITHMS)?;
    if !server.enabled {
        return Err(Fault::signin_code(10090));
    }
    // Keys of another address would be those of a server that was changed while they were fetched.
    let key = keys
        .filter(|keys| keys.are_of(server))
        .and_then(|keys| keys.find(key))
        .ok_or_else(|| Fault::signin_code(10085))?;
    jwt.check_signature(&key, algorithm)
}
