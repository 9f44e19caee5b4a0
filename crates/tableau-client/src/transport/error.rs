//! The error of a request without an answer.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::io;

use crate::error::{Error, ErrorKind, Reached};

/// The error of a request without an answer.
#[derive(Debug)]
pub struct TransportError {
    message: String,
    sent: bool,
    /// The hint about TLS, if TLS failed.
    tls: Option<&'static str>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// The request did not leave: no connection could be made.
    pub fn not_sent(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            sent: false,
            tls: None,
            source: None,
        }
    }

    /// The request may have arrived, but no whole answer came back.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            sent: true,
            tls: None,
            source: None,
        }
    }

    /// No connection that can be trusted: nothing was sent.
    pub(super) fn tls(message: String, hint: &'static str) -> Self {
        Self {
            tls: Some(hint),
            ..Self::not_sent(message)
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
        let (kind, reached, hint) = if let Some(hint) = error.tls {
            (ErrorKind::Tls, Reached::No, hint)
        } else if error.may_have_been_sent() {
            (
                ErrorKind::Interrupted,
                Reached::Unknown,
                "Try again if the call may be repeated; the server may have done it already.",
            )
        } else {
            (
                ErrorKind::Connection,
                Reached::No,
                "Check the server's address, that it is running, and that a proxy or firewall lets you reach it.",
            )
        };
        Self::new(kind, error.to_string())
            .with_hint(hint)
            .reached_as(reached)
            .caused_by(error)
    }
}
