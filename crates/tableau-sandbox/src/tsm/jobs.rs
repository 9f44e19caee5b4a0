//! Jobs. The state of a job is a function of the clock: nothing runs, and no test has to wait.
//!
//! Jobs run one after another, in the order of the requests. The queue is observed; that it runs one job at a time is assumed.

use tableau_wire::tsm::async_jobs::DetailedProgress;
use tableau_wire::tsm::{AsyncJob, EpochMillis, JobId, JobStatus, JobType, ProgressNote};

use super::plan::{Effect, Plan, Step};

/// How long an unblocked job is `Created` before it runs; assumed.
const PICK_UP: i64 = 500;

/// How a job ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fate {
    /// It succeeds.
    #[default]
    Succeed,
    /// Its last step fails, for this reason.
    Fail(String),
    /// Its last step never ends.
    Hang,
}

/// A requested job.
#[derive(Debug)]
struct Job {
    id: JobId,
    plan: Plan,
    fate: Fate,
    created: i64,
    cancelled: Option<i64>,
}

/// The start and end of a job as planned now; `None` is never. A job that neither hangs nor waits for one that hangs has both.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: Option<i64>,
    end: Option<i64>,
}

/// A step that has begun, with its outcome if it has ended.
struct Mark<'j> {
    step: &'j Step,
    begun: i64,
    ended: Option<(i64, JobStatus)>,
}

/// The jobs, oldest first.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    jobs: Vec<Job>,
    /// The fates of the next jobs.
    fates: std::collections::VecDeque<Fate>,
}

impl Jobs {
    pub(super) fn next(&mut self, fate: Fate) {
        self.fates.push_back(fate);
    }

    /// Queues a job. A fate that tests set for the next job overrides the job's own.
    pub(super) fn add(&mut self, plan: Plan, by_itself: Fate, now: i64) -> AsyncJob {
        let id = JobId(self.jobs.len() as u64 + 1);
        self.jobs.push(Job {
            id,
            plan,
            fate: self.fates.pop_front().unwrap_or(by_itself),
            created: now,
            cancelled: None,
        });
        self.get(id, now).unwrap_or_else(|| AsyncJob::new(id))
    }

    pub(super) fn list(&self, now: i64) -> Vec<AsyncJob> {
        let mut busy = false;
        let mut list = Vec::with_capacity(self.jobs.len());
        for (job, span) in self.timeline() {
            list.push(job.show(span, busy, now));
            busy |= span.end.is_none_or(|end| end > now);
        }
        list
    }

    pub(super) fn get(&self, id: JobId, now: i64) -> Option<AsyncJob> {
        self.list(now).into_iter().find(|job| job.id == id)
    }

    /// Cancels a job; `None` if there is no such job, `false` if it cannot be cancelled.
    pub(super) fn cancel(&mut self, id: JobId, now: i64) -> Option<bool> {
        let (job, span) = self.timeline().find(|(job, _)| job.id == id)?;
        let over = span.end.is_some_and(|end| end <= now);
        let runs = span.start.is_some_and(|start| start <= now);
        if over || (runs && !job.plan.is_cancelable()) {
            return Some(false);
        }
        let job = self.jobs.iter_mut().find(|job| job.id == id)?;
        job.cancelled = Some(now);
        Some(true)
    }

    /// The effects of the steps that have succeeded by now, in order.
    pub(super) fn effects(&self, now: i64) -> impl Iterator<Item = &Effect> {
        self.timeline().flat_map(move |(job, span)| {
            let marks = job.marks(span, now).into_iter();
            marks.filter_map(|mark| match mark.ended {
                Some((_, JobStatus::Succeeded)) => Some(&mark.step.effect),
                _ => None,
            })
        })
    }

    /// When each job runs.
    fn timeline(&self) -> impl Iterator<Item = (&Job, Span)> {
        // When the earlier jobs have ended; `None` is never.
        let mut free = Some(i64::MIN);
        self.jobs.iter().map(move |job| {
            let start = free.map(|free| free.max(job.created.saturating_add(PICK_UP)));
            let span = match (start, job.cancelled) {
                (None, end) => Span { start: None, end },
                (Some(start), Some(cancelled)) if cancelled < start => Span {
                    start: None,
                    end: Some(cancelled),
                },
                (Some(start), cancelled) => {
                    let end = job.duration().map(|millis| start.saturating_add(millis));
                    let end = end.into_iter().chain(cancelled).min();
                    free = end;
                    Span {
                        start: Some(start),
                        end,
                    }
                }
            };
            (job, span)
        })
    }
}

impl Job {
    /// Its run time in milliseconds unless it is cancelled; `None` if it hangs.
    fn duration(&self) -> Option<i64> {
        let steps = self.plan.steps.iter().map(|step| step.millis);
        (self.fate != Fate::Hang).then(|| steps.sum())
    }

    /// The steps that have begun by now.
    fn marks(&self, span: Span, now: i64) -> Vec<Mark<'_>> {
        let (mut marks, Some(mut begun)) = (Vec::new(), span.start) else {
            return Vec::new();
        };
        let is_over = |time: i64| time <= now && span.end.is_none_or(|end| time <= end);
        for (index, step) in self.plan.steps.iter().enumerate() {
            let last = index + 1 == self.plan.steps.len();
            let end = begun.saturating_add(step.millis);
            let result = match (&self.fate, last) {
                (Fate::Hang, true) => None,
                (Fate::Fail(_), true) => Some((end, JobStatus::Failed)),
                _ => Some((end, JobStatus::Succeeded)),
            };
            let mut ended = result.filter(|(end, _)| is_over(*end));
            if ended.is_none() {
                let cancelled = self.cancelled.filter(|time| *time <= now);
                ended = cancelled.map(|time| (time, JobStatus::Cancelled));
            }
            let goes_on = matches!(ended, Some((_, JobStatus::Succeeded)));
            if begun <= now {
                marks.push(Mark { step, begun, ended });
            }
            if !goes_on {
                break;
            }
            begun = end;
        }
        marks
    }

    /// The job as the API shows it. `busy` is whether an earlier job has not ended.
    fn show(&self, span: Span, busy: bool, now: i64) -> AsyncJob {
        let ended = span.end.filter(|end| *end <= now);
        let begun = span.start.filter(|start| *start <= now);
        let cancelled = ended.is_some() && self.cancelled.is_some();
        let (status, message) = match (ended, begun, &self.fate) {
            // This text is documented, the others are assumed.
            (Some(_), _, Fate::Succeed) if !cancelled => {
                (JobStatus::Succeeded, "This job completed successfully.")
            }
            (Some(_), _, _) if !cancelled => (JobStatus::Failed, "This job failed."),
            (Some(_), ..) => (JobStatus::Cancelled, "This job was cancelled."),
            (None, Some(_), _) => (JobStatus::Running, "This job is running."),
            (None, None, _) if busy => (JobStatus::Queued, "This job waits for another one."),
            (None, None, _) => (JobStatus::Created, "This job was created."),
        };
        let marks = self.marks(span, now);
        let done = |mark: &&Mark<'_>| matches!(mark.ended, Some((_, JobStatus::Succeeded)));
        let done_steps = marks.iter().filter(done).count();
        let notes: Vec<_> = marks.iter().flat_map(Mark::notes).collect();
        let last_note = notes.last().and_then(|note| note.timestamp);
        let total_steps = self.plan.steps.len();
        let whole: i64 = self.plan.steps.iter().map(|step| step.millis).sum();
        let past = marks.iter().map(|mark| {
            let until = mark.ended.as_ref().map_or(now, |(time, _)| *time);
            (until - mark.begun).min(mark.step.millis)
        });
        let percent = past.sum::<i64>().saturating_mul(100) / whole.max(1);
        // A job that has not ended is not at 100 percent.
        let percent = if status == JobStatus::Succeeded {
            100
        } else {
            percent.min(99)
        };

        let mut job = AsyncJob::new(self.id);
        job.job_type = Some(self.plan.kind.clone());
        job.progress = u32::try_from(percent).ok();
        job.detailed_progress = Some(DetailedProgress {
            progress_notes: notes,
            done_steps: u32::try_from(done_steps).ok(),
            total_steps: u32::try_from(total_steps).ok(),
        });
        job.created_at = Some(EpochMillis(self.created));
        let updated = ended.or(last_note.map(|time| time.0));
        job.updated_at = Some(EpochMillis(updated.unwrap_or(self.created)));
        job.completed_at = ended.map(EpochMillis);
        job.status_message = Some(message.to_owned());
        job.error_message = match (&status, &self.fate) {
            (JobStatus::Failed, Fate::Fail(reason)) => Some(reason.clone()),
            (JobStatus::Cancelled, _) => Some("The job was cancelled by a user.".to_owned()),
            _ => None,
        };
        job.status = Some(status);
        job.job_timeout = Some(self.plan.timeout);
        job.worker = Some("node1".to_owned());
        job
    }
}

impl Mark<'_> {
    /// A step stands in the log when it begins and again when it ends.
    fn notes(&self) -> impl Iterator<Item = ProgressNote> {
        let note = |time: i64, status: JobStatus| ProgressNote {
            step: Some(self.step.name.to_owned()),
            status: Some(status),
            message: Some(self.step.message.to_owned()),
            message_data: Vec::new(),
            timestamp: Some(EpochMillis(time)),
        };
        let end = self.ended.clone().map(|(time, status)| note(time, status));
        [note(self.begun, JobStatus::Running)].into_iter().chain(end)
    }
}

impl Plan {
    /// Whether it can be cancelled while it runs, by the list in the help of `tsm jobs cancel`.
    fn is_cancelable(&self) -> bool {
        matches!(
            self.kind,
            JobType::Cleanup | JobType::GenerateBackup | JobType::RestartServer | JobType::StartServer
        )
    }
}
