//! Permissions of content: the rules that decide its rights.

use tableau_wire::resource::{
    AddPermissions, Capability, CapabilityMode, DeletePermission, GetPermissions, GranteeCapabilities,
    GranteeKind, HasPermissions, PermissionItem, Permissions,
};
use uuid::Uuid;

use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::rights::{Item, Kind, Protected, may, rules};
use crate::kept::{Served, missing};
use crate::refusal::Refusal;
use crate::store::rules::{Grantee, Rule, Rules, all_users};
use crate::store::{Record, State};

/// A kind of content with permissions.
pub(crate) trait Permitted: HasPermissions + Served<Record: Protected> {}

impl<R: HasPermissions + Served<Record: Protected>> Permitted for R {}

pub(crate) fn get<R: Permitted>(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetPermissions<R>,
) -> Result<Permissions, Refusal> {
    let state = call.store.read();
    let item = item::<R>(&state, caller, get.id.as_str())?;
    Ok(show(&state, &item, &rules(&state, &item)))
}

pub(crate) fn add<R: Permitted>(
    call: &Call<'_>,
    caller: &Caller,
    add: &AddPermissions<R>,
) -> Result<Permissions, Refusal> {
    call.store.write(|transaction| {
        let item = item::<R>(transaction, caller, add.id.as_str())?;
        let mut all = rules(transaction, &item);
        for of in &add.permissions.grantee_capabilities {
            let grantee = grantee(transaction, caller, of)?;
            for capability in of.capabilities.iter() {
                let new = rule(&item, grantee, capability)?;
                // One capability is allowed or denied to one grantee: the last rule wins.
                all.retain(|old| (old.grantee, &old.capability) != (new.grantee, &new.capability));
                all.push(new);
            }
        }
        let shown = show(transaction, &item, &all);
        transaction.put(Rules {
            id: item.id,
            site: item.site,
            rules: all,
        })?;
        Ok(shown)
    })
}

pub(crate) fn delete<R: Permitted>(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeletePermission<R>,
) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let item = item::<R>(transaction, caller, delete.id.as_str())?;
        let id = delete.grantee_id.as_str();
        let grantee = match delete.grantee_kind {
            GranteeKind::Users => user(transaction, caller, id)?,
            _ => group(caller, id)?,
        };
        let capability = Capability {
            name: delete.capability.clone(),
            mode: delete.mode.clone(),
        };
        let gone = rule(&item, grantee, &capability)?;
        let mut all = rules(transaction, &item);
        let count = all.len();
        all.retain(|rule| *rule != gone);
        if all.len() == count {
            // The list of all codes has it for this call as "Capability not assigned".
            return Err(Refusal::not_found("404013", "Capability", &gone.capability));
        }
        transaction.put(Rules {
            id: item.id,
            site: item.site,
            rules: all,
        })
    })
}

/// The item, for a caller who may see and change its permissions.
fn item<R: Permitted>(state: &State, caller: &Caller, id: &str) -> Result<Item, Refusal> {
    let record = parse_id(id)
        .and_then(|id| R::Record::table(state).get(id))
        .filter(|record| record.site() == caller.site.id);
    let item = record.and_then(|record| record.item(state));
    let item = item.ok_or_else(|| missing::<R>(id))?;
    if may(state, caller, &item, "ChangePermissions") {
        return Ok(item);
    }
    Err(Refusal::forbidden(
        "403004",
        "The user is not allowed to see or set these permissions.",
    ))
}

fn grantee(state: &State, caller: &Caller, of: &GranteeCapabilities) -> Result<Grantee, Refusal> {
    match (&of.user, &of.group) {
        (Some(named), None) => user(state, caller, named.id.as_str()),
        (None, Some(named)) => group(caller, named.id.as_str()),
        _ => Err(Refusal::incomplete_payload()),
    }
}

fn user(state: &State, caller: &Caller, id: &str) -> Result<Grantee, Refusal> {
    parse_id(id)
        .and_then(|id| state.users.get(id))
        .filter(|user| user.site == caller.site.id)
        .map(|user| Grantee::User(user.id))
        .ok_or_else(|| Refusal::not_found("404002", "User", id))
}

/// The only group: all users.
fn group(caller: &Caller, id: &str) -> Result<Grantee, Refusal> {
    let all = all_users(caller.site.id);
    parse_id(id)
        .map(Grantee::Group)
        .filter(|group| *group == all)
        .ok_or_else(|| Refusal::not_found("404012", "Group", id))
}

fn rule(item: &Item, grantee: Grantee, capability: &Capability) -> Result<Rule, Refusal> {
    let name = capability.name.as_str();
    let allow = match capability.mode {
        CapabilityMode::Allow => Some(true),
        CapabilityMode::Deny => Some(false),
        _ => None,
    };
    let allow = allow.filter(|_| item.kind.capabilities().contains(&name));
    let allow = allow.ok_or_else(|| {
        Refusal::bad_request(
            "400009",
            format_args!(
                "Invalid capability '{name}' with mode '{}'.",
                capability.mode.as_str()
            ),
        )
    })?;
    Ok(Rule {
        grantee,
        capability: name.to_owned(),
        allow,
    })
}

fn show(state: &State, item: &Item, rules: &[Rule]) -> Permissions {
    let mut grantees: Vec<Grantee> = Vec::new();
    for rule in rules {
        if !grantees.contains(&rule.grantee) {
            grantees.push(rule.grantee);
        }
    }
    let of = |grantee: Grantee| {
        let rules = rules.iter().filter(|rule| rule.grantee == grantee);
        let capabilities: Vec<_> = rules
            .map(|rule| Capability {
                name: rule.capability.as_str().into(),
                mode: if rule.allow {
                    CapabilityMode::Allow
                } else {
                    CapabilityMode::Deny
                },
            })
            .collect();
        match grantee {
            Grantee::User(id) => GranteeCapabilities::user(text(id), capabilities),
            Grantee::Group(id) => GranteeCapabilities::group(text(id), capabilities),
        }
    };
    let mut permissions = Permissions::default();
    let mut named = PermissionItem::default();
    named.id = Some(text(item.id));
    named.name = match item.kind {
        Kind::Workbook => state.workbooks.get(item.id).map(|of| of.name.clone()),
        Kind::Datasource => state.datasources.get(item.id).map(|of| of.name.clone()),
        Kind::Project => state.projects.get(item.id).map(|of| of.name.clone()),
    };
    let named = Some(named);
    match item.kind {
        Kind::Workbook => permissions.workbook = named,
        Kind::Datasource => permissions.datasource = named,
        Kind::Project => permissions.project = named,
    }
    permissions.grantee_capabilities = grantees.into_iter().map(of).collect();
    permissions
}

fn text(id: Uuid) -> String {
    id.to_string()
}
