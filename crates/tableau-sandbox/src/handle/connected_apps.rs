//! Connected apps with direct trust, and their secrets.

use jiff::Timestamp;
use tableau_wire::rest::ConnectedApplication;
use tableau_wire::rest::connected_apps::{ConnectedApplicationSecret, CreateSecret, DeleteSecret, GetSecret};
use uuid::Uuid;

use super::id;
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::time;
use crate::kept::{Computed, Kept, row};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;
use crate::store::unshown::AppSecret;
use crate::token;

/// The maximum number of secrets of an app: two, so that they can be rotated.
const MAX_SECRETS: usize = 2;

impl Kept for ConnectedApplication {
    const ID: &'static str = "clientId";
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("secret", |app, row, _| {
            app.secrets = row.unshown.secrets.iter().map(without_value).collect();
        }),
        Computed::Member("projectId", |app, row, _| {
            let projects = row
                .shown
                .project_ids
                .as_ref()
                .map(|all| all.project_id.as_slice());
            app.project_id = match projects {
                Some([one]) => Some(one.0.clone()),
                _ => None,
            };
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        // As the description of the call has it.
        shown.enabled.get_or_insert(false);
        shown.domain_safelist.get_or_insert_default();
        shown.unrestricted_embedding.get_or_insert(true);
    }

    /// One project, as older servers have it, stands in place of those that were there (inferred).
    fn touch(row: &mut Row<Self>, _: &State, _: Timestamp) {
        if let Some(project) = row.shown.project_id.take() {
            row.shown.project_ids = Some([project].into_iter().collect());
        }
    }

    /// By the client identifier, which may be the same on two sites, as it is for the seeded apps.
    fn find<'s>(state: &'s State, site: Uuid, client_id: &str) -> Option<&'s Row<Self>> {
        let mut apps = state.connected_apps.of_site(site);
        apps.find(|app| app.shown.client_id.as_str() == client_id)
    }

    fn check(row: &Row<Self>, _: &State) -> Result<(), Refusal> {
        if row.shown.name.trim().is_empty() {
            return Err(Refusal::incomplete_payload());
        }
        let domains = row.shown.domain_safelist.as_deref().unwrap_or_default();
        if !is_safelist(domains) {
            // The number is documented; the code that comes with it is inferred.
            return Err(Refusal::bad_request(
                "400000",
                "The list of domains is malformed (133)",
            ));
        }
        Ok(())
    }
}

pub(crate) fn create_secret(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateSecret,
) -> Result<ConnectedApplicationSecret, Refusal> {
    let secret = AppSecret {
        id: token::identifier()?,
        value: token::connected_app_secret()?,
        created_at: call.clock.now(),
    };
    call.store.write(|transaction| {
        let mut app = app(transaction, caller, create.client_id.as_str())?.clone();
        if app.unshown.secrets.len() >= MAX_SECRETS {
            // The number is documented; the code that comes with it is inferred.
            return Err(Refusal::bad_request(
                "400000",
                "A connected app can have two secrets at most (128)",
            ));
        }
        app.unshown.secrets.push(secret.clone());
        transaction.put(app)
    })?;
    Ok(with_value(&secret))
}

pub(crate) fn secret(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetSecret,
) -> Result<ConnectedApplicationSecret, Refusal> {
    let state = call.store.read();
    let app = app(&state, caller, get.client_id.as_str())?;
    let secret = get.secret_id.as_str();
    let found = app
        .unshown
        .secrets
        .iter()
        .find(|known| known.id.to_string() == secret);
    found
        .map(with_value)
        .ok_or_else(|| Refusal::not_found("404003", "Secret", secret))
}

pub(crate) fn delete_secret(call: &Call<'_>, caller: &Caller, delete: &DeleteSecret) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let mut app = app(transaction, caller, delete.client_id.as_str())?.clone();
        let secret = delete.secret_id.as_str();
        let count = app.unshown.secrets.len();
        app.unshown.secrets.retain(|known| known.id.to_string() != secret);
        if app.unshown.secrets.len() == count {
            return Err(Refusal::not_found("404003", "Secret", secret));
        }
        transaction.put(app)
    })
}

fn app<'s>(state: &'s State, caller: &Caller, id: &str) -> Result<&'s Row<ConnectedApplication>, Refusal> {
    let rights = ConnectedApplication::MAY_WRITE;
    row::allowed(state, caller, id, rights, ("403004", "change"))
}

/// Whether a text is a list of domains: names with or without a scheme, a port and wildcards, between spaces. The rule is inferred.
fn is_safelist(text: &str) -> bool {
    let in_domain = |c: char| c.is_alphanumeric() || "-._*:/[]".contains(c);
    text.split([' ', ',', ';'])
        .all(|domain| domain.chars().all(in_domain))
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
