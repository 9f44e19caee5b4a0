//! Runs of flows: each is done by a job.

use std::collections::HashSet;

use jiff::Timestamp;
use tableau_wire::rest::flow_runs::{Cancel, FlowParameterRun};
use tableau_wire::rest::flows::{FlowParameterSpec, FlowRunSpec, Run};
use tableau_wire::rest::{BackgroundJob, Flow, FlowRun, Job};
use uuid::Uuid;

use super::{id, jobs};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::time;
use crate::jobs::JobPlan;
use crate::kept::row::References;
use crate::kept::{Computed, Context, Kept, Parent, Rights, row};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::row::Row;
use crate::store::unshown::{self, JobOf};

impl Kept for FlowRun {
    const MAY_READ: Rights = Rights::Capability("Read");
    const MAY_WRITE: Rights = Rights::Owner;
    const PARENT: Option<Parent> = Some(Parent::of::<Flow>("flow"));
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("status", |run, row, context| {
            run.status = job(row, context).map(unshown::Job::status);
        }),
        Computed::Member("startedAt", |run, row, context| {
            run.started_at = job(row, context).and_then(unshown::Job::started_at).map(time);
        }),
        Computed::Member("completedAt", |run, row, context| {
            run.completed_at = job(row, context).and_then(unshown::Job::ended_at).map(time);
        }),
        Computed::Member("progress", |run, row, context| {
            let progress = job(row, context).map(unshown::Job::progress);
            run.progress = progress.and_then(|percent| percent.try_into().ok());
        }),
    ];
}

/// The plan and the state of the job that does a run.
fn job<'s>(row: &Row<FlowRun>, context: &Context<'s>) -> Option<&'s unshown::Job> {
    let id = parse_id(row.shown.background_job_id.as_ref()?.as_str())?;
    context.state.jobs.get(id).map(|job| &job.unshown)
}

/// Queues a run of a flow: of all its output steps or some, with the values of parameters; one at a time.
pub(crate) fn run(call: &Call<'_>, caller: &Caller, run: &Run) -> Result<Job, Refusal> {
    let spec = run.request.flow_run_spec.clone().unwrap_or_default();
    call.store.write(|transaction| {
        let execute = Rights::Capability("Execute");
        // The code of the refusal is inferred.
        let flow = row::allowed::<Flow>(transaction, caller, run.id.as_str(), execute, ("403004", "run"))?;
        let parameters = checked(flow, &spec)?;
        let mut shown = FlowRun::default();
        shown.flow_id = Some(id(flow.id));
        if !parameters.is_empty() {
            shown.flow_parameter_runs = Some(parameters.into());
        }
        let references = References {
            owner: Some(caller.user.id),
            parent: Some(Some(flow.id)),
            project: None,
        };
        let mut row = row::begin(
            transaction,
            caller.site.id,
            None,
            references,
            shown,
            call.clock.now(),
        )?;
        row.unshown.user_id = caller.user.id;
        let of = JobOf::Flow {
            flow: flow.id,
            run: row.id,
        };
        let job = jobs::queue(transaction, call, caller, of)?;
        row.shown.background_job_id = Some(job.id.clone());
        transaction.put(row)?;
        Ok(job)
    })
}

/// Runs a flow by a schedule, as its task says, unless it is running; gives the job.
pub(super) fn run_by_schedule(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    flow: &Row<Flow>,
    spec: Option<&FlowRunSpec>,
    due: Timestamp,
) -> Result<Uuid, Refusal> {
    if let Some(running) = jobs::running_flow(transaction, flow) {
        return Ok(running);
    }
    let owner = flow.owner.unwrap_or_default();
    let mut shown = FlowRun::default();
    shown.flow_id = Some(id(flow.id));
    // A parameter that needs a value since then keeps it from nothing.
    let parameters = spec.and_then(|spec| parameters(flow, &still(flow, spec)).ok());
    shown.flow_parameter_runs = parameters.filter(|all| !all.is_empty()).map(Into::into);
    let references = References {
        owner: flow.owner,
        parent: Some(Some(flow.id)),
        project: None,
    };
    let mut row = row::begin(transaction, flow.site, None, references, shown, due)?;
    row.unshown.user_id = owner;
    let of = JobOf::Flow {
        flow: flow.id,
        run: row.id,
    };
    let job = jobs::queue_at(transaction, plan, (flow.site, owner), of, due)?;
    row.shown.background_job_id = Some(id(job));
    transaction.put(row)?;
    Ok(job)
}

// The code is documented for running a task with a flow; the text is inferred.
fn wrong(detail: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request("400084", detail)
}

/// What a task says of its flow, without the steps and parameters that the flow has lost since.
pub(super) fn still(flow: &Row<Flow>, spec: &FlowRunSpec) -> FlowRunSpec {
    let mut spec = spec.clone();
    if let Some(steps) = &mut spec.flow_output_steps {
        let known = &flow.unshown.output_steps;
        steps.retain(|step| known.iter().any(|known| known.id == step.id));
    }
    if let Some(values) = &mut spec.flow_parameter_specs {
        let known = flow
            .shown
            .parameters
            .as_deref()
            .map(Vec::as_slice)
            .unwrap_or_default();
        values.retain(|value| {
            known
                .iter()
                .any(|known| Some(&known.id) == value.parameter_id.as_ref())
        });
    }
    spec
}

/// The values of the flow's parameters in a run that is asked for so.
pub(super) fn checked(flow: &Row<Flow>, spec: &FlowRunSpec) -> Result<Vec<FlowParameterRun>, Refusal> {
    check_steps(flow, spec)?;
    parameters(flow, spec)
}

fn check_steps(flow: &Row<Flow>, spec: &FlowRunSpec) -> Result<(), Refusal> {
    let steps = spec
        .flow_output_steps
        .as_deref()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let known: HashSet<_> = flow.unshown.output_steps.iter().map(|step| &step.id).collect();
    match steps.iter().find(|step| !known.contains(&step.id)) {
        Some(step) => Err(wrong(format_args!("The flow has no output step '{}'.", step.id))),
        None => Ok(()),
    }
}

/// The values of the flow's parameters in a run.
fn parameters(flow: &Row<Flow>, spec: &FlowRunSpec) -> Result<Vec<FlowParameterRun>, Refusal> {
    let known = flow
        .shown
        .parameters
        .as_deref()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let given = spec
        .flow_parameter_specs
        .as_deref()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let is_known = |spec: &&FlowParameterSpec| {
        known
            .iter()
            .any(|known| Some(&known.id) == spec.parameter_id.as_ref())
    };
    if let Some(unknown) = given.iter().find(|spec| !is_known(spec)) {
        let id = unknown.parameter_id.as_ref().map_or("", |id| id.as_str());
        return Err(wrong(format_args!("The flow has no parameter '{id}'.")));
    }
    let run = |parameter: &tableau_wire::rest::flows::FlowParameter| {
        let given = given
            .iter()
            .find(|spec| spec.parameter_id.as_ref() == Some(&parameter.id));
        let value = given.and_then(|spec| spec.override_value.clone());
        let is_required = parameter.is_required == Some(true);
        if value.is_none() && is_required {
            return Err(wrong(format_args!(
                "The parameter '{}' needs a value.",
                parameter.name
            )));
        }
        let mut run = FlowParameterRun::default();
        run.parameter_id = Some(parameter.id.clone());
        run.name.clone_from(&parameter.name);
        run.description.clone_from(&parameter.description);
        run.override_value = value.or_else(|| parameter.value.clone());
        Ok(run)
    };
    known.iter().map(run).collect()
}

/// Cancels a run: for administrators and the user who began it (inferred).
pub(crate) fn cancel(call: &Call<'_>, caller: &Caller, cancel: &Cancel) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let id = cancel.id.as_str();
        let run = row::allowed::<FlowRun>(transaction, caller, id, FlowRun::MAY_WRITE, ("403004", "cancel"))?;
        let job = run
            .shown
            .background_job_id
            .as_ref()
            .and_then(|id| parse_id(id.as_str()));
        let job = job.and_then(|id| transaction.jobs.get(id));
        let job: Row<BackgroundJob> = job.ok_or_else(|| crate::kept::missing::<FlowRun>(id))?.clone();
        jobs::end(transaction, call, job)
    })
}
