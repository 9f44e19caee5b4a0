//! The self-signed certificate of a TSM controller.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, NoServerSessionStorage, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::authority::{NAMES, name, valid_for};
use super::files;
use crate::start_error::StartError;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest lifetime that current real controllers give it, in days.
const THREE_YEARS: u32 = 3 * 365;

/// A self-signed certificate for the TSM controller: for `localhost`, `127.0.0.1` and `::1`.
///
/// It expires by the real time, not by the sandbox's clock, as clients check it by the real time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TsmCertificate {
    /// The days until it expires; `None` if it expired yesterday.
    days: Option<u32>,
}

impl TsmCertificate {
    /// One that is valid for this many days from today, at most a hundred years.
    #[must_use]
    pub fn valid_for_days(days: u32) -> Self {
        Self {
            days: Some(days.min(36_525)),
        }
    }

    /// One that expired yesterday.
    #[must_use]
    pub fn expired() -> Self {
        Self { days: None }
    }
}

impl Default for TsmCertificate {
    fn default() -> Self {
        Self::valid_for_days(THREE_YEARS)
    }
}

/// The certificate that is shown, and the directory that stores it.
#[derive(Debug)]
pub(crate) struct SelfSigned {
    shown: Arc<Shown>,
    provider: Arc<CryptoProvider>,
    config: Arc<ServerConfig>,
    directory: Option<PathBuf>,
}

#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

impl Shown {
    fn current(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SelfSigned {
    /// The certificate that the directory stores, unless another one is requested; a new one is stored there. Without a directory, it lasts as
    /// long as the sandbox.
    pub(crate) fn set_up(
        directory: Option<&Path>,
        wanted: Option<TsmCertificate>,
    ) -> Result<Self, StartError> {
        let directory = directory.map(files::make_directory).transpose()?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let kept = match (&directory, wanted) {
            (Some(directory), None) => kept(directory, &provider)?,
            _ => None,
        };
        let key = match kept {
            Some(key) => key,
            None => make(wanted.unwrap_or_default(), directory.as_deref(), &provider)?,
        };
        let shown = Arc::new(Shown(RwLock::new(Arc::new(key))));
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(StartError::tls)?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(&shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // A resumed session would not see a replaced certificate.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self {
            shown,
            provider,
            config: Arc::new(config),
            directory,
        })
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    pub(crate) fn replace(&self, certificate: TsmCertificate) -> Result<(), StartError> {
        let key = make(certificate, self.directory.as_deref(), &self.provider)?;
        *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
        Ok(())
    }

    /// As `openssl x509 -fingerprint -sha256` prints it.
    pub(crate) fn fingerprint(&self) -> String {
        let key = self.shown.current();
        let mut text = String::new();
        if let Some(certificate) = key.cert.first() {
            let digest = ring::digest::digest(&ring::digest::SHA256, certificate);
            for byte in digest.as_ref() {
                let colon = if text.is_empty() { "" } else { ":" };
                // Writing to a `String` does not fail.
                let _ = write!(text, "{colon}{byte:02X}");
            }
        }
        text
    }
}

fn paths(directory: &Path) -> [PathBuf; 2] {
    [directory.join("tsm.pem"), directory.join("tsm-key.pem")]
}

fn kept(directory: &Path, provider: &CryptoProvider) -> Result<Option<CertifiedKey>, StartError> {
    let [certificate, key] = paths(directory);
    let (Some(certificate), Some(pem)) = (files::read(&certificate)?, files::read(&key)?) else {
        return Ok(None);
    };
    certified(&certificate, &pem, provider)
        .map(Some)
        .map_err(|reason| files::unusable(&key, &reason))
}

/// Makes a certificate with a key of its own, and keeps both.
fn make(
    wanted: TsmCertificate,
    directory: Option<&Path>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey, StartError> {
    let names = NAMES.map(str::to_owned).to_vec();
    let mut params = CertificateParams::new(names).map_err(StartError::tls)?;
    params.distinguished_name = name("tabctl sandbox TSM controller");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    valid_for(&mut params, 1);
    let yesterday = params.not_before;
    (params.not_before, params.not_after) = match wanted.days {
        Some(days) => (yesterday, yesterday + DAY * (days + 1)),
        None => (yesterday - DAY * THREE_YEARS, yesterday),
    };
    let key = KeyPair::generate().map_err(StartError::tls)?;
    let certificate = params.self_signed(&key).map_err(StartError::tls)?.pem();
    let key = key.serialize_pem();
    if let Some(directory) = directory {
        let [certificate_file, key_file] = paths(directory);
        // Without its certificate, a key is not used.
        files::remove(&certificate_file)?;
        files::write_private(&key_file, &key)?;
        files::write_public(&certificate_file, &certificate)?;
    }
    certified(&certificate, &key, provider).map_err(StartError::tls)
}

/// A certificate with the key that belongs to it.
fn certified(certificate: &str, key: &str, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
    let certificate =
        CertificateDer::from_pem_slice(certificate.as_bytes()).map_err(|error| error.to_string())?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|error| error.to_string())?;
    CertifiedKey::from_der(vec![certificate], key, provider).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_in_a_directory_stays() {
        let directory = tempfile::tempdir().unwrap();
        let below = directory.path().join("new");
        let set_up = |wanted| SelfSigned::set_up(Some(&below), wanted);
        let first = set_up(None).unwrap().fingerprint();
        assert_eq!(first.len(), 32 * 3 - 1, "{first}");
        let again = set_up(None).unwrap();
        assert_eq!(again.fingerprint(), first);
        again.replace(TsmCertificate::expired()).unwrap();
        let second = again.fingerprint();
        assert_ne!(second, first);
        assert_eq!(set_up(None).unwrap().fingerprint(), second);
        let third = set_up(Some(TsmCertificate::default())).unwrap().fingerprint();
        assert_ne!(third, second);
        // As if the process had ended between the key and the certificate.
        std::fs::remove_file(below.join("tsm.pem")).unwrap();
        assert_ne!(set_up(None).unwrap().fingerprint(), third);
        std::fs::write(below.join("tsm-key.pem"), "not a key").unwrap();
        let error = set_up(None).unwrap_err();
        assert!(error.to_string().contains("tsm-key.pem"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_for_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().unwrap();
        SelfSigned::set_up(Some(directory.path()), None).unwrap();
        let metadata = std::fs::metadata(directory.path().join("tsm-key.pem")).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
}
