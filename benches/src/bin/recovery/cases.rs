//! The faults, one a turn.

use std::time::Duration;

use tableau_sandbox::{Effect, Fault};

use crate::task::Task;

/// One fault in one task.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) task: Task,
    pub(crate) fault: fn() -> Fault,
    pub(crate) recovery: Recovery,
}

/// Whether a client can get what was wanted all the same, without doing something twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recovery {
    Possible,
    /// The server would say the same again, or the outcome cannot be known.
    Impossible,
}

const fn may(task: Task, name: &'static str, fault: fn() -> Fault) -> Case {
    Case {
        name,
        task,
        fault,
        recovery: Recovery::Possible,
    }
}

const fn cannot(task: Task, name: &'static str, fault: fn() -> Fault) -> Case {
    Case {
        recovery: Recovery::Impossible,
        ..may(task, name, fault)
    }
}

fn later(status: u16, code: &str) -> Fault {
    Fault::new(status, code).retry_after(Duration::from_secs(1))
}

const APPEND: &str = "file_uploads.appendToFileUpload";

pub(crate) const CASES: &[Case] = &[
    may(Task::List, "503", || {
        Fault::new(503, "503000").on("workbooks.list").page(2)
    }),
    may(Task::List, "503, `Retry-After: 1`", || {
        later(503, "503000").on("workbooks.list").page(2)
    }),
    may(Task::List, "429, `Retry-After: 1`", || {
        later(429, "429000").on("workbooks.list").page(2)
    }),
    may(Task::List, "a gateway's 502", || {
        Fault::gateway(502).on("workbooks.list")
    }),
    may(Task::List, "504, twice", || {
        Fault::gateway(504).on("workbooks.list").times(2)
    }),
    may(Task::List, "reset before it is done", || {
        Fault::of(Effect::ResetBefore { bytes: 0 }).on("workbooks.list")
    }),
    may(Task::List, "reset instead of an answer", || {
        Fault::of(Effect::CommitThenReset).on("workbooks.list").page(2)
    }),
    may(Task::List, "reset within the answer", || {
        Fault::of(Effect::ResetAfter { bytes: 10_000 }).on("workbooks.list")
    }),
    may(Task::List, "closed within the answer", || {
        Fault::of(Effect::CloseAfter { bytes: 10_000 })
            .on("workbooks.list")
            .page(3)
    }),
    may(Task::List, "each connection closed after its answer", || {
        Fault::of(Effect::CloseAfterAnswer).always()
    }),
    may(Task::List, "reset when it is used again", || {
        Fault::of(Effect::ResetOnReuse).on("workbooks.list").times(2)
    }),
    may(Task::List, "the session ends between pages", || {
        Fault::of(Effect::EndSession).on("workbooks.list").page(2)
    }),
    may(Task::List, "an answer after two seconds", || {
        Fault::of(Effect::Delay { milliseconds: 2_000 }).on("workbooks.list")
    }),
    may(Task::List, "slow, but it moves", || {
        Fault::of(Effect::Drip {
            bytes_per_second: 400_000,
        })
        .on("workbooks.list")
        .page(2)
    }),
    may(Task::List, "it stalls within the answer", || {
        Fault::of(Effect::StallAfter { bytes: 10_000 })
            .on("workbooks.list")
            .page(2)
    }),
    may(Task::List, "it is not answered", || {
        Fault::of(Effect::StallRequest { bytes: 0 }).on("workbooks.list")
    }),
    may(Task::List, "the sign-in's answer is lost", || {
        Fault::of(Effect::CommitThenReset).on("auth.signIn")
    }),
    may(Task::List, "503 for the sign-in", || {
        Fault::new(503, "503000").on("auth.signIn")
    }),
    may(Task::List, "Server Info is reset", || {
        Fault::of(Effect::ResetBefore { bytes: 0 }).on("server.getServerInfo")
    }),
    may(Task::List, "the sign-out's answer is lost", || {
        Fault::of(Effect::CommitThenReset).on("auth.signOut")
    }),
    cannot(Task::List, "a page is cut, and whole by its length", || {
        Fault::of(Effect::Truncate { bytes: 10_000 })
            .on("workbooks.list")
            .page(2)
    }),
    cannot(Task::List, "a page has no items", || {
        Fault::of(Effect::Page(tableau_sandbox::PageFault::Empty))
            .on("workbooks.list")
            .page(2)
    }),
    cannot(Task::List, "403", || {
        Fault::new(403, "403004").on("workbooks.list").page(2)
    }),
    cannot(Task::List, "`Retry-After: 3600`", || {
        Fault::new(429, "429000")
            .on("workbooks.list")
            .retry_after(Duration::from_secs(3600))
    }),
    may(Task::Download, "reset within the file", || {
        Fault::of(Effect::ResetAfter { bytes: 700_000 }).on("workbooks.download")
    }),
    may(Task::Download, "closed within the file", || {
        Fault::of(Effect::CloseAfter { bytes: 700_000 }).on("workbooks.download")
    }),
    may(Task::Download, "cut, and whole by its length", || {
        Fault::of(Effect::Truncate { bytes: 700_000 }).on("workbooks.download")
    }),
    may(Task::Download, "it stalls", || {
        Fault::of(Effect::StallAfter { bytes: 700_000 }).on("workbooks.download")
    }),
    may(Task::Download, "503", || {
        Fault::new(503, "503000").on("workbooks.download")
    }),
    may(Task::Download, "the session ends", || {
        Fault::of(Effect::EndSession).on("workbooks.download")
    }),
    cannot(Task::Download, "reset each time", || {
        Fault::of(Effect::ResetAfter { bytes: 700_000 })
            .on("workbooks.download")
            .always()
    }),
    may(Task::Publish, "the answer is lost", || {
        Fault::of(Effect::CommitThenReset).on("workbooks.publish")
    }),
    may(Task::Publish, "reset before it is done", || {
        Fault::of(Effect::ResetBefore { bytes: 10_000 }).on("workbooks.publish")
    }),
    may(Task::Publish, "503", || {
        Fault::new(503, "503000").on("workbooks.publish")
    }),
    may(Task::Publish, "the session ends", || {
        Fault::of(Effect::EndSession).on("workbooks.publish")
    }),
    cannot(Task::Publish, "403", || {
        Fault::new(403, "403004").on("workbooks.publish")
    }),
    may(Task::PublishLarge, "beginning the upload is reset", || {
        Fault::of(Effect::CommitThenReset).on("file_uploads.initiateFileUpload")
    }),
    may(Task::PublishLarge, "a chunk is reset", || {
        Fault::of(Effect::ResetBefore { bytes: 500_000 })
            .on(APPEND)
            .nth(3)
    }),
    may(Task::PublishLarge, "a chunk's answer is lost", || {
        Fault::of(Effect::CommitThenReset).on(APPEND).nth(2)
    }),
    may(Task::PublishLarge, "503 for a chunk", || {
        Fault::new(503, "503000").on(APPEND).nth(2)
    }),
    may(Task::PublishLarge, "the upload is gone", || {
        Fault::of(Effect::LoseUpload).on(APPEND).nth(4)
    }),
    may(Task::PublishLarge, "the session ends", || {
        Fault::of(Effect::EndSession).on(APPEND).nth(5)
    }),
    may(Task::PublishLarge, "the server stops reading a chunk", || {
        Fault::of(Effect::StallRequest { bytes: 10_000 })
            .on(APPEND)
            .nth(3)
    }),
    may(Task::PublishLarge, "the answer to publishing is lost", || {
        Fault::of(Effect::CommitThenReset).on("workbooks.publish")
    }),
    may(Task::Job, "503 while it is watched", || {
        Fault::new(503, "503000").on("jobs.get").times(2)
    }),
    may(Task::Job, "reset while it is watched", || {
        Fault::of(Effect::CommitThenReset).on("jobs.get")
    }),
    may(Task::Job, "the session ends while it is watched", || {
        Fault::of(Effect::EndSession).on("jobs.get")
    }),
    cannot(Task::Job, "the answer to starting it is lost", || {
        Fault::of(Effect::CommitThenReset).on("workbooks.refresh")
    }),
    may(Task::Delete, "the answer is lost", || {
        Fault::of(Effect::CommitThenReset).on("workbooks.delete")
    }),
    may(Task::Delete, "503", || {
        Fault::new(503, "503000").on("workbooks.delete")
    }),
];
