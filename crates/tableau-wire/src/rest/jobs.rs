//! Jobs: the server's work in the background.

use super::publishing::Connection;
use super::{Datasource, Flow, FlowRun, Subscription, View, VirtualConnection, Workbook};
use crate::codec::{DecodeError, Reader};
use crate::endpoint::calls;
use crate::resource::{HasRefresh, Refresh};
use crate::value::{Id, Items, JobStatus, Shared, Text, Timestamp};
use crate::{document, element, endpoint, part, resource};

/// A job as lists show it (schema: `backgroundJobType`).
#[resource(
    "jobs",
    element = "backgroundJob",
    collection = "backgroundJobs",
    since = "3.1",
    jwt = "tableau:jobs:read",
    noun = "job",
    missing = "404018",
    one = Job,
    filter(
        args: has, completedAt: range, createdAt: range, jobType: eq in, notes: has, priority:
        range, progress: range, startedAt: range, status: eq in, subtitle: eq has, title: eq has
    ),
    list,
    get(since = "2.0")
)]
pub struct BackgroundJob {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<Job>,
    /// How far it is.
    pub status: Option<JobStatus>,
    /// When it was queued.
    pub created_at: Option<Timestamp>,
    /// When it began to run.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How urgent it is: from 1, the most urgent, to 100.
    pub priority: Option<u64>,
    /// What it does: `refresh_extracts`, `single_subscription_notify`, ….
    pub job_type: Option<String>,
    /// What it is about.
    pub title: Option<String>,
    /// What kind of thing that is.
    pub subtitle: Option<String>,
}

/// A job (schema: `jobType`).
#[element("job")]
pub struct Job {
    pub id: Id<Job>,
    /// `Asynchronous`.
    pub mode: Option<String>,
    /// What it does: `RefreshExtract`, `PublishWorkbook`, ….
    pub r#type: Option<String>,
    /// How much of it is done, in percent.
    pub progress: Option<u64>,
    /// When it was queued.
    pub created_at: Option<Timestamp>,
    /// When it began to run.
    pub started_at: Option<Timestamp>,
    /// When something about it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it ended; until then it is under way.
    pub completed_at: Option<Timestamp>,
    /// How it ended: 0 with success, 1 with a failure, 2 it was cancelled, 3 completed. Servers give one to jobs that are under way as well.
    pub finish_code: Option<i64>,
    /// What it counted.
    pub status_notes: Option<Items<StatusNote>>,
    /// What a refresh of extracts is about.
    pub extract_refresh_job: Option<ExtractRefreshJob>,
    /// What the mails of a subscription are about.
    pub subscription_job_type: Option<SubscriptionJob>,
    /// What a creation of extracts is about.
    pub extract_creation_job: Option<ExtractRefreshJob>,
    /// What a run of a flow is about.
    pub run_flow_job_type: Option<RunFlowJob>,
    /// What a change of rows is about.
    pub update_uploaded_file_job: Option<UpdateUploadedFileJob>,
    /// What new thumbnails are about.
    pub thumbnails_refresh_job: Option<ThumbnailsRefreshJob>,
}

impl Job {
    /// What the server has to say about it: the notes of what it is about, and the texts of its status notes. For example, why it failed.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        let refreshes = [&self.extract_refresh_job, &self.extract_creation_job];
        let refreshes = refreshes.into_iter().flatten().map(|about| &about.notes);
        let runs = self.run_flow_job_type.iter().map(|about| &about.notes);
        let mails = self.subscription_job_type.iter().map(|about| &about.notes);
        let changes = self.update_uploaded_file_job.iter().map(|about| &about.notes);
        let about = refreshes.chain(runs).chain(mails).chain(changes);
        let about = about.flatten().map(|notes| notes.0.as_str());
        let status = self.status_notes.iter().flat_map(|notes| notes.iter());
        let all = about.chain(status.filter_map(|note| note.text.as_deref()));
        all.filter(|note| !note.trim().is_empty())
    }
}

/// The subject of a run of a flow (schema: `runFlowJobType`).
#[part]
pub struct RunFlowJob {
    /// What the server has to say about it.
    #[read_by(lines)]
    pub notes: Option<Text<String>>,
    /// The run.
    pub flow_run_id: Option<Id<FlowRun>>,
    /// The flow.
    pub flow: Option<Shared<Flow>>,
}

/// The subject of a change of rows (schema: `updateUploadedFileJobType`).
#[part]
pub struct UpdateUploadedFileJob {
    /// The data source.
    pub datasource: Option<Shared<Datasource>>,
    /// The connection whose rows change.
    pub connection_luid: Option<Text<Id<Connection>>>,
    /// What the server has to say about it.
    #[read_by(lines)]
    pub notes: Option<Text<String>>,
}

/// The subject of the mails of a subscription (schema: `subscriptionJobType`).
#[part]
pub struct SubscriptionJob {
    /// What the server has to say about it.
    #[read_by(lines)]
    pub notes: Option<Text<String>>,
    /// The subscription.
    pub subscription_id: Option<Text<Id<Subscription>>>,
    /// The subject of the mails.
    pub subscription_subject: Option<Text<String>>,
}

/// The subject of new thumbnails (schema: `thumbnailsRefreshJobType`).
#[part]
pub struct ThumbnailsRefreshJob {
    /// The job.
    pub job_luid: Option<Text<Id<Job>>>,
    /// The workbook.
    pub workbook: Option<Shared<Workbook>>,
}

/// What a job counted (schema: `statusNoteType`).
#[element("statusNote")]
pub struct StatusNote {
    /// What was counted: `CountOfUsersAddedToGroup`, ….
    pub r#type: Option<String>,
    /// The number.
    pub value: Option<String>,
    /// What that means, in words.
    pub text: Option<String>,
}

/// The subject of an extract refresh (schema: `extractRefreshJobType`).
#[part]
pub struct ExtractRefreshJob {
    /// What the server has to say about it: why it failed, for example. Of several notes, each is a line.
    #[read_by(lines)]
    pub notes: Option<Text<String>>,
    /// The data source, if it is one.
    pub datasource: Option<Shared<Datasource>>,
    /// The view, if it is one.
    pub view: Option<Shared<View>>,
    /// The virtual connection, if it is one.
    pub virtual_connection: Option<Shared<VirtualConnection>>,
    /// The workbook, if it is one.
    pub workbook: Option<Shared<Workbook>>,
    /// The job, where it creates extracts.
    pub job_luid: Option<Text<Id<Job>>>,
}

/// Reads one text, or several elements of one name as lines.
fn lines(reader: Reader<'_, '_>) -> Result<Option<Text<String>>, DecodeError> {
    let lines = reader.texts()?;
    Ok((!lines.is_empty()).then(|| Text(lines.join("\n"))))
}

/// Cancels a job that has not ended yet.
// The content of the answer is not known; nothing in it is needed.
#[endpoint(PUT, "jobs/{id}", since = "3.1", jwt = "tableau:jobs:update", status = 200)]
pub struct Cancel {
    /// The job.
    pub id: Id<Job>,
}

/// The document that asks for a refresh; that of a full one has nothing in it.
#[document(exhaustive)]
#[derive(Copy)]
pub struct RefreshRequest {
    /// How to refresh (3.25 and later).
    pub extract_refresh: Option<ExtractRefresh>,
}

/// How to refresh extracts.
#[part(exhaustive)]
#[derive(Copy)]
pub struct ExtractRefresh {
    /// Whether only what is new is added.
    pub incremental: Option<bool>,
}

/// A call that queues a job, and is refused with 409093 while one for the same content is queued or running.
pub trait QueuesJob: crate::Endpoint<Reply = Job> + Clone {
    /// Whether a job does what the call asks for, for the same content.
    fn is_done_by(&self, job: &Job) -> bool;
}

impl<R: HasRefresh> QueuesJob for Refresh<R> {
    fn is_done_by(&self, job: &Job) -> bool {
        let Some(about) = &job.extract_refresh_job else {
            return false;
        };
        let ids = [
            about.workbook.as_ref().map(|workbook| workbook.id.as_str()),
            about.datasource.as_ref().map(|datasource| datasource.id.as_str()),
        ];
        // Identifiers are unique over all kinds.
        ids.contains(&Some(self.id.as_str()))
    }
}

impl QueuesJob for super::flows::Run {
    fn is_done_by(&self, job: &Job) -> bool {
        let flow = job
            .run_flow_job_type
            .as_ref()
            .and_then(|about| about.flow.as_ref());
        flow.is_some_and(|flow| flow.id == self.id)
    }
}

calls!(BackgroundJob; Cancel);
