//! Identity pools of Tableau Server, with their stores and authentication configurations. The sandbox has no identity provider: its users sign in as before.
//!
//! Inferred: what a pool needs cannot be deleted, names are unique, the next identifier is the greatest one plus one, and that of the store that the server was
//! set up with is 1.

use tableau_wire::Secret;
use tableau_wire::rest::identity_pools::{
    AuthConfigurationAnswer, AuthConfigurations, CreateAuthConfiguration, CreatePool, CreateStore,
    DeleteAuthConfiguration, DeletePool, DeleteStore, GetPool, IdentityPool, IdentityPoolAnswer,
    IdentityPoolId, IdentityPools, IdentityStore, IdentityStoreAnswer, IdentityStoreType, IdentityStores,
    ListAuthConfigurations, ListPools, ListStores, NewAuthConfiguration, PoolAuthConfiguration,
    UpdateAuthConfiguration, UpdatePool,
};
use uuid::Uuid;

use super::services::{absent, admit, in_use, taken, unfit};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::refusal::Refusal;
use crate::store::identity::{ServerAuthConfiguration, ServerIdentityPool, ServerIdentityStore};
use crate::store::{Record, State, Transaction, luid};
use crate::token;

/// The identifier of the store that the server was set up with.
const FIRST: i64 = 1;

fn admit_configuring(caller: &Caller) -> Result<(), Refusal> {
    admit(
        caller.is_server_administrator(),
        "see and change identity pools: only server administrators are",
    )
}

fn first_store() -> IdentityStore {
    let mut store = IdentityStore::default();
    store.id = FIRST;
    store.r#type = Some(IdentityStoreType::Local);
    "initial".clone_into(&mut store.name);
    store.display_name = Some("Initial identity store".to_owned());
    store
}

fn stores(state: &State) -> Vec<IdentityStore> {
    let more = state.identity_stores.iter().map(|store| store.shown.clone());
    std::iter::once(first_store()).chain(more).collect()
}

pub(crate) fn list_stores(
    call: &Call<'_>,
    caller: &Caller,
    _: &ListStores,
) -> Result<IdentityStores, Refusal> {
    admit_configuring(caller)?;
    let mut list = IdentityStores::default();
    list.instances = stores(&call.store.read());
    Ok(list)
}

pub(crate) fn create_store(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateStore,
) -> Result<IdentityStoreAnswer, Refusal> {
    admit_configuring(caller)?;
    let new = &create.store;
    if new.r#type != "0" {
        return Err(unfit("only a local identity store (type 0) can be created"));
    }
    check_name(&new.name)?;
    call.store.write(|transaction| {
        let there = stores(transaction);
        if there.iter().any(|store| store.name == new.name) {
            return Err(taken(format_args!(
                "There is an identity store '{}' already.",
                new.name
            )));
        }
        let mut shown = IdentityStore::default();
        shown.id = next(there.iter().map(|store| store.id));
        shown.r#type = Some(IdentityStoreType::Local);
        shown.name.clone_from(&new.name);
        shown.display_name.clone_from(&new.display_name);
        shown.created_at = Some(time(call.clock.now()).to_string());
        shown.updated_at.clone_from(&shown.created_at);
        let mut answer = IdentityStoreAnswer::default();
        answer.store_instance = shown.clone();
        let id = of_number::<ServerIdentityStore>(shown.id);
        transaction.put(ServerIdentityStore { id, shown })?;
        Ok(answer)
    })
}

fn check_name(name: &str) -> Result<(), Refusal> {
    if name.trim().is_empty() {
        return Err(unfit("the name is missing"));
    }
    Ok(())
}

fn next(ids: impl Iterator<Item = i64>) -> i64 {
    ids.max().unwrap_or(0).saturating_add(1)
}

fn of_number<R: Record>(number: i64) -> Uuid {
    luid::<R>(&[&number.to_string()])
}

pub(crate) fn delete_store(call: &Call<'_>, caller: &Caller, delete: &DeleteStore) -> Result<(), Refusal> {
    admit_configuring(caller)?;
    if delete.id == FIRST {
        return Err(in_use(
            "The identity store that the server was set up with cannot be deleted.",
        ));
    }
    call.store.write(|transaction| {
        unused(transaction, |pool| pool.identity_store_instance_id == delete.id)?;
        if transaction.remove::<ServerIdentityStore>(of_number::<ServerIdentityStore>(delete.id)) {
            return Ok(());
        }
        Err(absent("identity store", delete.id))
    })
}

/// Refuses to delete what a pool needs.
fn unused(state: &State, is_of: impl Fn(&IdentityPool) -> bool) -> Result<(), Refusal> {
    match state.identity_pools.iter().find(|pool| is_of(&pool.shown)) {
        None => Ok(()),
        Some(pool) => Err(in_use(format_args!(
            "The identity pool '{}' needs it.",
            pool.shown.identity_pool_name
        ))),
    }
}

pub(crate) fn list_configurations(
    call: &Call<'_>,
    caller: &Caller,
    _: &ListAuthConfigurations,
) -> Result<AuthConfigurations, Refusal> {
    admit_configuring(caller)?;
    let mut list = AuthConfigurations::default();
    list.instances = call.store.read().auth_configurations.iter().map(show).collect();
    Ok(list)
}

/// The configuration without its secret.
fn show(configuration: &ServerAuthConfiguration) -> PoolAuthConfiguration {
    let mut shown = configuration.shown.clone();
    if let Some(oidc) = &mut shown.oidc {
        oidc.client_secret = None;
    }
    shown
}

pub(crate) fn create_configuration(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateAuthConfiguration,
) -> Result<AuthConfigurationAnswer, Refusal> {
    admit_configuring(caller)?;
    call.store.write(|transaction| {
        let number = next(transaction.auth_configurations.iter().map(|one| one.shown.id));
        let mut shown = checked(number, &create.configuration)?;
        shown.created_at = Some(time(call.clock.now()).to_string());
        shown.updated_at.clone_from(&shown.created_at);
        put(transaction, shown)
    })
}

/// The configuration that a document describes, with the documented defaults.
fn checked(number: i64, new: &NewAuthConfiguration) -> Result<PoolAuthConfiguration, Refusal> {
    if new.auth_type != "OIDC" {
        return Err(unfit(format_args!(
            "the authentication type '{}' is not supported: only OIDC is",
            new.auth_type
        )));
    }
    let mut oidc = new.oidc.clone();
    let has_secret = oidc
        .client_secret
        .as_ref()
        .map(Secret::expose)
        .is_some_and(|secret| !secret.is_empty());
    if oidc.client_id.trim().is_empty() || oidc.config_url.trim().is_empty() || !has_secret {
        return Err(unfit("client_id, client_secret and config_url are required"));
    }
    for (member, default) in [
        (&mut oidc.id_claim, "sub"),
        (&mut oidc.username_claim, "email"),
        (&mut oidc.client_authentication, "CLIENT_SECRET_BASIC"),
    ] {
        *member = member.take().filter(|given| !given.is_empty());
        member.get_or_insert_with(|| default.to_owned());
    }
    for flag in [&mut oidc.ignore_domain, &mut oidc.ignore_jwk] {
        flag.get_or_insert(false);
    }
    let mut shown = PoolAuthConfiguration::default();
    shown.id = number;
    shown.auth_type.clone_from(&new.auth_type);
    shown.iframed_idp_enabled = Some(new.iframed_idp_enabled.unwrap_or(false));
    shown.oidc = Some(oidc);
    Ok(shown)
}

fn put(
    transaction: &mut Transaction<'_>,
    shown: PoolAuthConfiguration,
) -> Result<AuthConfigurationAnswer, Refusal> {
    let id = of_number::<ServerAuthConfiguration>(shown.id);
    let configuration = ServerAuthConfiguration { id, shown };
    let mut answer = AuthConfigurationAnswer::default();
    answer.auth_configuration = show(&configuration);
    transaction.put(configuration)?;
    Ok(answer)
}

pub(crate) fn update_configuration(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateAuthConfiguration,
) -> Result<AuthConfigurationAnswer, Refusal> {
    admit_configuring(caller)?;
    call.store.write(|transaction| {
        let there = configuration(transaction, update.id)?.shown.created_at.clone();
        if update.configuration.id.is_some_and(|id| id != update.id) {
            return Err(unfit("the document names another instance than the address"));
        }
        let mut shown = checked(update.id, &update.configuration)?;
        shown.created_at = there;
        shown.updated_at = Some(time(call.clock.now()).to_string());
        put(transaction, shown)
    })
}

fn configuration(state: &State, number: i64) -> Result<&ServerAuthConfiguration, Refusal> {
    let found = state
        .auth_configurations
        .get(of_number::<ServerAuthConfiguration>(number));
    found.ok_or_else(|| absent("authentication instance", number))
}

pub(crate) fn delete_configuration(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteAuthConfiguration,
) -> Result<(), Refusal> {
    admit_configuring(caller)?;
    call.store.write(|transaction| {
        let id = configuration(transaction, delete.id)?.id;
        unused(transaction, |pool| pool.auth_type_instance_id == delete.id)?;
        transaction.remove::<ServerAuthConfiguration>(id);
        Ok(())
    })
}

pub(crate) fn list_pools(call: &Call<'_>, caller: &Caller, _: &ListPools) -> Result<IdentityPools, Refusal> {
    admit_configuring(caller)?;
    let mut list = IdentityPools::default();
    let state = call.store.read();
    list.pools = state
        .identity_pools
        .iter()
        .map(|pool| pool.shown.clone())
        .collect();
    Ok(list)
}

fn pool<'s>(state: &'s State, uuid: &str) -> Result<&'s ServerIdentityPool, Refusal> {
    let found = parse_id(uuid).and_then(|id| state.identity_pools.get(id));
    found.ok_or_else(|| absent("identity pool", uuid))
}

fn answer(pool: &ServerIdentityPool) -> IdentityPoolAnswer {
    let mut answer = IdentityPoolAnswer::default();
    answer.pool = pool.shown.clone();
    answer
}

pub(crate) fn get_pool(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetPool,
) -> Result<IdentityPoolAnswer, Refusal> {
    admit_configuring(caller)?;
    pool(&call.store.read(), &get.uuid).map(answer)
}

/// Refuses a name that another pool has.
fn check_pool_name(state: &State, id: Uuid, name: &str) -> Result<(), Refusal> {
    check_name(name)?;
    let mut pools = state.identity_pools.iter();
    if pools.any(|pool| pool.id != id && pool.shown.identity_pool_name == name) {
        return Err(taken(format_args!("There is an identity pool '{name}' already.")));
    }
    Ok(())
}

pub(crate) fn create_pool(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreatePool,
) -> Result<IdentityPoolAnswer, Refusal> {
    admit_configuring(caller)?;
    let new = &create.pool;
    call.store.write(|transaction| {
        let id = token::identifier()?;
        check_pool_name(transaction, id, &new.name)?;
        let mut stores = stores(transaction).into_iter();
        let store = stores.find(|store| store.id == new.identity_store_instance);
        let store = store.ok_or_else(|| absent("identity store", new.identity_store_instance))?;
        let auth_type = configuration(transaction, new.auth_type_instance)?
            .shown
            .auth_type
            .clone();
        let mut shown = IdentityPool::default();
        shown.identity_pool_id = IdentityPoolId::new(id.to_string());
        shown.identity_pool_name.clone_from(&new.name);
        shown.identity_store_instance_id = store.id;
        shown.identity_store_type = store.r#type;
        shown.auth_type_instance_id = new.auth_type_instance;
        shown.auth_type = Some(auth_type);
        shown.is_enabled = new.is_enabled.unwrap_or(true);
        shown.description.clone_from(&new.description);
        shown.created_at = Some(time(call.clock.now()).to_string());
        shown.updated_at.clone_from(&shown.created_at);
        let pool = ServerIdentityPool { id, shown };
        let answer = answer(&pool);
        transaction.put(pool)?;
        Ok(answer)
    })
}

pub(crate) fn update_pool(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdatePool,
) -> Result<IdentityPoolAnswer, Refusal> {
    admit_configuring(caller)?;
    let change = &update.change;
    call.store.write(|transaction| {
        let mut pool = pool(transaction, &update.uuid)?.clone();
        if parse_id(&change.uuid) != Some(pool.id) {
            return Err(unfit("the document names another identity pool than the address"));
        }
        let shown = &mut pool.shown;
        if let Some(name) = &change.name {
            check_pool_name(transaction, pool.id, name)?;
            shown.identity_pool_name.clone_from(name);
        }
        shown.is_enabled = change.is_enabled.unwrap_or(shown.is_enabled);
        shown.description = change.description.clone().or(shown.description.take());
        shown.updated_at = Some(time(call.clock.now()).to_string());
        let answer = answer(&pool);
        transaction.put(pool)?;
        Ok(answer)
    })
}

/// Deletes a pool; its users are no longer in one.
pub(crate) fn delete_pool(call: &Call<'_>, caller: &Caller, delete: &DeletePool) -> Result<(), Refusal> {
    admit_configuring(caller)?;
    call.store.write(|transaction| {
        let id = pool(transaction, &delete.uuid)?.id;
        transaction.remove_whole::<ServerIdentityPool>(id);
        Ok(())
    })
}
