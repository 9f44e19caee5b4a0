//! Tasks of Tableau Cloud, each with a schedule of its own.

use jiff::Timestamp;
use tableau_wire::Shared;
use tableau_wire::rest::schedules::{Frequency, FrequencyDetails, ScheduleState, ScheduleType};
use tableau_wire::rest::tasks::{
    CloudContent, CloudSchedule, CloudTask, CreateExtractRefresh, CreateFlowRun, ExtractRefreshTask,
    FlowRunTask, Task, UpdateExtractRefresh,
};
use tableau_wire::rest::{Datasource, Flow, Schedule, Workbook};
use uuid::Uuid;

use super::tasks::{ExtractRow, Scheduled, extract_shown, find, flow_shown, new};
use super::{flow_runs, schedules};
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::time;
use crate::kept::{Rights, row};
use crate::recurrence::{Recurrence, normalize};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::{State, Transaction};
use crate::token;

/// When a schedule comes due that a task or a subscription of Tableau Cloud has of its own.
pub(super) fn recurrence(frequency: &Frequency, details: &FrequencyDetails) -> Result<Recurrence, Refusal> {
    // The code is that of schedules; that it is the same here is inferred.
    let wrong =
        |reason: String| Refusal::bad_request("400064", format!("The schedule cannot be used: {reason}."));
    let recurrence = Recurrence::of_cloud(frequency, details).map_err(wrong)?;
    match Recurrence::lacks_day(frequency, details) {
        true => Err(Refusal::schedule_without_day()),
        false => Ok(recurrence),
    }
}

/// The schedule of a task of Tableau Cloud, with the time at which it comes due next.
fn own_schedule(
    given: &CloudSchedule,
    kind: ScheduleType,
    state: &State,
    now: Timestamp,
) -> Result<Schedule, Refusal> {
    let due = recurrence(&given.frequency, &given.frequency_details)?;
    let mut schedule = Schedule::default();
    schedule.frequency = Some(given.frequency.clone());
    let mut details = given.frequency_details.clone();
    normalize(&mut details);
    schedule.frequency_details = Some(details);
    schedule.r#type = Some(kind);
    schedule.state = Some(ScheduleState::Active);
    schedule.next_run_at = due.next(now, &state.zone()).map(time);
    Ok(schedule)
}

/// The workbook or data source that a task of Tableau Cloud refreshes.
fn content(state: &State, caller: &Caller, given: &CloudContent) -> Result<Uuid, Refusal> {
    let rights = Rights::OwnerOr("Write");
    let refusal = ("403004", "schedule");
    match (&given.workbook, &given.datasource) {
        (Some(workbook), None) => {
            row::allowed::<Workbook>(state, caller, &workbook.id, rights, refusal).map(|row| row.id)
        }
        (None, Some(datasource)) => {
            row::allowed::<Datasource>(state, caller, &datasource.id, rights, refusal).map(|row| row.id)
        }
        _ => Err(Refusal::incomplete_payload()),
    }
}

fn is_incremental(given: &CloudContent) -> bool {
    given
        .r#type
        .as_deref()
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("incremental"))
}

pub(crate) fn create_extract(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateExtractRefresh,
) -> Result<CloudTask, Refusal> {
    let given = &create.task;
    call.store.write(|transaction| {
        let of = content(transaction, caller, &given.extract_refresh)?;
        let incremental = is_incremental(&given.extract_refresh);
        let id = token::identifier()?;
        let mut row = new(id, of, caller.site.id, extract_shown(id, incremental));
        let schedule = own_schedule(
            &given.schedule,
            ScheduleType::Extract,
            transaction,
            call.clock.now(),
        )?;
        row.shown.schedule = Some(Shared::new(schedule));
        put_extract(call, transaction, row)
    })
}

pub(crate) fn update_extract(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateExtractRefresh,
) -> Result<CloudTask, Refusal> {
    let given = &update.task;
    call.store.write(|transaction| {
        let mut row =
            find::<ExtractRefreshTask>(transaction, caller, update.id.as_str(), ("403004", "change"))?
                .clone();
        if let Some(refresh) = &given.extract_refresh {
            row.parent = Some(content(transaction, caller, refresh)?);
            let before = row.shown.clone();
            row.shown = extract_shown(row.id, is_incremental(refresh));
            row.shown.consecutive_failed_count = before.consecutive_failed_count;
            row.shown.schedule = before.schedule;
        }
        if let Some(schedule) = &given.schedule {
            let schedule = own_schedule(schedule, ScheduleType::Extract, transaction, call.clock.now())?;
            row.shown.schedule = Some(Shared::new(schedule));
        }
        put_extract(call, transaction, row)
    })
}

fn put_extract(
    call: &Call<'_>,
    transaction: &mut Transaction<'_>,
    row: ExtractRow,
) -> Result<CloudTask, Refusal> {
    let shown = ExtractRefreshTask::show(call, transaction, &row);
    transaction.put(row)?;
    let mut answer = CloudTask::default();
    answer.schedule = shown.schedule.as_deref().cloned();
    answer.extract_refresh = Some(shown);
    Ok(answer)
}

pub(crate) fn create_flow(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateFlowRun,
) -> Result<CloudTask, Refusal> {
    let given = &create.task;
    let of_task = given.task.as_ref().and_then(|task| {
        let run = task.flow_run.as_ref()?;
        Some((run.flow.as_ref()?, run.flow_run_spec.as_ref()))
    });
    let of_cloud = || {
        let run = given.run_flow.as_ref()?;
        Some((run.flow.as_ref()?, run.flow_run_spec.as_ref()))
    };
    let (flow, spec) = of_task
        .or_else(of_cloud)
        .ok_or_else(Refusal::incomplete_payload)?;
    call.store.write(|transaction| {
        let execute = Rights::Capability("Execute");
        let flow = row::allowed::<Flow>(transaction, caller, &flow.id, execute, ("403004", "schedule"))?;
        spec.map(|spec| flow_runs::checked(flow, spec)).transpose()?;
        let (id, flow) = (token::identifier()?, flow.id);
        let mut row = new(id, flow, caller.site.id, flow_shown(id));
        row.shown.flow_run_spec = spec.cloned();
        let schedule = own_schedule(&given.schedule, ScheduleType::Flow, transaction, call.clock.now())?;
        row.shown.schedule = Some(Shared::new(schedule));
        let shown = FlowRunTask::show(call, transaction, &row);
        transaction.put(row)?;
        let mut answer = CloudTask::default();
        answer.schedule = shown.schedule.as_deref().cloned();
        let mut task = Task::default();
        task.flow_run = Some(shown);
        answer.task = Some(task);
        Ok(answer)
    })
}

/// The tasks with schedules of their own that have come due by a time, each with that time.
pub(super) fn due<T: Scheduled>(state: &State, now: Timestamp) -> Option<(Timestamp, Uuid)> {
    let due = T::table(state).iter().filter_map(|row| {
        let own = row.shown.own()?;
        if own.state == Some(ScheduleState::Suspended) {
            return None;
        }
        let due = own.next_run_at.as_ref()?.instant()?;
        (row.unshown.schedule.is_none() && due <= now).then_some((due, row.id))
    });
    due.min()
}

/// Sets when a task with a schedule of its own comes due after a time.
pub(super) fn advance<T: Scheduled>(
    transaction: &mut Transaction<'_>,
    task: Uuid,
    due: Timestamp,
) -> Result<Option<Row<T>>, Refusal> {
    let Some(mut row) = T::table(transaction).get(task).cloned() else {
        return Ok(None);
    };
    if let Some(schedule) = T::schedule(&mut row.shown) {
        schedule.next_run_at = schedules::next(schedule, transaction, due).map(time);
    }
    transaction.put(row.clone())?;
    Ok(Some(row))
}
