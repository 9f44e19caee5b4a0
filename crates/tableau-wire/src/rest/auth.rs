//! Signing in and out.

use super::{Site, User};
use crate::endpoint::calls;
use crate::value::{Id, Secret};
use crate::{element, endpoint, part};

/// Signs in: gives a token for one site, to be sent as `X-Tableau-Auth` with every later call.
#[endpoint(POST, "auth/signin", since = "2.0", scope = open, reply = SignedIn)]
pub struct SignIn {
    /// Who signs in, and where.
    #[body]
    pub credentials: Credentials,
}

/// Signs out: the token of the request is invalid afterwards.
#[endpoint(POST, "auth/signout", since = "2.0", scope = server, retry = idempotent)]
pub struct SignOut;

/// Switches to another site: gives a new token, and the token of the request is invalid afterwards.
#[endpoint(POST, "auth/switchSite", since = "2.6", scope = server, jwt = "tableau:sites:switch", reply = SignedIn)]
pub struct SwitchSite {
    /// The site to switch to.
    #[body]
    pub site: SiteName,
}

/// Revokes the personal access tokens of all server administrators, as the reference documents it.
#[endpoint(
    DELETE,
    "auth/serverAdminAccessTokens",
    since = "3.10",
    scope = server,
    only = server,
    jwt = "tableau:server_admin_tokens:delete"
)]
pub struct RevokeServerAdminTokens;

/// Revokes the personal access tokens of all server administrators, by the address that Tableau's Python library uses.
#[endpoint(
    POST,
    "auth/revokeAllServerAdminTokens",
    since = "3.10",
    scope = server,
    only = server,
    retry = idempotent,
    jwt = "tableau:server_admin_tokens:delete"
)]
pub struct RevokeAllServerAdminTokens;

/// The credentials and the site (schema: `tableauCredentialsType`).
///
/// Exactly one kind: name and password, or the name and secret of a personal access token, or a JWT.
#[element("credentials", exhaustive)]
pub struct Credentials {
    /// The user's name.
    pub name: Option<String>,
    /// The user's password.
    pub password: Option<Secret>,
    /// The name of a personal access token.
    pub personal_access_token_name: Option<String>,
    /// The secret of a personal access token.
    pub personal_access_token_secret: Option<Secret>,
    /// A JSON Web Token.
    pub jwt: Option<Secret>,
    /// Whether the JWT is a unified access token.
    pub is_uat: Option<bool>,
    /// The site.
    pub site: SiteName,
    /// The user to impersonate.
    pub user: Option<UserId>,
}

impl Credentials {
    /// A user's name and password for a site (its content URL, empty for Default).
    pub fn user_and_password(name: impl Into<String>, password: Secret, site: impl Into<String>) -> Self {
        Self {
            name: Some(name.into()),
            password: Some(password),
            site: SiteName::new(site),
            ..Self::default()
        }
    }

    /// A JSON Web Token for a site; `is_uat` says whether it is a unified access token.
    pub fn jwt(jwt: Secret, is_uat: Option<bool>, site: impl Into<String>) -> Self {
        Self {
            jwt: Some(jwt),
            is_uat,
            site: SiteName::new(site),
            ..Self::default()
        }
    }

    /// The credentials of a personal access token for a site (its content URL, empty for Default).
    pub fn personal_access_token(name: impl Into<String>, secret: Secret, site: impl Into<String>) -> Self {
        Self {
            personal_access_token_name: Some(name.into()),
            personal_access_token_secret: Some(secret),
            site: SiteName::new(site),
            ..Self::default()
        }
    }
}

/// A site by its content URL.
#[element("site", exhaustive)]
pub struct SiteName {
    /// The name of the site in addresses; empty for the Default site.
    pub content_url: String,
}

impl SiteName {
    /// A site by its content URL.
    pub fn new(content_url: impl Into<String>) -> Self {
        Self {
            content_url: content_url.into(),
        }
    }
}

/// A user by identifier.
#[part(exhaustive)]
pub struct UserId {
    pub id: Id<User>,
}

impl<I: Into<Id<User>>> From<I> for UserId {
    fn from(id: I) -> Self {
        Self { id: id.into() }
    }
}

/// A site by identifier and content URL.
#[part(exhaustive)]
pub struct SiteId {
    pub id: Id<Site>,
    /// The name of the site in addresses; empty for the Default site.
    pub content_url: String,
}

/// The result of signing in.
#[element("credentials", exhaustive, strict)]
pub struct SignedIn {
    /// The token of the session: three parts, of which the last is the site's identifier.
    pub token: Secret,
    /// A length of time, `hours:minutes:seconds`. What it measures is not documented: do not rely on it.
    pub estimated_time_to_expiration: Option<String>,
    /// The site of the session.
    pub site: SiteId,
    /// The user of the session.
    pub user: UserId,
}

calls!(; SignIn, SignOut, SwitchSite, RevokeServerAdminTokens, RevokeAllServerAdminTokens);
