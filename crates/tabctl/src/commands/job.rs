//! Waiting for the job that a command has started.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use tableau_client::{Blocking, ErrorKind, Id, Job, JobOutcome, Site};

use super::reference::text;
use crate::failure::Failure;
use crate::terminal::interrupt;
use crate::terminal::text::{plain, say};

/// A job, and how it ended if it was waited for.
pub(super) type Queued = (Value, Result<(), Failure>);

/// Waits for a job that was started, if there is a time to wait.
pub(super) fn started(site: &Site<Blocking>, job: Job, time: Option<Duration>) -> Result<Queued, Failure> {
    let job = serde_json::to_value(job).map_err(|error| Failure::Local(error.to_string()))?;
    match time {
        Some(time) => wait(site, &job, time),
        None => Ok((job, Ok(()))),
    }
}

/// Waits until a job has ended, at most this long: gives the job as it was seen last, and how it ended.
pub(super) fn wait(site: &Site<Blocking>, job: &Value, time: Duration) -> Result<Queued, Failure> {
    let id = Id::<Job>::from(text(job, "id"));
    let waits = Waits::begin(&id)?;
    let outcome = site.jobs().wait(id.clone(), time).inspect_err(|error| {
        match error.kind() {
            // It has ended.
            ErrorKind::Decode => {}
            ErrorKind::NotFound => say(&format!("the server does not find job {id}")),
            _ => say(&goes_on(&id)),
        }
    })?;
    drop(waits);
    let job = outcome.job();
    let notes = notes(job);
    let why = match notes.as_str() {
        "" => String::new(),
        notes => format!(": {notes}"),
    };
    let name = format!("job {}", job.id);
    let ended = match outcome {
        JobOutcome::Succeeded(_) => Ok(()),
        JobOutcome::Failed(_) if notes.is_empty() => Err(Failure::JobFailed(format!(
            "{name} failed, and the server does not say why\ntry: look at the jobs of the site in a browser, which say more"
        ))),
        JobOutcome::Failed(_) => Err(Failure::JobFailed(format!("{name} failed{why}"))),
        JobOutcome::Cancelled(_) => Err(Failure::JobFailed(format!("{name} was cancelled{why}"))),
        JobOutcome::TimedOut(_) => Err(Failure::StillRunning(format!(
            "{name} had not ended after {} s; it goes on: `tabctl jobs get {}`",
            time.as_secs(),
            job.id
        ))),
    };
    let job = serde_json::to_value(job).map_err(|error| Failure::Local(error.to_string()))?;
    Ok((job, ended))
}

/// What the server has to say about a job, in one line.
pub(super) fn notes(job: &Job) -> String {
    let notes: Vec<_> = job.notes().map(plain).collect();
    notes.join("; ")
}

fn goes_on(id: &Id<Job>) -> String {
    format!("job {id} goes on: see it with `tabctl jobs get {id}`")
}

/// A wait for a job: Ctrl-C says which one goes on.
struct Waits(Arc<AtomicBool>);

impl Waits {
    fn begin(id: &Id<Job>) -> Result<Self, Failure> {
        let (waits, id) = (Arc::new(AtomicBool::new(true)), id.clone());
        let still = Arc::clone(&waits);
        let tell = move || {
            if still.load(Ordering::SeqCst) {
                say(&format!("\n{}", goes_on(&id)));
            }
        };
        interrupt::end_after(tell).map_err(|error| interrupt::unheard(&error))?;
        Ok(Self(waits))
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}
