//! What went wrong, as people read it and scripts test it.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;

use tableau_client::{Error, ErrorKind};

use crate::output::plain;

/// The end of a command that did not work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call failed.
    Call(Error),
    /// What was typed or set does not suffice.
    Usage(String),
    /// Nobody is signed in.
    NotSignedIn(String),
    /// Something on this machine: a file, the sandbox.
    Local(String),
    /// Whoever read the output has had enough.
    BrokenPipe,
}

/// The exit codes: part of the interface, see the README.
mod code {
    pub(super) const ERROR: u8 = 1;
    pub(super) const USAGE: u8 = 2;
    pub(super) const NOT_FOUND: u8 = 3;
    pub(super) const NOT_SIGNED_IN: u8 = 4;
    pub(super) const FORBIDDEN: u8 = 5;
    pub(super) const CONFLICT: u8 = 6;
}

impl Failure {
    /// Says it on standard error and gives the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let text = match self {
            Self::BrokenPipe => return ExitCode::SUCCESS,
            Self::Call(error) => describe(error),
            Self::Usage(message) | Self::NotSignedIn(message) | Self::Local(message) => {
                format!("error: {message}\n")
            }
        };
        // Nothing is to be done about a closed standard error.
        let _ = io::stderr().write_all(text.as_bytes());
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Usage(_) => code::USAGE,
            Self::NotSignedIn(_) => code::NOT_SIGNED_IN,
            Self::Local(_) => code::ERROR,
            Self::Call(error) => match error.kind() {
                ErrorKind::Address | ErrorKind::Input => code::USAGE,
                ErrorKind::NotFound => code::NOT_FOUND,
                ErrorKind::SignInRefused | ErrorKind::SessionEnded => code::NOT_SIGNED_IN,
                ErrorKind::Forbidden => code::FORBIDDEN,
                ErrorKind::Conflict => code::CONFLICT,
                _ => code::ERROR,
            },
        }
    }
}

/// The error, what often is its cause, and what to try.
fn describe(error: &Error) -> String {
    let mut text = format!("error: {}\n", plain(&error.to_string()));
    if !error.causes().is_empty() {
        text.push_str("often the reason:\n");
    }
    for cause in error.causes() {
        let _ = writeln!(text, "  - {}", plain(cause));
    }
    if let Some(hint) = error.hint() {
        let _ = writeln!(text, "try: {}", in_flags(hint));
    }
    text
}

/// The library's hints name its methods; the command has flags of the same names.
fn in_flags(hint: &str) -> String {
    [
        ("`ca_file`", "--ca-file"),
        ("`pin_sha256`", "--pin-sha256"),
        ("`client_certificate`", "--client-cert"),
    ]
    .iter()
    .fold(hint.to_owned(), |hint, (method, flag)| hint.replace(method, flag))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

/// An error of writing the output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Local(format!("the output cannot be written: {error}")),
        }
    }
}
