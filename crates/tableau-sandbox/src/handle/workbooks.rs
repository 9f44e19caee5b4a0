//! Workbooks.

use tableau_wire::Items;
use tableau_wire::rest::{Project, User, View, Workbook};

use super::{id, location, tags, time, webpage_url};
use crate::auth::Caller;
use crate::kept::Level::{All, Default, Single};
use crate::kept::rights::{Protected, may};
use crate::kept::{Column, Context, Member, Nested, Plan, Selection, Value, only};
use crate::kept::{Gettable, Listable, Served};
use crate::store::State;
use crate::store::record::{self, Filed, Owned};

type Record = record::Workbook;

impl Served for Workbook {
    type Record = Record;

    fn is_seen(record: &Record, state: &State, caller: &Caller) -> bool {
        record
            .item(state)
            .is_some_and(|item| may(state, caller, &item, "Read"))
    }
    const COLUMNS: &'static [Column<Record>] = &[
        Column::text("name", |workbook, _| Value::from(&workbook.name)),
        Column::text("contentUrl", |workbook, _| Value::from(&workbook.content_url)),
        Column::time("createdAt", |workbook, _| Value::Time(workbook.created_at)),
        Column::time("updatedAt", |workbook, _| Value::Time(workbook.updated_at)),
        Column::flag("displayTabs", |workbook, _| Value::Flag(workbook.show_tabs)),
        Column::number("favoritesTotal", |workbook, _| {
            Value::Number(workbook.favorites_total)
        }),
        Column::flag("hasAlerts", |workbook, _| Value::Flag(workbook.has_alerts)),
        Column::flag("hasExtracts", |workbook, _| Value::Flag(workbook.has_extracts)),
        Column::OWNER_DOMAIN,
        Column::OWNER_EMAIL,
        Column::OWNER_NAME,
        Column::PROJECT_NAME,
        Column::number("sheetCount", |workbook, _| {
            Value::Number(workbook.views.len() as u64)
        }),
        Column::number("size", |workbook, _| Value::Number(workbook.size)),
        Column::number("subscriptionsTotal", |workbook, _| {
            Value::Number(workbook.subscriptions_total)
        }),
        Column::tags(|workbook, _| Value::Tags(&workbook.tags)),
    ];
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |workbook, record, _| workbook.id = id(record.id)),
        Member::<Self>::new("name", Default, |workbook, record, _| {
            workbook.name.clone_from(&record.name);
        }),
        Member::<Self>::new("description", Default, |workbook, record, _| {
            workbook.description = Some(record.description.clone());
        }),
        Member::<Self>::new("contentUrl", Default, |workbook, record, _| {
            workbook.content_url = Some(record.content_url.clone());
        }),
        Member::<Self>::new("webpageUrl", Default, |workbook, record, context| {
            workbook.webpage_url = Some(webpage_url(context, record.site, "workbooks", record.number));
        }),
        Member::<Self>::new("showTabs", Default, |workbook, record, _| {
            workbook.show_tabs = Some(record.show_tabs);
        }),
        Member::<Self>::new("size", Default, |workbook, record, _| {
            workbook.size = Some(record.size);
        }),
        Member::<Self>::new("createdAt", Default, |workbook, record, _| {
            workbook.created_at = Some(time(record.created_at));
        }),
        Member::<Self>::new("updatedAt", Default, |workbook, record, _| {
            workbook.updated_at = Some(time(record.updated_at));
        }),
        Member::<Self>::new("encryptExtracts", Default, |workbook, _, _| {
            workbook.encrypt_extracts = Some(false);
        }),
        Member::<Self>::new("defaultViewId", Default, |workbook, record, _| {
            workbook.default_view_id = record.views.first().copied().map(id);
        }),
        Member::<Self>::new("location", Default, |workbook, record, context| {
            workbook.location = location(record.project(context.state));
        }),
        Member::<Self>::new("tags", Default, |workbook, record, _| {
            workbook.tags = Some(tags(&record.tags));
        }),
        Member::<Self>::new("sheetCount", All, |workbook, record, _| {
            workbook.sheet_count = Some(record.views.len() as u64);
        }),
        Member::<Self>::new("hasExtracts", All, |workbook, record, _| {
            workbook.has_extracts = Some(record.has_extracts);
        }),
        Member::<Self>::new("views", Single, |workbook, record, context| {
            workbook.views = Some(views(record, context));
        }),
    ];
    const NESTED: &'static [Nested<Self>] = &[
        Nested {
            name: "project",
            default: &["id", "name"],
            all: super::PROJECT_ALL,
            put: |workbook, record, context, names| {
                workbook.project = record
                    .project(context.state)
                    .map(|project| Box::new(only::<Project>(project, context, names)));
            },
        },
        Nested {
            name: "owner",
            default: &["id", "name"],
            all: super::OWNER_ALL,
            put: |workbook, record, context, names| {
                workbook.owner = record
                    .owner(context.state)
                    .map(|owner| Box::new(only::<User>(owner, context, names)));
            },
        },
    ];
}

impl Listable for Workbook {}

impl Gettable for Workbook {
    type Of = Self;
    const UNSEEN: &'static str = "403018";
}

/// One workbook, as it stands in answers.
pub(super) fn show(state: &State, origin: &str, workbook: &Record) -> Workbook {
    Plan::<Workbook>::new(&Selection::of_one(), &[]).show(workbook, &Context { state, origin })
}

/// The views in an answer about one workbook.
fn views(workbook: &Record, context: &Context<'_>) -> Items<View> {
    let names = [
        "id",
        "name",
        "contentUrl",
        "viewUrlName",
        "createdAt",
        "updatedAt",
        "tags",
    ];
    let found = workbook
        .views
        .iter()
        .filter_map(|view| context.state.views.get(*view));
    found.map(|view| only::<View>(view, context, &names)).collect()
}
