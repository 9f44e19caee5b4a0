//! Identity pools of Tableau Server: each has an identity store and an authentication configuration.

mod documents;

use super::User;
use crate::endpoint;
use crate::endpoint::calls;
use crate::value::Id;

pub use documents::{
    AuthConfigurationAnswer, AuthConfigurations, IdentityPool, IdentityPoolAnswer, IdentityPoolChange,
    IdentityPoolId, IdentityPools, IdentityStore, IdentityStoreAnswer, IdentityStoreType, IdentityStores,
    NewAuthConfiguration, NewIdentityPool, NewIdentityStore, OidcProvider, PoolAuthConfiguration, PoolUser,
};

/// Lists the identity stores; for server administrators.
#[endpoint(GET, "authn-service/identity-stores", since = "3.19", root = services, only = server, reply = IdentityStores)]
pub struct ListStores;

/// Creates an identity store; for server administrators.
#[endpoint(
    POST,
    "authn-service/identity-stores",
    since = "3.19",
    root = services,
    only = server,
    status = 201,
    reply = IdentityStoreAnswer
)]
pub struct CreateStore {
    /// The store.
    #[body]
    pub store: NewIdentityStore,
}

/// Deletes an identity store; for server administrators. The one that the server was set up with stays.
#[endpoint(DELETE, "authn-service/identity-stores/{id}", since = "3.19", root = services, only = server)]
pub struct DeleteStore {
    /// The store.
    pub id: i64,
}

/// Lists the authentication configurations; for server administrators.
#[endpoint(
    GET,
    "authn-service/auth-configurations",
    since = "3.19",
    root = services,
    only = server,
    reply = AuthConfigurations
)]
pub struct ListAuthConfigurations;

/// Creates an authentication configuration; for server administrators.
#[endpoint(
    POST,
    "authn-service/auth-configurations",
    since = "3.19",
    root = services,
    only = server,
    status = 201,
    reply = AuthConfigurationAnswer
)]
pub struct CreateAuthConfiguration {
    /// The configuration.
    #[body]
    pub configuration: NewAuthConfiguration,
}

/// Replaces an authentication configuration: what is not given is gone; for server administrators.
#[endpoint(
    PUT,
    "authn-service/auth-configurations/{id}",
    since = "3.19",
    root = services,
    only = server,
    reply = AuthConfigurationAnswer
)]
pub struct UpdateAuthConfiguration {
    /// The configuration.
    pub id: i64,
    /// The configuration; it replaces the old one.
    #[body]
    pub configuration: NewAuthConfiguration,
}

/// Deletes an authentication configuration; for server administrators.
#[endpoint(DELETE, "authn-service/auth-configurations/{id}", since = "3.19", root = services, only = server)]
pub struct DeleteAuthConfiguration {
    /// The configuration.
    pub id: i64,
}

/// Lists the identity pools; for server administrators.
#[endpoint(GET, "authn-service/identity-pools", since = "3.19", root = services, only = server, reply = IdentityPools)]
pub struct ListPools;

/// Gets an identity pool; for server administrators.
#[endpoint(
    GET,
    "authn-service/identity-pools/{uuid}",
    since = "3.19",
    root = services,
    only = server,
    reply = IdentityPoolAnswer
)]
pub struct GetPool {
    /// The pool.
    pub uuid: String,
}

/// Creates an identity pool; for server administrators.
#[endpoint(
    POST,
    "authn-service/identity-pools",
    since = "3.19",
    root = services,
    only = server,
    status = 201,
    reply = IdentityPoolAnswer
)]
pub struct CreatePool {
    /// The pool.
    #[body]
    pub pool: NewIdentityPool,
}

/// Updates an identity pool; for server administrators.
#[endpoint(
    PUT,
    "authn-service/identity-pools/{uuid}",
    since = "3.19",
    root = services,
    only = server,
    reply = IdentityPoolAnswer
)]
pub struct UpdatePool {
    /// The pool.
    pub uuid: String,
    /// What changes.
    #[body]
    pub change: IdentityPoolChange,
}

/// Deletes an identity pool; for server administrators. Its users can no longer sign in through it.
#[endpoint(DELETE, "authn-service/identity-pools/{uuid}", since = "3.19", root = services, only = server)]
pub struct DeletePool {
    /// The pool.
    pub uuid: String,
}

/// Adds a user to an identity pool; for server administrators.
#[endpoint(
    POST,
    "users/identityPool",
    since = "3.19",
    only = server,
    jwt = "tableau:identity_pools_users:create",
    status = 200,
    reply = User
)]
pub struct AddUser {
    /// The user, and the pool.
    #[body]
    pub user: PoolUser,
}

/// Removes a user from an identity pool; for server administrators.
#[endpoint(
    DELETE,
    "users/{user_id}/identityPool/{pool_id}",
    since = "3.19",
    only = server,
    jwt = "tableau:identity_pools_users:delete"
)]
pub struct RemoveUser {
    /// The user.
    pub user_id: Id<User>,
    /// The pool.
    pub pool_id: String,
}

calls!(
    ;
    ListStores,
    CreateStore,
    DeleteStore,
    ListAuthConfigurations,
    CreateAuthConfiguration,
    UpdateAuthConfiguration,
    DeleteAuthConfiguration,
    ListPools,
    GetPool,
    CreatePool,
    UpdatePool,
    DeletePool,
    AddUser,
    RemoveUser
);
