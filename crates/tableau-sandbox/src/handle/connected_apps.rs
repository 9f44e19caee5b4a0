//! Connected apps with direct trust, and their secrets.

use tableau_wire::rest::ConnectedApplication;
use tableau_wire::rest::connected_apps::{ConnectedApplicationSecret, CreateSecret, DeleteSecret, GetSecret};
use tableau_wire::{Create, Delete, Get, Update};

use super::{id, time};
use crate::auth::Caller;
use crate::call::Call;
use crate::kept::Level::Default;
use crate::kept::{Context, Member, Plan, Selection};
use crate::kept::{Listable, Served};
use crate::refusal::Refusal;
use crate::store::record::{AppSecret, ConnectedApp};
use crate::store::{State, Transaction};
use crate::token;

/// The maximum number of secrets of an app: two, so that they can be rotated.
const MAX_SECRETS: usize = 2;

impl Served for ConnectedApplication {
    type Record = ConnectedApp;
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("clientId", Default, |app, record, _| {
            app.client_id = id(record.client_id);
        }),
        Member::<Self>::new("name", Default, |app, record, _| {
            app.name.clone_from(&record.name);
        }),
        Member::<Self>::new("enabled", Default, |app, record, _| {
            app.enabled = Some(record.enabled);
        }),
        Member::<Self>::new("createdAt", Default, |app, record, _| {
            app.created_at = Some(time(record.created_at));
        }),
        Member::<Self>::new("domainSafelist", Default, |app, record, _| {
            app.domain_safelist = Some(record.domain_safelist.clone());
        }),
        Member::<Self>::new("unrestrictedEmbedding", Default, |app, record, _| {
            app.unrestricted_embedding = Some(record.unrestricted_embedding);
        }),
        Member::<Self>::new("secret", Default, |app, record, _| {
            app.secrets = record.secrets.iter().map(without_value).collect();
        }),
    ];
}

impl Listable for ConnectedApplication {
    fn admit(caller: &Caller) -> Result<(), Refusal> {
        admit(caller)
    }
}

pub(crate) fn get(
    call: &Call<'_>,
    caller: &Caller,
    get: &Get<ConnectedApplication>,
) -> Result<ConnectedApplication, Refusal> {
    admit(caller)?;
    let state = call.store.read();
    let app = app(&state, caller, get.id.as_str())?;
    Ok(show(call, &state, app))
}

pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<ConnectedApplication>,
) -> Result<ConnectedApplication, Refusal> {
    admit(caller)?;
    let new = &create.item;
    let client_id = token::identifier()?;
    let app = ConnectedApp {
        id: client_id,
        site: caller.site.id,
        client_id,
        name: new.name.clone(),
        // As the description of the call has it.
        enabled: new.enabled.unwrap_or(false),
        domain_safelist: new.domain_safelist.clone().unwrap_or_default(),
        unrestricted_embedding: new.unrestricted_embedding.unwrap_or(true),
        secrets: Vec::new(),
        created_at: call.clock.now(),
    };
    call.store.write(|transaction| keep(transaction, call, app))
}

pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<ConnectedApplication>,
) -> Result<ConnectedApplication, Refusal> {
    admit(caller)?;
    let patch = &update.patch;
    call.store.write(|transaction| {
        let before = app(transaction, caller, update.id.as_str())?.clone();
        let app = ConnectedApp {
            name: patch.name.clone().unwrap_or(before.name),
            enabled: patch.enabled.unwrap_or(before.enabled),
            domain_safelist: patch.domain_safelist.clone().unwrap_or(before.domain_safelist),
            unrestricted_embedding: patch
                .unrestricted_embedding
                .unwrap_or(before.unrestricted_embedding),
            ..before
        };
        keep(transaction, call, app)
    })
}

pub(crate) fn delete(
    call: &Call<'_>,
    caller: &Caller,
    delete: &Delete<ConnectedApplication>,
) -> Result<(), Refusal> {
    admit(caller)?;
    call.store.write(|transaction| {
        let app = app(transaction, caller, delete.id.as_str())?.id;
        transaction.remove::<ConnectedApp>(app);
        Ok(())
    })
}

pub(crate) fn create_secret(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateSecret,
) -> Result<ConnectedApplicationSecret, Refusal> {
    admit(caller)?;
    let secret = AppSecret {
        id: token::identifier()?,
        value: token::connected_app_secret()?,
        created_at: call.clock.now(),
    };
    call.store.write(|transaction| {
        let mut app = app(transaction, caller, create.client_id.as_str())?.clone();
        if app.secrets.len() >= MAX_SECRETS {
            // The number is documented; the code that comes with it is inferred.
            return Err(Refusal::bad_request(
                "400000",
                "A connected app can have two secrets at most (128)",
            ));
        }
        app.secrets.push(secret.clone());
        transaction.put(app)
    })?;
    Ok(with_value(&secret))
}

pub(crate) fn secret(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetSecret,
) -> Result<ConnectedApplicationSecret, Refusal> {
    admit(caller)?;
    let state = call.store.read();
    let app = app(&state, caller, get.client_id.as_str())?;
    let secret = get.secret_id.as_str();
    let found = app.secrets.iter().find(|known| known.id.to_string() == secret);
    found
        .map(with_value)
        .ok_or_else(|| Refusal::not_found("404003", "Secret", secret))
}

pub(crate) fn delete_secret(call: &Call<'_>, caller: &Caller, delete: &DeleteSecret) -> Result<(), Refusal> {
    admit(caller)?;
    call.store.write(|transaction| {
        let mut app = app(transaction, caller, delete.client_id.as_str())?.clone();
        let secret = delete.secret_id.as_str();
        let count = app.secrets.len();
        app.secrets.retain(|known| known.id.to_string() != secret);
        if app.secrets.len() == count {
            return Err(Refusal::not_found("404003", "Secret", secret));
        }
        transaction.put(app)
    })
}

fn admit(caller: &Caller) -> Result<(), Refusal> {
    if caller.is_administrator() {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "403004",
        "Only administrators can manage connected apps.",
    ))
}

/// The app by its client identifier. The code for an unknown app is inferred.
fn app<'s>(state: &'s State, caller: &Caller, client_id: &str) -> Result<&'s ConnectedApp, Refusal> {
    state
        .connected_apps
        .of_site(caller.site.id)
        .find(|app| app.client_id.to_string() == client_id)
        .ok_or_else(|| Refusal::not_found("404003", "Connected app", client_id))
}

/// Checks and stores an app, and shows it.
fn keep(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    app: ConnectedApp,
) -> Result<ConnectedApplication, Refusal> {
    if app.name.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    if !is_safelist(&app.domain_safelist) {
        // The number is documented; the code that comes with it is inferred.
        return Err(Refusal::bad_request(
            "400000",
            "The list of domains is malformed (133)",
        ));
    }
    let shown = show(call, transaction, &app);
    transaction.put(app)?;
    Ok(shown)
}

/// Whether a text is a list of domains: names with or without a scheme, a port and wildcards, between spaces. The rule is inferred.
fn is_safelist(text: &str) -> bool {
    let in_domain = |c: char| c.is_alphanumeric() || "-._*:/[]".contains(c);
    text.split([' ', ',', ';'])
        .all(|domain| domain.chars().all(in_domain))
}

fn show(call: &Call<'_>, state: &State, app: &ConnectedApp) -> ConnectedApplication {
    let context = Context {
        state,
        origin: call.origin,
    };
    Plan::<ConnectedApplication>::new(&Selection::of_one(), &[]).show(app, &context)
}

fn without_value(secret: &AppSecret) -> ConnectedApplicationSecret {
    let mut shown = ConnectedApplicationSecret::default();
    shown.id = id(secret.id);
    shown.created_at = Some(time(secret.created_at));
    shown
}

fn with_value(secret: &AppSecret) -> ConnectedApplicationSecret {
    let mut shown = without_value(secret);
    shown.value = Some(secret.value.clone());
    shown
}
