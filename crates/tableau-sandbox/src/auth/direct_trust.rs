//! Connected apps with direct trust: the caller signs with a secret that the server knows as well.

use jsonwebtoken::{Algorithm, DecodingKey};

use super::jwt::Jwt;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::record::{ConnectedApp, Site};

/// The one algorithm of direct trust.
pub(super) const ALGORITHM: Algorithm = Algorithm::HS256;

/// The connected app of a site by its client identifier.
pub(super) fn app<'s>(state: &'s State, site: &Site, client_id: &str) -> Option<&'s ConnectedApp> {
    state
        .connected_apps
        .of_site(site.id)
        .find(|app| app.client_id.to_string() == client_id)
}

/// Whether the app issued a JWT.
pub(super) fn check(app: &ConnectedApp, key: &str, jwt: &Jwt<'_>) -> Result<(), Refusal> {
    let algorithm = jwt.algorithm(&[ALGORITHM])?;
    if !app.enabled {
        return Err(Refusal::signin_code(10090));
    }
    let secret = app
        .secrets
        .iter()
        .find(|secret| secret.id.to_string() == key)
        .ok_or_else(|| Refusal::signin_code(127))?;
    // The key is the secret's text itself, not its decoded base64: Tableau's samples sign so.
    let key = DecodingKey::from_secret(secret.value.expose().as_bytes());
    jwt.check_signature(&key, algorithm)
}
