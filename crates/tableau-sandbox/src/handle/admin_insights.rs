//! Admin Insights: the data sources that Tableau Cloud keeps about a site, in a project of this name. Their rows are the site as it is.
//!
//! The captions are those that Tableau's MCP server asks for, and some more of Tableau's data dictionary. Nothing counts who looks at what, so
//! that `TS Events` has what was published alone.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use tableau_wire::rest::Project;
use tableau_wire::value::{SiteRole, Timestamp};
use uuid::Uuid;

use super::job_answer::{JobRow, job_type, title};
use crate::data_service::Value;
use crate::kept::{Kept, owner, project};
use crate::store::State;
use crate::store::row::{Row, UserRow};

/// A row, by the captions of its fields.
pub(super) type InsightRow = HashMap<&'static str, Value>;

/// The rows of the data source that a seeded file calls so; `None` for all others.
pub(super) fn rows(state: &State, site: Uuid, name: &str) -> Option<Vec<InsightRow>> {
    match name {
        "admin-insights.events" => Some(events(state, site)),
        "admin-insights.users" => Some(users(state, site)),
        "admin-insights.content" => Some(content(state, site)),
        "admin-insights.jobs" => Some(jobs(state, site)),
        _ => None,
    }
}

/// Something on the site, and what rows say of it.
struct Item<'s> {
    id: Uuid,
    number: u64,
    kind: &'static str,
    name: &'s str,
    owner: Option<Uuid>,
    project: Option<Uuid>,
    created_at: Option<&'s Timestamp>,
    updated_at: Option<&'s Timestamp>,
    size: Option<u64>,
}

impl<'s> Item<'s> {
    fn of<R: Kept>(state: &State, row: &'s Row<R>, kind: &'static str, name: &'s str) -> Self {
        Self {
            id: row.id,
            number: row.number,
            kind,
            name,
            owner: owner(state, row),
            project: project(state, row),
            created_at: None,
            updated_at: None,
            size: None,
        }
    }

    fn at(mut self, created_at: Option<&'s Timestamp>, updated_at: Option<&'s Timestamp>) -> Self {
        (self.created_at, self.updated_at) = (created_at, updated_at);
        self
    }
}

fn items(state: &State, site: Uuid) -> Vec<Item<'_>> {
    let workbooks = state.workbooks.of_site(site).map(|row| {
        let shown = &row.shown;
        let mut item = Item::of(state, row, "Workbook", &shown.name);
        item.size = shown.size;
        item.at(shown.created_at.as_ref(), shown.updated_at.as_ref())
    });
    let datasources = state.datasources.of_site(site).map(|row| {
        let shown = &row.shown;
        let mut item = Item::of(state, row, "Datasource", &shown.name);
        item.size = shown.size;
        item.at(shown.created_at.as_ref(), shown.updated_at.as_ref())
    });
    let views = state.views.of_site(site).map(|row| {
        let shown = &row.shown;
        let name = shown.name.as_str();
        Item::of(state, row, "View", name).at(shown.created_at.as_ref(), shown.updated_at.as_ref())
    });
    let flows = state.flows.of_site(site).map(|row| {
        let shown = &row.shown;
        Item::of(state, row, "Flow", &shown.name).at(shown.created_at.as_ref(), shown.updated_at.as_ref())
    });
    workbooks.chain(datasources).chain(views).chain(flows).collect()
}

fn content(state: &State, site: Uuid) -> Vec<InsightRow> {
    const MEGABYTE: u64 = 1024 * 1024;
    let row = |item: Item<'_>| {
        let parent = item.project.and_then(|id| state.projects.get(id));
        let of = item.owner.and_then(|id| state.users.get(id));
        InsightRow::from([
            ("Item ID", number(item.number)),
            ("Item LUID", text(Some(&item.id.to_string()))),
            ("Item Type", text(Some(item.kind))),
            ("Item Name", text(Some(item.name))),
            (
                "Item Parent Project Name",
                text(parent.map(|parent| parent.shown.name.as_str())),
            ),
            ("Owner Email", text(of.and_then(|of| of.shown.email.as_deref()))),
            ("Created At", time(item.created_at)),
            ("Updated At", time(item.updated_at)),
            ("Last Published At", time(item.updated_at)),
            (
                "Top Parent Project Name",
                text(
                    item.project
                        .and_then(|id| top(state, id))
                        .map(|top| top.shown.name.as_str()),
                ),
            ),
            ("Last Accessed At", time(item.updated_at)),
            (
                "Size (bytes)",
                item.size
                    .map_or(Value::Null, |size| number(size.saturating_mul(MEGABYTE))),
            ),
        ])
    };
    items(state, site).into_iter().map(row).collect()
}

fn events(state: &State, site: Uuid) -> Vec<InsightRow> {
    let of_views = |item: &Item<'_>| item.kind != "View";
    let row = |item: Item<'_>| {
        let of = item.owner.and_then(|id| state.users.get(id));
        let parent = item.project.and_then(|id| state.projects.get(id));
        InsightRow::from([
            ("Event Id", number(item.number)),
            ("Event Date", time(item.created_at)),
            ("Event Type", text(Some("Publish"))),
            ("Event Name", text(Some(&format!("Publish {}", item.kind)))),
            ("Actor User Id", of.map_or(Value::Null, |of| number(of.number))),
            ("Actor User Name", text(of.map(|of| of.shown.name.as_str()))),
            ("Actor Site Role", text(of.and_then(role))),
            ("Item Owner Id", of.map_or(Value::Null, |of| number(of.number))),
            (
                "Project Name",
                text(parent.map(|parent| parent.shown.name.as_str())),
            ),
            ("Item Id", number(item.number)),
            ("Item LUID", text(Some(&item.id.to_string()))),
            ("Item Type", text(Some(item.kind))),
            ("Item Name", text(Some(item.name))),
        ])
    };
    items(state, site).into_iter().filter(of_views).map(row).collect()
}

fn users(state: &State, site: Uuid) -> Vec<InsightRow> {
    let row = |user: &UserRow| {
        let shown = &user.shown;
        InsightRow::from([
            ("User ID", number(user.number)),
            ("User LUID", text(Some(&user.id.to_string()))),
            ("User Name", text(Some(&shown.name))),
            ("User Email", text(shown.email.as_deref())),
            (
                "User Friendly Name",
                text(shown.full_name.as_deref().or(Some(&shown.name))),
            ),
            ("User Site Role", text(role(user))),
            ("Last Login Date", time(shown.last_login.as_ref())),
        ])
    };
    state.users.of_site(site).map(row).collect()
}

fn jobs(state: &State, site: Uuid) -> Vec<InsightRow> {
    let row = |job: &JobRow| {
        let status = job.unshown.status();
        InsightRow::from([
            ("Job ID", number(job.number)),
            ("Job LUID", text(Some(&job.id.to_string()))),
            ("Job Type", text(Some(job_type(&job.unshown.of).1))),
            ("Item Name", text(Some(&title(job, state)))),
            ("Created At", time(job.shown.created_at.as_ref())),
            ("Started At", moment(job.unshown.started_at())),
            ("Completed At", moment(job.unshown.ended_at())),
            ("Job Result", text(Some(status.as_str()))),
            ("Final Job Result", text(Some(status.as_str()))),
        ])
    };
    state.jobs.of_site(site).map(row).collect()
}

fn role(user: &UserRow) -> Option<&str> {
    user.shown.site_role.as_ref().map(SiteRole::as_str)
}

/// The project at the top of those that a project is in.
fn top(state: &State, project: Uuid) -> Option<&Row<Project>> {
    let mut above = state.projects.get(project)?;
    // A project is in no project below it.
    while let Some(parent) = above.parent.and_then(|id| state.projects.get(id)) {
        above = parent;
    }
    Some(above)
}

fn number(number: u64) -> Value {
    Value::Number(number as f64)
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.to_owned()))
}

fn time(time: Option<&Timestamp>) -> Value {
    moment(time.and_then(Timestamp::instant))
}

fn moment(at: Option<jiff::Timestamp>) -> Value {
    at.map_or(Value::Null, |at| {
        Value::Time(at.to_zoned(TimeZone::UTC).datetime())
    })
}
