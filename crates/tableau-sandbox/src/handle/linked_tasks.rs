//! Linked tasks: runs of flows, one after the other. There is no call that creates one: they are seeded.

use tableau_wire::rest::linked_tasks::{LinkedTask, LinkedTaskJob, RunNow};
use tableau_wire::rest::{Flow, Schedule};
use tableau_wire::value::JobStatus;

use super::{flow_runs, id, tasks};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::kept::{Computed, Kept, Plan, Rights, row};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;
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
                schedule.map(|row| Box::new(Plan::<Schedule>::with(tasks::SCHEDULE).show(row, context)));
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

/// Runs the flows of a linked task. The sandbox queues them at once: none waits for the one before.
pub(crate) fn run_now(call: &Call<'_>, caller: &Caller, run: &RunNow) -> Result<LinkedTaskJob, Refusal> {
    let now = call.clock.now();
    call.store.write(|transaction| {
        let text = run.id.as_str();
        let row =
            row::allowed::<LinkedTask>(transaction, caller, text, LinkedTask::MAY_READ, ("403004", "run"))?;
        let steps = row.shown.linked_task_steps.iter().flat_map(|steps| steps.iter());
        let flows = steps.filter_map(|step| {
            let task = step.task.as_ref()?.flow_run.as_ref()?;
            parse_id(task.flow.as_ref()?.id.as_str())
        });
        let flows: Vec<Row<Flow>> = flows
            .filter_map(|flow| transaction.flows.get(flow).cloned())
            .collect();
        let plan = call.settings.job_plan();
        for flow in flows {
            flow_runs::run_by_schedule(transaction, &plan, &flow, now)?;
        }
        let mut job = LinkedTaskJob::default();
        job.id = id(token::identifier()?);
        job.linked_task_id = Some(run.id.clone());
        job.status = Some(JobStatus::Pending);
        job.created_at = Some(time(now));
        Ok(job)
    })
}
