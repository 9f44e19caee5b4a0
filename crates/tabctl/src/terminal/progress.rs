//! How far a long command is: one line on standard error, for whoever watches.

use std::io::{self, IsTerminal as _, Write as _};

/// From how many items on there is something to say, and how often.
const STEP: usize = 1000;

/// Counts what has come; says so only to a terminal on which nothing else is being written.
#[derive(Debug)]
pub(crate) struct Progress {
    count: usize,
    shown: bool,
    active: bool,
}

impl Progress {
    /// `streaming`: data is written as it comes, so it is not to be mixed with words if both go to a terminal.
    pub(crate) fn new(streaming: bool) -> Self {
        let active = io::stderr().is_terminal() && !(streaming && io::stdout().is_terminal());
        Self {
            count: 0,
            shown: false,
            active,
        }
    }

    /// More items have come.
    pub(crate) fn add(&mut self, more: usize) {
        let before = self.count;
        self.count += more;
        if self.active && before / STEP < self.count / STEP {
            self.shown = true;
            // Nothing is to be done about a closed standard error.
            let _ = write!(io::stderr(), "\r{} so far …\x1b[K", self.count);
        }
    }
}

/// The line is gone when the work is done.
impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
