//! `tabctl tsm jobs`, and the commands that start one.

use tableau_client::tsm::{JobId, TsmSession};
use tableau_client::wire::tsm::JobStatus;
use tableau_client::wire::tsm::async_jobs::ListAsyncJobs;
use tableau_client::wire::tsm::maintenance::{self, BackupFixedFile};

use super::connect::Connector;
use super::print::{self, add, items};
use super::watch::{Follow, name};
use crate::args::tsm::{Backup, Cleanup, JobsCancel, JobsList};
use crate::commands::style;
use crate::failure::Failure;
use crate::output::Column;
use crate::terminal::text::say;

const COLUMNS: &[Column] = &[
    Column::of("id"),
    Column::titled("type", "jobType"),
    Column::of("status"),
    Column::of("progress"),
    Column::of("message"),
];

pub(super) fn list(connector: &Connector, args: JobsList, no_pager: bool) -> Result<(), Failure> {
    let status = args.status.as_deref().map(JobStatus::from);
    let jobs = connector.run(async |session| {
        Ok(session
            .call(ListAsyncJobs::new().with(|call| call.status = status))
            .await?)
    })?;
    let style = style::settle(args.output, no_pager);
    print::list(style, COLUMNS, items(jobs.raw(), "/asyncJobs"), |job| {
        let error = job.get("errorMessage").filter(|error| error.is_string());
        let message = error.or(job.get("statusMessage")).cloned();
        add(job, "message", message.unwrap_or_default());
    })
}

pub(super) fn cancel(connector: &Connector, args: &JobsCancel) -> Result<(), Failure> {
    let job = connector.run(async |session| Ok(session.cancel_job(args.id).await?))?;
    if args.json {
        return print::document(job.raw());
    }
    say(&format!("{} is being cancelled", name(&job)));
    Ok(())
}

pub(super) async fn watch(session: &TsmSession, id: Option<JobId>, follow: &Follow) -> Result<(), Failure> {
    let job = match id {
        Some(id) => session.job(id).await?,
        None => session.latest_job().await?,
    };
    follow.job(session, job).await
}

pub(super) async fn backup(session: &TsmSession, args: &Backup, follow: &Follow) -> Result<(), Failure> {
    let mut backup = BackupFixedFile::new(args.file.as_str());
    backup.skip_verification = args.skip_verification.then_some(true);
    follow.job(session, session.call(backup).await?).await
}

pub(super) async fn cleanup(session: &TsmSession, args: &Cleanup, follow: &Follow) -> Result<(), Failure> {
    let cleanup = maintenance::Cleanup::new().with(|call| {
        call.log_files_retention_seconds = args.log_files_retention;
        call.delete_log_files = args.log_files.then_some(true);
        call.delete_temp_files = args.temp_files.then_some(true);
        call.clear_redis_cache = args.redis_cache.then_some(true);
        call.delete_http_requests = args.http_requests.then_some(true);
        call.clear_sheet_image_cache = args.sheet_image_cache.then_some(true);
    });
    follow.job(session, session.cleanup(cleanup).await?).await
}
