//! Jobs: starting, watching and cancelling them.

use tableau_wire::tsm::async_jobs::{CancelAsyncJob, GetAsyncJob, GetLatestAsyncJob, ListAsyncJobs};
use tableau_wire::tsm::maintenance::{BackupFixedFile, Cleanup, ReindexSearch, RestoreFixedFile};
use tableau_wire::tsm::server::{Disable, Enable, Restart};
use tableau_wire::tsm::{AsyncJob, AsyncJobs, JobId, Json};

use super::Call;
use crate::tsm::jobs::Fate;
use crate::tsm::plan::Plan;
use crate::tsm::refusal::Refusal;

type Reply = Result<Json<AsyncJob>, Refusal>;

pub(crate) fn list(
    call: &mut Call<'_>,
    ListAsyncJobs { status, .. }: ListAsyncJobs,
) -> Result<Json<AsyncJobs>, Refusal> {
    // The order of a real server is not known. No job has an unknown status.
    let mut jobs = call.state.jobs.list(call.now);
    jobs.retain(|job| status.is_none() || job.status == status);
    Ok(Json::new(AsyncJobs(jobs)))
}

pub(crate) fn get(call: &mut Call<'_>, GetAsyncJob { id, .. }: GetAsyncJob) -> Reply {
    job(call, id)
}

pub(crate) fn latest(call: &mut Call<'_>, _: GetLatestAsyncJob) -> Reply {
    let job = call.state.jobs.list(call.now).pop();
    job.map(Json::new).ok_or_else(|| Refusal::not_found("job"))
}

pub(crate) fn cancel(call: &mut Call<'_>, CancelAsyncJob { id, .. }: CancelAsyncJob) -> Reply {
    match call.state.jobs.cancel(id, call.now) {
        Some(true) => job(call, id),
        // The answer of a real server is not known.
        Some(false) => Err(Refusal::conflict(format!(
            "The job {id} cannot be cancelled any more."
        ))),
        None => Err(Refusal::not_found("such job")),
    }
}

fn job(call: &Call<'_>, id: JobId) -> Reply {
    let job = call.state.jobs.get(id, call.now);
    job.map(Json::new).ok_or_else(|| Refusal::not_found("such job"))
}

pub(crate) fn enable(call: &mut Call<'_>, _: Enable) -> Reply {
    start(call, Plan::start())
}

pub(crate) fn disable(call: &mut Call<'_>, _: Disable) -> Reply {
    start(call, Plan::stop())
}

pub(crate) fn restart(call: &mut Call<'_>, _: Restart) -> Reply {
    start(call, Plan::restart())
}

// Assumed of both calls with a file: its name is required.
pub(crate) fn backup(call: &mut Call<'_>, backup: BackupFixedFile) -> Reply {
    let name = required(backup.write_path, "writePath")?;
    // As `tsm maintenance backup` names its files.
    let file = if name.ends_with(".tsbak") {
        name
    } else {
        name + ".tsbak"
    };
    let skip_verification = backup.skip_verification.unwrap_or_default();
    start(
        call,
        Plan::backup(file, skip_verification, backup.job_timeout_seconds),
    )
}

pub(crate) fn restore(call: &mut Call<'_>, restore: RestoreFixedFile) -> Reply {
    let file = required(restore.fixed_file, "fixedFile")?;
    // Whether a server refuses the call instead is not known.
    let fate = if call.state.world(call.now).backups.contains(&file) {
        Fate::Succeed
    } else {
        Fate::Fail(format!("There is no backup called {file}."))
    };
    Ok(Json::new(call.state.jobs.add(Plan::restore(), fate, call.now)))
}

pub(crate) fn cleanup(call: &mut Call<'_>, _: Cleanup) -> Reply {
    start(call, Plan::cleanup())
}

pub(crate) fn reindex_search(call: &mut Call<'_>, _: ReindexSearch) -> Reply {
    start(call, Plan::reindex_search())
}

fn start(call: &mut Call<'_>, plan: Plan) -> Reply {
    Ok(Json::new(call.state.jobs.add(plan, Fate::Succeed, call.now)))
}

/// Refuses an empty value; a missing one is refused before.
fn required(value: String, name: &str) -> Result<String, Refusal> {
    if value.is_empty() {
        return Err(Refusal::bad_request(format!(
            "The request needs the parameter {name}."
        )));
    }
    Ok(value)
}
