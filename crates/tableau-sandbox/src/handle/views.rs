//! Views.

use tableau_wire::rest::views::ViewOptions;
use tableau_wire::rest::{Project, Usage, User, View, Workbook};

use super::{id, location, tags, time};
use crate::auth::Caller;
use crate::kept::Level::{All, Default, Detail, Named};
use crate::kept::rights::{Protected, may};
use crate::kept::{Column, EQUAL, Member, Nested, Value, only};
use crate::kept::{Gettable, Listable, Served};
use crate::store::State;
use crate::store::record::{self, Filed, Owned};

type Record = record::View;

impl Served for View {
    type Record = Record;

    fn is_seen(record: &Record, state: &State, caller: &Caller) -> bool {
        record
            .item(state)
            .is_some_and(|item| may(state, caller, &item, "Read"))
    }
    // Caption and title of a sheet are its name unless its author sets others; seeded sheets have no others.
    const COLUMNS: &'static [Column<Record>] = &[
        Column::text("name", |view, _| Value::from(&view.name)),
        Column::text("caption", |view, _| Value::from(&view.name)),
        Column::text("title", |view, _| Value::from(&view.name)),
        Column::text("contentUrl", |view, state| {
            content_url(view, state).map_or(Value::Missing, |url| Value::Text(url.into()))
        }),
        Column::text("viewUrlName", |view, _| Value::from(&view.view_url_name)),
        Column::text("sheetType", |view, _| Value::from(&view.sheet_type)),
        Column::number("sheetNumber", |view, _| Value::Number(view.sheet_number)),
        Column::number("hitsTotal", |view, _| Value::Number(view.total_view_count)),
        Column::number("favoritesTotal", |view, _| Value::Number(view.favorites_total)),
        Column::time("createdAt", |view, _| Value::Time(view.created_at)),
        Column::time("updatedAt", |view, _| Value::Time(view.updated_at)),
        Column::text("workbookName", |view, state| {
            state
                .workbooks
                .get(view.workbook)
                .map_or(Value::Missing, |workbook| Value::from(&workbook.name))
        }),
        Column::text("workbookDescription", |view, state| {
            state
                .workbooks
                .get(view.workbook)
                .map_or(Value::Missing, |workbook| Value::from(&workbook.description))
        }),
        Column::OWNER_DOMAIN,
        Column::OWNER_EMAIL,
        Column::OWNER_NAME.takes(EQUAL),
        Column::PROJECT_NAME,
        Column::tags(|view, _| Value::Tags(&view.tags)),
    ];
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |view, record, _| view.id = id(record.id)),
        Member::<Self>::new("name", Default, |view, record, _| {
            view.name.clone_from(&record.name);
        }),
        Member::<Self>::new("contentUrl", Default, |view, record, context| {
            view.content_url = content_url(record, context.state);
        }),
        Member::<Self>::new("createdAt", Default, |view, record, _| {
            view.created_at = Some(time(record.created_at));
        }),
        Member::<Self>::new("updatedAt", Default, |view, record, _| {
            view.updated_at = Some(time(record.updated_at));
        }),
        Member::<Self>::new("viewUrlName", Default, |view, record, _| {
            view.view_url_name = Some(record.view_url_name.clone());
        }),
        Member::<Self>::new("tags", Default, |view, record, _| {
            view.tags = Some(tags(&record.tags));
        }),
        Member::<Self>::new("location", All, |view, record, context| {
            view.location = location(record.project(context.state));
        }),
        Member::<Self>::new("sheetType", Detail, |view, record, _| {
            view.sheet_type = Some(record.sheet_type.clone());
        }),
        Member::<Self>::new("favoritesTotal", All, |view, record, _| {
            view.favorites_total = Some(record.favorites_total);
        }),
        Member::<Self>::new("usage", Named, |view, record, _| {
            view.usage = Some(Usage {
                total_view_count: Some(record.total_view_count),
            });
        }),
    ];
    // Recorded: views have identifiers only, where workbooks have more.
    const NESTED: &'static [Nested<Self>] = &[
        Nested {
            name: "workbook",
            default: &["id"],
            all: &["name", "contentUrl", "description"],
            put: |view, record, context, names| {
                let workbook = context.state.workbooks.get(record.workbook);
                view.workbook = workbook.map(|workbook| Box::new(only::<Workbook>(workbook, context, names)));
            },
        },
        Nested {
            name: "project",
            default: &["id"],
            all: &["name", "description"],
            put: |view, record, context, names| {
                view.project = record
                    .project(context.state)
                    .map(|project| Box::new(only::<Project>(project, context, names)));
            },
        },
        Nested {
            name: "owner",
            default: &["id"],
            all: super::OWNER_ALL_WITH_NAME,
            put: |view, record, context, names| {
                view.owner = record
                    .owner(context.state)
                    .map(|owner| Box::new(only::<User>(owner, context, names)));
            },
        },
    ];
}

impl Listable for View {
    fn asked(options: &ViewOptions) -> &'static [&'static str] {
        usage(options)
    }
}

impl Gettable for View {
    type Of = Self;
    // The list of all codes says "View not found"; the page of the call says 404006 with "Resource not found".

    fn asked(options: &ViewOptions) -> &'static [&'static str] {
        usage(options)
    }
}

fn usage(options: &ViewOptions) -> &'static [&'static str] {
    if options.include_usage_statistics == Some(true) {
        &["usage"]
    } else {
        &[]
    }
}

fn content_url(view: &Record, state: &State) -> Option<String> {
    let workbook = state.workbooks.get(view.workbook)?;
    Some(format!("{}/sheets/{}", workbook.content_url, view.view_url_name))
}
