//! Identity pools, the stores and the ways to authenticate that they are made of, and who is in which.

use serde::{Deserialize, Serialize};
use tableau_wire::rest::identity_pools::{IdentityPool, IdentityStore, PoolAuthConfiguration};
use uuid::Uuid;

/// An identity store beside the one that the server was set up with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerIdentityStore {
    /// Derived from the number by which it is known.
    pub(crate) id: Uuid,
    pub(crate) shown: IdentityStore,
}

/// A way to authenticate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerAuthConfiguration {
    /// Derived from the number by which it is known.
    pub(crate) id: Uuid,
    /// What answers show, and the secret.
    pub(crate) shown: PoolAuthConfiguration,
}

/// An identity pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServerIdentityPool {
    pub(crate) id: Uuid,
    pub(crate) shown: IdentityPool,
}

/// A user of a site in an identity pool. That the person is in it for this site alone is inferred.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PoolMembership {
    /// Derived from the user and the pool.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) user: Uuid,
    pub(crate) pool: Uuid,
    /// The identity of the user in the pool.
    pub(crate) identity: String,
}
