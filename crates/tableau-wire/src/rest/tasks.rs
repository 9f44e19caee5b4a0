//! Tasks: what schedules run.

use super::flows::FlowRunSpec;
use super::jobs::Job;
use super::schedules::{FrequencyDetails, NewScheduledTask, Schedule};
use super::{Datasource, Flow, View, Workbook};
use crate::endpoint::calls;
use crate::value::{Id, Items, Shared, Text, Timestamp};
use crate::{document, element, endpoint, part};

/// A task (schema: `taskType`): one of the kinds is there.
#[element("task")]
pub struct Task {
    /// A refresh of extracts.
    pub extract_refresh: Option<ExtractRefreshTask>,
    /// An acceleration of a workbook.
    pub data_acceleration: Option<DataAccelerationTask>,
    /// A run of a flow.
    pub flow_run: Option<FlowRunTask>,
}

/// A refresh of extracts by a schedule (schema: `taskExtractRefreshType`).
#[element("extractRefresh")]
pub struct ExtractRefreshTask {
    pub id: Id<ExtractRefreshTask>,
    /// How urgent it is: from 1, the most urgent, to 100.
    pub priority: Option<u64>,
    /// How often it has failed since it last succeeded.
    pub consecutive_failed_count: Option<u64>,
    /// `RefreshExtractTask`, or `IncrementExtractTask` for one that adds what is new.
    pub r#type: Option<String>,
    /// Whether it adds what is new instead of replacing all.
    pub incremental: Option<bool>,
    /// When it runs.
    pub schedule: Option<Shared<Schedule>>,
    /// The data source, if it is one.
    pub datasource: Option<Shared<Datasource>>,
    /// The view, if it is one.
    pub view: Option<Shared<View>>,
    /// The workbook, if it is one.
    pub workbook: Option<Shared<Workbook>>,
}

/// An acceleration of a workbook by a schedule (schema: `taskDataAccelerationType`).
#[part]
pub struct DataAccelerationTask {
    pub id: Id<DataAccelerationTask>,
    /// How often it has failed since it last succeeded.
    pub consecutive_failed_count: Option<u64>,
    /// The kind of the task.
    pub r#type: Option<String>,
    /// When it last ran.
    pub last_run_at: Option<Text<Timestamp>>,
    /// When it runs.
    pub schedule: Option<Shared<Schedule>>,
    /// The workbook.
    pub workbook: Option<Shared<Workbook>>,
}

/// A run of a flow by a schedule (schema: `taskRunFlowType`).
#[element("flowRunTask")]
pub struct FlowRunTask {
    pub id: Id<FlowRunTask>,
    /// How urgent it is: from 1, the most urgent, to 100.
    pub priority: Option<u64>,
    /// How often it has failed since it last succeeded.
    pub consecutive_failed_count: Option<u64>,
    /// The kind of the task: `RunFlowTask`.
    pub r#type: Option<String>,
    /// When it runs.
    pub schedule: Option<Shared<Schedule>>,
    /// The flow.
    pub flow: Option<Shared<Flow>>,
    /// How it is run.
    pub flow_run_spec: Option<FlowRunSpec>,
}

/// Lists the refreshes of extracts by schedules.
#[endpoint(GET, "tasks/extractRefreshes", since = "2.6", jwt = "tableau:tasks:read", reply = Items<Task>)]
pub struct ListExtractRefreshes {}

/// Gets a refresh of extracts by a schedule.
#[endpoint(GET, "tasks/extractRefreshes/{id}", since = "2.6", jwt = "tableau:tasks:read", reply = Task)]
pub struct GetExtractRefresh {
    /// The task.
    pub id: Id<ExtractRefreshTask>,
}

/// Creates a refresh of extracts with a schedule of its own, on Tableau Cloud.
#[endpoint(
    POST,
    "tasks/extractRefreshes",
    since = "3.19",
    only = cloud,
    jwt = "tableau:tasks:create",
    status = 200,
    reply = CloudTask
)]
pub struct CreateExtractRefresh {
    /// What is refreshed, and when.
    #[body]
    pub task: CloudExtractRefresh,
}

/// Changes a refresh of extracts and its schedule, on Tableau Cloud.
#[endpoint(
    POST,
    "tasks/extractRefreshes/{id}",
    since = "3.20",
    only = cloud,
    jwt = "tableau:tasks:update",
    retry = idempotent,
    reply = CloudTask
)]
pub struct UpdateExtractRefresh {
    /// The task.
    pub id: Id<ExtractRefreshTask>,
    /// What changes.
    #[body]
    pub task: CloudExtractRefreshPatch,
}

/// What may be changed about a refresh of extracts and its schedule, on Tableau Cloud: each of both is given whole, or stays.
#[document(new)]
pub struct CloudExtractRefreshPatch {
    /// What is refreshed, with the workbook or the data source.
    pub extract_refresh: Option<CloudContent>,
    /// When it runs, with `frequency` and `frequencyDetails.start`.
    pub schedule: Option<CloudSchedule>,
}

/// A refresh of extracts and its schedule, on Tableau Cloud.
#[document(new)]
pub struct CloudExtractRefresh {
    /// What is refreshed.
    pub extract_refresh: CloudContent,
    /// When it runs.
    pub schedule: CloudSchedule,
}

/// The content of a task of Tableau Cloud.
#[part(new)]
pub struct CloudContent {
    /// `FullRefresh` or `IncrementalRefresh`; of a flow `Full` or `Incremental`.
    pub r#type: Option<String>,
    /// The workbook, if it is one.
    pub workbook: Option<super::ItemId>,
    /// The data source, if it is one.
    pub datasource: Option<super::ItemId>,
    /// The flow, if it is one.
    pub flow: Option<super::ItemId>,
    /// How the flow is run: which output steps, with which values of parameters.
    pub flow_run_spec: Option<FlowRunSpec>,
}

/// When a task of Tableau Cloud runs.
#[part(new)]
pub struct CloudSchedule {
    /// `Hourly`, `Daily`, `Weekly` or `Monthly`.
    pub frequency: super::schedules::Frequency,
    /// When it comes due.
    pub frequency_details: FrequencyDetails,
}

/// A task of Tableau Cloud, with its schedule.
#[document]
pub struct CloudTask {
    /// The task, where a run of a flow was created.
    pub task: Option<Task>,
    /// The refresh of extracts, if it is one.
    pub extract_refresh: Option<ExtractRefreshTask>,
    /// The run of a flow, if it is one.
    pub flow_run: Option<FlowRunTask>,
    /// When it runs.
    pub schedule: Option<Schedule>,
}

/// Runs a refresh of extracts now, apart from its schedule.
#[endpoint(
    POST,
    "tasks/extractRefreshes/{id}/runNow",
    since = "2.6",
    jwt = "tableau:tasks:run",
    status = 200,
    reply = Job
)]
pub struct RunExtractRefresh {
    /// The task.
    pub id: Id<ExtractRefreshTask>,
    /// An empty document.
    #[body]
    pub request: Nothing,
}

/// A document that says nothing.
#[document(new)]
pub struct Nothing {}

/// Deletes a refresh of extracts: its schedule does not run it any more.
#[endpoint(
    DELETE,
    "tasks/extractRefreshes/{id}",
    since = "3.6",
    jwt = "tableau:tasks:delete"
)]
pub struct DeleteExtractRefresh {
    /// The task.
    pub id: Id<ExtractRefreshTask>,
}

/// Lists the accelerations of workbooks by schedules.
#[endpoint(
    GET,
    "tasks/dataAcceleration",
    since = "3.8",
    until = "3.15",
    only = server,
    jwt = "tableau:data_acceleration_tasks:read",
    reply = Items<Task>
)]
pub struct ListDataAccelerations {}

/// Deletes an acceleration of a workbook by a schedule.
#[endpoint(
    DELETE,
    "tasks/dataAcceleration/{id}",
    since = "3.8",
    until = "3.15",
    only = server,
    jwt = "tableau:data_acceleration_tasks:delete"
)]
pub struct DeleteDataAcceleration {
    /// The task.
    pub id: Id<DataAccelerationTask>,
}

/// Lists the runs of flows by schedules.
#[endpoint(GET, "tasks/runFlow", since = "3.3", jwt = "tableau:flow_tasks:read", reply = Items<Task>)]
pub struct ListFlowRuns {}

/// Gets a run of a flow by a schedule.
#[endpoint(GET, "tasks/runFlow/{id}", since = "3.3", jwt = "tableau:flow_tasks:read", reply = Task)]
pub struct GetFlowRun {
    /// The task.
    pub id: Id<FlowRunTask>,
}

/// Runs a flow of a task now, apart from its schedule.
#[endpoint(
    POST,
    "tasks/runFlow/{id}/runNow",
    since = "3.3",
    jwt = "tableau:flow_tasks:run",
    status = 200,
    reply = Job
)]
pub struct RunFlow {
    /// The task.
    pub id: Id<FlowRunTask>,
    /// An empty document.
    #[body]
    pub request: Nothing,
}

/// Deletes a run of a flow: its schedule does not run it any more.
// Tableau's Python library deletes tasks of every kind by such an address.
#[endpoint(DELETE, "tasks/runFlow/{id}", since = "3.6", jwt = "tableau:tasks:delete")]
pub struct DeleteFlowRun {
    /// The task.
    pub id: Id<FlowRunTask>,
}

/// Creates a run of a flow with a schedule of its own, on Tableau Cloud.
#[endpoint(
    POST,
    "tasks/flows",
    since = "3.22",
    only = cloud,
    jwt = "tableau:tasks:create",
    status = 200,
    reply = CloudTask
)]
pub struct CreateFlowRun {
    /// Which flow is run, and when.
    #[body]
    pub task: CloudFlowRun,
}

/// A run of a flow and its schedule, on Tableau Cloud.
#[document(new)]
pub struct CloudFlowRun {
    /// What is run: the task of a flow.
    pub task: Option<NewScheduledTask>,
    /// What is run, as Tableau's Python library sends it.
    pub run_flow: Option<CloudContent>,
    /// When it runs.
    pub schedule: CloudSchedule,
}

calls!(; ListExtractRefreshes, GetExtractRefresh, CreateExtractRefresh, UpdateExtractRefresh, RunExtractRefresh,
    DeleteExtractRefresh, ListDataAccelerations, DeleteDataAcceleration, ListFlowRuns, GetFlowRun, RunFlow, DeleteFlowRun,
    CreateFlowRun);
