//! Jobs, and the calls that queue them.

use jiff::Timestamp;
use tableau_wire::Get;
use tableau_wire::rest::Flow;
use tableau_wire::rest::jobs::{BackgroundJob, Cancel, Job};
use uuid::Uuid;

use super::job_answer::{JobRow, job_type, notes, queued, subtitle, title};
use super::{alert_mails, extracts, groups, linked_tasks, publish, subscription_mails, user_files};
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::{Clock, time};
use crate::jobs::JobPlan;
use crate::kept::happening::{self, Happening};
use crate::kept::row::References;
use crate::kept::{Computed, Kept, Kind, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::store::row::Row;
use crate::store::unshown::{Extracted, JobEnding, JobOf};
use crate::store::{State, Store, Transaction};

/// Schema: from 1, the most urgent, to 100. This value is recorded.
const PRIORITY: u64 = 50;

impl Kept for BackgroundJob {
    const MAY_READ: Rights = Rights::Everyone;
    const MAY_WRITE: Rights = Rights::Owner;
    const SYNONYMS: &'static [(&'static str, &'static str)] = &[
        ("completedAt", "endedAt"),
        // The arguments are not documented; that they name the refreshed content is inferred.
        ("args", "title"),
    ];
    const COMPUTED: &'static [Computed<Self>] = &[
        Computed::Member("status", |job, row, _| {
            job.status = Some(row.unshown.status());
        }),
        Computed::Member("startedAt", |job, row, _| {
            job.started_at = row.unshown.started_at().map(time);
        }),
        Computed::Member("endedAt", |job, row, _| {
            job.ended_at = row.unshown.ended_at().map(time);
        }),
        Computed::Member("title", |job, row, context| {
            job.title = Some(title(row, context.state));
        }),
        Computed::Field("notes", Kind::Text, |row, context| {
            notes(row, context.state).as_deref().into()
        }),
        Computed::Field("progress", Kind::Number, |row, _| row.unshown.progress().into()),
    ];

    fn begin(row: &mut Row<Self>, _: &State) {
        row.shown.priority.get_or_insert(PRIORITY);
    }
}

pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &Get<BackgroundJob>) -> Result<Job, Refusal> {
    let state = call.store.read();
    let row = row::find::<BackgroundJob>(&state, caller, get.id.as_str())?;
    let mut job = queued(row, &verbs::context(call, &state));
    job.progress = Some(row.unshown.progress());
    job.started_at = row.unshown.started_at().map(time);
    job.updated_at = Some(time(row.unshown.updated_at()));
    job.completed_at = row.unshown.ended_at().map(time);
    job.finish_code = row.unshown.finish_code();
    Ok(job)
}

/// Cancels a job: for administrators and the user who queued it (inferred).
pub(crate) fn cancel(call: &Call<'_>, caller: &Caller, cancel: &Cancel) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let refusal = ("403032", "cancel");
        let id = cancel.id.as_str();
        let job = row::allowed::<BackgroundJob>(transaction, caller, id, BackgroundJob::MAY_WRITE, refusal)?;
        let job = job.clone();
        end(transaction, call, job)
    })
}

/// Cancels a job that has not ended.
pub(super) fn end(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    mut job: JobRow,
) -> Result<(), Refusal> {
    if job.unshown.ended().is_some() {
        return Err(Refusal::forbidden(
            "403091",
            "Can not cancel job, because it's already complete.",
        ));
    }
    let now = call.clock.now();
    job.unshown.seen_at = now.max(job.unshown.seen_at);
    job.unshown.end = Some((job.unshown.seen_at, JobEnding::Cancelled));
    settle(transaction, &call.settings.job_plan(), job)
}

/// Queues a job, unless one that does the same is still queued or running.
pub(super) fn queue(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    caller: &Caller,
    of: JobOf,
) -> Result<Job, Refusal> {
    if is_queued(transaction, caller.site.id, &of) {
        return Err(Refusal::already_queued());
    }
    let (plan, now) = (call.settings.job_plan(), call.clock.now());
    let job = new(transaction, &plan, (caller.site.id, caller.user.id), of, now)?;
    let shown = queued(&job, &verbs::context(call, transaction));
    // A job whose plan takes no time has ended already.
    if job.unshown.started_at().is_some() {
        announce(transaction, &job.unshown.of, Happening::RefreshStarted);
    }
    settle(transaction, &plan, job)?;
    Ok(shown)
}

/// Whether a job that works on the same is queued or running.
pub(super) fn is_queued(state: &State, site: Uuid, of: &JobOf) -> bool {
    let subject = subject(of);
    let mut unfinished = state.jobs.due(site).map(|(_, job)| &job.unshown);
    subject.is_some() && unfinished.any(|job| self::subject(&job.of) == subject)
}

/// The job that runs a flow, if one is queued or running.
pub(super) fn running_flow(state: &State, flow: &Row<Flow>) -> Option<Uuid> {
    let runs = |job: &&JobRow| matches!(&job.unshown.of, JobOf::Flow { flow: of, .. } if *of == flow.id);
    let mut unfinished = state.jobs.due(flow.site).map(|(_, job)| job);
    unfinished.find(runs).map(|job| job.id)
}

/// Queues a job at a time for a schedule.
pub(super) fn queue_at(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    (site, owner): (Uuid, Uuid),
    of: JobOf,
    at: Timestamp,
) -> Result<Uuid, Refusal> {
    let job = new(transaction, plan, (site, owner), of, at)?;
    let id = job.id;
    transaction.put(job)?;
    Ok(id)
}

fn new(
    state: &State,
    plan: &JobPlan,
    (site, owner): (Uuid, Uuid),
    of: JobOf,
    now: Timestamp,
) -> Result<JobRow, Refusal> {
    let mut shown = BackgroundJob::default();
    shown.job_type = Some(job_type(&of).0.to_owned());
    shown.subtitle = Some(subtitle(&of).to_owned());
    let references = References {
        owner: Some(owner),
        ..References::default()
    };
    let mut row = row::begin(state, site, None, references, shown, now)?;
    row.file = of.file().cloned();
    row.unshown.of = of;
    row.unshown.starts_at = plan.starts_at(now);
    row.unshown.end = plan.end(now);
    row.unshown.seen_at = now;
    Ok(row)
}

/// The content whose extracts a job creates, refreshes or deletes, or the flow that it runs: nothing else works on it at the same time.
fn subject(of: &JobOf) -> Option<Uuid> {
    match of {
        JobOf::UpdateData { .. } => None,
        JobOf::Flow { flow, .. } => Some(*flow),
        JobOf::SyncGroup { group, .. } => Some(group.id),
        _ => of.extracted().map(|of| match of {
            Extracted::Workbook(id) | Extracted::Datasource(id) => id,
        }),
    }
}

/// Advances the jobs of a site to the present.
pub(crate) fn bring_up_to_date(
    store: &Store,
    clock: &Clock,
    settings: &Settings,
    site: Uuid,
) -> Result<(), Refusal> {
    let now = clock.now();
    if behind(&store.read(), site, now).next().is_none() {
        return Ok(());
    }
    let plan = settings.job_plan();
    store.write(|transaction| advance_all(transaction, &plan, &[site], now))
}

/// Advances the jobs of every site to a time.
pub(super) fn advance(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    to: Timestamp,
) -> Result<(), Refusal> {
    let sites: Vec<_> = transaction.sites.iter().map(|site| site.id).collect();
    advance_all(transaction, plan, &sites, to)
}

/// The jobs of a site that may have gone on by a time: those that have ended are not looked at.
fn behind(state: &State, site: Uuid, to: Timestamp) -> impl Iterator<Item = &JobRow> {
    let unfinished = state.jobs.due(site).take_while(move |(seen_at, _)| *seen_at < to);
    unfinished.map(|(_, job)| job)
}

/// Advances the jobs of sites, and those that they queue when they end.
fn advance_all(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    sites: &[Uuid],
    to: Timestamp,
) -> Result<(), Refusal> {
    loop {
        let jobs = sites.iter().flat_map(|site| {
            let mut jobs: Vec<_> = behind(transaction, *site, to).cloned().collect();
            jobs.sort_by_key(|job| job.number);
            jobs
        });
        let jobs: Vec<_> = jobs.collect();
        if jobs.is_empty() {
            return Ok(());
        }
        jobs.into_iter()
            .try_for_each(|job| advance_one(transaction, plan, job, to))?;
    }
}

fn advance_one(
    transaction: &mut Transaction<'_>,
    plan: &JobPlan,
    mut job: JobRow,
    to: Timestamp,
) -> Result<(), Refusal> {
    let had_begun = job.unshown.started_at().is_some();
    // Requests may be served out of order.
    job.unshown.seen_at = to.max(job.unshown.seen_at);
    if !had_begun && job.unshown.started_at().is_some() {
        announce(transaction, &job.unshown.of, Happening::RefreshStarted);
    }
    settle(transaction, plan, job)
}

/// Tells of what happens to content by a job that refreshes it.
fn announce(transaction: &mut Transaction<'_>, of: &JobOf, happening: Happening) {
    match *of {
        JobOf::Workbook(id) => {
            let of = transaction.workbooks.get(id).cloned();
            of.inspect(|of| happening::announce(transaction, of, happening));
        }
        JobOf::Datasource(id) => {
            let of = transaction.datasources.get(id).cloned();
            of.inspect(|of| happening::announce(transaction, of, happening));
        }
        JobOf::Flow { flow, .. } if happening == Happening::RefreshSucceeded => {
            let of = transaction.flows.get(flow).cloned();
            of.inspect(|of| happening::announce(transaction, of, Happening::Completed));
        }
        _ => {}
    }
}

/// Stores a job; one that has succeeded has its effect. A file that it has not published is removed, as no row names it any more.
fn settle(transaction: &mut Transaction<'_>, plan: &JobPlan, mut job: JobRow) -> Result<(), Refusal> {
    let ended = job.unshown.ended();
    let succeeded = ended.map(|(_, ending)| *ending == JobEnding::Succeeded);
    let Some(succeeded) = succeeded else {
        return transaction.put(job);
    };
    let happening = if succeeded {
        Happening::RefreshSucceeded
    } else {
        Happening::RefreshFailed
    };
    announce(transaction, &job.unshown.of, happening);
    if succeeded {
        let ended_at = job.unshown.updated_at();
        extracts::settle(transaction, &job.unshown.of, ended_at)?;
    }
    job.file = None;
    job.unshown.of = match std::mem::take(&mut job.unshown.of) {
        JobOf::Publishing(pending) => {
            let name = pending.item.shown.name.clone();
            if succeeded {
                publish::put(transaction, *pending)?;
            }
            JobOf::Published { name }
        }
        JobOf::PublishingDatasource(pending) => {
            let name = pending.item.shown.name.clone();
            if succeeded {
                publish::put(transaction, *pending)?;
            }
            JobOf::PublishedDatasource { name }
        }
        of if succeeded => settle_people(transaction, job.site, of, job.unshown.seen_at)?,
        of => of,
    };
    let (id, of, ended_at) = (job.id, job.unshown.of.clone(), job.unshown.updated_at());
    transaction.put(job)?;
    if let (true, JobOf::Workbook(workbook)) = (succeeded, of) {
        subscription_mails::refreshed(transaction, workbook, ended_at)?;
        alert_mails::refreshed(transaction, workbook, ended_at)?;
    }
    linked_tasks::ended(transaction, plan, id, succeeded, ended_at)
}

/// Does what a job did with users and groups; gives the job with what it counted.
fn settle_people(
    transaction: &mut Transaction<'_>,
    site: Uuid,
    of: JobOf,
    now: Timestamp,
) -> Result<JobOf, Refusal> {
    let Some(site) = transaction.sites.get(site).cloned() else {
        return Ok(of);
    };
    Ok(match of {
        JobOf::ImportUsers { lines, .. } => JobOf::ImportUsers {
            counts: user_files::settle_import(transaction, &site, &lines, now)?,
            lines: Vec::new(),
        },
        JobOf::RemoveUsers { names, .. } => JobOf::RemoveUsers {
            counts: user_files::settle_removal(transaction, &site, &names)?,
            names: Vec::new(),
        },
        JobOf::SyncGroup { group, .. } => JobOf::SyncGroup {
            counts: groups::settle(transaction, &group, now)?,
            group,
        },
        of => of,
    })
}
