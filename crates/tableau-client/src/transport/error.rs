//! The error of a request without an answer.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::error::{Bound, Error, ErrorKind, Reached, Timeout};

/// The error of a request without an answer.
#[derive(Debug)]
pub struct TransportError {
    message: String,
    sent: bool,
    /// The hint about TLS, if TLS failed.
    tls: Option<&'static str>,
    why: Why,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What a program can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It may pass.
    Passing,
    /// The next attempt would fail the same way.
    Lasting,
    /// A bound was reached.
    Timeout(Timeout),
    /// The answer is larger than it may be.
    TooLarge,
}

impl TransportError {
    /// The request did not leave: no connection could be made.
    pub fn not_sent(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            sent: false,
            tls: None,
            why: Why::Passing,
            source: None,
        }
    }

    /// The request may have arrived, but no whole answer came back.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            sent: true,
            tls: None,
            why: Why::Passing,
            source: None,
        }
    }

    /// No connection that can be trusted: nothing was sent.
    pub(super) fn tls(message: String, hint: &'static str) -> Self {
        Self {
            tls: Some(hint),
            why: Why::Lasting,
            ..Self::not_sent(message)
        }
    }

    /// A bound was reached.
    pub(crate) fn timed_out(timeout: Timeout) -> Self {
        Self {
            why: Why::Timeout(timeout),
            sent: timeout.bound != Bound::Connect,
            ..Self::not_sent(timeout.to_string())
        }
    }

    /// The answer is larger than it may be.
    pub(super) fn too_large(limit: usize) -> Self {
        let message = match limit / 1024 / 1024 {
            0 => format!("the answer is longer than {limit} bytes"),
            megabytes => format!("the answer is longer than {megabytes} MiB"),
        };
        Self {
            why: Why::TooLarge,
            ..Self::interrupted(message)
        }
    }

    /// The same error where the next attempt would fail the same way.
    pub(super) fn lasting(mut self) -> Self {
        self.why = Why::Lasting;
        self
    }

    /// The bound that was reached, if that is why it failed.
    #[must_use]
    pub fn timeout(&self) -> Option<Timeout> {
        match self.why {
            Why::Timeout(timeout) => Some(timeout),
            _ => None,
        }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether the request may have arrived.
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        self.sent
    }
}

impl From<Infallible> for TransportError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl From<io::Error> for TransportError {
    /// A body that broke off.
    fn from(error: io::Error) -> Self {
        Self::interrupted(format!("the body broke off: {error}")).caused_by(error)
    }
}

impl From<Box<dyn StdError + Send + Sync>> for TransportError {
    /// An answer that broke off.
    fn from(error: Box<dyn StdError + Send + Sync>) -> Self {
        Self::interrupted(format!("the connection broke: {error}")).caused_by(error)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        let (kind, reached, hint) = match (error.tls, error.why, error.sent) {
            (Some(hint), ..) => (ErrorKind::Tls, Reached::No, hint),
            (_, Why::TooLarge, _) => (
                ErrorKind::TooLarge,
                Reached::Yes,
                "Ask for less: smaller pages, fewer fields, a filter; or allow more with `Limits`.",
            ),
            (_, Why::Timeout(timeout), true) => {
                (ErrorKind::TimedOut, Reached::Unknown, patience(timeout.bound))
            }
            (_, _, true) => (
                ErrorKind::Interrupted,
                Reached::Unknown,
                "Try again if the call may be repeated; the server may have done it already.",
            ),
            (_, _, false) => (
                ErrorKind::Connection,
                Reached::No,
                "Check the server's address, that it is running, and that a proxy or firewall lets you reach it.",
            ),
        };
        let (timeout, is_lasting) = (error.timeout(), error.why == Why::Lasting);
        Self::new(kind, error.to_string())
            .with_hint(hint)
            .reached_as(reached)
            .timed_out(timeout)
            .lasting(is_lasting)
            .caused_by(error)
    }
}

/// What to try where a bound was reached.
fn patience(bound: Bound) -> &'static str {
    match bound {
        Bound::Stall => {
            "Check the network between you and the server; `Timeouts` says how long a transfer may stall."
        }
        _ => "Try again later, or wait longer with `Timeouts`; the server may have done it already.",
    }
}
