//! Jobs, and the calls that queue them.

use std::borrow::Cow;

use tableau_wire::Operator;
use tableau_wire::rest::jobs::{BackgroundJob, Cancel, ExtractRefreshJob, Job};
use tableau_wire::rest::{Datasource, Workbook, datasources, workbooks};
use uuid::Uuid;

use super::{id, publish, time};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::clock::Clock;
use crate::kept::Level::Default;
use crate::kept::{Column, Context, Member, Value, only};
use crate::kept::{Gettable, Listable, Served, missing};
use crate::refusal::Refusal;
use crate::store::record::{self, JobEnding, JobOf, Pending};
use crate::store::{State, Store, Transaction};
use crate::token;

type Record = record::Job;

/// Schema: from 1, the most urgent, to 100. This value is recorded.
const PRIORITY: u64 = 50;
/// The operators for titles. That "has" finds a part of the title is inferred.
const PARTS: &[Operator] = &[Operator::Eq, Operator::Has];

impl Served for BackgroundJob {
    type Record = Record;
    const COLUMNS: &'static [Column<Record>] = &[
        Column::text("jobType", |job: &Record, _| {
            Value::Text(Cow::Borrowed(job_type(job).0))
        }),
        Column::text("status", |job: &Record, _| {
            Value::Text(Cow::Owned(job.status().to_string()))
        }),
        Column::text("title", |job, state| Value::Text(Cow::Owned(title(job, state)))).takes(PARTS),
        Column::text("subtitle", |job: &Record, _| {
            Value::Text(Cow::Borrowed(subtitle(job)))
        })
        .takes(PARTS),
        Column::text("notes", |job, state| {
            notes(job, state).map_or(Value::Missing, |notes| Value::Text(Cow::Owned(notes)))
        })
        .takes(&[Operator::Has]),
        // The arguments are not documented; that they name the refreshed content is inferred.
        Column::text("args", |job, state| Value::Text(Cow::Owned(title(job, state)))).takes(&[Operator::Has]),
        Column::number("priority", |_, _| Value::Number(PRIORITY)),
        Column::number("progress", |job, _| Value::Number(job.progress())),
        Column::time("createdAt", |job, _| Value::Time(job.created_at)),
        Column::time("startedAt", |job, _| {
            job.started_at().map_or(Value::Missing, Value::Time)
        }),
        Column::time("completedAt", |job, _| {
            job.ended_at().map_or(Value::Missing, Value::Time)
        }),
    ];
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |job, record, _| job.id = id(record.id)),
        Member::<Self>::new("status", Default, |job, record, _| {
            job.status = Some(record.status());
        }),
        Member::<Self>::new("createdAt", Default, |job, record, _| {
            job.created_at = Some(time(record.created_at));
        }),
        Member::<Self>::new("startedAt", Default, |job, record, _| {
            job.started_at = record.started_at().map(time);
        }),
        Member::<Self>::new("endedAt", Default, |job, record, _| {
            job.ended_at = record.ended_at().map(time);
        }),
        Member::<Self>::new("priority", Default, |job, _, _| job.priority = Some(PRIORITY)),
        Member::<Self>::new("jobType", Default, |job, record, _| {
            job.job_type = Some(job_type(record).0.to_owned());
        }),
        Member::<Self>::new("title", Default, |job, record, context| {
            job.title = Some(title(record, context.state));
        }),
        Member::<Self>::new("subtitle", Default, |job, record, _| {
            job.subtitle = Some(subtitle(record).to_owned());
        }),
    ];
}

/// The type in lists, and that of one job. The one of lists for publishing is inferred.
fn job_type(job: &Record) -> (&'static str, &'static str) {
    match job.of {
        JobOf::Workbook(_) | JobOf::Datasource(_) => ("refresh_extracts", "RefreshExtract"),
        JobOf::Publishing(_) | JobOf::Published { .. } => ("publish_workbook", "PublishWorkbook"),
    }
}

impl Listable for BackgroundJob {}

impl Served for Job {
    type Record = Record;
    const MEMBERS: &'static [Member<Self>] = &[
        Member::<Self>::new("id", Default, |job, record, _| job.id = id(record.id)),
        Member::<Self>::new("mode", Default, |job, _, _| {
            job.mode = Some("Asynchronous".to_owned());
        }),
        Member::<Self>::new("type", Default, |job, record, _| {
            job.r#type = Some(job_type(record).1.to_owned());
        }),
        Member::<Self>::new("progress", Default, |job, record, _| {
            job.progress = Some(record.progress());
        }),
        Member::<Self>::new("createdAt", Default, |job, record, _| {
            job.created_at = Some(time(record.created_at));
        }),
        Member::<Self>::new("startedAt", Default, |job, record, _| {
            job.started_at = record.started_at().map(time);
        }),
        Member::<Self>::new("updatedAt", Default, |job, record, _| {
            job.updated_at = Some(time(record.updated_at()));
        }),
        Member::<Self>::new("completedAt", Default, |job, record, _| {
            job.completed_at = record.ended_at().map(time);
        }),
        Member::<Self>::new("finishCode", Default, |job, record, _| {
            job.finish_code = record.finish_code();
        }),
        Member::<Self>::new("extractRefreshJob", Default, |job, record, context| {
            job.extract_refresh_job = about(record, context);
        }),
    ];
}

impl Gettable for Job {
    type Of = BackgroundJob;
}

/// Cancels a job: for administrators and the user who queued it (inferred).
pub(crate) fn cancel(call: &Call<'_>, caller: &Caller, cancel: &Cancel) -> Result<(), Refusal> {
    let now = call.clock.now();
    call.store.write(|transaction| {
        let job = parse_id(cancel.id.as_str())
            .and_then(|id| transaction.jobs.get(id))
            .filter(|job| job.site == caller.site.id)
            .cloned()
            .ok_or_else(|| missing::<BackgroundJob>(cancel.id.as_str()))?;
        if !caller.is_administrator() && job.user != caller.user.id {
            return Err(Refusal::forbidden(
                "403032",
                "Only administrators can cancel the jobs of others.",
            ));
        }
        if job.ended().is_some() {
            return Err(Refusal::forbidden(
                "403091",
                "Can not cancel job, because it's already complete.",
            ));
        }
        settle(
            transaction,
            Record {
                end: Some((now, JobEnding::Cancelled)),
                ..job
            },
        )
    })
}

pub(crate) fn refresh_workbook(
    call: &Call<'_>,
    caller: &Caller,
    refresh: &workbooks::Refresh,
) -> Result<Job, Refusal> {
    let text = refresh.id.as_str();
    let of = parse_id(text).map(JobOf::Workbook);
    queue(call, caller, of, || missing::<Workbook>(text))
}

pub(crate) fn refresh_datasource(
    call: &Call<'_>,
    caller: &Caller,
    refresh: &datasources::Refresh,
) -> Result<Job, Refusal> {
    let text = refresh.id.as_str();
    let of = parse_id(text).map(JobOf::Datasource);
    queue(call, caller, of, || missing::<Datasource>(text))
}

/// Queues a refresh: for administrators and the owner (inferred: permissions are not kept), and one at a time.
///
/// Refreshing content without extracts succeeds without effect; what a real server does is not known.
fn queue(
    call: &Call<'_>,
    caller: &Caller,
    of: Option<JobOf>,
    missing: impl Fn() -> Refusal,
) -> Result<Job, Refusal> {
    let site = caller.site.id;
    call.store.write(|transaction| {
        let of = of.ok_or_else(&missing)?;
        let (on, owner) = whose(&of, transaction).ok_or_else(&missing)?;
        if on != site {
            return Err(missing());
        }
        if !caller.is_administrator() && owner != caller.user.id {
            return Err(Refusal::forbidden(
                "403032",
                "Only administrators and the owner can refresh it.",
            ));
        }
        let mut jobs = transaction.jobs.of_site(site);
        if jobs.any(|job| refreshed(&job.of) == refreshed(&of) && job.ended().is_none()) {
            return Err(Refusal::already_queued());
        }
        drop(jobs);
        let job = new(call, caller, of)?;
        let context = Context {
            state: transaction,
            origin: call.origin,
        };
        // Recorded.
        let said = ["id", "mode", "type", "createdAt", "extractRefreshJob"];
        let shown = only::<Job>(&job, &context, &said);
        transaction.put(job)?;
        Ok(shown)
    })
}

/// Queues the publishing of a workbook.
pub(super) fn queue_publishing(
    transaction: &mut Transaction<'_>,
    call: &Call<'_>,
    caller: &Caller,
    pending: Pending,
) -> Result<Job, Refusal> {
    let job = new(call, caller, JobOf::Publishing(Box::new(pending)))?;
    let context = Context {
        state: transaction,
        origin: call.origin,
    };
    let shown = only::<Job>(&job, &context, &["id", "mode", "type", "createdAt"]);
    transaction.put(job)?;
    Ok(shown)
}

fn new(call: &Call<'_>, caller: &Caller, of: JobOf) -> Result<Record, Refusal> {
    let (now, plan) = (call.clock.now(), call.settings.job_plan());
    Ok(Record {
        id: token::identifier()?,
        site: caller.site.id,
        user: caller.user.id,
        of,
        created_at: now,
        starts_at: plan.starts_at(now),
        end: plan.end(now),
        seen_at: now,
    })
}

/// The content whose extracts a job refreshes.
fn refreshed(of: &JobOf) -> Option<Uuid> {
    match of {
        JobOf::Workbook(id) | JobOf::Datasource(id) => Some(*id),
        JobOf::Publishing(_) | JobOf::Published { .. } => None,
    }
}

/// Advances the jobs of a site to the present.
pub(crate) fn bring_up_to_date(store: &Store, clock: &Clock, site: Uuid) -> Result<(), Refusal> {
    let state = store.read();
    let at_work = state.jobs.of_site(site).any(|job| job.ended().is_none());
    drop(state);
    if !at_work {
        return Ok(());
    }
    let now = clock.now();
    store.write(|transaction| {
        let jobs = transaction.jobs.of_site(site);
        let at_work: Vec<_> = jobs.filter(|job| job.ended().is_none()).cloned().collect();
        for job in at_work {
            // Requests may be served out of order.
            let seen_at = now.max(job.seen_at);
            settle(transaction, Record { seen_at, ..job })?;
        }
        Ok(())
    })
}

/// Stores a job, and the workbook that it publishes if it has succeeded.
fn settle(transaction: &mut Transaction<'_>, mut job: Record) -> Result<(), Refusal> {
    let succeeded = job.ended().map(|(_, ending)| *ending == JobEnding::Succeeded);
    if let (Some(succeeded), JobOf::Publishing(pending)) = (succeeded, &job.of) {
        let pending = Pending::clone(pending);
        job.of = JobOf::Published {
            name: pending.workbook.name.clone(),
        };
        if succeeded {
            publish::put(transaction, pending)?;
        } else if let Some(file) = pending.workbook.file {
            transaction.release(file);
        }
    }
    transaction.put(job)
}

/// The site and the owner of the refreshed content.
fn whose(of: &JobOf, state: &State) -> Option<(Uuid, Uuid)> {
    match of {
        JobOf::Workbook(id) => state.workbooks.get(*id).map(|found| (found.site, found.owner)),
        JobOf::Datasource(id) => state.datasources.get(*id).map(|found| (found.site, found.owner)),
        JobOf::Publishing(_) | JobOf::Published { .. } => None,
    }
}

// That title and subtitle are the name and the kind is inferred.
fn title(job: &Record, state: &State) -> String {
    let name = match &job.of {
        JobOf::Workbook(id) => state.workbooks.get(*id).map(|found| &found.name),
        JobOf::Datasource(id) => state.datasources.get(*id).map(|found| &found.name),
        JobOf::Publishing(pending) => Some(&pending.workbook.name),
        JobOf::Published { name } => Some(name),
    };
    name.cloned().unwrap_or_default()
}

fn subtitle(job: &Record) -> &'static str {
    match job.of {
        JobOf::Datasource(_) => "Data Source",
        _ => "Workbook",
    }
}

/// The server's notes about a job that has ended. The texts are inferred.
fn notes(job: &Record, state: &State) -> Option<String> {
    let (_, ending) = job.ended()?;
    Some(match ending {
        JobEnding::Succeeded => format!(
            "Finished refresh of extracts for {} '{}'.",
            subtitle(job),
            title(job, state)
        ),
        JobEnding::Failed { notes } => notes.clone(),
        JobEnding::Cancelled => "The job was cancelled.".to_owned(),
    })
}

fn about(job: &Record, context: &Context<'_>) -> Option<ExtractRefreshJob> {
    let named = ["id", "name"];
    let mut about = ExtractRefreshJob::default();
    about.notes = notes(job, context.state).map(tableau_wire::Text);
    match &job.of {
        JobOf::Workbook(id) => {
            let workbook = context.state.workbooks.get(*id);
            about.workbook = workbook.map(|found| Box::new(only::<Workbook>(found, context, &named)));
        }
        JobOf::Datasource(id) => {
            let datasource = context.state.datasources.get(*id);
            about.datasource = datasource.map(|found| Box::new(only::<Datasource>(found, context, &named)));
        }
        JobOf::Publishing(_) | JobOf::Published { .. } => return None,
    }
    Some(about)
}
