//! Plans of jobs, which run by the sandbox's clock.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tableau_wire::value::JobStatus;

use crate::store::unshown::{Job, JobEnding};

/// The plan of a job: how long it waits and runs by the sandbox's clock, and how it ends.
///
/// By default a job waits five seconds, runs for thirty, and succeeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobPlan {
    pub(crate) waits: Duration,
    pub(crate) runs: Duration,
    /// `None` for a job that hangs.
    pub(crate) ending: Option<JobEnding>,
}

impl JobPlan {
    /// The job succeeds.
    #[must_use]
    pub fn succeeds() -> Self {
        Self {
            waits: Duration::from_secs(5),
            runs: Duration::from_secs(30),
            ending: Some(JobEnding::Succeeded),
        }
    }

    /// The job fails, with this reason.
    #[must_use]
    pub fn fails(notes: impl Into<String>) -> Self {
        Self {
            ending: Some(JobEnding::Failed { notes: notes.into() }),
            ..Self::succeeds()
        }
    }

    /// The job is cancelled at the end of its run time.
    #[must_use]
    pub fn is_cancelled() -> Self {
        Self {
            ending: Some(JobEnding::Cancelled),
            ..Self::succeeds()
        }
    }

    /// The job runs until it is cancelled.
    #[must_use]
    pub fn hangs() -> Self {
        Self {
            ending: None,
            ..Self::succeeds()
        }
    }

    /// How long it stays queued.
    #[must_use]
    pub fn waits(mut self, time: Duration) -> Self {
        self.waits = time;
        self
    }

    /// How long it runs.
    #[must_use]
    pub fn runs(mut self, time: Duration) -> Self {
        self.runs = time;
        self
    }

    pub(crate) fn starts_at(&self, queued_at: Timestamp) -> Timestamp {
        later(queued_at, self.waits)
    }

    /// When a job that is queued now ends, and how.
    pub(crate) fn end(&self, queued_at: Timestamp) -> Option<(Timestamp, JobEnding)> {
        let ends_at = later(self.starts_at(queued_at), self.runs);
        self.ending.clone().map(|ending| (ends_at, ending))
    }
}

impl Default for JobPlan {
    fn default() -> Self {
        Self::succeeds()
    }
}

fn later(time: Timestamp, by: Duration) -> Timestamp {
    let by = SignedDuration::try_from(by).unwrap_or(SignedDuration::MAX);
    time.checked_add(by).unwrap_or(Timestamp::MAX)
}

impl Job {
    /// When it ended, and how.
    pub(crate) fn ended(&self) -> Option<&(Timestamp, JobEnding)> {
        self.end.as_ref().filter(|(at, _)| *at <= self.seen_at)
    }

    pub(crate) fn ended_at(&self) -> Option<Timestamp> {
        self.ended().map(|(at, _)| *at)
    }

    /// When it began to run; a job that was cancelled before never did.
    pub(crate) fn started_at(&self) -> Option<Timestamp> {
        let until = self.ended_at().unwrap_or(self.seen_at);
        Some(self.starts_at).filter(|at| *at <= until)
    }

    pub(crate) fn status(&self) -> JobStatus {
        match self.ended() {
            Some((_, JobEnding::Succeeded)) => JobStatus::Success,
            Some((_, JobEnding::Failed { .. })) => JobStatus::Failed,
            Some((_, JobEnding::Cancelled)) => JobStatus::Cancelled,
            None if self.started_at().is_some() => JobStatus::InProgress,
            None => JobStatus::Pending,
        }
    }

    /// 0, 1 and 2; `None` for a job that has not ended. That a real server leaves it out too is inferred: clients accept -1 and a missing value.
    pub(crate) fn finish_code(&self) -> Option<i64> {
        self.ended().map(|(_, ending)| match ending {
            JobEnding::Succeeded => 0,
            JobEnding::Failed { .. } => 1,
            JobEnding::Cancelled => 2,
        })
    }

    /// In percent: by run time, and 100 at any end (inferred). A job that hangs stays at 0.
    pub(crate) fn progress(&self) -> u64 {
        if self.ended().is_some() {
            return 100;
        }
        let (Some(started), Some((end, _))) = (self.started_at(), &self.end) else {
            return 0;
        };
        let done = self.seen_at.duration_since(started).as_millis().max(0);
        let all = end.duration_since(started).as_millis().max(1);
        u64::try_from(done * 100 / all).map_or(0, |percent| percent.min(99))
    }

    /// When something about it last changed.
    pub(crate) fn updated_at(&self) -> Timestamp {
        self.ended_at().unwrap_or(self.seen_at)
    }
}
