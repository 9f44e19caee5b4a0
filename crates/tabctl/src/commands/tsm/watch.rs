//! Watching a job: a bar on a terminal, a line for each note elsewhere.

use std::pin::pin;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use tableau_client::tsm::{AsyncJob, JobEvent, Json, TsmSession};
use tableau_client::{ErrorKind, JobOutcome};

use super::print;
use crate::args::tsm::Wait;
use crate::failure::Failure;
use crate::terminal::interrupt;
use crate::terminal::progress::{self, JobProgress};
use crate::terminal::text::{plain, say};

/// How long `tsm` waits for most jobs, and for backups.
pub(super) const HALF_AN_HOUR: Duration = Duration::from_secs(1800);
pub(super) const A_DAY: Duration = Duration::from_secs(86_400);

/// How a job is watched.
pub(super) struct Follow {
    timeout: Duration,
    cancel_on_interrupt: bool,
    json: bool,
}

impl Follow {
    pub(super) fn new(wait: &Wait, usual: Duration) -> Self {
        Self {
            timeout: wait.request_timeout.unwrap_or(usual),
            cancel_on_interrupt: wait.cancel_on_interrupt,
            json: wait.json,
        }
    }

    /// Watches a job until it ends, the time is up, or Ctrl-C is pressed.
    pub(super) async fn job(&self, session: &TsmSession, job: Json<AsyncJob>) -> Result<(), Failure> {
        let mut watch = session.watch(job.id).deadline(self.timeout);
        let started = Instant::now();
        let mut shown = Shown::new();
        let mut cancelled = false;
        let mut interrupt = pin!(tokio::signal::ctrl_c());
        interrupt::hand_over_interrupts();
        loop {
            let event = match select(watch.next(), interrupt.as_mut()).await {
                Either::Left((event, _)) => event,
                Either::Right(_) if self.cancel_on_interrupt && !cancelled => {
                    self.cancel(session, &job).await?;
                    cancelled = true;
                    interrupt.set(tokio::signal::ctrl_c());
                    continue;
                }
                Either::Right(_) => return Err(Failure::Interrupted(left(&job))),
            };
            match event {
                Some(Ok(JobEvent::Ended(outcome))) => {
                    drop(shown);
                    return self.tell(&outcome, cancelled);
                }
                Some(Ok(event)) => shown.event(&event),
                Some(Err(error)) => {
                    // If the job was never seen in that time, the error says why.
                    if started.elapsed() >= self.timeout {
                        say(&plain(&error.to_string()));
                        return Err(self.still_running(&job));
                    }
                    say(&left(&job));
                    return Err(error.into());
                }
                // The stream always gives the end before.
                None => return Ok(()),
            }
        }
    }

    async fn cancel(&self, session: &TsmSession, job: &AsyncJob) -> Result<(), Failure> {
        match session.cancel_job(job.id).await {
            Ok(_) => say(&format!("{} is being cancelled", name(job))),
            Err(error) if error.kind() == ErrorKind::Conflict => {
                say(&format!("error: {}", plain(&error.to_string())));
                return Err(Failure::Interrupted(left(job)));
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Reports the outcome of the job.
    fn tell(&self, outcome: &JobOutcome<AsyncJob>, by_us: bool) -> Result<(), Failure> {
        let job = outcome.job();
        if self.json {
            print::document(job)?;
        }
        let why = job.error_message.as_deref().or(job.status_message.as_deref());
        let why = why.map_or(String::new(), |why| format!(": {}", plain(why)));
        match outcome {
            JobOutcome::Succeeded(_) => {
                say(&format!("{} succeeded", name(job)));
                Ok(())
            }
            JobOutcome::Failed(_) => Err(Failure::JobFailed(format!("{} failed{why}", name(job)))),
            JobOutcome::Cancelled(_) if by_us => {
                Err(Failure::Interrupted(format!("{} was cancelled", name(job))))
            }
            JobOutcome::Cancelled(_) => Err(Failure::JobFailed(format!("{} was cancelled{why}", name(job)))),
            JobOutcome::TimedOut(_) => Err(self.still_running(job)),
        }
    }

    fn still_running(&self, job: &AsyncJob) -> Failure {
        Failure::StillRunning(format!(
            "{} had not ended after {} s\n{}",
            name(job),
            self.timeout.as_secs(),
            left(job)
        ))
    }
}

/// The message about a job that goes on.
fn left(job: &AsyncJob) -> String {
    format!(
        "{} goes on; watch it with `tabctl tsm jobs watch {1}`, cancel it with `tabctl tsm jobs cancel {1}`",
        name(job),
        job.id
    )
}

/// What is shown on standard error: how far the job is on a terminal, a line for each note elsewhere.
struct Shown {
    progress: Option<JobProgress>,
}

impl Shown {
    fn new() -> Self {
        Self {
            progress: progress::is_shown().then(JobProgress::default),
        }
    }

    fn event(&mut self, event: &JobEvent) {
        match event {
            JobEvent::Progress { job, notes } => {
                let percent = job.progress.unwrap_or_default();
                if let Some(progress) = &mut self.progress {
                    let notes = job.notes();
                    let last = notes.last().and_then(|note| note.message.as_deref());
                    progress.show(percent, last.unwrap_or_default());
                    return;
                }
                for note in notes {
                    let status = note.status.as_ref().map_or("", |status| status.as_str());
                    let message = note.message.as_deref().unwrap_or_default();
                    let step = note.step.as_deref().unwrap_or_default();
                    say(&plain(&format!("{percent:>3} %  {step} {status}: {message}")));
                }
            }
            JobEvent::Unreachable(error) => say(&plain(&format!(
                "{error}; waiting for the controller to come back"
            ))),
            _ => {}
        }
    }
}

/// `job 4 (RestartServerJob)`
pub(super) fn name(job: &AsyncJob) -> String {
    match &job.job_type {
        Some(kind) => format!("job {} ({})", job.id, plain(kind.as_str())),
        None => format!("job {}", job.id),
    }
}
