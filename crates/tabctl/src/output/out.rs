//! The destination of data: standard output, or a pager.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use crate::env;
#[cfg(unix)]
use crate::terminal::interrupt;
use crate::terminal::text::without_controls;

/// The pager; `None` if output is not paged.
#[derive(Debug, Clone)]
pub(crate) struct Paging(Option<OsString>);

impl Paging {
    /// As `git` does: on a terminal only, `TABCTL_PAGER` before `PAGER` before `less`; an empty one and `cat` are none.
    pub(crate) fn settle(no_pager: bool) -> Self {
        if no_pager || !io::stdout().is_terminal() {
            return Self(None);
        }
        let named = ["TABCTL_PAGER", "PAGER"].iter().find_map(std::env::var_os);
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let pager = match named {
            Some(pager) => Some(pager),
            // A dumb terminal lacks what `less` needs.
            None if dumb => None,
            None => Some(OsString::from("less")),
        };
        Self(pager.filter(|pager| !pager.is_empty() && pager != "cat"))
    }
}

/// The destination of data. [`finish`](Self::finish) reports errors of writing, and waits until the pager is closed.
pub(crate) enum Out {
    Stdout(BufWriter<StdoutLock<'static>>),
    Pager(Box<Pager>),
}

/// A pager that is running.
pub(crate) struct Pager {
    input: BufWriter<ChildStdin>,
    child: Child,
}

impl Out {
    /// Starts the pager, if there is one; without it if it cannot be started.
    pub(crate) fn open(paging: &Paging) -> Self {
        let pager = paging.0.as_ref().and_then(|pager| Pager::start(pager).ok());
        pager.map_or_else(
            || Self::Stdout(BufWriter::new(io::stdout().lock())),
            |pager| Self::Pager(Box::new(pager)),
        )
    }

    /// Writes text unchanged; on a terminal, without control characters.
    pub(crate) fn text(&mut self, bytes: &[u8]) -> io::Result<()> {
        match std::str::from_utf8(bytes) {
            Ok(text) if io::stdout().is_terminal() => self.write_all(without_controls(text).as_bytes()),
            _ => self.write_all(bytes),
        }
    }

    /// Writes the rest, and waits until the pager is closed.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Stdout(mut out) => out.flush(),
            Self::Pager(pager) => pager.finish(),
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout(out) => out.write(bytes),
            Self::Pager(pager) => pager.input.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout(out) => out.flush(),
            Self::Pager(pager) => pager.input.flush(),
        }
    }
}

impl Pager {
    fn start(pager: &OsString) -> io::Result<Self> {
        let mut command = command(pager);
        // As git: quit if it fits one screen, pass colors through, leave the screen as it is.
        if std::env::var_os("LESS").is_none() {
            command.env("LESS", "FRX");
        }
        if std::env::var_os("LV").is_none() {
            command.env("LV", "-c");
        }
        env::hide_secrets(&mut command);
        // Ctrl-C reaches the pager too, which would lose its terminal to the shell if this process ended.
        #[cfg(unix)]
        if let Err(error) = interrupt::ignore() {
            tracing::debug!(%error, "Ctrl-C ends this process before the pager");
        }
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        let input = child.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Self {
            input: BufWriter::new(input),
            child,
        })
    }

    fn finish(self) -> io::Result<()> {
        let Self { input, mut child, .. } = self;
        // Quitting the pager before the end is no error.
        let written = input
            .into_inner()
            .map(drop)
            .map_err(io::IntoInnerError::into_error);
        child.wait()?;
        written
    }
}

/// The command of the pager, run by the shell if it has shell syntax.
fn command(pager: &OsString) -> Command {
    let simple = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-+:\\".contains(byte);
    if pager.as_encoded_bytes().iter().all(simple) {
        return Command::new(pager);
    }
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let mut command = Command::new(shell);
    command.arg(flag).arg(pager);
    command
}
