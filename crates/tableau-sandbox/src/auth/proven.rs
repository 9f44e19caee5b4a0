//! The context that a sign-in is checked in, and what a valid credential proves.

use jiff::{SignedDuration, Timestamp};
use tableau_wire::Version;
use uuid::Uuid;

use super::jwks::Keys;
use crate::settings::Issuer;
use crate::store::record::{PersonalAccessToken, UsedJwt};
use crate::store::unshown::Product;

/// The context of a sign-in, apart from the credentials and the state.
#[derive(Debug)]
pub(crate) struct SignInContext {
    pub(crate) now: Timestamp,
    /// The version of the API that the request names.
    pub(crate) version: Version,
    /// Who may issue unified access tokens.
    pub(crate) issuers: Vec<Issuer>,
    /// Whether JWTs of connected apps are accepted at all.
    pub(crate) connected_apps: bool,
    /// The product whose sites are at the requested host.
    pub(crate) products: Vec<Product>,
    /// The public keys of the JWT's issuer, fetched before the state is locked.
    pub(crate) keys: Option<Keys>,
}

/// The user that a credential proves, how long it is valid, and the records that it leaves.
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
