//! Permissions of content: the rules that decide its rights.

use tableau_wire::Shared;
use tableau_wire::resource::{
    AddPermissions, Capability, DeletePermission, GetPermissions, HasPermissions, PermissionItem,
    PermissionParent, Permissions,
};
use tableau_wire::rest::User;
use uuid::Uuid;

use super::rule_set::{RuleSet, grantee_in_path};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::rights::{controlling, locking_database, may, rules};
use crate::kept::{Item, Kept, Kind, Value, missing, row};
use crate::refusal::Refusal;
use crate::store::State;

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
    Ok(show::<R>(
        &state,
        caller,
        get.id.as_str(),
        &item,
        &rules_of(&state, &item),
    ))
}

pub(crate) fn add<R: Permitted>(
    call: &Call<'_>,
    caller: &Caller,
    add: &AddPermissions<R>,
) -> Result<Permissions, Refusal> {
    call.store.write(|transaction| {
        let id = add.id.as_str();
        let item = own_item::<R>(transaction, caller, id)?;
        check_item::<R>(&add.permissions, id)?;
        let mut set = rules_of(transaction, &item);
        set.add(transaction, caller, &add.permissions.grantee_capabilities)?;
        let shown = show::<R>(transaction, caller, id, &item, &set);
        set.put(transaction)?;
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
        let grantee = grantee_in_path(transaction, caller, &delete.grantee_kind, &delete.grantee_id)?;
        let capability = Capability {
            name: delete.capability.clone(),
            mode: delete.mode.clone(),
        };
        let mut set = rules_of(transaction, &item);
        // The list of all codes has them for these calls as "Capability not assigned".
        let code = if R::ELEMENT == "view" { "404014" } else { "404013" };
        set.delete(grantee, &capability, code)?;
        set.put(transaction)
    })
}

/// A document that says which item it is about has to say this one: another kind or another identifier is refused. The code is inferred.
fn check_item<R: Permitted>(document: &Permissions, id: &str) -> Result<(), Refusal> {
    let named = [
        ("database", &document.database),
        ("datasource", &document.datasource),
        ("flow", &document.flow),
        ("project", &document.project),
        ("table", &document.table),
        ("view", &document.view),
        ("virtualConnection", &document.virtual_connection),
        ("workbook", &document.workbook),
    ];
    let is_other = |(kind, item): &(&str, &Option<PermissionItem>)| {
        let named = item.as_ref().and_then(|item| item.id.as_deref());
        named.is_some_and(|named| *kind != R::ELEMENT || !named.eq_ignore_ascii_case(id))
    };
    match named.iter().find(|named| is_other(named)) {
        Some((kind, _)) => Err(Refusal::bad_request(
            "400000",
            format_args!("The {kind} in the document is not the one in the address."),
        )),
        None => Ok(()),
    }
}

fn rules_of(state: &State, item: &Item) -> RuleSet {
    RuleSet {
        id: item.id,
        site: item.site,
        content: item.content,
        rules: rules(state, item),
    }
}

/// The item, for a caller who may see and change its permissions.
pub(super) fn item<R: Permitted>(state: &State, caller: &Caller, id: &str) -> Result<Item, Refusal> {
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

/// The item, for a caller who may set its permissions; one that has those of its parent or of a locked project has none of its own to set.
fn own_item<R: Permitted>(state: &State, caller: &Caller, id: &str) -> Result<Item, Refusal> {
    let found = item::<R>(state, caller, id)?;
    if parse_id(id) != Some(found.id) {
        // The list of all codes has it as "Parent workbook tabs enabled"; the text is inferred.
        return Err(Refusal::forbidden(
            "403096",
            "The workbook shows its views as tabs: they have its permissions.",
        ));
    }
    refuse_locked(
        state,
        &found,
        if R::ELEMENT == "view" { "403039" } else { "403004" },
    )?;
    if let Some(database) = locking_database(state, &found) {
        return Err(Refusal::forbidden(
            "403004",
            format_args!(
                "The permissions are locked to those that the database '{}' gives to its tables.",
                database.shown.name
            ),
        ));
    }
    Ok(found)
}

/// Refuses to set permissions inside a locked project. The list of all codes has 403039 for views as "Project permissions locked";
/// that others have the code of every refusal to set permissions is inferred.
pub(super) fn refuse_locked(state: &State, item: &Item, code: &str) -> Result<(), Refusal> {
    match controlling(state, item) {
        None => Ok(()),
        Some(project) => Err(Refusal::forbidden(
            code,
            format_args!(
                "The permissions are locked to those of the project '{}'.",
                project.shown.name
            ),
        )),
    }
}

fn show<R: Permitted>(state: &State, caller: &Caller, id: &str, item: &Item, set: &RuleSet) -> Permissions {
    let mut permissions = Permissions::default();
    permissions.parent = controlling(state, item).map(|project| parent(project.id));
    name(&mut permissions, named::<R>(state, caller, id), R::ELEMENT);
    permissions.grantee_capabilities = set.shown();
    permissions
}

/// Says which item permissions are about: the element is that of its kind.
pub(super) fn name(permissions: &mut Permissions, item: PermissionItem, element: &str) {
    let named = Some(item);
    match element {
        "database" => permissions.database = named,
        "datasource" => permissions.datasource = named,
        "flow" => permissions.flow = named,
        "project" => permissions.project = named,
        "table" => permissions.table = named,
        "view" => permissions.view = named,
        "virtualConnection" => permissions.virtual_connection = named,
        "workbook" => permissions.workbook = named,
        _ => {}
    }
}

/// The project whose permissions an item has.
pub(super) fn parent(project: Uuid) -> PermissionParent {
    let mut parent = PermissionParent::default();
    parent.r#type = Some("Project".to_owned());
    parent.id = Some(project.to_string());
    parent
}

/// The item that permissions are about, by identifier, name and owner (recorded).
pub(super) fn named<R: Permitted>(state: &State, caller: &Caller, id: &str) -> PermissionItem {
    let mut named = PermissionItem::default();
    named.id = Some(id.to_owned());
    let Some(row) = R::find(state, caller.site.id, id) else {
        return named;
    };
    if let Value::Text(name) = Value::at(&row.shown, "name", Kind::Text) {
        named.name = Some(name);
    }
    named.owner = crate::kept::owner(state, row).map(|owner| {
        let mut shown = User::default();
        shown.id = owner.to_string().into();
        Shared::new(shown)
    });
    named
}
