//! How far a long command is, on standard error, on terminals only: items received, jobs of a server, files on their way.

use std::io::{self, IsTerminal as _};
use std::sync::OnceLock;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::text::plain;

/// From how many items on progress is shown.
const MANY: u64 = 1000;
/// How much of a file's name, and of a job's message, is shown.
const NAME: usize = 30;
const MESSAGE: usize = 40;

const ITEMS: &str = "{pos} so far …";
const FILE: &str =
    "{msg:30!} {bytes:>10} of {total_bytes:<10} [{bar:24}] {binary_bytes_per_sec:>12}  {eta:>4} left";
const FILE_OF_UNKNOWN_LENGTH: &str = "{msg:30!} {bytes:>10} {binary_bytes_per_sec:>12}  {elapsed}";
const JOB: &str = "[{bar:24}] {pos:>3} %  {msg}";

/// The progress that is being shown, so that messages do not mix with it.
static SHOWN: OnceLock<MultiProgress> = OnceLock::new();

/// Whether progress is shown: only on a terminal that can move its cursor (not with `TERM` unset or `dumb`).
pub(crate) fn is_shown() -> bool {
    !ProgressDrawTarget::stderr().is_hidden()
}

/// Writes to standard error while progress is hidden.
pub(super) fn aside<T>(write: impl FnOnce() -> T) -> T {
    match SHOWN.get() {
        Some(shown) => shown.suspend(write),
        None => write(),
    }
}

/// Adds a line to the shown progress; removed when its progress is dropped.
fn line(length: Option<u64>, template: &str) -> ProgressBar {
    let bar = match length {
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::no_length(),
    };
    set_template(&bar, template);
    SHOWN.get_or_init(MultiProgress::new).add(bar)
}

fn set_template(bar: &ProgressBar, template: &str) {
    // The templates are constants; the default style would do, too.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("##."));
    }
}

/// Counts received items, and shows the count once it is large.
#[derive(Debug)]
pub(crate) struct Progress {
    count: u64,
    is_active: bool,
    line: Option<ProgressBar>,
}

impl Progress {
    /// `streaming`: data is written as it comes, so progress must not mix with it if both go to a terminal.
    pub(crate) fn new(streaming: bool) -> Self {
        Self {
            count: 0,
            is_active: is_shown() && !(streaming && io::stdout().is_terminal()),
            line: None,
        }
    }

    /// Adds received items.
    pub(crate) fn add(&mut self, more: usize) {
        self.count += more as u64;
        if self.is_active && self.count >= MANY {
            let line = self.line.get_or_insert_with(|| line(None, ITEMS));
            line.set_position(self.count);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}

/// The progress of a server's job.
#[derive(Debug, Default)]
pub(crate) struct JobProgress {
    line: Option<ProgressBar>,
}

impl JobProgress {
    /// Shows the percentage done, and the current step.
    pub(crate) fn show(&mut self, percent: u32, message: &str) {
        let line = self.line.get_or_insert_with(|| line(Some(100), JOB));
        let message: String = plain(message).chars().take(MESSAGE).collect();
        line.set_message(message);
        line.set_position(percent.min(100).into());
    }
}

impl Drop for JobProgress {
    fn drop(&mut self) {
        if let Some(line) = &self.line {
            line.finish_and_clear();
        }
    }
}

/// How far a file is on its way: bytes, rate, and the time that is left. Several are shown below each other.
#[derive(Debug)]
pub(crate) struct FileProgress {
    line: ProgressBar,
}

impl FileProgress {
    /// Of a file by its name.
    pub(crate) fn new(name: &str) -> Self {
        let line = line(None, FILE_OF_UNKNOWN_LENGTH);
        let name: String = plain(name).chars().take(NAME).collect();
        line.set_message(name);
        Self { line }
    }

    /// Is told how many bytes have passed, and the length of the file where that is known.
    pub(crate) fn teller(&self) -> impl Fn(u64, Option<u64>) + Send + Sync + 'static {
        let line = self.line.clone();
        move |bytes, length| {
            if length.is_some() && line.length() != length {
                set_template(&line, FILE);
                line.set_length(length.unwrap_or_default());
            }
            line.set_position(bytes);
        }
    }
}

impl Drop for FileProgress {
    fn drop(&mut self) {
        self.line.finish_and_clear();
    }
}
