//! Users of a site.

use crate::endpoint::calls;
use crate::value::{Id, Items, SiteRole, Timestamp, UserAuthSetting};
use crate::{Endpoint, element, part, resource};

/// A user on a site (schema: `userType`).
///
/// The same person has another id on each site.
#[resource(
    "users",
    element = "user",
    missing = "404002",
    since = "2.0",
    jwt = "tableau:users:read",
    filter(
        domainName: eq in, email: eq in, friendlyName: eq in, isLocal: eq, lastLogin: range, luid:
        eq in, name: eq in cieq, siteRole: eq in
    ),
    fields(
        default = "externalAuthUserId id lastLogin name siteRole",
        more = "authSetting email fullName",
        one = "authSetting domain email fullName"
    ),
    list,
    get
)]
pub struct User {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<User>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// How the user signs in.
    pub auth_setting: Option<UserAuthSetting>,
    /// Whether the user administers content (before site roles).
    pub content_admin: Option<bool>,
    /// The address for subscriptions and alerts.
    pub email: Option<String>,
    /// The identifier at the identity provider.
    pub external_auth_user_id: Option<String>,
    /// The name that is shown.
    pub full_name: Option<String>,
    /// The least role that a group grants at sign-in.
    pub glsi_minimum_site_role: Option<SiteRole>,
    /// The identifier in the identity pool.
    pub identifier: Option<String>,
    /// The identity pool, by name.
    pub identity_pool_name: Option<String>,
    /// The identity pool.
    pub identity_pool_uuid: Option<String>,
    /// The identity in the pool.
    pub identity_uuid: Option<String>,
    /// The configuration of the identity provider.
    pub idp_configuration_id: Option<String>,
    /// The configuration of the identity provider, by name.
    pub idp_configuration_name: Option<String>,
    /// The language of the interface.
    pub language: Option<String>,
    /// When the user last signed in.
    pub last_login: Option<Timestamp>,
    /// The locale for numbers and dates.
    pub locale: Option<String>,
    /// The user that takes over the content.
    pub new_user_id: Option<Id<User>>,
    /// Whether the user owns content.
    pub owns_content: Option<bool>,
    /// Whether the user may publish (before site roles).
    pub publish: Option<bool>,
    /// The licence (before site roles).
    pub role: Option<String>,
    /// What the user may do on the site.
    pub site_role: Option<SiteRole>,
    /// Whether the introduction is not shown.
    pub suppress_getting_started: Option<bool>,
    /// The domain of the user name.
    pub domain: Option<Domain>,
}

/// A domain of user names: `local`, or one of a directory (schema: `domainDirectiveType`).
#[part]
pub struct Domain {
    /// The identifier.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// The short name.
    pub short_name: Option<String>,
}

/// Lists the personal access tokens of a user, without their secrets.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
#[endpoint(GET, "users/{user_id}/personal-access-tokens", since = "3.21", only = cloud, reply = Items<PersonalAccessToken>)]
#[non_exhaustive]
pub struct ListPersonalAccessTokens {
    /// The user.
    pub user_id: Id<User>,
}

/// Revokes a personal access token of a user: it cannot sign in any more, and its session ends.
///
/// The call exists; its address is inferred from that of the list.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
#[endpoint(DELETE, "users/{user_id}/personal-access-tokens/{token_guid}", since = "3.21", only = cloud)]
#[non_exhaustive]
pub struct RevokePersonalAccessToken {
    /// The user.
    pub user_id: Id<User>,
    /// The token.
    pub token_guid: Id<PersonalAccessToken>,
}

/// A personal access token without its secret (schema: `personalAccessTokenType`).
#[element("personalAccessToken")]
pub struct PersonalAccessToken {
    /// The identifier.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub token_guid: Id<PersonalAccessToken>,
    /// The name.
    pub token_name: String,
    /// When it was last used to sign in.
    pub last_used_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

calls!(User; ListPersonalAccessTokens, RevokePersonalAccessToken);
