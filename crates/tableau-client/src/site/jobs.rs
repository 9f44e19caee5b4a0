//! Waiting for jobs, a server's work in the background.

use std::fmt;
use std::time::Duration;

use tableau_wire::rest::jobs::Cancel;
use tableau_wire::rest::{BackgroundJob, Job};
use tableau_wire::value::JobStatus;
use tableau_wire::{Get, Id, List};
use tokio::time::{Instant, sleep, timeout};

use super::{Call, Collection, Site};
use crate::error::{Error, ErrorKind};
use crate::mode::Mode;

/// How long to wait between two looks: first, by how much longer each time, and at the longest. As Tableau's Python library does.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const GROWTH: f32 = 1.4;
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long before the end of its time the last look is due: as much as an answer may take.
const LAST_LOOK: Duration = Duration::from_secs(2);

/// The outcome of a job that was waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a job may have failed"]
pub enum JobOutcome<J = Job> {
    /// The job has succeeded.
    Succeeded(J),
    /// The job has failed; of a refresh, the notes of [`Job::extract_refresh_job`] say why.
    Failed(J),
    /// The job was cancelled.
    Cancelled(J),
    /// The job did not end in time: this is how it was seen last. It goes on, and can be waited for again.
    TimedOut(J),
}

impl<J> JobOutcome<J> {
    /// The job as it was seen last.
    #[must_use]
    pub fn job(&self) -> &J {
        match self {
            Self::Succeeded(job) | Self::Failed(job) | Self::Cancelled(job) | Self::TimedOut(job) => job,
        }
    }
}

impl<M: Mode> Collection<BackgroundJob, M> {
    /// Waits until a job has ended, at most this long.
    ///
    /// The server is asked after half a second, and then less and less often, up to every 30 seconds. A session that ends during the wait is renewed,
    /// and an unavailable server is asked again. The identifier may come from anywhere, such as an earlier run of a program.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use tableau_client::{JobOutcome, Site, wire::rest::workbooks::Refresh};
    /// # async fn example(site: Site, refresh: Refresh) -> tableau_client::Result<()> {
    /// let job = site.call(refresh).await?;
    /// match site.jobs().wait(job.id, Duration::from_secs(3600)).await? {
    ///     JobOutcome::Succeeded(_) => println!("refreshed"),
    ///     JobOutcome::Failed(job) => println!("failed: {:?}", job.extract_refresh_job.and_then(|about| about.notes)),
    ///     JobOutcome::Cancelled(_) => println!("cancelled"),
    ///     JobOutcome::TimedOut(job) => println!("still at work: {} %", job.progress.unwrap_or(0)),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such job, and the other errors of asking for it; if the server never answered in all that
    /// time, the last of its errors.
    pub fn wait(&self, id: impl Into<Id<Job>>, time: Duration) -> M::Output<Result<JobOutcome, Error>> {
        let (site, id) = (self.site().clone(), id.into());
        self.site().mode().run(wait(site, id, time))
    }

    /// Cancels a job that has not ended yet.
    pub fn cancel(&self, id: impl Into<Id<Job>>) -> Call<Cancel, M> {
        self.site().call(Cancel::new(id))
    }
}

/// Waits until a job has ended, at most this long.
pub(super) async fn wait<M: Mode>(site: Site<M>, id: Id<Job>, time: Duration) -> Result<JobOutcome, Error> {
    let mut watch = Watch {
        site,
        id,
        seen: None,
        trouble: None,
    };
    if time.is_zero() {
        // A look, which takes its time.
        let seen = watch.look().await?;
        return match seen.has_ended {
            true => outcome(seen.job),
            false => Ok(JobOutcome::TimedOut(seen.job)),
        };
    }
    match timeout(time, watch.until_ended(time)).await {
        Ok(ended) => ended,
        Err(_) => watch.timed_out(time),
    }
}

struct Watch<M: Mode> {
    site: Site<M>,
    id: Id<Job>,
    seen: Option<Job>,
    /// Why it was not seen.
    trouble: Option<Error>,
}

impl<M: Mode> Watch<M> {
    async fn until_ended(&mut self, time: Duration) -> Result<JobOutcome, Error> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            match self.look().await {
                Ok(Seen { job, has_ended: true }) => return outcome(job),
                Ok(Seen { job, .. }) => {
                    tracing::debug!(id = %self.id, progress = job.progress, "the job goes on");
                    self.seen = Some(job);
                }
                Err(error) if is_passing(&error) => {
                    tracing::warn!(id = %self.id, %error, "the server could not be asked for the job; it is asked again");
                    self.trouble = Some(error);
                }
                Err(error) => return Err(error),
            }
            let left = time.saturating_sub(start.elapsed());
            sleep(pause_within(pause, left)).await;
            pause = pause.mul_f32(GROWTH).min(LONGEST_PAUSE);
        }
    }

    async fn look(&self) -> Result<Seen, Error> {
        match self.site.look(Get::<BackgroundJob>::new(self.id.clone())).await {
            // For the jobs of some calls (createExtract) servers say so, and have them in the list. Seen by users; not documented.
            Err(error) if error.code() == Some("400031") => self.listed().await?.ok_or(error),
            answer => answer.map(Seen::from),
        }
    }

    /// The job as the list has it.
    async fn listed(&self) -> Result<Option<Seen>, Error> {
        let mut list = List::<BackgroundJob>::new();
        list.page_size = Some(1000);
        let mut seen = 0;
        for number in 1.. {
            list.page_number = Some(number);
            let page = self.site.send(list.clone()).await?;
            seen += page.items.len() as u64;
            let is_last = page.items.is_empty() || seen >= page.total_available;
            let found = page.items.into_iter().find(|job| job.id == self.id);
            if found.is_some() || is_last {
                return Ok(found.map(Seen::from));
            }
        }
        Ok(None)
    }

    fn timed_out(self, time: Duration) -> Result<JobOutcome, Error> {
        match (self.seen, self.trouble) {
            (Some(job), _) => Ok(JobOutcome::TimedOut(job)),
            (None, trouble) => Err(trouble.unwrap_or_else(|| silent(&self.id, time))),
        }
    }
}

/// The error of a job about which the server did not answer in time.
pub(crate) fn silent(id: &dyn fmt::Display, time: Duration) -> Error {
    let message = format!(
        "job {id}: the server did not answer within {} s",
        time.as_secs_f32()
    );
    Error::new(ErrorKind::Interrupted, message).with_hint("Wait for it again, for longer.")
}

/// The error of a job whose outcome is unknown.
pub(crate) fn unclear(id: &dyn fmt::Display, how: &str) -> Error {
    let message = format!("job {id} has ended with {how}, which says nothing of success");
    Error::new(ErrorKind::Decode, message).with_hint("Look it up in the jobs of Tableau's web pages.")
}

/// How long to wait before the next look: cut so that one falls shortly before the deadline.
pub(crate) fn pause_within(pause: Duration, left: Duration) -> Duration {
    pause.min(left.saturating_sub(LAST_LOOK).max(FIRST_PAUSE))
}

/// A job as it was seen.
struct Seen {
    job: Job,
    has_ended: bool,
}

impl From<Job> for Seen {
    /// A finish code does not mean that the job has ended: servers give one to jobs under way as well.
    fn from(job: Job) -> Self {
        let has_ended = job.completed_at.is_some();
        Self { job, has_ended }
    }
}

impl From<BackgroundJob> for Seen {
    /// The list tells by the status whether a job has ended; some servers leave out when.
    fn from(listed: BackgroundJob) -> Self {
        let (finish_code, has_ended) = match listed.status {
            Some(JobStatus::Success) => (Some(0), true),
            Some(JobStatus::Failed) => (Some(1), true),
            Some(JobStatus::Cancelled) => (Some(2), true),
            Some(JobStatus::Pending | JobStatus::InProgress) => (None, false),
            _ => (None, listed.ended_at.is_some()),
        };
        let mut job = Job::default();
        job.finish_code = finish_code;
        job.id = listed.id;
        job.r#type = listed.job_type;
        job.created_at = listed.created_at;
        job.started_at = listed.started_at;
        job.completed_at = listed.ended_at;
        Self { job, has_ended }
    }
}

/// How a job that has ended did so.
fn outcome(job: Job) -> Result<JobOutcome, Error> {
    match job.finish_code {
        // What tells 3, "completed", from 0 is not established; Tableau's Python library takes both for success.
        Some(0 | 3) => Ok(JobOutcome::Succeeded(job)),
        Some(1) => Ok(JobOutcome::Failed(job)),
        Some(2) => Ok(JobOutcome::Cancelled(job)),
        code => {
            let code = code.map_or("no finish code".to_owned(), |code| {
                format!("the finish code {code}")
            });
            Err(unclear(&job.id, &code))
        }
    }
}

/// Whether a retry may succeed.
pub(crate) fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Connection
            | ErrorKind::Interrupted
            | ErrorKind::TimedOut
            | ErrorKind::Server
            | ErrorKind::TooManyRequests
    )
}
