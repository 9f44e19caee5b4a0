//! Jobs, which are started by one call and watched by others.

use std::fmt;
use std::num::ParseIntError;
use std::ops::Deref;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::json::{Json, Payload};
use super::loose;
use super::time::EpochMillis;
use super::word::{JobStatus, JobType};
use crate::endpoint::Argument;
use crate::{Described, Entry, ValueKind, endpoint};

/// Lists the jobs.
///
/// Documented.
#[endpoint(GET, "asyncJobs", family = tsm, since = "0.5", reply = Json<AsyncJobs>)]
pub struct ListAsyncJobs {
    /// Only those with this status: `Succeeded`, `Failed`, `Created` or `Running` are documented.
    pub status: Option<JobStatus>,
}

/// Gets a job and its progress.
///
/// Documented.
#[endpoint(GET, "asyncJobs/{id}", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct GetAsyncJob {
    /// The job.
    pub id: JobId,
}

/// Gets the newest job and its progress.
///
/// Observed.
#[endpoint(GET, "asyncJobs/latest", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct GetLatestAsyncJob;

/// Requests the cancellation of a job: queued jobs can be cancelled, running ones only of some types.
///
/// Observed, though never in use; what can be cancelled is documented for `tsm jobs cancel`.
#[endpoint(PUT, "asyncJobs/{id}/cancel", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct CancelAsyncJob {
    /// The job.
    pub id: JobId,
}

/// The number of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for JobId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl<'de> Deserialize<'de> for JobId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        loose::required_number(deserializer).map(Self)
    }
}

impl Described for JobId {
    const KIND: ValueKind = ValueKind::Number;
}

impl Argument for JobId {
    fn encode(&self) -> Result<String, String> {
        Ok(self.to_string())
    }

    fn decode(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error| format!("{error}"))
    }
}

/// A job: work that the server does in the background.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AsyncJob {
    /// Its number.
    pub id: JobId,
    /// What it does.
    #[serde(default, deserialize_with = "loose::word")]
    pub job_type: Option<JobType>,
    /// How far it is.
    #[serde(default, deserialize_with = "loose::word")]
    pub status: Option<JobStatus>,
    /// How far it is, in percent.
    #[serde(default, deserialize_with = "loose::number")]
    pub progress: Option<u32>,
    /// What happened so far.
    #[serde(default, deserialize_with = "loose::object")]
    pub detailed_progress: Option<DetailedProgress>,
    /// When it was asked for.
    #[serde(default, deserialize_with = "loose::time")]
    pub created_at: Option<EpochMillis>,
    /// When something last happened.
    #[serde(default, deserialize_with = "loose::time")]
    pub updated_at: Option<EpochMillis>,
    /// When it ended; absent while it has not.
    #[serde(default, deserialize_with = "loose::time")]
    pub completed_at: Option<EpochMillis>,
    /// The message about the status.
    #[serde(default, deserialize_with = "loose::text")]
    pub status_message: Option<String>,
    /// The values for the placeholders of that text.
    #[serde(default, deserialize_with = "loose::or_empty")]
    pub status_message_data: Vec<Value>,
    /// Why it failed or was cancelled (observed).
    #[serde(default, deserialize_with = "loose::text")]
    pub error_message: Option<String>,
    /// After how many seconds the server gives up.
    #[serde(default, deserialize_with = "loose::number")]
    pub job_timeout: Option<u64>,
    /// The node that does it.
    #[serde(default, deserialize_with = "loose::text")]
    pub worker: Option<String>,
}

impl AsyncJob {
    /// A job of which only the number is known.
    #[must_use]
    pub fn new(id: JobId) -> Self {
        Self {
            id,
            job_type: None,
            status: None,
            progress: None,
            detailed_progress: None,
            created_at: None,
            updated_at: None,
            completed_at: None,
            status_message: None,
            status_message_data: Vec::new(),
            error_message: None,
            job_timeout: None,
            worker: None,
        }
    }

    /// Whether it has ended.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.outcome().is_some()
    }

    /// The outcome; `None` until it has ended.
    #[must_use]
    pub fn outcome(&self) -> Option<JobOutcome> {
        match self.status {
            Some(JobStatus::Succeeded) => Some(JobOutcome::Succeeded),
            Some(JobStatus::Failed) => Some(JobOutcome::Failed),
            Some(JobStatus::Cancelled) => Some(JobOutcome::Cancelled),
            _ => self.completed_at.map(|_| JobOutcome::Unclear),
        }
    }

    /// What happened so far: a log that is only ever appended to, in which a step stands when it begins and again when it ends.
    #[must_use]
    pub fn notes(&self) -> &[ProgressNote] {
        let progress = self.detailed_progress.as_ref();
        progress.map_or(&[], |progress| &progress.progress_notes)
    }

    /// What happened after the first `seen` notes.
    #[must_use]
    pub fn notes_after(&self, seen: usize) -> &[ProgressNote] {
        self.notes().get(seen..).unwrap_or_default()
    }
}

impl Payload for AsyncJob {
    const MEMBER: Option<&'static str> = Some("asyncJob");
}

/// How a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JobOutcome {
    /// It succeeded.
    Succeeded,
    /// It did not.
    Failed,
    /// It was cancelled.
    Cancelled,
    /// It ended with an unknown status.
    Unclear,
}

/// What happened in a job so far.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DetailedProgress {
    /// The log.
    #[serde(deserialize_with = "loose::or_empty")]
    pub progress_notes: Vec<ProgressNote>,
    /// How many steps are done.
    #[serde(deserialize_with = "loose::number")]
    pub done_steps: Option<u32>,
    /// How many steps there are.
    #[serde(deserialize_with = "loose::number")]
    pub total_steps: Option<u32>,
}

/// A line in the log of a job.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProgressNote {
    /// The step: `StopAllServices`.
    #[serde(deserialize_with = "loose::text")]
    pub step: Option<String>,
    /// Whether the step begins or has ended.
    #[serde(deserialize_with = "loose::word")]
    pub status: Option<JobStatus>,
    /// The message about it.
    #[serde(deserialize_with = "loose::text")]
    pub message: Option<String>,
    /// The values for the placeholders of that text.
    #[serde(deserialize_with = "loose::or_empty")]
    pub message_data: Vec<Value>,
    /// When.
    #[serde(deserialize_with = "loose::time")]
    pub timestamp: Option<EpochMillis>,
}

/// Jobs, in the order in which the server gives them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AsyncJobs(pub Vec<AsyncJob>);

impl Deref for AsyncJobs {
    type Target = [AsyncJob];

    fn deref(&self) -> &[AsyncJob] {
        &self.0
    }
}

impl Payload for AsyncJobs {
    const MEMBER: Option<&'static str> = Some("asyncJobs");
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<ListAsyncJobs>(),
    Entry::of::<GetLatestAsyncJob>(),
    Entry::of::<GetAsyncJob>(),
    Entry::of::<CancelAsyncJob>(),
];
