//! What a sign-in is judged by, and what a credential proves.

use jiff::{SignedDuration, Timestamp};
use tableau_wire::Version;
use uuid::Uuid;

use super::jwks::Keys;
use crate::settings::Issuer;
use crate::store::record::{PersonalAccessToken, Product, UsedJwt};

/// What a sign-in is judged by besides the credentials and the state.
#[derive(Debug)]
pub(crate) struct SignInContext {
    pub(crate) now: Timestamp,
    /// The version of the API that the request names.
    pub(crate) version: Version,
    /// Who may issue unified access tokens.
    pub(crate) issuers: Vec<Issuer>,
    /// Whether JWTs of connected apps are accepted at all.
    pub(crate) connected_apps: bool,
    /// Whose sites are where the request was sent to.
    pub(crate) products: Vec<Product>,
    /// The public keys of whoever the JWT says it is from, fetched before the state is locked.
    pub(crate) keys: Option<Keys>,
}

/// Whom a credential proves, how long it is good for, and what it leaves behind.
pub(super) struct Proven {
    pub(super) account: Uuid,
    pub(super) expires_in: SignedDuration,
    pub(super) token: Option<PersonalAccessToken>,
    pub(super) scopes: Option<Vec<String>>,
    pub(super) used: Option<UsedJwt>,
}

impl Proven {
    pub(super) fn of(account: Uuid, expires_in: SignedDuration) -> Self {
        Self {
            account,
            expires_in,
            token: None,
            scopes: None,
            used: None,
        }
    }
}
