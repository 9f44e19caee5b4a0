//! Linked tasks: runs of flows, one after the other.

use super::Schedule;
use super::tasks::{Nothing, Task};
use crate::endpoint::calls;
use crate::value::{Id, Items, JobStatus, Shared, Timestamp};
use crate::{element, endpoint, resource};

/// A linked task (schema: `linkedTaskType`).
#[resource(
    "tasks/linked",
    element = "linkedTasks",
    collection = "linkedTasks",
    listed = "linkedTasks",
    noun = "linked task",
    missing = "404026",
    since = "3.15",
    jwt = "tableau:linked_tasks:read",
    list,
    get
)]
pub struct LinkedTask {
    pub id: Id<LinkedTask>,
    /// How many steps it has.
    pub num_steps: Option<u64>,
    /// When it runs.
    pub schedule: Option<Shared<Schedule>>,
    /// Its steps.
    pub linked_task_steps: Option<Items<LinkedTaskStep>>,
}

/// A step of a linked task (schema: `linkedTaskStepType`).
#[element("linkedTaskSteps", list = "linkedTaskSteps")]
pub struct LinkedTaskStep {
    pub id: Id<LinkedTaskStep>,
    /// Its position, from 1.
    pub step_number: Option<u64>,
    /// Whether the steps after it are left out if it fails.
    pub stop_downstream_tasks_on_failure: Option<bool>,
    /// What is run.
    pub task: Option<Task>,
}

/// Runs a linked task now, apart from its schedule.
#[endpoint(
    POST,
    "tasks/linked/{id}/runNow",
    since = "3.15",
    jwt = "tableau:linked_tasks:run",
    status = 200,
    reply = LinkedTaskJob
)]
pub struct RunNow {
    /// The linked task.
    pub id: Id<LinkedTask>,
    /// An empty document.
    #[body]
    pub request: Nothing,
}

/// A run of a linked task (schema: `linkedTaskJobType`).
#[element("linkedTaskJob")]
pub struct LinkedTaskJob {
    pub id: Id<LinkedTaskJob>,
    /// The linked task.
    pub linked_task_id: Option<Id<LinkedTask>>,
    /// How far it is.
    pub status: Option<JobStatus>,
    pub created_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

calls!(LinkedTask; RunNow);
