//! The documents of identity pools.

use crate::rest::User;
use crate::value::{Id, Secret, SiteRole, open_enum};
use crate::{document, element, part};

open_enum! {
    /// The kind of an identity store.
    IdentityStoreType {
        /// Active Directory.
        ActiveDirectory = "ACTIVE_DIRECTORY",
        /// LDAP.
        Ldap = "LDAP",
        /// Tableau Server's own.
        Local = "LOCAL",
    }
}

/// The identity stores of the server.
#[document]
pub struct IdentityStores {
    /// The stores.
    pub instances: Vec<IdentityStore>,
}

/// A new identity store, as the answer has it.
#[document(snake_case)]
pub struct IdentityStoreAnswer {
    /// The store.
    pub store_instance: IdentityStore,
}

/// A store with users (schema: `IdentityStoreInstance`).
#[part(snake_case)]
pub struct IdentityStore {
    pub id: i64,
    /// The kind.
    pub r#type: Option<IdentityStoreType>,
    /// The name; unique.
    pub name: String,
    /// The name that users see.
    pub display_name: Option<String>,
    /// When it was created.
    pub created_at: Option<String>,
    /// When it was last changed.
    pub updated_at: Option<String>,
}

/// An identity store that is created (schema: `RegisterIdentityStoreRequest`).
#[document(new, strict, snake_case)]
pub struct NewIdentityStore {
    /// The kind, as a number: `0` for one of Tableau Server's own, which is the only kind that can be created.
    pub r#type: String,
    /// The name; unique.
    pub name: String,
    /// The name that users see.
    pub display_name: Option<String>,
}

/// The authentication configurations of the server.
#[document]
pub struct AuthConfigurations {
    /// The configurations.
    pub instances: Vec<PoolAuthConfiguration>,
}

/// An authentication configuration, as the answer to a change has it.
#[document(snake_case)]
pub struct AuthConfigurationAnswer {
    /// The configuration.
    pub auth_configuration: PoolAuthConfiguration,
}

/// An authentication configuration: how users are authenticated (schema: `PoolAuthConfiguration`).
#[part(snake_case)]
pub struct PoolAuthConfiguration {
    pub id: i64,
    /// The kind: `OIDC`.
    pub auth_type: String,
    /// Whether the identity provider may be shown inside a frame.
    pub iframed_idp_enabled: Option<bool>,
    /// The provider of OpenID Connect.
    pub oidc: Option<OidcProvider>,
    /// When it was created.
    pub created_at: Option<String>,
    /// When it was last changed.
    pub updated_at: Option<String>,
}

/// An authentication configuration that is created, or replaces one (schema: `RegisterAuthConfigurationRequest`, `UpdateAuthConfigurationRequest`).
#[document(new, strict, snake_case)]
pub struct NewAuthConfiguration {
    /// The identifier, of one that is changed.
    pub id: Option<i64>,
    /// The kind: `OIDC`.
    pub auth_type: String,
    /// Whether the identity provider may be shown inside a frame.
    pub iframed_idp_enabled: Option<bool>,
    /// The provider of OpenID Connect.
    pub oidc: OidcProvider,
}

/// A provider of OpenID Connect (schema: `OidcConfig`).
#[part(new, snake_case)]
pub struct OidcProvider {
    /// The identifier that the provider knows Tableau Server by.
    pub client_id: String,
    /// The secret that goes with it, which no answer has.
    pub client_secret: Option<Secret>,
    /// The address of the provider's description.
    pub config_url: String,
    /// A further scope that is asked for.
    pub custom_scope: Option<String>,
    /// The claim with the identifier of a user: `sub` if not given.
    pub id_claim: Option<String>,
    /// The claim with the name of a user: `email` if not given.
    pub username_claim: Option<String>,
    /// How Tableau Server shows its secret: `CLIENT_SECRET_BASIC` if not given.
    pub client_authentication: Option<String>,
    /// The classes of authentication that are required.
    pub essential_acr_values: Option<String>,
    /// The classes of authentication that are asked for.
    pub voluntary_acr_values: Option<String>,
    /// What the provider asks users for.
    pub prompt: Option<String>,
    /// How long a connection to the provider may take, in seconds.
    pub connection_timeout: Option<i64>,
    /// How long an answer of the provider may take, in seconds.
    pub read_timeout: Option<i64>,
    /// Whether the domain of an email address is left out of the user name.
    pub ignore_domain: Option<bool>,
    /// Whether the provider's keys are not checked.
    pub ignore_jwk: Option<bool>,
}

/// The identity pools of the server.
#[document]
pub struct IdentityPools {
    /// The pools.
    pub pools: Vec<IdentityPool>,
}

/// One identity pool.
#[document]
pub struct IdentityPoolAnswer {
    /// The pool.
    pub pool: IdentityPool,
}

/// An identity pool (schema: `IdentityPool`).
#[part(snake_case)]
pub struct IdentityPool {
    /// The identifier.
    pub identity_pool_id: IdentityPoolId,
    /// The name, which users see; unique.
    pub identity_pool_name: String,
    /// The store with its users.
    pub identity_store_instance_id: i64,
    /// The authentication configuration of its users.
    pub auth_type_instance_id: i64,
    /// Whether users can sign in through it.
    pub is_enabled: bool,
    /// What users see about it.
    pub description: Option<String>,
    /// The kind of its store.
    pub identity_store_type: Option<IdentityStoreType>,
    /// The kind of its authentication: `OIDC`.
    pub auth_type: Option<String>,
    /// When it was created.
    pub created_at: Option<String>,
    /// When it was last changed.
    pub updated_at: Option<String>,
}

/// The identifier of an identity pool (schema: `UUID`).
#[part(new)]
pub struct IdentityPoolId {
    /// The identifier.
    pub value: String,
}

/// An identity pool that is created (schema: `RegisterIdentityPoolRequest`).
#[document(new, strict, snake_case)]
pub struct NewIdentityPool {
    /// The name, which users see; unique.
    pub name: String,
    /// The store with its users.
    pub identity_store_instance: i64,
    /// The authentication configuration of its users.
    pub auth_type_instance: i64,
    /// Whether users can sign in through it: yes if not given.
    pub is_enabled: Option<bool>,
    /// What users see about it.
    pub description: Option<String>,
}

/// What changes about an identity pool; what is not given stays (schema: `UpdateIdentityPoolRequest`).
#[document(new, strict, snake_case)]
pub struct IdentityPoolChange {
    /// The pool.
    pub uuid: String,
    /// The name, which users see; unique.
    pub name: Option<String>,
    /// Whether users can sign in through it.
    pub is_enabled: Option<bool>,
    /// What users see about it.
    pub description: Option<String>,
}

/// A user who is added to an identity pool (schema: `userType`).
#[element("user", new)]
pub struct PoolUser {
    /// The user.
    pub id: Id<User>,
    /// The pool.
    pub identity_pool_uuid: String,
    /// The name, as it is already.
    pub name: Option<String>,
    /// The role, as it is already.
    pub site_role: Option<SiteRole>,
    /// The authentication configuration, by its identifier.
    pub auth_setting: Option<String>,
    /// The identity of the user in the pool.
    pub identity_uuid: Option<String>,
}
