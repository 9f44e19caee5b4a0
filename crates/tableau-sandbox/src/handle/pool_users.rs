//! The users in identity pools, each of a pool's users with an identity of its own.

use tableau_wire::Get;
use tableau_wire::rest::User;
use tableau_wire::rest::identity_pools::{AddUser, RemoveUser};
use uuid::Uuid;

use super::extensions;
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::{Computed, row, verbs};
use crate::refusal::Refusal;
use crate::store::identity::{PoolMembership, ServerIdentityPool};
use crate::store::row::Row;
use crate::store::{State, luid};
use crate::token;

/// The name of the pool that a user is in; of several, the first.
pub(super) const NAME: Computed<User> = Computed::Member("identityPoolName", |user, row, context| {
    user.identity_pool_name = pool(context.state, row).map(|(_, pool)| pool.shown.identity_pool_name.clone());
});

/// The identifier of that pool.
pub(super) const UUID: Computed<User> = Computed::Member("identityPoolUuid", |user, row, context| {
    user.identity_pool_uuid = pool(context.state, row).map(|(_, pool)| pool.id.to_string());
});

/// The identity of the user in that pool.
pub(super) const IDENTITY: Computed<User> = Computed::Member("identityUuid", |user, row, context| {
    user.identity_uuid = pool(context.state, row).map(|(membership, _)| membership.identity.clone());
});

fn pool<'s>(state: &'s State, user: &Row<User>) -> Option<(&'s PoolMembership, &'s ServerIdentityPool)> {
    let membership = state.pool_memberships.within(user.id).next()?;
    Some((membership, state.identity_pools.get(membership.pool)?))
}

fn find(state: &State, uuid: &str) -> Result<Uuid, Refusal> {
    let pool = parse_id(uuid).and_then(|id| state.identity_pools.get(id));
    // The code is inferred.
    pool.map(|pool| pool.id)
        .ok_or_else(|| Refusal::not_found("404003", "Identity pool", uuid))
}

fn membership(user: Uuid, pool: Uuid) -> Uuid {
    luid::<PoolMembership>(&[&user.to_string(), &pool.to_string()])
}

pub(crate) fn add(call: &Call<'_>, caller: &Caller, add: &AddUser) -> Result<User, Refusal> {
    extensions::admit(caller.is_server_administrator(), "who is in an identity pool")?;
    let new = &add.user;
    call.store.write(|transaction| {
        let user = row::find::<User>(transaction, caller, new.id.as_str())?.id;
        let pool = find(transaction, &new.identity_pool_uuid)?;
        let id = membership(user, pool);
        if transaction.pool_memberships.get(id).is_some() {
            return Err(Refusal::conflict("The user is in the identity pool already."));
        }
        let identity = match new
            .identity_uuid
            .as_deref()
            .filter(|identity| !identity.is_empty())
        {
            None => token::identifier()?.to_string(),
            Some(given) => given.to_owned(),
        };
        let site = caller.site.id;
        transaction.put(PoolMembership {
            id,
            site,
            user,
            pool,
            identity,
        })
    })?;
    verbs::get(call, caller, &Get::new(new.id.clone()))
}

pub(crate) fn remove(call: &Call<'_>, caller: &Caller, remove: &RemoveUser) -> Result<(), Refusal> {
    extensions::admit(caller.is_server_administrator(), "who is in an identity pool")?;
    call.store.write(|transaction| {
        let user = row::find::<User>(transaction, caller, remove.user_id.as_str())?.id;
        let pool = find(transaction, &remove.pool_id)?;
        if transaction.remove::<PoolMembership>(membership(user, pool)) {
            return Ok(());
        }
        Err(Refusal::not_found(
            "404003",
            "Identity pool of the user",
            &remove.pool_id,
        ))
    })
}
