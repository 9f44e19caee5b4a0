//! How users of a site prove who they are: its authentication configurations, and those with OpenID Connect (Cloud).

use crate::endpoint::calls;
use crate::value::{Id, Items, Secret, UserAuthSetting};
use crate::{element, endpoint, resource};

/// A configuration of OpenID Connect (schema: `siteOIDCConfigurationType`).
#[resource(
    "site-oidc-configuration",
    element = "siteOIDCConfiguration",
    noun = "OpenID Connect configuration",
    id = idp_configuration_id,
    since = "3.22",
    only = cloud,
    get(since = "3.24"),
    create(NewOidcConfiguration, method = PUT, status = 200),
    update(NewOidcConfiguration)
)]
pub struct OidcConfiguration {
    /// The identifier.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub idp_configuration_id: Id<OidcConfiguration>,
    /// The name.
    #[serde(alias = "name")]
    pub idp_configuration_name: String,
    /// Whether users may sign in with it.
    pub enabled: Option<bool>,
    /// The identifier of Tableau at the provider.
    pub client_id: Option<String>,
    /// The secret of Tableau at the provider; servers do not show it.
    pub client_secret: Option<Secret>,
    /// Where the provider asks users who they are.
    pub authorization_endpoint: Option<String>,
    /// Where the provider gives tokens.
    pub token_endpoint: Option<String>,
    /// Where the provider says who a user is.
    #[serde(alias = "userInfoEndpoint")]
    pub userinfo_endpoint: Option<String>,
    /// Where the provider's keys are.
    pub jwks_uri: Option<String>,
    /// Where the provider ends sessions.
    pub end_session_endpoint: Option<String>,
    /// Where the provider describes itself.
    pub discovery_endpoint: Option<String>,
    /// The scopes that are asked for.
    pub custom_scope: Option<String>,
    /// What the provider is to ask of users.
    pub prompt: Option<String>,
    /// How Tableau shows its secret: `client_secret_basic`, ….
    pub client_authentication: Option<String>,
    /// The authentication contexts that are wanted.
    pub essential_acr_values: Option<String>,
    /// The authentication contexts that are welcome.
    pub voluntary_acr_values: Option<String>,
    /// The claim with the user name.
    pub email_mapping: Option<String>,
    /// The claim with the address for messages.
    pub email_address_mapping: Option<String>,
    /// The claim with the first name.
    pub first_name_mapping: Option<String>,
    /// The claim with the last name.
    pub last_name_mapping: Option<String>,
    /// The claim with the full name.
    pub full_name_mapping: Option<String>,
    /// Whether the claim with the full name counts, and not those with its parts.
    pub use_full_name: Option<bool>,
    /// Whether users may sign in to embedded content with it.
    pub allow_embedded_authentication: Option<bool>,
    /// The provider's well-known name: `Google`.
    pub known_provider_alias: Option<String>,
    /// The domain at Salesforce, if that is the provider.
    pub salesforce_domain: Option<String>,
    /// Where signing in can be tried.
    pub test_login_url: Option<String>,
}

/// What a configuration of OpenID Connect is created from, or what is to be changed about it: then what is not given stays, and the secret has to be given again.
#[element("siteOIDCConfiguration", new, strict)]
pub struct NewOidcConfiguration {
    /// The name.
    pub name: String,
    /// The identifier of Tableau at the provider.
    pub client_id: String,
    /// The secret of Tableau at the provider.
    pub client_secret: Secret,
    /// Where the provider asks users who they are.
    pub authorization_endpoint: String,
    /// Where the provider gives tokens.
    pub token_endpoint: String,
    /// Where the provider says who a user is.
    // Answers write it `userinfoEndpoint`.
    #[serde(alias = "userinfoEndpoint")]
    pub user_info_endpoint: String,
    /// Where the provider's keys are.
    pub jwks_uri: String,
    /// Whether users may sign in with it.
    pub enabled: Option<bool>,
    /// Where the provider ends sessions.
    pub end_session_endpoint: Option<String>,
    /// The scopes that are asked for.
    pub custom_scope: Option<String>,
    /// What the provider is to ask of users.
    pub prompt: Option<String>,
    /// How Tableau shows its secret: `client_secret_basic`, ….
    pub client_authentication: Option<String>,
    /// The authentication contexts that are wanted.
    pub essential_acr_values: Option<String>,
    /// The authentication contexts that are welcome.
    pub voluntary_acr_values: Option<String>,
    /// The claim with the user name.
    pub email_mapping: Option<String>,
    /// The claim with the first name.
    pub first_name_mapping: Option<String>,
    /// The claim with the last name.
    pub last_name_mapping: Option<String>,
    /// The claim with the full name.
    pub full_name_mapping: Option<String>,
    /// Whether the claim with the full name counts, and not those with its parts.
    pub use_full_name: Option<bool>,
    /// Whether users may sign in to embedded content with it.
    pub allow_embedded_authentication: Option<bool>,
}

/// Disables and removes a configuration of OpenID Connect, by the address that Tableau's Python library uses.
#[endpoint(
    PUT,
    "disable-site-oidc-configuration",
    since = "3.24",
    only = cloud,
    status = 200
)]
pub struct Disable {
    /// The configuration.
    pub idp_configuration_id: Id<OidcConfiguration>,
}

/// Disables and removes a configuration of OpenID Connect, as the reference documents it.
#[endpoint(
    PUT,
    "disable-oidc-configuration",
    since = "3.22",
    only = cloud,
    status = 200
)]
pub struct DisableOidc {
    /// The configuration.
    pub idp_configuration_id: Id<OidcConfiguration>,
}

/// Lists the ways in which users of the site can prove who they are.
#[endpoint(
    GET,
    "site-auth-configurations",
    since = "3.24",
    only = cloud,
    reply = Items<AuthConfiguration>
)]
pub struct ListAuthConfigurations;

/// A way in which users of a site can prove who they are (schema: `siteAuthConfigurationType`).
#[element("siteAuthConfiguration")]
pub struct AuthConfiguration {
    /// The kind.
    pub auth_setting: Option<UserAuthSetting>,
    /// Whether users may sign in so.
    pub enabled: Option<bool>,
    /// The identifier, which users name.
    pub idp_configuration_id: Option<String>,
    /// The name.
    pub idp_configuration_name: Option<String>,
    /// The provider's well-known name: `Google`.
    pub known_provider_alias: Option<String>,
}

calls!(OidcConfiguration; Disable, DisableOidc, ListAuthConfigurations);
