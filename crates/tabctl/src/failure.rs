//! Failures: their text for people, their exit codes and JSON for scripts.

use std::error::Error as StdError;
use std::ffi::OsString;
use std::fmt::{self, Write as _};
use std::io;
use std::process::ExitCode;

use serde_json::{Value, json};
use tableau_client::wire::DecodeError;
use tableau_client::{Error, ErrorKind, Reached};

use crate::exit::code;
use crate::terminal::text::{error_word, escaped, plain, plain_lines, say};

/// The failure of a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A call failed.
    Call(Error),
    /// The command line or the environment is wrong or incomplete.
    Usage(String),
    /// There is no session and no way to begin one.
    NotSignedIn(String),
    /// Something on this machine: a file, the sandbox.
    Local(String),
    /// The server has nothing of this name.
    NotFound(String),
    /// Some of several things were done, and some were not; each failure was reported.
    Partly(String),
    /// A job failed or was cancelled.
    JobFailed(String),
    /// A job had not ended when the time was up.
    StillRunning(String),
    /// Ctrl-C was pressed.
    Interrupted(String),
    /// A failure that was reported already, on standard output.
    Said(Box<Failure>),
    /// The reader of the output has closed it.
    BrokenPipe,
}

/// Whether `--json` was typed: looked for in the raw arguments, so that errors in the arguments come as JSON too.
pub(crate) fn is_wanted_as_json(words: impl Iterator<Item = OsString>) -> bool {
    words.take_while(|word| word != "--").any(|word| word == "--json")
}

/// Says that the command line cannot be understood, in clap's words; help and version are no errors.
pub(crate) fn report_usage(error: &clap::Error, as_json: bool) -> ExitCode {
    if as_json && error.use_stderr() {
        return Failure::Usage(in_one_line(error)).report(true);
    }
    match error.print() {
        // Help that was not printed did not work; a reader that has closed the output wants no more.
        Err(failed) if !error.use_stderr() => Failure::from(failed).report(false),
        _ => ExitCode::from(if error.use_stderr() { code::USAGE } else { 0 }),
    }
}

/// What clap says of a mistake in the command line, in one line.
pub(crate) fn in_one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    // After the empty line come usage and where to read more.
    let (message, _) = text.split_once("\n\n").unwrap_or((&text, ""));
    let words: Vec<_> = message.trim_start_matches("error: ").split_whitespace().collect();
    words.join(" ")
}

impl Failure {
    /// Says it on standard error, as text or as one JSON object in one line, and gives the exit code.
    pub(crate) fn report(&self, as_json: bool) -> ExitCode {
        let text = match self {
            Self::BrokenPipe => return ExitCode::SUCCESS,
            Self::Said(_) => return ExitCode::from(self.code()),
            _ if as_json => format!("{}\n", escaped(&self.to_json().to_string())),
            Self::Call(error) => describe(error),
            Self::Interrupted(message) => format!("{}\n", plain_lines(message)),
            Self::Usage(message)
            | Self::NotSignedIn(message)
            | Self::Local(message)
            | Self::JobFailed(message)
            | Self::NotFound(message)
            | Self::Partly(message)
            | Self::StillRunning(message) => format!("{} {}\n", error_word(), plain_lines(message)),
        };
        say(text.trim_end_matches('\n'));
        ExitCode::from(self.code())
    }

    /// The same about one of several things, which is named.
    pub(crate) fn report_about(&self, item: &str, as_json: bool) {
        if !as_json {
            say(&format!("{}:", plain(item)));
            self.report(false);
            return;
        }
        let mut error = self.to_json();
        if let Some(members) = error.get_mut("error").and_then(Value::as_object_mut) {
            members.insert("item".to_owned(), item.into());
            say(&escaped(&error.to_string()));
        }
    }

    /// Whether there is no such thing.
    pub(crate) fn is_not_found(&self) -> bool {
        self.code() == code::NOT_FOUND
    }

    /// The exit code.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::BrokenPipe => 0,
            Self::Said(failure) => failure.code(),
            Self::Usage(_) => code::USAGE,
            Self::NotSignedIn(_) => code::NOT_SIGNED_IN,
            Self::Local(_) => code::ERROR,
            Self::NotFound(_) => code::NOT_FOUND,
            Self::Partly(_) => code::PARTLY,
            Self::JobFailed(_) => code::JOB_FAILED,
            Self::StillRunning(_) => code::STILL_RUNNING,
            Self::Interrupted(_) => code::INTERRUPTED,
            Self::Call(error) => code_of(error),
        }
    }

    /// The failure as JSON; unknown members are left out.
    fn to_json(&self) -> Value {
        let mut error = match self {
            Self::Call(error) => describe_as_json(error),
            Self::Usage(message) => said("usage", message),
            Self::NotSignedIn(message) => said("notSignedIn", message),
            Self::Local(message) => said("local", message),
            Self::NotFound(message) => said("notFound", message),
            Self::Partly(message) => said("partly", message),
            Self::JobFailed(message) => said("jobFailed", message),
            Self::StillRunning(message) => said("stillRunning", message),
            Self::Interrupted(message) => said("interrupted", message),
            Self::Said(failure) => return failure.to_json(),
            Self::BrokenPipe => Value::Null,
        };
        if let Some(members) = error.as_object_mut() {
            members.insert("exitCode".to_owned(), self.code().into());
            members.retain(|_, value| !value.is_null());
        }
        json!({"error": error})
    }
}

/// A message as JSON; its hint stands in a second line.
fn said(kind: &str, message: &str) -> Value {
    match message.split_once("\ntry: ") {
        Some((message, hint)) => json!({"kind": kind, "message": message, "hint": hint}),
        None => json!({"kind": kind, "message": message}),
    }
}

/// The exit code of a failed call: by its kind, or else by the status, also if an intermediary answered with it.
fn code_of(error: &Error) -> u8 {
    match error.kind() {
        ErrorKind::Address | ErrorKind::Setup | ErrorKind::Input => return code::USAGE,
        ErrorKind::NotFound => return code::NOT_FOUND,
        ErrorKind::SignInRefused | ErrorKind::SessionEnded => return code::NOT_SIGNED_IN,
        ErrorKind::Forbidden => return code::FORBIDDEN,
        ErrorKind::Conflict => return code::CONFLICT,
        ErrorKind::TooManyRequests | ErrorKind::Server | ErrorKind::TimedOut => return code::LATER,
        ErrorKind::Connection | ErrorKind::Tls => return code::UNREACHED,
        // Of TSM: the session was renewed. Those of the REST API make the call again.
        ErrorKind::SessionRenewed => return code::ERROR,
        _ => {}
    }
    match error.status() {
        Some(401) => code::NOT_SIGNED_IN,
        Some(403) => code::FORBIDDEN,
        Some(404) => code::NOT_FOUND,
        Some(409) => code::CONFLICT,
        Some(408 | 429 | 500..) => code::LATER,
        _ => code::ERROR,
    }
}

/// The error, its usual causes, and what to try.
fn describe(error: &Error) -> String {
    let mut text = format!("{} {}\n", error_word(), plain(&error.to_string()));
    if !error.causes().is_empty() {
        text.push_str("often the reason:\n");
    }
    for cause in error.causes() {
        let _ = writeln!(text, "  - {}", plain(cause));
    }
    if let Some(hint) = error.hint() {
        let _ = writeln!(text, "try: {}", in_flags(hint));
    }
    if let Some(after) = error.retry_after() {
        let _ = writeln!(text, "the server asks to wait {} s", after.as_secs());
    }
    text
}

fn describe_as_json(error: &Error) -> Value {
    let api = error.api();
    json!({
        "kind": in_lower_case(&format!("{:?}", error.kind())),
        "message": error.to_string(),
        "code": error.code(),
        "summary": api.map(|api| &api.summary),
        "detail": api.map(|api| &api.detail),
        "status": error.status(),
        "operation": error.operation(),
        "attempts": error.attempts(),
        "retryAfterSeconds": error.retry_after().map(|after| after.as_secs()),
        "timeout": error.timeout().map(|timeout| json!({
            "bound": in_lower_case(&format!("{:?}", timeout.bound)),
            "waitedSeconds": timeout.waited.as_secs_f64(),
        })),
        "reachedServer": match error.reached() {
            Reached::Yes => Value::from(true),
            Reached::No => Value::from(false),
            Reached::Unknown => Value::Null,
        },
        "causes": error.causes(),
        "hint": error.hint().map(in_flags),
    })
}

/// A name that begins with a small letter.
fn in_lower_case(name: &str) -> String {
    let (first, rest) = name.split_at_checked(1).unwrap_or_default();
    format!("{}{rest}", first.to_lowercase())
}

/// Replaces the library's method names in hints by the flags of the same names.
pub(crate) fn in_flags(hint: &str) -> String {
    [
        ("`ca_file`", "--ca-file"),
        ("`pin_sha256`", "--pin-sha256"),
        ("`client_certificate`", "--client-cert"),
        ("`trust_on_first_use`", "--trust-on-first-use"),
        ("`Timeouts`", "--timeout"),
        ("`allow_incomplete`", "--allow-incomplete"),
        ("`or_queued`", "--or-queued"),
        ("`.name(…)`", "--name"),
    ]
    .iter()
    .fold(hint.to_owned(), |hint, (method, flag)| hint.replace(method, flag))
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match NoCredentials::caused(&error) {
            Some(missing) => Self::NotSignedIn(missing.to_string()),
            None => Self::Call(error),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Usage(message)
            | Self::NotSignedIn(message)
            | Self::Local(message)
            | Self::JobFailed(message)
            | Self::NotFound(message)
            | Self::Partly(message)
            | Self::StillRunning(message)
            | Self::Interrupted(message) => f.write_str(message),
            Self::Said(failure) => failure.fmt(f),
            Self::BrokenPipe => f.write_str("the output was closed by its reader"),
        }
    }
}

/// An error of writing the output.
impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::Local(format!("an item of the list cannot be read: {error}"))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Local(format!("the output cannot be written: {error}")),
        }
    }
}

/// Why there are no credentials to sign in with.
#[derive(Debug, Clone)]
pub(crate) struct NoCredentials(pub(crate) String);

impl fmt::Display for NoCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl StdError for NoCredentials {}

impl From<Failure> for NoCredentials {
    fn from(failure: Failure) -> Self {
        Self(failure.to_string())
    }
}

impl NoCredentials {
    /// Whether missing credentials caused a call to fail.
    pub(crate) fn caused(error: &tableau_client::Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }
}
