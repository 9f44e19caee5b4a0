//! Schedules of Tableau Server, and the tasks that belong to them.

use jiff::Timestamp;
use tableau_wire::rest::schedules::{
    AddDatasource, AddFlow, AddWorkbook, AddedToSchedule, BatchUpdateState, ExecutionOrder, Frequency,
    ListExtractRefreshTasks, ScheduleAnswer, ScheduleLuidList, ScheduleLuids, ScheduleState, ScheduleType,
    ScheduledExtract,
};
use tableau_wire::rest::tasks::Task;
use tableau_wire::rest::{Datasource, Flow, Schedule, Workbook};
use tableau_wire::{Create, Page, Text};
use uuid::Uuid;

use super::{flow_runs, id, tasks};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::kept::row::References;
use crate::kept::{Kept, Paging, Rights, missing, row, verbs};
use crate::recurrence::{self, Recurrence};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;
use crate::token;

/// Recorded.
const PRIORITY: u64 = 50;

impl Kept for Schedule {
    /// Every user may see when things run.
    const MAY_READ: Rights = Rights::Everyone;
    const MAY_WRITE: Rights = Rights::ServerAdministrators;

    /// Schedules are those of the server.
    fn find<'s>(state: &'s State, _: Uuid, id: &str) -> Option<&'s Row<Self>> {
        parse_id(id).and_then(|id| state.schedules.get(id))
    }

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.state.get_or_insert(ScheduleState::Active);
        shown.priority.get_or_insert(PRIORITY);
        shown.execution_order.get_or_insert(ExecutionOrder::Parallel);
    }

    fn touch(row: &mut Row<Self>, state: &State, now: Timestamp) {
        if let Some(details) = &mut row.shown.frequency_details {
            recurrence::normalize(details);
        }
        row.shown.next_run_at = next(&row.shown, state, now).map(time);
    }

    fn check(row: &Row<Self>, state: &State) -> Result<(), Refusal> {
        let shown = &row.shown;
        if shown.name.trim().is_empty() {
            return Err(Refusal::incomplete_payload());
        }
        let mut others = state.schedules.iter().filter(|other| other.id != row.id);
        if others.any(|other| other.shown.name.eq_ignore_ascii_case(&shown.name)) {
            let detail = format!("A schedule with the name '{}' exists already.", shown.name);
            return Err(Refusal::new("409021", "Schedule Name Conflict", detail));
        }
        let wrong = |detail: String| Refusal::bad_request("400064", detail);
        if !(1..=100).contains(&shown.priority.unwrap_or_default()) {
            return Err(wrong(
                "The priority of a schedule is a number from 1 to 100.".to_owned(),
            ));
        }
        if let Some(ScheduleState::Other(state)) = &shown.state {
            return Err(unknown_state(state));
        }
        if matches!(shown.r#type, None | Some(ScheduleType::Other(_))) {
            return Err(Refusal::bad_request(
                "400047",
                "The type of a schedule is one of Extract, Flow, Subscription, DataAcceleration and ActiveDirectorySync.",
            ));
        }
        of(shown)
            .map(|_| ())
            .map_err(|reason| wrong(format!("The schedule cannot be used: {reason}.")))
    }
}

fn of(schedule: &Schedule) -> Result<Recurrence, String> {
    let frequency = schedule.frequency.as_ref().unwrap_or(&Frequency::Daily);
    let details = schedule
        .frequency_details
        .as_ref()
        .ok_or("it has no frequencyDetails")?;
    Recurrence::of(frequency, details)
}

/// When a schedule comes due after a time, if it does.
pub(super) fn next(schedule: &Schedule, state: &State, after: Timestamp) -> Option<Timestamp> {
    of(schedule).ok()?.next(after, &state.zone())
}

/// Creates a schedule. The server warns of nothing.
pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<Schedule>,
) -> Result<ScheduleAnswer, Refusal> {
    Schedule::MAY_CREATE.admit::<Schedule>(caller)?;
    let shown = row::shown(row::members::<Schedule>(&create.item)?)?;
    call.store.write(|transaction| {
        let (references, now) = (References::default(), call.clock.now());
        let row = row::begin::<Schedule>(transaction, Uuid::nil(), None, references, shown, now)?;
        let id = row.id;
        row::put(transaction, row)?;
        let mut answer = ScheduleAnswer::default();
        answer.schedule = verbs::one(call, transaction, id)?;
        Ok(answer)
    })
}

/// Deletes a schedule with its tasks and subscriptions.
pub(crate) fn delete(
    call: &Call<'_>,
    caller: &Caller,
    delete: &tableau_wire::Delete<Schedule>,
) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let id = delete.id.as_str();
        let rights = (Schedule::MAY_DELETE, ("403004", "delete"));
        let id = row::allowed::<Schedule>(transaction, caller, id, rights.0, rights.1)?.id;
        tasks::remove_of(transaction, id);
        row::remove::<Schedule>(transaction, id);
        Ok(())
    })
}

pub(crate) fn add_workbook(
    call: &Call<'_>,
    caller: &Caller,
    add: &AddWorkbook,
) -> Result<AddedToSchedule, Refusal> {
    let refresh = add.task.extract_refresh.as_ref();
    let of = refresh
        .and_then(|refresh| refresh.workbook.as_ref())
        .map(|of| of.id.as_str());
    let incremental = refresh.and_then(|refresh| refresh.incremental);
    add_extract::<Workbook>(call, caller, add.schedule_id.as_str(), of, incremental)
}

pub(crate) fn add_datasource(
    call: &Call<'_>,
    caller: &Caller,
    add: &AddDatasource,
) -> Result<AddedToSchedule, Refusal> {
    let refresh = add.task.extract_refresh.as_ref();
    let of = refresh
        .and_then(|refresh| refresh.datasource.as_ref())
        .map(|of| of.id.as_str());
    let incremental = refresh.and_then(|refresh| refresh.incremental);
    add_extract::<Datasource>(call, caller, add.schedule_id.as_str(), of, incremental)
}

fn add_extract<R: Kept>(
    call: &Call<'_>,
    caller: &Caller,
    schedule: &str,
    of: Option<&str>,
    incremental: Option<bool>,
) -> Result<AddedToSchedule, Refusal> {
    call.store.write(|transaction| {
        let schedule = of_type(transaction, schedule, &ScheduleType::Extract)?;
        let of = of.ok_or_else(Refusal::incomplete_payload)?;
        // Documented: the owner and administrators, and users who may write.
        let rights = Rights::OwnerOr("Write");
        let of = row::allowed::<R>(transaction, caller, of, rights, ("403032", "schedule"))?.id;
        let row = tasks::extract_refresh(
            token::identifier()?,
            of,
            caller.site.id,
            Some(schedule),
            incremental.unwrap_or_default(),
        );
        let mut task = Task::default();
        let added = row.id;
        transaction.put(row)?;
        task.extract_refresh = tasks::shown_extract(call, transaction, added);
        let mut answer = AddedToSchedule::default();
        answer.task = Some(task);
        Ok(answer)
    })
}

pub(crate) fn add_flow(call: &Call<'_>, caller: &Caller, add: &AddFlow) -> Result<AddedToSchedule, Refusal> {
    let run = add.task.flow_run.as_ref();
    let (of, spec) = (
        run.and_then(|run| run.flow.as_ref()),
        run.and_then(|run| run.flow_run_spec.as_ref()),
    );
    call.store.write(|transaction| {
        let schedule = of_type(transaction, add.schedule_id.as_str(), &ScheduleType::Flow)?;
        let of = of.ok_or_else(Refusal::incomplete_payload)?.id.as_str();
        let rights = Rights::Capability("Execute");
        let flow = row::allowed::<Flow>(transaction, caller, of, rights, ("403098", "schedule"))?;
        spec.map(|spec| flow_runs::checked(flow, spec)).transpose()?;
        let mut row = tasks::flow_run(token::identifier()?, flow.id, caller.site.id, Some(schedule));
        row.shown.flow_run_spec = spec.cloned();
        let added = row.id;
        transaction.put(row)?;
        let mut task = Task::default();
        task.flow_run = tasks::shown_flow(call, transaction, added);
        let mut answer = AddedToSchedule::default();
        answer.task = Some(task);
        Ok(answer)
    })
}

/// The schedule with an identifier, if it is for this.
fn of_type(state: &State, text: &str, wanted: &ScheduleType) -> Result<Uuid, Refusal> {
    let found = parse_id(text).and_then(|id| state.schedules.get(id));
    let found = found.ok_or_else(|| missing::<Schedule>(text))?;
    if found.shown.r#type.as_ref() == Some(wanted) {
        return Ok(found.id);
    }
    let detail = format!(
        "The schedule '{}' is not one of the type {wanted}.",
        found.shown.name
    );
    Err(Refusal::bad_request("400047", detail))
}

pub(crate) fn extracts(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListExtractRefreshTasks,
) -> Result<Page<ScheduledExtract>, Refusal> {
    let paging = Paging::new(list.page_number, list.page_size)?;
    let state = call.store.read();
    let schedule = of_type(&state, list.schedule_id.as_str(), &ScheduleType::Extract)?;
    let rows: Vec<_> = tasks::extracts_of(&state, schedule)
        .filter(|row| row.site == caller.site.id && tasks::may_see(&state, caller, row))
        .collect();
    paging.page(&rows, |row| {
        let task = tasks::shown_extract(call, &state, row.id).unwrap_or_default();
        let mut extract = ScheduledExtract::default();
        extract.id = task.id;
        extract.priority = task.priority;
        let kind = match task.incremental {
            Some(true) => "IncrementalRefresh",
            _ => "FullRefresh",
        };
        extract.r#type = Some(kind.to_owned());
        extract.workbook = task.workbook;
        extract.datasource = task.datasource;
        extract
    })
}

fn unknown_state(state: &str) -> Refusal {
    let detail = format_args!("'{state}' is not a state of a schedule: it is active or suspended.");
    Refusal::bad_request("400000", detail)
}

/// Sets whether schedules are in use; the answer leaves out those that are unknown (inferred).
pub(crate) fn set_state(
    call: &Call<'_>,
    caller: &Caller,
    update: &BatchUpdateState,
) -> Result<ScheduleLuids, Refusal> {
    Schedule::MAY_WRITE.admit::<Schedule>(caller)?;
    let wanted = ScheduleState::from(update.state.as_str());
    if let ScheduleState::Other(state) = &wanted {
        return Err(unknown_state(state));
    }
    call.store.write(|transaction| {
        let named = update
            .schedules
            .schedule_luids
            .iter()
            .flat_map(|list| &list.schedule_luid);
        let named: Vec<_> = named.filter_map(|luid| parse_id(luid.0.as_str())).collect();
        let all = update.update_all == Some(true);
        let meant: Vec<_> = transaction
            .schedules
            .iter()
            .filter(|row| all || named.contains(&row.id))
            .cloned()
            .collect();
        let mut luids = ScheduleLuidList::default();
        for mut row in meant {
            luids.schedule_luid.push(Text(id(row.id)));
            row.shown.state = Some(wanted.clone());
            row.shown.updated_at = Some(time(call.clock.now()));
            row::put(transaction, row)?;
        }
        let mut answer = ScheduleLuids::default();
        answer.schedule_luids = Some(luids);
        Ok(answer)
    })
}
