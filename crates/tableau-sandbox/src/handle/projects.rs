//! Projects.

use tableau_wire::rest::{ContentsCounts, Project, User};

use super::{id, time};
use crate::auth::Caller;
use crate::kept::Level::{All, Default};
use crate::kept::rights::{Protected, may};
use crate::kept::{Column, Context, Member, Nested, Value, only};
use crate::kept::{Listable, Served};
use crate::store::State;
use crate::store::record::{self, Filed, Owned};

type Record = record::Project;

impl Served for Project {
    type Record = Record;

    fn is_seen(record: &Record, state: &State, caller: &Caller) -> bool {
        record
            .item(state)
            .is_some_and(|item| may(state, caller, &item, "Read"))
    }

    /// Every site has a project `default`, and clients ask for `Default`; that servers find it is inferred.
    fn meant<'v>(field: &str, value: &'v str) -> &'v str {
        match (field, value) {
            ("name", "Default") => "default",
            _ => value,
        }
    }

    const COLUMNS: &'static [Column<Record>] = &[
        Column::text("name", |project, _| Value::from(&project.name)),
        Column::time("createdAt", |project, _| Value::Time(project.created_at)),
        Column::time("updatedAt", |project, _| Value::Time(project.updated_at)),
        Column::text("parentProjectId", |project, _| {
            project
                .parent
                .map_or(Value::Missing, |parent| Value::Text(parent.to_string().into()))
        }),
        Column::flag("topLevelProject", |project, _| {
            Value::Flag(project.parent.is_none())
        }),
        Column::OWNER_NAME,
        Column::OWNER_EMAIL,
        Column::OWNER_DOMAIN,
    ];
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |project, record, _| project.id = id(record.id)),
        Member::<Self>::new("name", Default, |project, record, _| {
            project.name.clone_from(&record.name);
        }),
        Member::<Self>::new("description", Default, |project, record, _| {
            project.description = Some(record.description.clone());
        }),
        Member::<Self>::new("createdAt", Default, |project, record, _| {
            project.created_at = Some(time(record.created_at));
        }),
        Member::<Self>::new("updatedAt", Default, |project, record, _| {
            project.updated_at = Some(time(record.updated_at));
        }),
        Member::<Self>::new("contentPermissions", Default, |project, record, _| {
            project.content_permissions = Some(record.content_permissions.clone());
        }),
        Member::<Self>::new("parentProjectId", Default, |project, record, _| {
            project.parent_project_id = record.parent.map(id);
        }),
        Member::<Self>::new(
            "controllingPermissionsProjectId",
            Default,
            |project, record, context| {
                project.controlling_permissions_project_id =
                    controlling(record, context).map(|project| id(project.id));
            },
        ),
        Member::<Self>::new("topLevelProject", All, |project, record, _| {
            project.top_level_project = Some(record.parent.is_none());
        }),
        Member::<Self>::new("writeable", All, |project, _, _| project.writeable = Some(true)),
    ];
    const NESTED: &'static [Nested<Self>] = &[
        Nested {
            name: "owner",
            default: &["id"],
            all: super::OWNER_ALL_WITH_NAME,
            put: |project, record, context, names| {
                project.owner = record
                    .owner(context.state)
                    .map(|owner| Box::new(only::<User>(owner, context, names)));
            },
        },
        Nested {
            name: "contentsCounts",
            default: &[],
            all: &["projectCount", "viewCount", "datasourceCount", "workbookCount"],
            put: |project, record, context, names| {
                project.contents_counts = Some(contents_counts(record, context, names));
            },
        },
    ];
}

impl Listable for Project {}

/// The nearest locked project above: it decides the permissions.
fn controlling<'s>(project: &Record, context: &Context<'s>) -> Option<&'s Record> {
    use tableau_wire::value::ContentPermissions::LockedToProject;
    let mut next = project.parent;
    let mut found = None;
    // Chains of parents are short; the bound ends the search if they form a cycle.
    for _ in 0..100 {
        let Some(parent) = next.and_then(|id| context.state.projects.get(id)) else {
            break;
        };
        if parent.content_permissions == LockedToProject {
            found = Some(parent);
        }
        next = parent.parent;
    }
    found
}

fn contents_counts(project: &Record, context: &Context<'_>, names: &[&str]) -> ContentsCounts {
    let state = context.state;
    let wanted = |name: &str, count: &dyn Fn() -> usize| names.contains(&name).then(|| count() as u64);
    fn inside<'s, R: Filed + 's>(
        records: impl Iterator<Item = &'s R>,
        project: &Record,
        context: &Context<'s>,
    ) -> usize {
        let of = |record: &&'s R| {
            record
                .project(context.state)
                .is_some_and(|of| of.id == project.id)
        };
        records.filter(of).count()
    }
    let mut counts = ContentsCounts::default();
    counts.project_count = wanted("projectCount", &|| {
        state
            .projects
            .of_site(project.site)
            .filter(|child| child.parent == Some(project.id))
            .count()
    });
    counts.view_count = wanted("viewCount", &|| {
        inside(state.views.of_site(project.site), project, context)
    });
    counts.datasource_count = wanted("datasourceCount", &|| {
        inside(state.datasources.of_site(project.site), project, context)
    });
    counts.workbook_count = wanted("workbookCount", &|| {
        inside(state.workbooks.of_site(project.site), project, context)
    });
    counts
}
