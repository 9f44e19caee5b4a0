//! How jobs are shown: their types, their titles, what they are about.

use tableau_wire::rest::jobs::{
    BackgroundJob, ExtractRefreshJob, Job, RunFlowJob, StatusNote, UpdateUploadedFileJob,
};
use tableau_wire::{Items, Shared, Text};

use super::id;
use crate::kept::{Context, Plan};
use crate::store::State;
use crate::store::row::Row;
use crate::store::unshown::{Extracted, JobEnding, JobOf};

/// A job as it is stored.
pub(super) type JobRow = Row<BackgroundJob>;

/// The type in lists, and that of one job. Those of refreshing extracts are recorded, and that of one job that changes rows; the schema names
/// those of one job that imports users or synchronizes a group; the others are inferred.
pub(super) fn job_type(of: &JobOf) -> (&'static str, &'static str) {
    match of {
        JobOf::Workbook(_) | JobOf::Datasource(_) => ("refresh_extracts", "RefreshExtract"),
        JobOf::CreateExtracts { .. } => ("create_extracts", "CreateExtracts"),
        JobOf::DeleteExtracts { .. } => ("delete_extracts", "DeleteExtracts"),
        JobOf::UpdateData { .. } => ("update_uploaded_file", "UpdateUploadedFile"),
        JobOf::Publishing(_) | JobOf::Published { .. } => ("publish_workbook", "PublishWorkbook"),
        JobOf::PublishingDatasource(_) | JobOf::PublishedDatasource { .. } => {
            ("publish_datasource", "PublishDatasource")
        }
        JobOf::Flow { .. } => ("run_flow", "RunFlow"),
        JobOf::ImportUsers { .. } => ("create_site_users_csv", "CreateSiteUsersCsv"),
        JobOf::RemoveUsers { .. } => ("delete_site_users_csv", "DeleteSiteUsersCsv"),
        JobOf::SyncGroup { .. } => ("group_sync", "GroupSync"),
    }
}

/// A job in the answer that queues it (recorded).
pub(super) fn queued(row: &JobRow, context: &Context<'_>) -> Job {
    let mut job = Job::default();
    job.id = id(row.id);
    job.mode = Some("Asynchronous".to_owned());
    job.r#type = Some(job_type(&row.unshown.of).1.to_owned());
    job.created_at.clone_from(&row.shown.created_at);
    let about = about(row, context);
    match row.unshown.of {
        JobOf::CreateExtracts { .. } => job.extract_creation_job = about,
        JobOf::Workbook(_) | JobOf::Datasource(_) => job.extract_refresh_job = about,
        _ => {}
    }
    job.update_uploaded_file_job = about_data(row, context);
    job.run_flow_job_type = about_run(row, context);
    job.status_notes = counted(&row.unshown.of);
    job
}

/// What a job about users and groups counted.
pub(super) fn counted(of: &JobOf) -> Option<Items<StatusNote>> {
    let (JobOf::ImportUsers { counts, .. }
    | JobOf::RemoveUsers { counts, .. }
    | JobOf::SyncGroup { counts, .. }) = of
    else {
        return None;
    };
    if counts.0.is_empty() {
        return None;
    }
    let notes = counts.0.iter().map(|(what, count)| {
        let mut note = StatusNote::default();
        note.r#type = Some(what.clone());
        note.value = Some(count.to_string());
        note
    });
    Some(notes.collect())
}

// That title and subtitle are the name and the kind is inferred.
pub(super) fn title(job: &JobRow, state: &State) -> String {
    let of = &job.unshown.of;
    let name = match (of, of.extracted()) {
        (_, Some(Extracted::Workbook(id))) => state.workbooks.get(id).map(|found| &found.shown.name),
        (_, Some(Extracted::Datasource(id))) => state.datasources.get(id).map(|found| &found.shown.name),
        (JobOf::Publishing(pending), _) => Some(&pending.item.shown.name),
        (JobOf::PublishingDatasource(pending), _) => Some(&pending.item.shown.name),
        (JobOf::Published { name } | JobOf::PublishedDatasource { name }, _) => Some(name),
        (JobOf::Flow { flow, .. }, _) => state.flows.get(*flow).map(|found| &found.shown.name),
        (JobOf::SyncGroup { group, .. }, _) => Some(&group.shown.name),
        _ => None,
    };
    name.cloned().unwrap_or_default()
}

pub(super) fn subtitle(of: &JobOf) -> &'static str {
    match (of, of.extracted()) {
        (_, Some(Extracted::Datasource(_)))
        | (JobOf::PublishingDatasource(_) | JobOf::PublishedDatasource { .. }, _) => "Data Source",
        (JobOf::Flow { .. }, _) => "Flow",
        (JobOf::SyncGroup { .. }, _) => "Group",
        (JobOf::ImportUsers { .. } | JobOf::RemoveUsers { .. }, _) => "Users",
        _ => "Workbook",
    }
}

/// The server's notes about a job that has ended. The texts are inferred.
pub(super) fn notes(job: &JobRow, state: &State) -> Option<String> {
    let (_, ending) = job.unshown.ended()?;
    Some(match ending {
        JobEnding::Succeeded => format!(
            "Finished {} {} '{}'.",
            action(&job.unshown.of),
            subtitle(&job.unshown.of),
            title(job, state)
        ),
        JobEnding::Failed { notes } => notes.clone(),
        JobEnding::Cancelled => "The job was cancelled.".to_owned(),
    })
}

fn action(of: &JobOf) -> &'static str {
    match of {
        JobOf::Flow { .. } => "run of",
        JobOf::SyncGroup { .. } => "synchronization of",
        JobOf::ImportUsers { .. } => "import of",
        JobOf::RemoveUsers { .. } => "removal of",
        JobOf::CreateExtracts { .. } => "creation of extracts for",
        JobOf::DeleteExtracts { .. } => "deletion of extracts of",
        JobOf::UpdateData { .. } => "update of rows of",
        JobOf::Workbook(_) | JobOf::Datasource(_) => "refresh of extracts for",
        _ => "publishing of",
    }
}

fn about(job: &JobRow, context: &Context<'_>) -> Option<ExtractRefreshJob> {
    let state = context.state;
    let named = ["id", "name"];
    let mut about = ExtractRefreshJob::default();
    about.notes = notes(job, state).map(Text);
    match job.unshown.of.extracted()? {
        Extracted::Workbook(id) => {
            let found = state.workbooks.get(id);
            about.workbook = found.map(|row| Shared::new(Plan::with(&named).show(row, context)));
        }
        Extracted::Datasource(id) => {
            let found = state.datasources.get(id);
            about.datasource = found.map(|row| Shared::new(Plan::with(&named).show(row, context)));
        }
    }
    Some(about)
}

fn about_data(job: &JobRow, context: &Context<'_>) -> Option<UpdateUploadedFileJob> {
    let JobOf::UpdateData {
        datasource,
        connection,
        ..
    } = &job.unshown.of
    else {
        return None;
    };
    let mut about = UpdateUploadedFileJob::default();
    about.connection_luid = Some(Text(id(*connection)));
    let found = context.state.datasources.get(*datasource);
    about.datasource = found.map(|row| Shared::new(Plan::with(&["id", "name"]).show(row, context)));
    Some(about)
}

fn about_run(job: &JobRow, context: &Context<'_>) -> Option<RunFlowJob> {
    let JobOf::Flow { flow, run } = &job.unshown.of else {
        return None;
    };
    let mut about = RunFlowJob::default();
    about.notes = notes(job, context.state).map(Text);
    about.flow_run_id = Some(id(*run));
    let found = context.state.flows.get(*flow);
    about.flow = found.map(|row| Shared::new(Plan::with(&["id", "name"]).show(row, context)));
    Some(about)
}
