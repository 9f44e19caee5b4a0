//! Why a certificate does not pass a check by fingerprint.

use std::fmt;
use std::sync::Arc;

use rustls::OtherError;

use super::certificate::Certificate;

/// Why a server is not trusted, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Distrust {
    /// It shows another certificate than the expected one.
    Changed(String),
    /// It shows the expected certificate, or the first one, which has expired.
    Expired(String),
    /// It is not the server of which the first certificate is trusted.
    OtherHost(String),
    /// The file of trusted certificates cannot be read or written.
    File(String),
}

impl Distrust {
    /// Another certificate was found than expected; `source` says where the expected one is from.
    pub(super) fn changed(found: &Certificate, expected: &Certificate, source: &str) -> Self {
        Self::Changed(format!(
            "the server's certificate has the fingerprint {found}, not {expected}{source}"
        ))
    }

    pub(super) fn expired(certificate: &Certificate) -> Self {
        Self::Expired(format!(
            "the server's pinned certificate has expired: it has the fingerprint {certificate}"
        ))
    }

    /// What to try.
    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Changed(_) => {
                "Find out whether the server has a new certificate (TSM's controller makes one before the old one expires, and at upgrades); if it \
                 has, pin the new fingerprint, or remove the server's entry from the file of first uses. If not, the connection may be intercepted."
            }
            Self::Expired(_) => {
                "The server's certificate has to be renewed, and then the new fingerprint pinned; check also that this machine's clock is right."
            }
            Self::OtherHost(_) => {
                "Use no proxy with https of its own, or name the authority instead (`ca_file`)."
            }
            Self::File(_) => "Mend the file, or remove it: the next certificate is then trusted anew.",
        }
    }
}

impl fmt::Display for Distrust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Changed(reason) | Self::Expired(reason) | Self::OtherHost(reason) | Self::File(reason)) =
            self;
        f.write_str(reason)
    }
}

impl std::error::Error for Distrust {}

impl From<Distrust> for rustls::Error {
    fn from(reason: Distrust) -> Self {
        Self::Other(OtherError(Arc::new(reason)))
    }
}
