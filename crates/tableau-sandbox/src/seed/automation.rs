//! Schedules with what they run, subscriptions, alerts, and the databases and tables behind content.
//!
//! What is run by schedules is suspended, so that nothing happens in a test that did not ask for it.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::Deserialize;
use tableau_wire::Shared;
use tableau_wire::rest::subscriptions::SubscribedType;
use tableau_wire::rest::tasks::{ExtractRefreshTask, FlowRunTask};
use tableau_wire::rest::{
    Column, DataAlert, Database, LinkedTask, Metric, Schedule, Subscription, Table, Workbook,
};
use uuid::Uuid;

use super::documents::{self, view};
use crate::handle::tasks;
use crate::refusal::Refusal;
use crate::rng;
use crate::store::row::{Row, SiteRow};
use crate::store::{Transaction, luid};

pub(super) fn fill(transaction: &mut Transaction<'_>, now: Timestamp) -> Result<(), Refusal> {
    documents::fill::<Schedule>(transaction, include_str!("schedules.json"), now)?;
    fill_tasks(transaction, include_str!("tasks.json"))?;
    documents::fill_with::<LinkedTask>(transaction, include_str!("linked_tasks.json"), now, |task| {
        link(task);
        true
    })?;
    let there: HashSet<Uuid> = transaction.views.iter().map(|row| row.id).collect();
    let there: HashSet<Uuid> = transaction
        .workbooks
        .iter()
        .map(|row| row.id)
        .chain(there)
        .collect();
    documents::fill_with::<Subscription>(transaction, include_str!("subscriptions.json"), now, |row| {
        subscribe(row).is_some_and(|content| there.contains(&content))
    })?;
    let has_view = |parent: Option<Uuid>| parent.is_some_and(|view| there.contains(&view));
    documents::fill_with::<DataAlert>(transaction, include_str!("data_alerts.json"), now, |alert| {
        has_view(alert.parent)
    })?;
    documents::fill_with::<Metric>(transaction, include_str!("metrics.json"), now, |metric| {
        has_view(metric.parent)
    })?;
    documents::fill::<Database>(transaction, include_str!("databases.json"), now)?;
    documents::fill::<Table>(transaction, include_str!("tables.json"), now)?;
    fill_columns(transaction, include_str!("tables.json"))
}

fn schedule(name: &str) -> Uuid {
    luid::<Row<Schedule>>(&["", name])
}

/// A task, by the names of its schedule and of its content.
#[derive(Deserialize)]
struct OfSchedule {
    site: String,
    /// The name of its schedule; that of a task of Tableau Cloud is its own.
    schedule: Option<String>,
    own: Option<Schedule>,
    /// The kind of the content, as a database names it: `flow`.
    of: String,
    /// The name of the content.
    item: String,
}

fn fill_tasks(transaction: &mut Transaction<'_>, documents: &str) -> Result<(), Refusal> {
    let documents: Vec<OfSchedule> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for OfSchedule {
        site,
        schedule: by,
        own,
        of,
        item,
    } in documents
    {
        let content = rng::luid(&of, &[&site, &item]);
        let (site, schedule) = (luid::<SiteRow>(&[&site]), by.map(|name| schedule(&name)));
        let key = (content.to_string(), schedule.unwrap_or_default().to_string());
        let key = [key.0.as_str(), key.1.as_str()];
        if of == "flow" {
            let id = luid::<Row<FlowRunTask>>(&key);
            transaction.put(tasks::flow_run(id, content, site, schedule))?;
        } else if of != "workbook" || transaction.workbooks.get(content).is_some() {
            let id = luid::<Row<ExtractRefreshTask>>(&key);
            let mut task = tasks::extract_refresh(id, content, site, schedule, false);
            task.shown.schedule = own.map(Shared::new);
            transaction.put(task)?;
        }
    }
    Ok(())
}

/// Gives a linked task its schedule and its flows, which its document names.
fn link(task: &mut Row<LinkedTask>) {
    let shown = &mut task.shown;
    if let Some(by) = &mut shown.schedule {
        by.id = schedule(by.id.as_str()).to_string().into();
    }
    for step in shown
        .linked_task_steps
        .iter_mut()
        .flat_map(|steps| steps.iter_mut())
    {
        let run = step.task.as_mut().and_then(|task| task.flow_run.as_mut());
        if let Some(flow) = run.and_then(|run| run.flow.as_mut()) {
            flow.id = rng::luid("flow", &["", &flow.name]).to_string().into();
        }
    }
}

/// Gives a subscription its schedule and its content, which its document names; gives the content.
fn subscribe(row: &mut Row<Subscription>) -> Option<Uuid> {
    let by = row.shown.schedule.as_mut()?;
    by.id = schedule(by.id.as_str()).to_string().into();
    let content = row.shown.content.as_mut()?;
    let id = match (&content.r#type, content.id.split_once('/')) {
        (SubscribedType::View, Some((workbook, name))) => view("", workbook, name),
        _ => luid::<Row<Workbook>>(&["", &content.id]),
    };
    content.id = id.to_string();
    Some(id)
}

/// A table with its columns, and their types.
#[derive(Deserialize)]
struct WithColumns {
    site: String,
    parent: String,
    table: Named,
    columns: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

fn fill_columns(transaction: &mut Transaction<'_>, documents: &str) -> Result<(), Refusal> {
    let documents: Vec<WithColumns> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for WithColumns {
        site,
        parent,
        table,
        columns,
    } in documents
    {
        let database = luid::<Row<Database>>(&[&site, &parent]).to_string();
        let table = luid::<Row<Table>>(&[&database, &table.name]);
        for (name, remote_type) in columns {
            let id = luid::<Row<Column>>(&[&table.to_string(), &name]);
            let mut shown = Column::default();
            shown.id = id.to_string().into();
            shown.name = name;
            shown.remote_type = Some(remote_type);
            shown.parent_table_id = Some(table.to_string().into());
            let mut row = Row::new(id, luid::<SiteRow>(&[&site]), shown);
            row.parent = Some(table);
            transaction.put(row)?;
        }
    }
    Ok(())
}
