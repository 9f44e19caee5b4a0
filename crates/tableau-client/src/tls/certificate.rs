//! The description of a certificate, for people to compare.

use std::fmt;

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, UnixTime};
use serde::{Deserialize, Serialize};
use x509_parser::parse_x509_certificate;

use super::Fingerprint;

/// Fingerprint, subject and expiry of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Certificate {
    pub(super) sha256: Fingerprint,
    /// `None` if only the fingerprint is known, and for a certificate that cannot be parsed.
    #[serde(flatten)]
    details: Option<Details>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Details {
    subject: String,
    /// As in RFC 3339.
    expires: String,
}

impl Certificate {
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Self {
        let details = parse_x509_certificate(certificate).ok().and_then(|(_, parsed)| {
            Some(Details {
                subject: parsed.subject().to_string(),
                expires: Timestamp::from_second(parsed.validity().not_after.timestamp())
                    .ok()?
                    .to_string(),
            })
        });
        Self {
            sha256: Fingerprint::of(certificate),
            details,
        }
    }

    pub(super) fn with_fingerprint(sha256: Fingerprint) -> Self {
        Self {
            sha256,
            details: None,
        }
    }

    pub(super) fn is_expired(&self, now: UnixTime) -> bool {
        let expires = self
            .details
            .as_ref()
            .and_then(|details| details.expires.parse().ok());
        expires.is_some_and(|expires: Timestamp| expires.as_second() < now.as_secs().cast_signed())
    }
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.sha256)?;
        let Some(Details { subject, expires }) = &self.details else {
            return Ok(());
        };
        // The name is untrusted text: it must not control the reader's terminal.
        let subject = subject.replace(char::is_control, " ");
        write!(f, " (subject {subject}, expires {expires})")
    }
}
