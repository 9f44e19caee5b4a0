//! Projects.

use tableau_wire::resource::CapabilityName;
use tableau_wire::rest::{ContentsCounts, Project, View, Workbook};
use tableau_wire::value::ContentPermissions;
use tableau_wire::{Create, Delete, Id, Update};
use uuid::Uuid;

use super::id;
use crate::auth::Caller;
use crate::call::Call;
use crate::kept::rights::controlling;
use crate::kept::row::References;
use crate::kept::{ChangeCodes, Computed, Content, Item, Kept, Parent, Rights, item_of, missing, row, verbs};
use crate::refusal::Refusal;
use crate::store::row::{Row, Stored};
use crate::store::rules::{Rules, default_rules};
use crate::store::{State, Transaction};
use crate::token;

const PROJECT: Content = Content {
    kind: "projects",
    capabilities: &["ProjectLeader", "Read", "Write"],
    template: &["Read"],
};

/// The kinds of content that a project has default permissions for.
const KINDS: [&str; 9] = [
    "databases",
    "dataroles",
    "datasources",
    "flows",
    "lenses",
    "metrics",
    "tables",
    "virtualConnections",
    "workbooks",
];

/// The project that every site has, and that cannot be deleted.
const DEFAULT: &str = "default";
/// The project whose workbooks are Tableau's samples.
const SAMPLES: &str = "Samples";

impl Kept for Project {
    const MAY_READ: Rights = Rights::Capability("Read");
    /// Documented: administrators create projects at the top, owners and leaders of a project those inside it.
    const MAY_CREATE: Rights = Rights::OwnerOrLeaders;
    const MAY_WRITE: Rights = Rights::OwnerOrLeaders;
    const UNCHANGED: ChangeCodes = ChangeCodes {
        write: "403004",
        owner: "403004",
        project: "403004",
    };
    const CONTENT: Option<&'static Content> = Some(&PROJECT);
    /// The project around it, as in `parentProjectId`.
    const PARENT: Option<Parent> = Some(Parent::of::<Self>("parentProject"));
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("parentProjectId", |project, row, _| {
            project.parent_project_id = row.parent.map(id);
        }),
        Computed::Member("controllingPermissionsProjectId", |project, row, context| {
            let item = Self::item(row, context.state);
            let controlling = item.and_then(|item| controlling(context.state, &item));
            project.controlling_permissions_project_id = controlling.map(|project| id(project.id));
        }),
        Computed::Member("topLevelProject", |project, row, _| {
            project.top_level_project = Some(row.parent.is_none());
        }),
        Computed::Member("contentsCounts", |project, row, context| {
            project.contents_counts = Some(contents_counts(context.state, row.id));
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.description.get_or_insert_default();
        shown.writeable.get_or_insert(true);
        shown
            .content_permissions
            .get_or_insert(ContentPermissions::ManagedByOwner);
    }

    fn check(row: &Row<Self>, state: &State) -> Result<(), Refusal> {
        let name = row.shown.name.trim();
        let known = !matches!(row.shown.content_permissions, Some(ContentPermissions::Other(_)));
        if name.is_empty() || !known {
            return Err(Refusal::incomplete_payload());
        }
        let mut others = state
            .projects
            .of_site(row.site)
            .filter(|other| other.id != row.id);
        // Names are taken once in the project around them.
        if others
            .any(|other| other.parent == row.parent && other.shown.name.to_lowercase() == name.to_lowercase())
        {
            return Err(Refusal::new(
                "409006",
                "Resource Conflict",
                format_args!("A project of the name '{name}' exists there."),
            ));
        }
        let mut around = std::iter::successors(row.parent, |id| state.projects.get(*id)?.parent).take(100);
        if around.any(|id| id == row.id) {
            // The code is inferred.
            return Err(Refusal::bad_request(
                "400000",
                "A project cannot be moved into itself.",
            ));
        }
        Ok(())
    }

    /// Every site has a project `default`, and clients ask for `Default`; that servers find it is inferred.
    fn meant<'v>(field: &str, text: &'v str) -> &'v str {
        match (field, text) {
            ("name", "Default") => DEFAULT,
            _ => text,
        }
    }

    fn item(row: &Row<Self>, state: &State) -> Option<Item> {
        let item = item_of(row, state)?;
        Some(item.inside(row.parent))
    }
}

fn contents_counts(state: &State, project: Uuid) -> ContentsCounts {
    let workbooks = state.workbooks.within(project);
    let views: usize = workbooks
        .map(|workbook| state.views.count_within(workbook.id))
        .sum();
    let mut counts = ContentsCounts::default();
    counts.project_count = Some(state.projects.count_within(project) as u64);
    counts.view_count = Some(views as u64);
    counts.datasource_count = Some(state.datasources.count_within(project) as u64);
    counts.workbook_count = Some(state.workbooks.count_within(project) as u64);
    counts
}

pub(crate) fn create(call: &Call<'_>, caller: &Caller, create: &Create<Project>) -> Result<Project, Refusal> {
    let mut members = row::members::<Project>(&create.item)?;
    call.store.write(|transaction| {
        let site = caller.site.id;
        let mut references = References::take::<Project>(&mut members, transaction, site)?;
        check_owner(transaction, references.owner)?;
        references.owner = references.owner.or(Some(caller.user.id));
        let now = call.clock.now();
        let row = row::begin::<Project>(transaction, site, None, references, row::shown(members)?, now)?;
        row::admit_into(&row, transaction, caller, ("403004", "create"))?;
        Project::check(&row, transaction)?;
        take_over_rules(transaction, &row)?;
        let id = row.id;
        transaction.put(row)?;
        if create.options.publish_samples == Some(true) {
            publish_samples(transaction, site, id)?;
        }
        verbs::one(call, transaction, id)
    })
}

/// A new project begins with the rules of the one around it, or of the default project (documented).
fn take_over_rules(transaction: &mut Transaction<'_>, row: &Row<Project>) -> Result<(), Refusal> {
    let source = row.parent.or_else(|| at_the_top(transaction, row.site, DEFAULT));
    let Some(source) = source else {
        return Ok(());
    };
    let of_content = KINDS.map(|kind| (default_rules(source, kind), default_rules(row.id, kind)));
    for (from, to) in of_content.into_iter().chain([(source, row.id)]) {
        if let Some(rules) = transaction.rules.get(from) {
            let rules = rules.rules.clone();
            transaction.put(Rules {
                id: to,
                site: row.site,
                rules,
            })?;
        }
    }
    Ok(())
}

/// The project with a name that is inside no other.
fn at_the_top(state: &State, site: Uuid, name: &str) -> Option<Uuid> {
    let mut projects = state.projects.of_site(site);
    let found = projects.find(|project| project.parent.is_none() && project.shown.name == name);
    found.map(|project| project.id)
}

pub(crate) fn update(call: &Call<'_>, caller: &Caller, update: &Update<Project>) -> Result<Project, Refusal> {
    let members = row::members::<Project>(&update.patch)?;
    call.store.write(|transaction| {
        let id = update.id.as_str();
        let before = row::find::<Project>(transaction, caller, id)?;
        let is_default = before.parent.is_none() && before.shown.name == DEFAULT;
        let (owner, parent) = (before.owner, before.parent);
        let only_reads = members.is_empty() && update.options.publish_samples != Some(true);
        if only_reads && Rights::Capability("Read").allow(before, transaction, caller) {
            // Tableau's own library reads a project so; that this takes no right to change it is inferred.
            let id = before.id;
            return verbs::one(call, transaction, id);
        }
        let row = verbs::changed::<Project>(call, transaction, caller, id, members)?;
        if is_default && (row.shown.name != DEFAULT || row.parent != parent) {
            return Err(Refusal::forbidden(
                "403005",
                "The default project keeps its name and its place.",
            ));
        }
        if row.owner != owner {
            check_owner(transaction, row.owner)?;
        }
        let id = row.id;
        row::put(transaction, row)?;
        if update.options.publish_samples == Some(true) {
            publish_samples(transaction, caller.site.id, id)?;
        }
        verbs::one(call, transaction, id)
    })
}

/// Refuses an owner whose site role cannot lead a project (documented for owners of projects; the code is inferred).
fn check_owner(state: &State, owner: Option<Uuid>) -> Result<(), Refusal> {
    let owner = owner.and_then(|owner| state.users.get(owner));
    match owner.filter(|owner| !owner.role().allows(&CapabilityName::ProjectLeader)) {
        None => Ok(()),
        Some(owner) => Err(Refusal::bad_request(
            "400000",
            format_args!(
                "The user '{}' cannot own a project with the role '{}'.",
                owner.shown.name,
                owner.role()
            ),
        )),
    }
}

/// Deletes a project with everything in it.
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &Delete<Project>) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let id = delete.id.as_str();
        let row = row::allowed::<Project>(transaction, caller, id, Project::MAY_WRITE, ("403003", "delete"))?;
        if row.parent.is_none() && row.shown.name == DEFAULT {
            return Err(Refusal::forbidden(
                "403003",
                "The default project cannot be deleted.",
            ));
        }
        let id = row.id;
        let mut all = vec![id];
        let mut at = 0;
        while let Some(project) = all.get(at).copied() {
            all.extend(transaction.projects.within(project).map(|inside| inside.id));
            at += 1;
        }
        for project in all {
            for kind in KINDS {
                transaction.remove::<Rules>(default_rules(project, kind));
            }
        }
        transaction.remove_whole::<Row<Project>>(id);
        Ok(())
    })
}

/// Copies Tableau's sample workbooks into a project, with their views; those whose names are taken there are left out.
fn publish_samples(transaction: &mut Transaction<'_>, site: Uuid, project: Uuid) -> Result<(), Refusal> {
    let Some(samples) = at_the_top(transaction, site, SAMPLES).filter(|id| *id != project) else {
        return Ok(());
    };
    let owner = transaction
        .projects
        .get(project)
        .and_then(|project| project.owner);
    let workbooks: Vec<Row<Workbook>> = transaction.workbooks.within(samples).cloned().collect();
    for workbook in workbooks {
        let name = &workbook.shown.name;
        let mut inside = transaction.workbooks.within(project);
        if inside.any(|other| other.shown.name == *name) {
            continue;
        }
        let views: Vec<Row<View>> = transaction.views.within(workbook.id).cloned().collect();
        let mut copy = copy(transaction, workbook)?;
        copy.owner = owner;
        copy.project = Some(project);
        let parent = copy.id;
        // New content takes over the rules that its project gives to its kind.
        row::put(transaction, copy)?;
        for view in views {
            let mut view = self::copy(transaction, view)?;
            view.parent = Some(parent);
            transaction.put(view)?;
        }
    }
    Ok(())
}

/// A row with an identifier and a number of its own.
fn copy<R: Kept + Stored>(state: &State, of: Row<R>) -> Result<Row<R>, Refusal> {
    let last = R::table(state).of_site(of.site).next_back();
    let mut row = Row {
        number: last.map_or(0, |last| last.number) + 1,
        id: token::identifier()?,
        ..of
    };
    let text = row.id.to_string();
    crate::kept::set(&mut row.shown, "id", Id::<R::One>::new(text));
    if R::table(state).get(row.id).is_some() {
        return Err(missing::<R>(&row.id.to_string()));
    }
    Ok(row)
}

/// The project that a caller publishes to and may publish to; a request that names none means the default project, as Tableau's library
/// has it.
pub(super) fn published_to(state: &State, caller: &Caller, named: &Id<Project>) -> Result<Uuid, Refusal> {
    let default = match named.as_str() {
        "" => at_the_top(state, caller.site.id, DEFAULT),
        _ => None,
    };
    let default = default.map(|project| project.to_string());
    let id = default.as_deref().unwrap_or(named.as_str());
    let write = Rights::Capability("Write");
    Ok(row::allowed::<Project>(state, caller, id, write, ("403007", "publish to"))?.id)
}
