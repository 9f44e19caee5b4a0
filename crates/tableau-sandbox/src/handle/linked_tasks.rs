//! Linked tasks: runs of flows, one after the other. There is no call that creates one: they are seeded.

use jiff::Timestamp;
use tableau_wire::Shared;
use tableau_wire::rest::Schedule;
use tableau_wire::rest::linked_tasks::{LinkedTask, LinkedTaskJob, LinkedTaskStep, RunNow};
use tableau_wire::value::JobStatus;
use uuid::Uuid;

use super::{flow_runs, id, tasks};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::jobs::JobPlan;
use crate::kept::{Computed, Kept, Plan, Rights, row};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::unshown::LinkedRun;
use crate::store::{State, Transaction};
use crate::token;

impl Kept for LinkedTask {
    const MAY_READ: Rights = Rights::Owner;
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("numSteps", |task, _, _| {
            task.num_steps = task.linked_task_steps.as_ref().map(|steps| steps.len() as u64);
        }),
        Computed::Member("schedule", |task, _, context| {
            let schedule = task
                .schedule
                .as_ref()
                .and_then(|schedule| parse_id(schedule.id.as_str()));
            let schedule = schedule.and_then(|id| context.state.schedules.get(id));
            task.schedule =
                schedule.map(|row| Shared::new(Plan::<Schedule>::with(tasks::SCHEDULE).show(row, context)));
        }),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        for step in row
            .shown
            .linked_task_steps
            .iter_mut()
            .flat_map(|steps| steps.iter_mut())
        {
            step.stop_downstream_tasks_on_failure.get_or_insert(true);
        }
    }
}

/// Runs a linked task now: a step begins when the one before has ended.
pub(crate) fn run_now(call: &Call<'_>, caller: &Caller, run: &RunNow) -> Result<LinkedTaskJob, Refusal> {
    let now = call.clock.now();
    call.store.write(|transaction| {
        let text = run.id.as_str();
        let read = LinkedTask::MAY_READ;
        let task = row::allowed::<LinkedTask>(transaction, caller, text, read, ("403004", "run"))?.id;
        self::run(transaction, &call.settings.job_plan(), task, now)?;
        let mut job = LinkedTaskJob::default();
        job.id = id(token::identifier()?);
        job.linked_task_id = Some(run.id.clone());
        job.status = Some(JobStatus::Pending);
        job.created_at = Some(time(now));
        Ok(job)
    })
}

/// The linked tasks of a schedule.
pub(super) fn of_schedule(state: &State, schedule: Uuid) -> impl Iterator<Item = Uuid> {
    let by = move |row: &&Row<LinkedTask>| {
        let given = row.shown.schedule.as_ref();
        given.and_then(|given| parse_id(given.id.as_str())) == Some(schedule)
    };
    state.linked_tasks.iter().filter(by).map(|row| row.id)
}

/// Begins the first step of a linked task.
pub(super) fn run(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    task: Uuid,
    at: Timestamp,
) -> Result<(), Refusal> {
    let Some(row) = transaction.linked_tasks.get(task).cloned() else {
        return Ok(());
    };
    begin_step(transaction, plan, row, 0, at)
}

/// Goes on with the linked tasks one of whose steps a job was: it has ended.
pub(super) fn ended(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    job: Uuid,
    succeeded: bool,
    at: Timestamp,
) -> Result<(), Refusal> {
    let waits = |row: &&Row<LinkedTask>| row.unshown.runs.iter().any(|run| run.job == job);
    let waiting: Vec<_> = transaction.linked_tasks.iter().filter(waits).cloned().collect();
    for mut row in waiting {
        let of_job = |run: &LinkedRun| run.job == job;
        let Some(place) = row.unshown.runs.iter().position(of_job) else {
            continue;
        };
        let step = row.unshown.runs.remove(place).step;
        let stops = steps(&row)
            .nth(step)
            .is_none_or(|step| step.stop_downstream_tasks_on_failure != Some(false));
        if succeeded || !stops {
            begin_step(transaction, plan, row, step + 1, at)?;
        } else {
            transaction.put(row)?;
        }
    }
    Ok(())
}

fn steps(row: &Row<LinkedTask>) -> impl Iterator<Item = &LinkedTaskStep> {
    row.shown.linked_task_steps.iter().flat_map(|steps| steps.iter())
}

/// Begins a step, or the first after it whose flow is still there; a flow that is running already is waited for.
fn begin_step(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    mut row: Row<LinkedTask>,
    first: usize,
    at: Timestamp,
) -> Result<(), Refusal> {
    let next = steps(&row).enumerate().skip(first).find_map(|(place, step)| {
        let run = step.task.as_ref()?.flow_run.as_ref()?;
        let flow = parse_id(run.flow.as_ref()?.id.as_str())?;
        Some((
            place,
            transaction.flows.get(flow)?.clone(),
            run.flow_run_spec.clone(),
        ))
    });
    if let Some((step, flow, spec)) = next {
        let job = flow_runs::run_by_schedule(transaction, plan, &flow, spec.as_ref(), at)?;
        row.unshown.runs.push(LinkedRun { step, job });
    }
    transaction.put(row)
}
