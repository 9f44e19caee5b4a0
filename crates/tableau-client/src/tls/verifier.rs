//! Verifiers of server certificates other than the operating system's.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use ring::digest;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
    verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};
use serde::{Deserialize, Serialize};
use x509_parser::parse_x509_certificate;
use x509_parser::x509::X509Version;

use super::certificate::Certificate;
use super::distrust::Distrust;
use super::known_hosts::KnownHosts;

/// The SHA-256 fingerprint of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(super) fn of(certificate: &CertificateDer<'_>) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, certificate).as_ref());
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    /// As browsers and `openssl` write it: `AB:CD:…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<_> = self.0.iter().map(|byte| format!("{byte:02X}")).collect();
        f.write_str(&pairs.join(":"))
    }
}

impl FromStr for Fingerprint {
    type Err = String;

    /// Any of the usual ways: with or without colons, in any case, with `sha256:` before it.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let text = text
            .get(..7)
            .filter(|start| start.eq_ignore_ascii_case("sha256:"))
            .map_or(text, |_| text.get(7..).unwrap_or_default());
        let digits: Vec<u8> = text
            .bytes()
            .filter(|byte| *byte != b':' && *byte != b' ')
            .collect();
        let mut bytes = [0_u8; 32];
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err("a SHA-256 fingerprint has 64 hexadecimal digits".to_owned());
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair)
                .ok()
                .and_then(|pair| u8::from_str_radix(pair, 16).ok());
            *byte = pair.ok_or_else(|| "a SHA-256 fingerprint has hexadecimal digits only".to_owned())?;
        }
        Ok(Self(bytes))
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// The one accepted certificate, regardless of its issuer and name.
#[derive(Debug)]
pub(crate) enum Pin {
    /// The one with this fingerprint.
    Sha256(Fingerprint),
    /// The first one seen.
    FirstUse(KnownHosts),
}

/// Accepts one certificate as long as it has not expired.
#[derive(Debug)]
pub(super) struct PinnedCertificate {
    pin: Arc<Pin>,
    provider: Arc<CryptoProvider>,
}

impl PinnedCertificate {
    pub(super) fn new(pin: Arc<Pin>, provider: Arc<CryptoProvider>) -> Self {
        Self { pin, provider }
    }

    fn judge(
        &self,
        certificate: &CertificateDer<'_>,
        host: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<(), Distrust> {
        let found = Certificate::of(certificate);
        match &*self.pin {
            Pin::Sha256(expected) if *expected != found.sha256 => {
                let expected = Certificate::with_fingerprint(*expected);
                return Err(Distrust::changed(&found, &expected, ""));
            }
            Pin::Sha256(_) => {}
            Pin::FirstUse(hosts) => {
                if let Some(expected) = hosts.expected(host)? {
                    hosts.compare(&expected, &found)?;
                }
            }
        }
        if found.is_expired(now) {
            return Err(Distrust::expired(&found));
        }
        Ok(())
    }

    /// What to do once the server has shown that it has the key of the certificate.
    fn proven(&self, certificate: &CertificateDer<'_>) -> Result<(), Distrust> {
        match &*self.pin {
            Pin::Sha256(_) => Ok(()),
            Pin::FirstUse(hosts) => hosts.remember(&Certificate::of(certificate)),
        }
    }
}

/// Accepts the named certificates, in addition to those signed by a trusted authority.
///
/// A certificate that signed itself as an authority (`openssl req -x509`) is not a valid server certificate by the rules for chains. It is
/// accepted all the same if it was named explicitly.
#[derive(Debug)]
pub(super) struct NamedCertificates {
    pub(super) named: Vec<CertificateDer<'static>>,
    /// Judges what was not named.
    pub(super) others: Arc<dyn ServerCertVerifier>,
}

impl ServerCertVerifier for NamedCertificates {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let judged = self
            .others
            .verify_server_cert(certificate, chain, host, ocsp, now);
        if judged.is_ok() || !self.named.iter().any(|named| named == certificate) {
            return judged;
        }
        verify_server_name(&ParsedCertificate::try_from(certificate)?, host)?;
        if Certificate::of(certificate).is_expired(now) {
            return Err(CertificateError::Expired.into());
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.others.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.others.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.others.supported_verify_schemes()
    }
}

/// Checks a signature of TLS 1.3 by the key in a certificate of an old version of X.509, which is not read otherwise: where the certificate itself was
/// chosen, only its key matters. `None` for one of version 3.
fn verify_by_key(
    message: &[u8],
    certificate: &CertificateDer<'_>,
    signed: &DigitallySignedStruct,
    algorithms: &WebPkiSupportedAlgorithms,
) -> Option<Result<HandshakeSignatureValid, rustls::Error>> {
    let (_, parsed) = parse_x509_certificate(certificate).ok()?;
    if parsed.version() == X509Version::V3 {
        return None;
    }
    let key = SubjectPublicKeyInfoDer::from(parsed.tbs_certificate.subject_pki.raw);
    Some(verify_tls13_signature_with_raw_key(
        message, &key, signed, algorithms,
    ))
}

/// Accepts any certificate.
#[derive(Debug)]
pub(super) struct AnyCertificate {
    provider: Arc<CryptoProvider>,
}

impl AnyCertificate {
    pub(super) fn new(provider: Arc<CryptoProvider>) -> Self {
        Self { provider }
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the shape that the macro below calls"
    )]
    fn judge(&self, _: &CertificateDer<'_>, _: &ServerName<'_>, _: UnixTime) -> Result<(), Distrust> {
        Ok(())
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "the shape that the macro below calls"
    )]
    fn proven(&self, _: &CertificateDer<'_>) -> Result<(), Distrust> {
        Ok(())
    }
}

/// Both check the signatures of the handshake: the server has to have the key of what it shows.
macro_rules! verifier {
    ($($name:ident),*) => {$(
        impl ServerCertVerifier for $name {
            fn verify_server_cert(
                &self,
                certificate: &CertificateDer<'_>,
                _: &[CertificateDer<'_>],
                host: &ServerName<'_>,
                _: &[u8],
                now: UnixTime,
            ) -> Result<ServerCertVerified, rustls::Error> {
                self.judge(certificate, host, now)?;
                Ok(ServerCertVerified::assertion())
            }

            fn verify_tls12_signature(
                &self,
                message: &[u8],
                certificate: &CertificateDer<'_>,
                signed: &DigitallySignedStruct,
            ) -> Result<HandshakeSignatureValid, rustls::Error> {
                let algorithms = &self.provider.signature_verification_algorithms;
                let valid = verify_tls12_signature(message, certificate, signed, algorithms)?;
                self.proven(certificate)?;
                Ok(valid)
            }

            fn verify_tls13_signature(
                &self,
                message: &[u8],
                certificate: &CertificateDer<'_>,
                signed: &DigitallySignedStruct,
            ) -> Result<HandshakeSignatureValid, rustls::Error> {
                let algorithms = &self.provider.signature_verification_algorithms;
                let valid = verify_by_key(message, certificate, signed, algorithms)
                    .unwrap_or_else(|| verify_tls13_signature(message, certificate, signed, algorithms))?;
                self.proven(certificate)?;
                Ok(valid)
            }

            fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
                self.provider.signature_verification_algorithms.supported_schemes()
            }
        }
    )*};
}

verifier!(PinnedCertificate, AnyCertificate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_read_as_people_have_them() {
        let plain = "ab".repeat(32);
        let colons = vec!["AB"; 32].join(":");
        for text in [
            plain.as_str(),
            colons.as_str(),
            &format!(" sha256:{plain} "),
            &format!("SHA256:{colons}"),
        ] {
            assert_eq!(text.parse::<Fingerprint>().unwrap().to_string(), colons, "{text}");
        }
        for text in [
            "",
            "ab",
            "sha256:",
            &"zz".repeat(32),
            &"ab".repeat(33),
            "ü".repeat(32).as_str(),
        ] {
            text.parse::<Fingerprint>().unwrap_err();
        }
    }
}
