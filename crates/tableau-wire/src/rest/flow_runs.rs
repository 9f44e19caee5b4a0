//! Runs of flows.

use super::flows::{Flow, FlowParameter};
use super::jobs::Job;
use crate::endpoint::calls;
use crate::value::{Id, Items, JobStatus, Timestamp};
use crate::{element, endpoint, resource};

/// A run of a flow (schema: `flowRunType`).
#[resource(
    "flows/runs",
    element = "flowRun",
    collection = "flowRuns",
    listed = "flowRuns",
    noun = "flow run",
    since = "3.10",
    // The code is inferred: the page of the call names none.
    missing = "404027",
    jwt = "tableau:flow_runs:read",
    filter(completedAt: range, flowId: eq in, progress: range, startedAt: range, userId: eq in),
    list,
    get
)]
pub struct FlowRun {
    pub id: Id<FlowRun>,
    /// The flow.
    pub flow_id: Option<Id<Flow>>,
    /// How far it is.
    pub status: Option<JobStatus>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// How much of it is done, in percent.
    pub progress: Option<i64>,
    /// The job that does it.
    pub background_job_id: Option<Id<Job>>,
    /// The values that parameters had.
    pub flow_parameter_runs: Option<Items<FlowParameterRun>>,
}

/// The value that a parameter had in a run (schema: `flowParameterRunType`).
#[element("parameterRuns", list = "flowParameterRuns")]
pub struct FlowParameterRun {
    /// The parameter.
    pub parameter_id: Option<Id<FlowParameter>>,
    pub name: String,
    /// What it means.
    pub description: Option<String>,
    /// Its value.
    pub override_value: Option<String>,
}

/// Cancels a run of a flow that has not ended yet.
// The content of the answer is not known; nothing in it is needed.
#[endpoint(
    PUT,
    "flows/runs/{id}",
    since = "3.10",
    jwt = "tableau:flow_runs:update",
    status = 200
)]
pub struct Cancel {
    /// The run.
    pub id: Id<FlowRun>,
}

calls!(FlowRun; Cancel);
