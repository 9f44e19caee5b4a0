//! Ways to judge a server's certificate that are not the operating system's.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use ring::digest;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, OtherError, SignatureScheme};

/// The SHA-256 fingerprint of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    fn of(certificate: &CertificateDer<'_>) -> Self {
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

/// A server showed another certificate than the one that is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PinChanged {
    pub(super) expected: Fingerprint,
    pub(super) found: Fingerprint,
}

impl fmt::Display for PinChanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the server's certificate has the fingerprint {}, not {}",
            self.found, self.expected
        )
    }
}

impl std::error::Error for PinChanged {}

/// Accepts one certificate, whoever signed it, whatever name it has, and also when it has expired: it was chosen by its fingerprint.
#[derive(Debug)]
pub(super) struct PinnedCertificate {
    pin: Fingerprint,
    provider: Arc<CryptoProvider>,
}

impl PinnedCertificate {
    pub(super) fn new(pin: Fingerprint, provider: Arc<CryptoProvider>) -> Self {
        Self { pin, provider }
    }

    fn judge(&self, certificate: &CertificateDer<'_>) -> Result<ServerCertVerified, rustls::Error> {
        let found = Fingerprint::of(certificate);
        if found == self.pin {
            return Ok(ServerCertVerified::assertion());
        }
        let changed = PinChanged {
            expected: self.pin,
            found,
        };
        Err(rustls::Error::Other(OtherError(Arc::new(changed))))
    }
}

/// Accepts whatever a server shows.
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
    fn judge(&self, _: &CertificateDer<'_>) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
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
                _: &ServerName<'_>,
                _: &[u8],
                _: UnixTime,
            ) -> Result<ServerCertVerified, rustls::Error> {
                self.judge(certificate)
            }

            fn verify_tls12_signature(
                &self,
                message: &[u8],
                certificate: &CertificateDer<'_>,
                signed: &DigitallySignedStruct,
            ) -> Result<HandshakeSignatureValid, rustls::Error> {
                verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
            }

            fn verify_tls13_signature(
                &self,
                message: &[u8],
                certificate: &CertificateDer<'_>,
                signed: &DigitallySignedStruct,
            ) -> Result<HandshakeSignatureValid, rustls::Error> {
                verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
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
