//! Watching the certificates that servers show, accepted or not.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};

use super::verifier::Fingerprint;

/// A certificate that a server showed.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate(Vec<u8>);

impl Certificate {
    /// The certificate in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0
    }

    /// The SHA-256 fingerprint, as browsers and `openssl` write it and [`pin_sha256`](crate::ClientBuilder::pin_sha256) takes it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        Fingerprint::of(&CertificateDer::from(self.der())).to_string()
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.fingerprint())
    }
}

type Look = dyn Fn(&[Certificate]) + Send + Sync;

/// A function that sees the chains that servers show, their own certificate first.
#[derive(Clone)]
pub(crate) struct Watch(pub(crate) Arc<Look>);

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch")
    }
}

/// Passes each chain to the function before it is verified.
#[derive(Debug)]
pub(super) struct Watched {
    pub(super) judge: Arc<dyn ServerCertVerifier>,
    pub(super) watch: Watch,
}

impl ServerCertVerifier for Watched {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown: Vec<_> = std::iter::once(certificate)
            .chain(chain)
            .map(|der| Certificate(der.to_vec()))
            .collect();
        (self.watch.0)(&shown);
        self.judge.verify_server_cert(certificate, chain, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.judge.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}
