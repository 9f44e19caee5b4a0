//! Tasks: what schedules run. On Tableau Cloud each has a schedule of its own.

use jiff::Timestamp;
use tableau_wire::rest::tasks::{
    DeleteExtractRefresh, DeleteFlowRun, ExtractRefreshTask, FlowRunTask, GetExtractRefresh, GetFlowRun,
    ListExtractRefreshes, ListFlowRuns, RunExtractRefresh, RunFlow, Task,
};
use tableau_wire::rest::{Datasource, Flow, Job, Schedule, Workbook};
use tableau_wire::{Items, Shared, rest};
use uuid::Uuid;

use super::{flow_runs, id, jobs};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::jobs::JobPlan;
use crate::kept::{Kept, Plan, Rights, owner, verbs};
use crate::refusal::Refusal;
use crate::store::row::{Row, Stored};
use crate::store::unshown::{JobOf, Task as Unshown};
use crate::store::{State, Transaction};

/// What a task shows of its schedule; the fields are recorded.
pub(super) const SCHEDULE: &[&str] = &[
    "id",
    "name",
    "state",
    "priority",
    "createdAt",
    "updatedAt",
    "type",
    "frequency",
    "nextRunAt",
];
pub(super) const MISSING: &str = "404026";
/// Recorded.
const PRIORITY: u64 = 50;

pub(super) type ExtractRow = Row<ExtractRefreshTask>;
pub(super) type FlowRow = Row<FlowRunTask>;

/// A task by its row: what each kind of task has.
pub(super) trait Scheduled: Stored<Unshown = Unshown> {
    /// Who may change it, by its content; `None` if the content is gone.
    fn may_change(row: &Row<Self>, state: &State, caller: &Caller) -> bool;
    /// The task as answers show it.
    fn show(call: &Call<'_>, state: &State, row: &Row<Self>) -> Self;
    /// The schedule of its own, on Tableau Cloud.
    fn own(&self) -> Option<&Schedule>;
    /// The same, to be changed.
    fn schedule(shown: &mut Self) -> &mut Option<Shared<Schedule>>;
}

/// Whether the caller owns an item, leads its project, or may write it.
fn may_change<R: Kept>(state: &State, caller: &Caller, item: Uuid) -> bool {
    let row = R::table(state).get(item);
    row.is_some_and(|row| Rights::OwnerOr("Write").allow(row, state, caller))
}

fn shown_schedule(
    call: &Call<'_>,
    state: &State,
    of: &Unshown,
    own: Option<Shared<Schedule>>,
) -> Option<Shared<Schedule>> {
    let schedule = of.schedule.and_then(|id| state.schedules.get(id));
    schedule.map_or(own, |schedule| {
        Some(Shared::new(
            Plan::with(SCHEDULE).show(schedule, &verbs::context(call, state)),
        ))
    })
}

fn brief<R: Kept>(call: &Call<'_>, state: &State, item: Option<Uuid>) -> Option<Shared<R>> {
    let row = R::table(state).get(item?)?;
    Some(Shared::new(
        Plan::with(&["id"]).show(row, &verbs::context(call, state)),
    ))
}

impl Scheduled for ExtractRefreshTask {
    fn may_change(row: &Row<Self>, state: &State, caller: &Caller) -> bool {
        row.parent.is_some_and(|item| {
            may_change::<Workbook>(state, caller, item) || may_change::<Datasource>(state, caller, item)
        })
    }

    fn show(call: &Call<'_>, state: &State, row: &Row<Self>) -> Self {
        let mut shown = row.shown.clone();
        shown.schedule = shown_schedule(call, state, &row.unshown, shown.schedule);
        shown.workbook = brief(call, state, row.parent);
        shown.datasource = brief(call, state, row.parent);
        shown
    }

    fn own(&self) -> Option<&Schedule> {
        self.schedule.as_deref()
    }

    fn schedule(shown: &mut Self) -> &mut Option<Shared<Schedule>> {
        &mut shown.schedule
    }
}

impl Scheduled for FlowRunTask {
    fn may_change(row: &Row<Self>, state: &State, caller: &Caller) -> bool {
        row.parent
            .is_some_and(|flow| may_change::<Flow>(state, caller, flow))
    }

    fn show(call: &Call<'_>, state: &State, row: &Row<Self>) -> Self {
        let mut shown = row.shown.clone();
        shown.schedule = shown_schedule(call, state, &row.unshown, shown.schedule);
        shown.flow = brief(call, state, row.parent);
        shown
    }

    fn own(&self) -> Option<&Schedule> {
        self.schedule.as_deref()
    }

    fn schedule(shown: &mut Self) -> &mut Option<Shared<Schedule>> {
        &mut shown.schedule
    }
}

pub(super) fn new<T: Scheduled>(id: Uuid, of: Uuid, site: Uuid, shown: T) -> Row<T> {
    let mut row = Row::new(id, site, shown);
    row.parent = Some(of);
    row
}

/// A new task that refreshes extracts.
pub(crate) fn extract_refresh(
    id: Uuid,
    of: Uuid,
    site: Uuid,
    schedule: Option<Uuid>,
    incremental: bool,
) -> ExtractRow {
    let mut row = new(id, of, site, extract_shown(id, incremental));
    row.unshown.schedule = schedule;
    row
}

pub(super) fn extract_shown(new: Uuid, incremental: bool) -> ExtractRefreshTask {
    let mut shown = ExtractRefreshTask::default();
    shown.id = id(new);
    shown.priority = Some(PRIORITY);
    shown.consecutive_failed_count = Some(0);
    shown.incremental = Some(incremental);
    let kind = if incremental {
        "IncrementExtractTask"
    } else {
        "RefreshExtractTask"
    };
    shown.r#type = Some(kind.to_owned());
    shown
}

/// A new task that runs a flow, as a whole.
pub(crate) fn flow_run(id: Uuid, of: Uuid, site: Uuid, schedule: Option<Uuid>) -> FlowRow {
    let mut row = new(id, of, site, flow_shown(id));
    row.unshown.schedule = schedule;
    row
}

pub(super) fn flow_shown(new: Uuid) -> FlowRunTask {
    let mut shown = FlowRunTask::default();
    shown.id = id(new);
    shown.priority = Some(PRIORITY);
    shown.consecutive_failed_count = Some(0);
    shown.r#type = Some("RunFlowTask".to_owned());
    shown
}

/// The refreshes of extracts by a schedule.
pub(super) fn extracts_of(state: &State, schedule: Uuid) -> impl Iterator<Item = &ExtractRow> {
    let of = move |row: &&ExtractRow| row.unshown.schedule == Some(schedule);
    state.extract_refreshes.iter().filter(of)
}

/// The runs of flows by a schedule.
pub(super) fn flows_of(state: &State, schedule: Uuid) -> impl Iterator<Item = &FlowRow> {
    let of = move |row: &&FlowRow| row.unshown.schedule == Some(schedule);
    state.flow_tasks.iter().filter(of)
}

/// Removes the tasks of a schedule.
pub(super) fn remove_of(transaction: &mut Transaction<'_>, schedule: Uuid) {
    let extracts: Vec<_> = extracts_of(transaction, schedule).map(|row| row.id).collect();
    for task in extracts {
        transaction.remove::<ExtractRow>(task);
    }
    let flows: Vec<_> = flows_of(transaction, schedule).map(|row| row.id).collect();
    for task in flows {
        transaction.remove::<FlowRow>(task);
    }
}

/// A refresh of extracts as answers show it.
pub(super) fn shown_extract(call: &Call<'_>, state: &State, task: Uuid) -> Option<ExtractRefreshTask> {
    let row = state.extract_refreshes.get(task)?;
    Some(ExtractRefreshTask::show(call, state, row))
}

/// A run of a flow as answers show it.
pub(super) fn shown_flow(call: &Call<'_>, state: &State, task: Uuid) -> Option<FlowRunTask> {
    let row = state.flow_tasks.get(task)?;
    Some(FlowRunTask::show(call, state, row))
}

/// Whether the caller may see a task: documented for administrators and owners.
pub(super) fn may_see<T: Scheduled>(state: &State, caller: &Caller, row: &Row<T>) -> bool {
    caller.is_administrator() || T::may_change(row, state, caller)
}

/// The tasks of the site that the caller may see.
fn list<T: Scheduled>(call: &Call<'_>, caller: &Caller, put: impl Fn(&mut Task, T)) -> Items<Task> {
    let state = call.store.read();
    let rows = T::table(&state).of_site(caller.site.id);
    let rows = rows.filter(|row| may_see(&state, caller, row));
    let tasks = rows.map(|row| task(T::show(call, &state, row), &put));
    tasks.collect()
}

fn task<T>(shown: T, put: impl Fn(&mut Task, T)) -> Task {
    let mut task = Task::default();
    put(&mut task, shown);
    task
}

/// The task with an identifier, for a caller who may change it.
pub(super) fn find<'s, T: Scheduled>(
    state: &'s State,
    caller: &Caller,
    text: &str,
    (code, verb): (&str, &str),
) -> Result<&'s Row<T>, Refusal> {
    let row = parse_id(text).and_then(|id| T::table(state).get(id));
    let row = row.filter(|row| row.site == caller.site.id);
    let row = row.ok_or_else(|| Refusal::not_found(MISSING, "Task", text))?;
    if may_see(state, caller, row) {
        return Ok(row);
    }
    let detail = format!("The user cannot {verb} the task '{text}'.");
    Err(Refusal::forbidden(code, detail))
}

fn delete<T: Scheduled>(call: &Call<'_>, caller: &Caller, text: &str) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let task = find::<T>(transaction, caller, text, ("403004", "delete"))?.id;
        transaction.remove::<Row<T>>(task);
        Ok(())
    })
}

#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn list_extracts(
    call: &Call<'_>,
    caller: &Caller,
    _: &ListExtractRefreshes,
) -> Result<Items<Task>, Refusal> {
    Ok(list::<ExtractRefreshTask>(call, caller, |task, shown| {
        task.extract_refresh = Some(shown);
    }))
}

pub(crate) fn get_extract(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetExtractRefresh,
) -> Result<Task, Refusal> {
    let state = call.store.read();
    let row = find::<ExtractRefreshTask>(&state, caller, get.id.as_str(), ("403004", "see"))?;
    Ok(task(
        ExtractRefreshTask::show(call, &state, row),
        |task, shown| {
            task.extract_refresh = Some(shown);
        },
    ))
}

pub(crate) fn delete_extract(
    call: &Call<'_>,
    caller: &Caller,
    of: &DeleteExtractRefresh,
) -> Result<(), Refusal> {
    delete::<ExtractRefreshTask>(call, caller, of.id.as_str())
}

/// Runs a refresh of extracts apart from its schedule.
pub(crate) fn run_extract_now(
    call: &Call<'_>,
    caller: &Caller,
    run: &RunExtractRefresh,
) -> Result<Job, Refusal> {
    call.store.write(|transaction| {
        let id = run.id.as_str();
        let row = find::<ExtractRefreshTask>(transaction, caller, id, ("403047", "run"))?;
        let of = refreshed(transaction, row).ok_or_else(|| Refusal::not_found(MISSING, "Task", id))?;
        jobs::queue(transaction, call, caller, of)
    })
}

/// The job that a task starts.
fn refreshed(state: &State, row: &ExtractRow) -> Option<JobOf> {
    let item = row.parent?;
    if state.workbooks.get(item).is_some() {
        return Some(JobOf::Workbook(item));
    }
    state.datasources.get(item).map(|_| JobOf::Datasource(item))
}

/// Runs a refresh of extracts by its schedule, unless one is under way.
pub(super) fn run_extract(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    task: &ExtractRow,
    due: Timestamp,
) -> Result<(), Refusal> {
    let Some(of) = refreshed(transaction, task) else {
        return Ok(());
    };
    let item = task.parent.unwrap_or_default();
    let workbook = transaction
        .workbooks
        .get(item)
        .and_then(|row| owner(transaction, row));
    let owner = workbook.or_else(|| {
        let row = transaction.datasources.get(item)?;
        owner(transaction, row)
    });
    if jobs::is_queued(transaction, task.site, &of) {
        return Ok(());
    }
    jobs::queue_at(transaction, plan, (task.site, owner.unwrap_or_default()), of, due).map(|_| ())
}

/// Runs a flow by its schedule, unless it is running.
pub(super) fn run_flow(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    task: &FlowRow,
    due: Timestamp,
) -> Result<(), Refusal> {
    let flow = task.parent.and_then(|flow| transaction.flows.get(flow)).cloned();
    match flow {
        Some(flow) => {
            let spec = task.shown.flow_run_spec.as_ref();
            flow_runs::run_by_schedule(transaction, plan, &flow, spec, due).map(|_| ())
        }
        None => Ok(()),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn list_flows(call: &Call<'_>, caller: &Caller, _: &ListFlowRuns) -> Result<Items<Task>, Refusal> {
    Ok(list::<FlowRunTask>(call, caller, |task, shown| {
        task.flow_run = Some(shown);
    }))
}

pub(crate) fn get_flow(call: &Call<'_>, caller: &Caller, get: &GetFlowRun) -> Result<Task, Refusal> {
    let state = call.store.read();
    let row = find::<FlowRunTask>(&state, caller, get.id.as_str(), ("403004", "see"))?;
    Ok(task(FlowRunTask::show(call, &state, row), |task, shown| {
        task.flow_run = Some(shown);
    }))
}

pub(crate) fn delete_flow(call: &Call<'_>, caller: &Caller, of: &DeleteFlowRun) -> Result<(), Refusal> {
    delete::<FlowRunTask>(call, caller, of.id.as_str())
}

/// Runs the flow of a task apart from its schedule.
pub(crate) fn run_flow_now(call: &Call<'_>, caller: &Caller, run: &RunFlow) -> Result<Job, Refusal> {
    let state = call.store.read();
    let row = find::<FlowRunTask>(&state, caller, run.id.as_str(), ("403004", "run"))?;
    let flow = row.parent.unwrap_or_default();
    let spec = row.shown.flow_run_spec.as_ref().zip(state.flows.get(flow));
    let spec = spec.map(|(spec, flow)| flow_runs::still(flow, spec));
    drop(state);
    let request = spec.map(Into::into).unwrap_or_default();
    flow_runs::run(call, caller, &rest::flows::Run::new(id::<Flow>(flow), request))
}
