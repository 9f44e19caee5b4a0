//! Projects.

use tableau_wire::Id;
use tableau_wire::rest::{ContentsCounts, Project};
use tableau_wire::value::ContentPermissions;
use uuid::Uuid;

use super::id;
use crate::auth::Caller;
use crate::kept::rights::controlling;
use crate::kept::{Computed, Content, Item, Kept, Parent, Rights, item_of, row};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;

/// The project that every site has.
const DEFAULT: &str = "default";

const PROJECT: Content = Content {
    kind: "projects",
    capabilities: &["InheritedProjectLeader", "ProjectLeader", "Read", "Write"],
    template: &["Read"],
};

impl Kept for Project {
    const MAY_READ: Rights = Rights::Capability("Read");
    const MAY_WRITE: Rights = Rights::Capability("Write");
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

    /// Every site has a project `default`, and clients ask for `Default`; that servers find it is inferred.
    fn meant<'v>(field: &str, text: &'v str) -> &'v str {
        match (field, text) {
            ("name", "Default") => DEFAULT,
            _ => text,
        }
    }

    fn item(row: &Row<Self>, state: &State) -> Option<Item> {
        let item = item_of(row, state)?;
        Some(item.within(row.parent))
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

/// The project that a caller publishes to and may publish to; a request that names none means the default project, as Tableau's library
/// has it.
pub(super) fn published_to(state: &State, caller: &Caller, named: &Id<Project>) -> Result<Uuid, Refusal> {
    let mut projects = state.projects.of_site(caller.site.id);
    let default = match named.as_str() {
        "" => projects.find(|project| project.parent.is_none() && project.shown.name == DEFAULT),
        _ => None,
    };
    let default = default.map(|project| project.id.to_string());
    let id = default.as_deref().unwrap_or(named.as_str());
    let write = Rights::Capability("Write");
    Ok(row::allowed::<Project>(state, caller, id, write, ("403007", "publish to"))?.id)
}
