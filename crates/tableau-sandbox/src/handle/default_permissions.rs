//! Default permissions: the rules that a project gives to its content, kind by kind. In a locked project they are those of all content.

use tableau_wire::Version;
use tableau_wire::resource::{
    AddDefaultPermissions, Capability, ContentKind, DeleteDefaultPermission, GetDefaultPermissions,
    HasDefaultPermissions, Permissions,
};
use tableau_wire::rest::{Database, Datasource, Flow, Project, VirtualConnection, Workbook};

use super::permissions::{self, Permitted, refuse_locked};
use super::rule_set::{RuleSet, grantee_in_path};
use crate::auth::Caller;
use crate::call::Call;
use crate::kept::rights::{controlling, default_rules_of};
use crate::kept::{Content, Item, Kept};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::rules::default_rules;

/// A container that gives permissions to its content.
pub(crate) trait Giving: HasDefaultPermissions + Permitted {
    /// The first version in which it gives permissions to content of a kind.
    fn since(kind: &ContentKind) -> Option<Version> {
        kind.since()
    }

    /// The rules that it gives to content of a kind, which may be those of a locked container around it.
    fn given(state: &State, item: &Item, content: &'static Content) -> RuleSet;
}

impl Giving for Project {
    fn given(state: &State, item: &Item, content: &'static Content) -> RuleSet {
        let project = controlling(state, item).map_or(item.id, |project| project.id);
        RuleSet {
            id: default_rules(project, content.kind),
            site: item.site,
            content,
            rules: default_rules_of(state, project, item.site, content),
        }
    }
}

/// A database gives permissions to its tables.
impl Giving for Database {
    /// As in Tableau's own library.
    fn since(kind: &ContentKind) -> Option<Version> {
        (*kind == ContentKind::Tables).then_some(Version::new(3, 5))
    }

    fn given(state: &State, item: &Item, content: &'static Content) -> RuleSet {
        RuleSet {
            id: default_rules(item.id, content.kind),
            site: item.site,
            content,
            rules: default_rules_of(state, item.id, item.site, content),
        }
    }
}

/// The kinds that the sandbox keeps rules for without having content of them. The capabilities are from the documentation of the calls.
const METRICS: Content = Content {
    kind: "metrics",
    capabilities: &["ChangeHierarchy", "ChangePermissions", "Delete", "Read", "Write"],
    template: &["Read"],
};
const DATA_ROLES: Content = Content {
    kind: "dataroles",
    capabilities: &["ChangeHierarchy", "ChangePermissions", "Delete", "Read", "Write"],
    template: &["Read"],
};
const LENSES: Content = Content {
    kind: "lenses",
    capabilities: &["ChangeHierarchy", "ChangePermissions", "Delete", "Read", "Write"],
    template: &["Read"],
};
const DATABASES: Content = Content {
    kind: "databases",
    capabilities: &["ChangeHierarchy", "ChangePermissions", "Read", "Write"],
    template: &["Read"],
};
const TABLES: Content = Content {
    kind: "tables",
    capabilities: &["ChangeHierarchy", "ChangePermissions", "Read", "Write"],
    template: &["Read"],
};

/// What can be allowed and denied about content of a kind.
fn content(kind: &ContentKind) -> Option<&'static Content> {
    match kind {
        ContentKind::Workbooks => Workbook::CONTENT,
        ContentKind::Datasources => Datasource::CONTENT,
        ContentKind::Flows => Flow::CONTENT,
        ContentKind::VirtualConnections => VirtualConnection::CONTENT,
        ContentKind::Metrics => Some(&METRICS),
        ContentKind::DataRoles => Some(&DATA_ROLES),
        ContentKind::Lenses => Some(&LENSES),
        ContentKind::Databases => Some(&DATABASES),
        ContentKind::Tables => Some(&TABLES),
        _ => None,
    }
}

pub(crate) fn get<R: Giving>(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetDefaultPermissions<R>,
) -> Result<Permissions, Refusal> {
    let content = known::<R>(call, &get.content_kind)?;
    let state = call.store.read();
    let item = permissions::item::<R>(&state, caller, get.id.as_str())?;
    let set = R::given(&state, &item, content);
    Ok(show::<R>(&state, caller, get.id.as_str(), &item, &set))
}

pub(crate) fn add<R: Giving>(
    call: &Call<'_>,
    caller: &Caller,
    add: &AddDefaultPermissions<R>,
) -> Result<Permissions, Refusal> {
    let content = known::<R>(call, &add.content_kind)?;
    call.store.write(|transaction| {
        let id = add.id.as_str();
        let item = permissions::item::<R>(transaction, caller, id)?;
        refuse_locked(transaction, &item, "403004")?;
        let mut set = R::given(transaction, &item, content);
        set.add(transaction, caller, &add.permissions.grantee_capabilities)?;
        let shown = show::<R>(transaction, caller, id, &item, &set);
        set.put(transaction)?;
        Ok(shown)
    })
}

pub(crate) fn delete<R: Giving>(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteDefaultPermission<R>,
) -> Result<(), Refusal> {
    let content = known::<R>(call, &delete.content_kind)?;
    call.store.write(|transaction| {
        let item = permissions::item::<R>(transaction, caller, delete.id.as_str())?;
        refuse_locked(transaction, &item, "403004")?;
        let grantee = grantee_in_path(transaction, caller, &delete.grantee_kind, &delete.grantee_id)?;
        let capability = Capability {
            name: delete.capability.clone(),
            mode: delete.mode.clone(),
        };
        let mut set = R::given(transaction, &item, content);
        set.delete(grantee, &capability, "404013")?;
        set.put(transaction)
    })
}

/// The content of a kind, if the version of the call has default permissions for it.
fn known<R: Giving>(call: &Call<'_>, kind: &ContentKind) -> Result<&'static Content, Refusal> {
    // The code is inferred.
    let unknown = || Refusal::not_found("404003", "Kind of content", kind.as_str());
    let since = R::since(kind).ok_or_else(unknown)?;
    if call.version < since {
        return Err(Refusal::newer_resource(call.version));
    }
    content(kind).ok_or_else(unknown)
}

fn show<R: Giving>(state: &State, caller: &Caller, id: &str, item: &Item, set: &RuleSet) -> Permissions {
    let mut permissions = Permissions::default();
    permissions.parent = controlling(state, item).map(|project| super::permissions::parent(project.id));
    let named = super::permissions::named::<R>(state, caller, id);
    super::permissions::name(&mut permissions, named, R::ELEMENT);
    permissions.grantee_capabilities = set.shown();
    permissions
}
