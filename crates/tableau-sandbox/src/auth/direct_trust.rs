//! Connected apps with direct trust: the caller signs with a secret that the server knows as well.

use jsonwebtoken::{Algorithm, DecodingKey};
use tableau_wire::rest::ConnectedApplication;

use super::jwt::Jwt;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{Row, SiteRow};

/// The one algorithm of direct trust.
pub(super) const ALGORITHM: Algorithm = Algorithm::HS256;

/// The connected app of a site by its client identifier.
pub(super) fn app<'s>(
    state: &'s State,
    site: &SiteRow,
    client_id: &str,
) -> Option<&'s Row<ConnectedApplication>> {
    state
        .connected_apps
        .of_site(site.id)
        .find(|app| app.shown.client_id.as_str() == client_id)
}

/// Whether the app issued a JWT.
pub(super) fn check(app: &Row<ConnectedApplication>, key: &str, jwt: &Jwt<'_>) -> Result<(), Refusal> {
    let algorithm = jwt.algorithm(&[ALGORITHM])?;
    if app.shown.enabled != Some(true) {
        return Err(Refusal::signin_code(10090));
    }
    let secret = app
        .unshown
        .secrets
        .iter()
        .find(|secret| secret.id.to_string() == key)
        .ok_or_else(|| Refusal::signin_code(127))?;
    // The key is the secret's text itself, not its decoded base64: Tableau's samples sign so.
    let key = DecodingKey::from_secret(secret.value.expose().as_bytes());
    jwt.check_signature(&key, algorithm)
}
