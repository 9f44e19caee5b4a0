//! Waiting for a job.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use tableau_wire::tsm::async_jobs::GetAsyncJob;
use tableau_wire::tsm::{self, AsyncJob, JobId, ProgressNote};
use tokio::time::{Instant, sleep, timeout_at};

use super::session::TsmSession;
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Blocking, Mode};
use crate::site::{JobOutcome, is_passing, pause_within, silent, unclear};

/// How long to wait between two looks: at first, and at the longest, as in a program that is known to watch real servers.
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
        /// The notes since the last look.
        notes: Vec<ProgressNote>,
    },
    /// The controller cannot be reached or answers with an error: it may be restarting. Watching goes on.
    Unreachable(Error),
    /// The job has ended, or the deadline has passed. This is the last event.
    Ended(Box<JobOutcome<AsyncJob>>),
}

/// A job that is watched: a `Stream` of [`JobEvent`]s, or an `Iterator` if blocking; [`finish`](Self::finish) waits for the end.
///
/// It looks at the job at growing intervals. When the session ends during the watch it is renewed, and an unreachable
/// controller is retried for 10 minutes at most. Dropping the watch leaves the job running.
#[must_use = "a job is watched by using the stream, or by `finish`"]
pub struct JobWatch<M: Mode = Async> {
    mode: M,
    state: State,
}

impl<M: Mode> TsmSession<M> {
    /// Waits until a job has ended, for `time` at most; [`watch`](Self::watch) tells what happens on the way.
    ///
    /// # Errors
    /// Why the job could not be looked at.
    pub fn wait(&self, id: JobId, time: Duration) -> M::Output<Result<JobOutcome<AsyncJob>, Error>> {
        self.watch(id).deadline(time).finish()
    }

    /// Watches a job until it ends: a `Stream` of what happens, or an `Iterator` if blocking.
    pub fn watch(&self, id: JobId) -> JobWatch<M> {
        let (session, mode) = self.apart();
        JobWatch::new(session, id, mode)
    }
}

enum State {
    /// Between two looks.
    Idle(Box<Watcher>),
    /// A look is under way.
    Looking(Pin<Box<dyn Future<Output = Step> + Send>>),
    /// The stream has ended.
    Done,
}

/// The watcher after its work, and what it saw.
type Step = (Box<Watcher>, Option<Result<JobEvent, Error>>);

impl<M: Mode> JobWatch<M> {
    fn new(session: TsmSession<Async>, id: JobId, mode: M) -> Self {
        Self {
            mode,
            state: State::Idle(Box::new(Watcher::new(session, id))),
        }
    }

    /// Gives up after this time. The job goes on at the server.
    pub fn deadline(self, after: Duration) -> Self {
        self.with(|watcher| watcher.deadline = Instant::now().checked_add(after).map(|until| (until, after)))
    }

    /// Looks at the job after this time, then at intervals that grow by a half up to the longest; by default, half a second and
    /// 15 seconds.
    pub fn interval(self, first: Duration, longest: Duration) -> Self {
        self.with(|watcher| (watcher.interval, watcher.longest) = (first, longest))
    }

    fn with(mut self, change: impl FnOnce(&mut Watcher)) -> Self {
        if let State::Idle(watcher) = &mut self.state {
            change(watcher);
        }
        self
    }

    /// Waits until the job has ended or the deadline has passed; gives the outcome.
    ///
    /// # Errors
    /// Why the job could not be looked at.
    pub fn finish(self) -> M::Output<Result<JobOutcome<AsyncJob>, Error>> {
        let Self { mode, state } = self;
        mode.run(async move {
            let (mut watcher, mut event) = match state {
                State::Idle(watcher) => watcher.step().await,
                State::Looking(look) => look.await,
                State::Done => return Err(over()),
            };
            loop {
                match event {
                    Some(Ok(JobEvent::Ended(outcome))) => return Ok(*outcome),
                    Some(Err(error)) => return Err(error),
                    Some(Ok(_)) => event = watcher.next().await,
                    None => return Err(over()),
                }
            }
        })
    }

    fn take(&mut self, (watcher, event): Step) -> Option<Result<JobEvent, Error>> {
        if !watcher.is_over {
            self.state = State::Idle(watcher);
        }
        event
    }
}

/// The error of waiting after the stream has ended.
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
    /// Since when the controller cannot be reached, and why.
    away: Option<(Instant, Error)>,
    /// The last event was given.
    is_over: bool,
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
            is_over: false,
        }
    }

    async fn step(mut self: Box<Self>) -> Step {
        let event = self.next().await;
        (self, event)
    }

    async fn next(&mut self) -> Option<Result<JobEvent, Error>> {
        if self.is_over {
            return None;
        }
        let event = match self.end() {
            Some(end) => end,
            None => self.next_change().await,
        };
        self.is_over = matches!(event, Err(_) | Ok(JobEvent::Ended(_)));
        Some(event)
    }

    /// The outcome, once the job has ended.
    fn end(&self) -> Option<Result<JobEvent, Error>> {
        let job = self.last.as_ref()?;
        let outcome = match job.outcome()? {
            tsm::JobOutcome::Succeeded => JobOutcome::Succeeded,
            tsm::JobOutcome::Failed => JobOutcome::Failed,
            tsm::JobOutcome::Cancelled => JobOutcome::Cancelled,
            _ => {
                let status = job.status.as_ref().map(ToString::to_string);
                let status = status.map_or("no status".to_owned(), |status| format!("the status {status}"));
                return Some(Err(unclear(&self.id, &status)));
            }
        };
        Some(Ok(JobEvent::Ended(Box::new(outcome(job.clone())))))
    }

    async fn next_change(&mut self) -> Result<JobEvent, Error> {
        loop {
            let deadline = self.deadline;
            let look = self.look();
            let looked = match deadline {
                None => Ok(look.await),
                Some((until, after)) => timeout_at(until, look).await.map_err(|_| after),
            };
            let looked = match looked {
                Ok(looked) => looked,
                Err(after) => return self.time_is_up(after),
            };
            let event = match looked {
                Ok(job) => self.note(job),
                Err(error) if is_passing(&error) => self.bear(error)?,
                Err(error) => return Err(error),
            };
            if let Some(event) = event {
                return Ok(event);
            }
        }
    }

    async fn look(&mut self) -> Result<AsyncJob, Error> {
        if self.has_looked {
            let left = self
                .deadline
                .map(|(until, _)| until.duration_since(Instant::now()));
            sleep(left.map_or(self.interval, |left| pause_within(self.interval, left))).await;
            self.interval = (self.interval * 3 / 2).min(self.longest);
        }
        self.has_looked = true;
        let job = self.session.look(GetAsyncJob::new(self.id)).await?;
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
        self.last = Some(job.clone());
        let job = Box::new(job);
        Some(JobEvent::Progress { job, notes })
    }

    /// Tolerates an unreachable controller for a while; reports it once.
    fn bear(&mut self, error: Error) -> Result<Option<JobEvent>, Error> {
        match &self.away {
            None => {
                self.away = Some((Instant::now(), error.clone()));
                Ok(Some(JobEvent::Unreachable(error)))
            }
            Some((since, _)) if since.elapsed() >= PATIENCE => Err(error),
            Some(_) => Ok(None),
        }
    }

    fn time_is_up(&self, after: Duration) -> Result<JobEvent, Error> {
        let trouble = || self.away.as_ref().map(|(_, error)| error.clone());
        let silent = || trouble().unwrap_or_else(|| silent(&self.id, after));
        let last = self.last.clone().ok_or_else(silent)?;
        Ok(JobEvent::Ended(Box::new(JobOutcome::TimedOut(last))))
    }
}
