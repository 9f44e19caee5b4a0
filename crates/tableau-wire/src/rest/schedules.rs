//! Schedules: when the server refreshes extracts, runs flows and sends subscriptions.
//!
//! Tableau Server has schedules of its own; on Tableau Cloud each task and each subscription carries its own.

use super::flows::FlowRunSpec;
use super::{Datasource, Flow, ItemId, View, Workbook};
use crate::endpoint::calls;
use crate::page::Page;
use crate::value::{Id, Items, Shared, Text, Timestamp, open_enum};
use crate::{document, element, endpoint, part, resource};

/// A schedule (schema: `scheduleType`).
#[resource(
    "schedules",
    element = "schedule",
    scope = server,
    only = server,
    since = "2.2",
    missing = "404023",
    jwt = "tableau:schedules:read",
    jwt_writes = "schedules",
    list,
    get(since = "3.8"),
    create(NewSchedule { name, priority, r#type, frequency, execution_order?, frequency_details }, since = "2.3", answer = ScheduleAnswer),
    update(SchedulePatch { name, state, priority, r#type, frequency, execution_order, frequency_details }, since = "2.3"),
    delete(since = "2.3")
)]
pub struct Schedule {
    pub id: Id<Schedule>,
    pub name: String,
    /// Whether it is in use.
    pub state: Option<ScheduleState>,
    /// How urgent its tasks are: from 1, the most urgent, to 100.
    pub priority: Option<u64>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// What it is for.
    pub r#type: Option<ScheduleType>,
    /// How often it comes due.
    pub frequency: Option<Frequency>,
    /// When it comes due next.
    pub next_run_at: Option<Timestamp>,
    /// When it ends, if it does.
    pub end_schedule_at: Option<Timestamp>,
    /// Whether its tasks run at the same time or one after the other.
    pub execution_order: Option<ExecutionOrder>,
    /// When it comes due.
    pub frequency_details: Option<FrequencyDetails>,
}

/// When a schedule comes due, in the time of the server (schema: `frequencyDetailsType`).
#[part(new)]
pub struct FrequencyDetails {
    /// The time of the day, or of an hourly schedule the first one: `08:00:00`.
    pub start: String,
    /// The time of the day after which it does not come due any more: `23:00:00`. For hourly schedules, and on Tableau Cloud.
    pub end: Option<String>,
    /// Every how many hours or minutes, or on which days.
    pub intervals: Option<Items<Interval>>,
}

/// An interval or a day of a schedule: one of the members, or a week day with its number in the month (schema: `intervalType`).
#[element("interval", new)]
pub struct Interval {
    /// Every so many minutes: 15 or 30, and 60 on Tableau Cloud.
    pub minutes: Option<u64>,
    /// Every so many hours: 1, 2, 4, 6, 8, 12, and 24 on Tableau Cloud.
    pub hours: Option<u64>,
    /// A day of the week: `Monday`.
    pub week_day: Option<String>,
    /// A day of the month: from 1 to 31, or `LastDay`; with a day of the week `First` to `Fifth`, or `LastDay`.
    pub month_day: Option<String>,
}

open_enum! {
    /// Whether a schedule is in use (inferred: the schema has any text).
    ScheduleState by str::eq_ignore_ascii_case {
        /// It is.
        Active = "Active",
        /// Nothing is run by it until it is active again.
        Suspended = "Suspended",
    }
}

open_enum! {
    /// What a schedule is for (schema: `scheduleType`).
    ScheduleType {
        /// Synchronizing users and groups with Active Directory.
        ActiveDirectorySync = "ActiveDirectorySync",
        /// Accelerating workbooks.
        DataAcceleration = "DataAcceleration",
        /// Refreshing extracts.
        Extract = "Extract",
        /// Running flows.
        Flow = "Flow",
        /// Sending subscriptions.
        Subscription = "Subscription",
    }
}

open_enum! {
    /// How often a schedule comes due (schema: `scheduleType`).
    Frequency by str::eq_ignore_ascii_case {
        /// Several times a day.
        Hourly = "Hourly",
        /// Once a day, and on Tableau Cloud also several times.
        Daily = "Daily",
        /// On days of the week.
        Weekly = "Weekly",
        /// On days of the month.
        Monthly = "Monthly",
    }
}

open_enum! {
    /// Whether the tasks of a schedule wait for each other (schema: `scheduleType`).
    ExecutionOrder {
        /// They run at the same time.
        Parallel = "Parallel",
        /// They run one after the other.
        Serial = "Serial",
    }
}

/// A schedule that was created, with what the server warns of.
#[document]
pub struct ScheduleAnswer {
    /// The schedule.
    pub schedule: Schedule,
    /// The warnings.
    pub warnings: Option<Items<Warning>>,
}

/// What a server warns of (schema: `warningType`).
#[element("warning")]
pub struct Warning {
    /// Its code.
    pub error_code: Option<String>,
    /// What it says.
    pub message: Option<String>,
}

/// Adds a workbook to a schedule: its extracts are refreshed by it.
#[endpoint(
    PUT,
    "schedules/{schedule_id}/workbooks",
    since = "2.8",
    only = server,
    jwt = "tableau:schedules:update",
    reply = AddedToSchedule
)]
pub struct AddWorkbook {
    /// The schedule.
    pub schedule_id: Id<Schedule>,
    /// The task.
    #[body]
    pub task: NewScheduledTask,
}

/// Adds a data source to a schedule: its extracts are refreshed by it.
#[endpoint(
    PUT,
    "schedules/{schedule_id}/datasources",
    since = "2.8",
    only = server,
    jwt = "tableau:schedules:update",
    reply = AddedToSchedule
)]
pub struct AddDatasource {
    /// The schedule.
    pub schedule_id: Id<Schedule>,
    /// The task.
    #[body]
    pub task: NewScheduledTask,
}

/// Adds a flow to a schedule: it is run by it.
#[endpoint(
    PUT,
    "schedules/{schedule_id}/flows",
    since = "3.3",
    only = server,
    jwt = "tableau:schedules:update",
    reply = AddedToSchedule
)]
pub struct AddFlow {
    /// The schedule.
    pub schedule_id: Id<Schedule>,
    /// The task.
    #[body]
    pub task: NewScheduledTask,
}

/// What is added to a schedule.
#[element("task", new)]
pub struct NewScheduledTask {
    /// A refresh of the extracts of a workbook or a data source.
    pub extract_refresh: Option<ScheduledContent>,
    /// A run of a flow. Tableau's Python library calls it `runFlow`.
    #[serde(alias = "runFlow")]
    pub flow_run: Option<ScheduledContent>,
}

impl NewScheduledTask {
    /// A refresh of a workbook's extracts.
    pub fn workbook(id: impl Into<Id<Workbook>>) -> Self {
        Self::refresh(ScheduledContent::new().with(|content| {
            content.workbook = Some(ItemId {
                id: id.into().to_string(),
            });
        }))
    }

    /// A refresh of a data source's extracts.
    pub fn datasource(id: impl Into<Id<Datasource>>) -> Self {
        Self::refresh(ScheduledContent::new().with(|content| {
            content.datasource = Some(ItemId {
                id: id.into().to_string(),
            });
        }))
    }

    /// A run of a flow.
    pub fn flow(id: impl Into<Id<Flow>>) -> Self {
        let content = ScheduledContent::new().with(|content| {
            content.flow = Some(ItemId {
                id: id.into().to_string(),
            });
        });
        Self::new().with(|task| task.flow_run = Some(content))
    }

    fn refresh(content: ScheduledContent) -> Self {
        Self::new().with(|task| task.extract_refresh = Some(content))
    }
}

/// The content that a task works on.
#[part(new)]
pub struct ScheduledContent {
    /// Whether a refresh adds what is new instead of replacing all.
    pub incremental: Option<bool>,
    /// The workbook, if it is one.
    pub workbook: Option<ItemId>,
    /// The data source, if it is one.
    pub datasource: Option<ItemId>,
    /// The flow, if it is one.
    pub flow: Option<ItemId>,
    /// How the flow is run: which output steps, with which values of parameters.
    pub flow_run_spec: Option<FlowRunSpec>,
}

/// The tasks that were added to a schedule, with what the server warns of.
#[document]
pub struct AddedToSchedule {
    /// The task.
    pub task: Option<super::tasks::Task>,
    /// The warnings.
    pub warnings: Option<Items<Warning>>,
}

/// Lists the refreshes of extracts by a schedule, a page at a time.
#[endpoint(
    GET,
    "schedules/{schedule_id}/extracts",
    since = "2.2",
    only = server,
    jwt = "tableau:tasks:read",
    reply = Page<ScheduledExtract>
)]
pub struct ListExtractRefreshTasks {
    /// The schedule.
    pub schedule_id: Id<Schedule>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of items on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// A refresh of extracts by a schedule (schema: `extractType`).
#[element("extract")]
pub struct ScheduledExtract {
    pub id: Id<super::tasks::ExtractRefreshTask>,
    /// How urgent it is: from 1, the most urgent, to 100.
    pub priority: Option<u64>,
    /// `FullRefresh` or `IncrementalRefresh`.
    pub r#type: Option<String>,
    /// The workbook, if it is one.
    pub workbook: Option<Shared<Workbook>>,
    /// The data source, if it is one.
    pub datasource: Option<Shared<Datasource>>,
    /// The view, if it is one.
    pub view: Option<Shared<View>>,
}

/// Sets whether schedules are in use, of several or of all.
#[endpoint(
    PUT,
    "schedules",
    since = "3.27",
    scope = server,
    only = server,
    jwt = "tableau:schedules:update",
    reply = ScheduleLuids
)]
pub struct BatchUpdateState {
    /// Whether they are in use: `active` or `suspended`.
    pub state: String,
    /// Whether it is done to every schedule.
    pub update_all: Option<bool>,
    /// The schedules; none if it is done to all.
    #[body]
    pub schedules: ScheduleLuids,
}

/// Schedules by their identifiers.
#[document(new)]
pub struct ScheduleLuids {
    /// The identifiers.
    pub schedule_luids: Option<ScheduleLuidList>,
}

/// Identifiers of schedules (schema: `scheduleLuidListType`).
#[part(exhaustive)]
pub struct ScheduleLuidList {
    /// The identifiers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub schedule_luid: Vec<Text<Id<Schedule>>>,
}

calls!(Schedule; AddWorkbook, AddDatasource, AddFlow, ListExtractRefreshTasks, BatchUpdateState);
