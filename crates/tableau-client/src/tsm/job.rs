//! Waiting for a job.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use tableau_wire::tsm::async_jobs::GetAsyncJob;
use tableau_wire::tsm::{AsyncJob, JobId, JobOutcome, ProgressNote};
use tokio::time::{Instant, sleep, timeout_at};

use super::session::TsmSession;
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Blocking, Mode};

/// How long to wait between two looks: at first, and at the longest, which is what a program does that watches real servers.
const FIRST_INTERVAL: Duration = Duration::from_millis(500);
const LONGEST_INTERVAL: Duration = Duration::from_secs(15);
/// For how long a controller may be away in the middle: applying changes and upgrades restart it.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// What happens while a job is watched.
#[derive(Debug)]
#[non_exhaustive]
pub enum JobEvent {
    /// Something has changed.
    Progress {
        /// The job as it is now.
        job: Box<AsyncJob>,
        /// What was noted since it was last looked at.
        notes: Vec<ProgressNote>,
    },
    /// The controller cannot be reached, or has trouble of its own: it may be starting again. Watching goes on.
    Unreachable(Error),
}

/// A job that is watched: a `Stream` of [`JobEvent`]s, or an `Iterator` if blocking; [`finish`](Self::finish) waits for the end.
///
/// It looks at the job at growing intervals. When the session ends meanwhile it signs in again, and while the controller is away, for 10 minutes at
/// the longest, it tries again. Dropping it leaves the job alone.
///
/// After the job has succeeded there is nothing more. Otherwise an error comes last, which has the job ([`Error::job`]) and tells what became of it:
/// [`ErrorKind::JobFailed`], [`ErrorKind::JobCancelled`], or [`ErrorKind::TimedOut`] if the deadline has passed.
#[must_use = "a job is watched by using the stream, or by `finish`"]
pub struct JobWatch<M: Mode = Async> {
    mode: M,
    state: State,
}

enum State {
    /// Between two looks.
    Idle(Box<Watcher>),
    /// It looks.
    Looking(Pin<Box<dyn Future<Output = Step> + Send>>),
    /// There is nothing more to come.
    Done,
}

/// The watcher after its work, and what it saw.
type Step = (Box<Watcher>, Option<Result<JobEvent, Error>>);

impl<M: Mode> JobWatch<M> {
    pub(super) fn new(session: TsmSession<Async>, id: JobId, mode: M) -> Self {
        Self {
            mode,
            state: State::Idle(Box::new(Watcher::new(session, id))),
        }
    }

    /// Gives up after this time. The job goes on at the server.
    pub fn deadline(self, after: Duration) -> Self {
        self.with(|watcher| watcher.deadline = Instant::now().checked_add(after).map(|until| (until, after)))
    }

    /// Looks at the job after this time, then at intervals that grow by a half up to the longest: half a second and 15 seconds unless told
    /// otherwise.
    pub fn interval(self, first: Duration, longest: Duration) -> Self {
        self.with(|watcher| (watcher.interval, watcher.longest) = (first, longest))
    }

    fn with(mut self, change: impl FnOnce(&mut Watcher)) -> Self {
        if let State::Idle(watcher) = &mut self.state {
            change(watcher);
        }
        self
    }

    /// Waits until the job has ended, and gives it if it has succeeded.
    ///
    /// # Errors
    /// [`ErrorKind::JobFailed`], [`ErrorKind::JobCancelled`], [`ErrorKind::TimedOut`], or why the job could not be looked at.
    pub fn finish(self) -> M::Output<Result<AsyncJob, Error>> {
        let Self { mode, state } = self;
        mode.run(async move {
            let mut watcher = match state {
                State::Idle(watcher) => watcher,
                State::Looking(look) => match look.await {
                    (_, Some(Err(error))) => return Err(error),
                    (watcher, _) => watcher,
                },
                State::Done => return Err(over()),
            };
            while let Some(event) = watcher.next().await {
                event?;
            }
            watcher.last.ok_or_else(over)
        })
    }

    fn take(&mut self, (watcher, event): Step) -> Option<Result<JobEvent, Error>> {
        self.state = match &event {
            Some(Ok(_)) => State::Idle(watcher),
            Some(Err(_)) | None => State::Done,
        };
        event
    }
}

/// Somebody has taken the last of the stream, and waits for more.
fn over() -> Error {
    let message = "the job was watched to its end already";
    Error::new(ErrorKind::Input, message.to_owned())
}

impl Stream for JobWatch<Async> {
    type Item = Result<JobEvent, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let mut look = match std::mem::replace(&mut this.state, State::Done) {
            State::Idle(watcher) => Box::pin(watcher.step()),
            State::Looking(look) => look,
            State::Done => return Poll::Ready(None),
        };
        match look.as_mut().poll(context) {
            Poll::Ready(step) => Poll::Ready(this.take(step)),
            Poll::Pending => {
                this.state = State::Looking(look);
                Poll::Pending
            }
        }
    }
}

impl Iterator for JobWatch<Blocking> {
    type Item = Result<JobEvent, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let State::Idle(watcher) = std::mem::replace(&mut self.state, State::Done) else {
            return None;
        };
        let step = self.mode.run(watcher.step());
        self.take(step)
    }
}

impl<M: Mode> fmt::Debug for JobWatch<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobWatch").finish_non_exhaustive()
    }
}

/// Looks at a job again and again.
struct Watcher {
    session: TsmSession<Async>,
    id: JobId,
    /// When to give up, and after how long that is.
    deadline: Option<(Instant, Duration)>,
    /// How long to wait before the next look; the first is at once.
    interval: Duration,
    longest: Duration,
    has_looked: bool,
    last: Option<AsyncJob>,
    /// Since when the controller cannot be reached.
    away: Option<Instant>,
    /// What is still to be said of how it ended.
    verdict: Option<Error>,
}

impl Watcher {
    fn new(session: TsmSession<Async>, id: JobId) -> Self {
        Self {
            session,
            id,
            deadline: None,
            interval: FIRST_INTERVAL,
            longest: LONGEST_INTERVAL,
            has_looked: false,
            last: None,
            away: None,
            verdict: None,
        }
    }

    async fn step(mut self: Box<Self>) -> Step {
        let event = self.next().await;
        (self, event)
    }

    async fn next(&mut self) -> Option<Result<JobEvent, Error>> {
        if let Some(verdict) = self.verdict.take() {
            return Some(Err(verdict));
        }
        loop {
            if self.last.as_ref().is_some_and(AsyncJob::is_done) {
                return None;
            }
            let look = self.look_in_time().await;
            let event = match look {
                Ok(job) => self.note(job).map(Ok),
                Err(error) if is_passing(&error) => self.bear(error).transpose(),
                Err(error) => Some(Err(error)),
            };
            if event.is_some() {
                return event;
            }
        }
    }

    async fn look_in_time(&mut self) -> Result<AsyncJob, Error> {
        let deadline = self.deadline;
        let look = self.look();
        let looked = match deadline {
            None => Ok(look.await),
            Some((until, after)) => timeout_at(until, look).await.map_err(|_| after),
        };
        looked.unwrap_or_else(|after| Err(self.timed_out(after)))
    }

    async fn look(&mut self) -> Result<AsyncJob, Error> {
        if self.has_looked {
            sleep(self.interval).await;
            self.interval = (self.interval * 3 / 2).min(self.longest);
        }
        self.has_looked = true;
        let job = self.session.call(GetAsyncJob { id: self.id }).await?;
        Ok(job.into_inner())
    }

    /// Compares the job with what it was; gives what has changed.
    fn note(&mut self, job: AsyncJob) -> Option<JobEvent> {
        self.away = None;
        if self.last.as_ref() == Some(&job) {
            return None;
        }
        let seen = self.last.as_ref().map_or(0, |last| last.notes().len());
        let notes = job.notes_after(seen).to_vec();
        self.verdict = verdict(&job);
        self.last = Some(job.clone());
        let job = Box::new(job);
        Some(JobEvent::Progress { job, notes })
    }

    /// Bears with a controller that is away, for a while; says so once.
    fn bear(&mut self, error: Error) -> Result<Option<JobEvent>, Error> {
        match self.away {
            None => {
                self.away = Some(Instant::now());
                Ok(Some(JobEvent::Unreachable(error)))
            }
            Some(since) if since.elapsed() >= PATIENCE => Err(error.with_job(self.last.clone())),
            Some(_) => Ok(None),
        }
    }

    fn timed_out(&self, after: Duration) -> Error {
        let message = format!("{} had not ended after {after:?}, and goes on", self.name());
        Error::new(ErrorKind::TimedOut, message)
            .with_hint("Watch it again, with more time, or cancel it.")
            .with_job(self.last.clone())
    }

    fn name(&self) -> String {
        self.last
            .as_ref()
            .map_or_else(|| format!("job {}", self.id), describe)
    }
}

/// Whether a controller that is starting again may be the reason.
fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Connection | ErrorKind::Interrupted | ErrorKind::Server | ErrorKind::TooManyRequests
    )
}

/// What to say of a job that has ended, unless it has succeeded.
fn verdict(job: &AsyncJob) -> Option<Error> {
    let (kind, how) = match job.outcome()? {
        JobOutcome::Succeeded => return None,
        JobOutcome::Failed => (ErrorKind::JobFailed, "failed"),
        JobOutcome::Cancelled => (ErrorKind::JobCancelled, "was cancelled"),
        // It did not say that it has succeeded.
        _ => (ErrorKind::JobFailed, "ended without saying how"),
    };
    let why = job.error_message.as_ref().or(job.status_message.as_ref());
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    Some(Error::new(kind, format!("{} {how}{why}", describe(job))).with_job(Some(job.clone())))
}

fn describe(job: &AsyncJob) -> String {
    match &job.job_type {
        Some(kind) => format!("job {} ({kind})", job.id),
        None => format!("job {}", job.id),
    }
}
