//! External authorization servers (OAuth 2.0 trust): another server signs and publishes the keys that check it.

use jsonwebtoken::Algorithm;
use tableau_wire::rest::ExternalAuthorizationServer;
use tableau_wire::rest::auth::Credentials;

use super::jwks::Keys;
use super::jwt::Jwt;
use crate::refusal::Refusal;
use crate::store::row::{Row, SiteRow};
use crate::store::{State, Store};

/// The accepted algorithms. Documented is only that symmetric ones are refused.
pub(super) const ALGORITHMS: &[Algorithm] = &[Algorithm::RS256, Algorithm::ES256];

/// The authorization server of a site by its issuer; one that is enabled if there are several.
pub(super) fn server<'s>(
    state: &'s State,
    site: &SiteRow,
    issuer: &str,
) -> Option<&'s Row<ExternalAuthorizationServer>> {
    let mut found = None;
    for server in state.authorization_servers.of_site(site.id) {
        if server.shown.issuer_url.as_deref() == Some(issuer)
            && (found.is_none() || server.shown.enabled == Some(true))
        {
            found = Some(server);
        }
    }
    found
}

/// Fetches the keys that verify the credentials; `None` if they cannot be fetched or none are needed.
///
/// Fetching is slow, so it happens before the state is locked. It verifies nothing: the whole JWT is checked afterwards.
pub(crate) fn keys_for(store: &Store, credentials: &Credentials) -> Option<Keys> {
    if credentials.is_uat == Some(true) {
        return None;
    }
    let jwt = Jwt::parse(credentials.jwt.as_ref()?.expose()).ok()?;
    let server = {
        let state = store.read();
        let site = state.site_by_content_url(&credentials.site.content_url)?;
        server(&state, site, jwt.issuer()?)?.shown.clone()
    };
    Keys::fetch(server)
}

/// Whether the authorization server issued a JWT.
pub(super) fn check(
    server: &Row<ExternalAuthorizationServer>,
    key: &str,
    jwt: &Jwt<'_>,
    keys: Option<&Keys>,
) -> Result<(), Refusal> {
    let algorithm = jwt.algorithm(ALGORITHMS)?;
    if server.shown.enabled != Some(true) {
        return Err(Refusal::signin_code(10090));
    }
    // The keys' address can differ only if the server's record changed while they were fetched.
    let key = keys
        .filter(|keys| keys.are_of(&server.shown))
        .and_then(|keys| keys.find(key))
        .ok_or_else(|| Refusal::signin_code(10085))?;
    jwt.check_signature(&key, algorithm)
}
