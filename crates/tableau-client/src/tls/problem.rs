//! Problems with TLS in words, and what to try.

use std::error::Error as StdError;
use std::io;

use rustls::{AlertDescription, CertificateError, OtherError};

use super::distrust::Distrust;

/// The problem with TLS among the causes of an error, if there is one: what it is, and what to try.
///
/// After the handshake a request may be under way, so only an error that shows that the server has not read it counts as a problem with TLS.
pub(crate) fn problem(error: &(dyn StdError + 'static), shaken: bool) -> Option<(String, &'static str)> {
    let mut cause = Some(error);
    while let Some(this) = cause {
        if let Some(tls) = rustls_error(this) {
            return (!shaken || refuses_client(&tls)).then(|| describe(&tls));
        }
        cause = this.source();
    }
    None
}

/// What servers say about a client's certificate, or the lack of one.
///
/// With TLS 1.3 the alert comes after the client's part of the handshake, when the first request is under way; the server does not read it.
const ABOUT_CLIENTS: [AlertDescription; 9] = [
    AlertDescription::CertificateRequired,
    AlertDescription::BadCertificate,
    AlertDescription::UnsupportedCertificate,
    AlertDescription::CertificateRevoked,
    AlertDescription::CertificateExpired,
    AlertDescription::CertificateUnknown,
    AlertDescription::UnknownCA,
    AlertDescription::AccessDenied,
    AlertDescription::DecryptError,
];

fn refuses_client(error: &rustls::Error) -> bool {
    matches!(error, rustls::Error::AlertReceived(alert) if ABOUT_CLIENTS.contains(alert))
}

/// The error of rustls, also inside an I/O error, whose `source` does not give it.
fn rustls_error(error: &(dyn StdError + 'static)) -> Option<rustls::Error> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(error.clone());
    }
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    if let Some(error) = inner.downcast_ref::<rustls::Error>() {
        return Some(error.clone());
    }
    rustls_error(inner).or_else(|| alert_in_words(&inner.to_string()))
}

/// HTTP/2 keeps only the text of the underlying error.
fn alert_in_words(words: &str) -> Option<rustls::Error> {
    ABOUT_CLIENTS
        .into_iter()
        .map(rustls::Error::AlertReceived)
        .find(|error| error.to_string() == words)
}

/// What is wrong where what answers is not TLS.
pub(crate) const NO_TLS: &str = "the server does not speak TLS at this port";
const TRUST: &str = "If it is your own authority, name its certificate (`ca_file`); for a self-signed certificate, pin its fingerprint (`pin_sha256`); TSM also has `trust_on_first_use`.";
const RENEW: &str =
    "The server's certificate has to be renewed; check also that this machine's clock is right.";
const REMAKE: &str =
    "The server's certificate has to be made anew: of version 3, with the server's name as a subjectAltName.";
const NAME: &str =
    "Use the name that the certificate is for, or have the certificate made for the name you use.";

fn describe(error: &rustls::Error) -> (String, &'static str) {
    if let rustls::Error::Other(OtherError(other)) = error
        && let Some(reason) = other.downcast_ref::<Distrust>()
    {
        return (reason.to_string(), reason.hint());
    }
    match error {
        rustls::Error::InvalidCertificate(error) => certificate(error),
        rustls::Error::AlertReceived(
            AlertDescription::CertificateRequired | AlertDescription::HandshakeFailure,
        ) => (
            "the server broke off the handshake: it probably wants a client certificate".to_owned(),
            "Give the client a certificate (`client_certificate`).",
        ),
        rustls::Error::AlertReceived(alert) if ABOUT_CLIENTS.contains(alert) => (
            format!("the server does not accept the client certificate ({alert:?})"),
            "Give the client a certificate that is still good and that an authority the server trusts has signed (`client_certificate`).",
        ),
        rustls::Error::InvalidMessage(_) => (
            NO_TLS.to_owned(),
            "Check the port; a server without TLS has an http:// address.",
        ),
        other => (
            format!("TLS failed: {other}"),
            "Check what stands between this machine and the server, and which versions of TLS both have.",
        ),
    }
}

fn certificate(error: &CertificateError) -> (String, &'static str) {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            ("the server's certificate has expired".to_owned(), RENEW)
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            ("the server's certificate is not valid yet".to_owned(), RENEW)
        }
        CertificateError::NotValidForName => {
            ("the server's certificate is for another name".to_owned(), NAME)
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            if presented.is_empty() {
                let says = "the server's certificate names no host: a common name (CN) alone does not count, only a subjectAltName";
                return (says.to_owned(), REMAKE);
            }
            let names = presented.join(", ");
            (
                format!(
                    "the server's certificate is for another name: {names}, not {}",
                    expected.to_str()
                ),
                NAME,
            )
        }
        CertificateError::UnknownIssuer => (
            "the server's certificate is signed by an unknown authority, or by itself".to_owned(),
            TRUST,
        ),
        CertificateError::Revoked => ("the server's certificate has been revoked".to_owned(), RENEW),
        CertificateError::Other(OtherError(other)) if other.to_string().contains("CaUsedAsEndEntity") => {
            ("the server's certificate is signed by itself".to_owned(), TRUST)
        }
        CertificateError::Other(OtherError(other))
            if other.to_string().contains("UnsupportedCertVersion") =>
        {
            (
                "the server's certificate is of an old version of X.509; only version 3 is accepted"
                    .to_owned(),
                REMAKE,
            )
        }
        CertificateError::Other(OtherError(other)) => (
            format!("the server's certificate cannot be accepted: {other}"),
            TRUST,
        ),
        other => (
            format!("the server's certificate cannot be accepted: {other}"),
            TRUST,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inside(error: rustls::Error) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, error)
    }

    #[test]
    fn after_the_handshake_only_refused_clients_were_not_heard() {
        let refusal = rustls::Error::AlertReceived(AlertDescription::CertificateRequired);
        let in_words = io::Error::new(io::ErrorKind::InvalidData, refusal.to_string());
        for error in [inside(refusal), in_words] {
            assert!(problem(&error, true).unwrap().0.contains("client certificate"));
        }
        let broken = inside(rustls::Error::AlertReceived(AlertDescription::InternalError));
        assert!(problem(&broken, true).is_none() && problem(&broken, false).is_some());
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_said_in_words() {
        let other = |name: &'static str| {
            CertificateError::Other(OtherError(std::sync::Arc::new(io::Error::other(name))))
        };
        let names = |presented: &[&str]| CertificateError::NotValidForNameContext {
            expected: "server.example.com".try_into().unwrap(),
            presented: presented.iter().map(|name| (*name).to_owned()).collect(),
        };
        for (error, says) in [
            (names(&[]), "names no host"),
            (
                names(&["other.example.com"]),
                "other.example.com, not server.example.com",
            ),
            (other("UnsupportedCertVersion"), "old version of X.509"),
            (other("BadDer"), "BadDer"),
        ] {
            let (message, _) = certificate(&error);
            assert!(message.contains(says) && !message.contains("Other("), "{message}");
        }
    }
}
