//! Permissions of content: the rules that decide its rights.

use tableau_wire::resource::{
    AddPermissions, Capability, CapabilityMode, DeletePermission, GetPermissions, GranteeCapabilities,
    GranteeKind, HasPermissions, PermissionItem, PermissionParent, Permissions,
};
use uuid::Uuid;

use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::rights::{controlling, may, rules};
use crate::kept::{Item, Kept, Kind, Value, missing, row};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::rules::{Grantee, Rule, Rules, all_users};

/// A kind of content with permissions.
pub(crate) trait Permitted: HasPermissions + Kept {}

impl<R: HasPermissions + Kept> Permitted for R {}

pub(crate) fn get<R: Permitted>(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetPermissions<R>,
) -> Result<Permissions, Refusal> {
    let state = call.store.read();
    let item = item::<R>(&state, caller, get.id.as_str())?;
    let id = get.id.as_str();
    Ok(show::<R>(&state, caller, id, &item, &rules(&state, &item)))
}

pub(crate) fn add<R: Permitted>(
    call: &Call<'_>,
    caller: &Caller,
    add: &AddPermissions<R>,
) -> Result<Permissions, Refusal> {
    call.store.write(|transaction| {
        let item = own_item::<R>(transaction, caller, add.id.as_str())?;
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
        let shown = show::<R>(transaction, caller, add.id.as_str(), &item, &all);
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
        let item = own_item::<R>(transaction, caller, delete.id.as_str())?;
        let id = delete.grantee_id.as_str();
        let grantee = match delete.grantee_kind {
            GranteeKind::Users => user(transaction, caller, id)?,
            _ => group(transaction, caller, id)?,
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
            // The list of all codes has them for these calls as "Capability not assigned".
            let code = if R::ELEMENT == "view" { "404014" } else { "404013" };
            return Err(Refusal::not_found(code, "Capability", &gone.capability));
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
    let row = row::find::<R>(state, caller, id)?;
    let item = R::item(row, state).ok_or_else(|| missing::<R>(id))?;
    if may(state, caller, &item, "ChangePermissions") {
        return Ok(item);
    }
    Err(Refusal::forbidden(
        "403004",
        "The user is not allowed to see or set these permissions.",
    ))
}

/// The item, for a caller who may set its permissions; one that has those of its parent has none of its own to set.
fn own_item<R: Permitted>(state: &State, caller: &Caller, id: &str) -> Result<Item, Refusal> {
    let found = item::<R>(state, caller, id)?;
    if parse_id(id) != Some(found.id) {
        // The list of all codes has it as "Parent workbook tabs enabled"; the text is inferred.
        return Err(Refusal::forbidden(
            "403096",
            "The workbook shows its views as tabs: they have its permissions.",
        ));
    }
    Ok(found)
}

fn grantee(state: &State, caller: &Caller, of: &GranteeCapabilities) -> Result<Grantee, Refusal> {
    match (&of.user, &of.group) {
        (Some(named), None) => user(state, caller, named.id.as_str()),
        (None, Some(named)) => group(state, caller, named.id.as_str()),
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

/// A group of the site. That of all users is there even in folders that have no groups yet.
fn group(state: &State, caller: &Caller, id: &str) -> Result<Grantee, Refusal> {
    let all = all_users(caller.site.id);
    let known = |id: &Uuid| {
        let group = state.groups.get(*id);
        Grantee::Group(*id) == all || group.is_some_and(|group| group.site == caller.site.id)
    };
    parse_id(id)
        .filter(known)
        .map(Grantee::Group)
        .ok_or_else(|| Refusal::not_found("404012", "Group", id))
}

fn rule(item: &Item, grantee: Grantee, capability: &Capability) -> Result<Rule, Refusal> {
    let name = capability.name.as_str();
    let allow = match capability.mode {
        CapabilityMode::Allow => Some(true),
        CapabilityMode::Deny => Some(false),
        _ => None,
    };
    let allow = allow.filter(|_| item.content.capabilities.contains(&name));
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

fn show<R: Permitted>(state: &State, caller: &Caller, id: &str, item: &Item, rules: &[Rule]) -> Permissions {
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
    permissions.parent = controlling(state, item).map(|project| {
        let mut parent = PermissionParent::default();
        parent.r#type = Some("Project".to_owned());
        parent.id = Some(text(project.id));
        parent
    });
    let mut named = PermissionItem::default();
    named.id = Some(id.to_owned());
    if let Some(row) = R::find(state, caller.site.id, id)
        && let Value::Text(name) = Value::at(&row.shown, "name", Kind::Text)
    {
        named.name = Some(name);
    }
    let named = Some(named);
    match R::ELEMENT {
        "datasource" => permissions.datasource = named,
        "flow" => permissions.flow = named,
        "project" => permissions.project = named,
        "view" => permissions.view = named,
        "virtualConnection" => permissions.virtual_connection = named,
        "workbook" => permissions.workbook = named,
        _ => {}
    }
    permissions.grantee_capabilities = grantees.into_iter().map(of).collect();
    permissions
}

fn text(id: Uuid) -> String {
    id.to_string()
}
