//! External authorization servers.

use tableau_wire::rest::ExternalAuthorizationServer;
use tableau_wire::{Create, Delete, Update};
use uuid::Uuid;

use super::{id, time};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::Level::Default;
use crate::kept::{Context, Member, Plan, Selection};
use crate::kept::{Gettable, Listable, Served, missing};
use crate::refusal::Refusal;
use crate::store::record::AuthorizationServer;
use crate::store::{State, Transaction};
use crate::token;

impl Served for ExternalAuthorizationServer {
    type Record = AuthorizationServer;
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |server, record, _| server.id = id(record.id)),
        Member::<Self>::new("name", Default, |server, record, _| {
            server.name.clone_from(&record.name);
        }),
        Member::<Self>::new("enabled", Default, |server, record, _| {
            server.enabled = Some(record.enabled);
        }),
        Member::<Self>::new("issuerUrl", Default, |server, record, _| {
            server.issuer_url = Some(record.issuer_url.clone());
        }),
        Member::<Self>::new("jwksUri", Default, |server, record, _| {
            server.jwks_uri.clone_from(&record.jwks_uri);
        }),
        Member::<Self>::new("createdAt", Default, |server, record, _| {
            server.created_at = Some(time(record.created_at));
        }),
    ];
}

impl Listable for ExternalAuthorizationServer {
    fn admit(caller: &Caller) -> Result<(), Refusal> {
        admit(caller)
    }
}

impl Gettable for ExternalAuthorizationServer {
    type Of = Self;
    // The code is inferred.

    fn admit(caller: &Caller, _: Option<Uuid>) -> Result<(), Refusal> {
        admit(caller)
    }
}

/// Registers an authorization server: it needs a name and an issuer, and is enabled by default (inferred).
pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<ExternalAuthorizationServer>,
) -> Result<ExternalAuthorizationServer, Refusal> {
    admit(caller)?;
    let new = create.item.clone();
    let server = AuthorizationServer {
        id: token::identifier()?,
        site: caller.site.id,
        name: new.name.unwrap_or_default(),
        enabled: new.enabled.unwrap_or(true),
        issuer_url: new.issuer_url.unwrap_or_default(),
        jwks_uri: new.jwks_uri.filter(|uri| !uri.is_empty()),
        created_at: call.clock.now(),
    };
    call.store.write(|transaction| keep(transaction, call, server))
}

pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<ExternalAuthorizationServer>,
) -> Result<ExternalAuthorizationServer, Refusal> {
    admit(caller)?;
    let patch = update.patch.clone();
    call.store.write(|transaction| {
        let before = server(transaction, caller, update.id.as_str())?.clone();
        let server = AuthorizationServer {
            name: patch.name.unwrap_or(before.name),
            enabled: patch.enabled.unwrap_or(before.enabled),
            issuer_url: patch.issuer_url.unwrap_or(before.issuer_url),
            jwks_uri: patch
                .jwks_uri
                .map_or(before.jwks_uri, |uri| Some(uri).filter(|uri| !uri.is_empty())),
            ..before
        };
        keep(transaction, call, server)
    })
}

pub(crate) fn delete(
    call: &Call<'_>,
    caller: &Caller,
    delete: &Delete<ExternalAuthorizationServer>,
) -> Result<(), Refusal> {
    admit(caller)?;
    call.store.write(|transaction| {
        let server = server(transaction, caller, delete.id.as_str())?.id;
        transaction.remove::<AuthorizationServer>(server);
        Ok(())
    })
}

fn admit(caller: &Caller) -> Result<(), Refusal> {
    if caller.is_administrator() {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "403004",
        "Only administrators can manage external authorization servers.",
    ))
}

fn server<'s>(state: &'s State, caller: &Caller, text: &str) -> Result<&'s AuthorizationServer, Refusal> {
    parse_id(text)
        .and_then(|id| state.authorization_servers.get(id))
        .filter(|server| server.site == caller.site.id)
        .ok_or_else(|| missing::<ExternalAuthorizationServer>(text))
}

/// Checks and stores an authorization server, and shows it.
fn keep(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    server: AuthorizationServer,
) -> Result<ExternalAuthorizationServer, Refusal> {
    if server.name.trim().is_empty() || server.issuer_url.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    let context = Context {
        state: transaction,
        origin: call.origin,
    };
    let plan = Plan::<ExternalAuthorizationServer>::new(&Selection::of_one(), &[]);
    let shown = plan.show(&server, &context);
    transaction.put(server)?;
    Ok(shown)
}
