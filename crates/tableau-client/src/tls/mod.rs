//! TLS: which servers are trusted, and the client's own certificate.

mod certificate;
mod distrust;
mod known_hosts;
mod problem;
mod system;
mod verifier;
mod watch;

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore};

use crate::error::{Error, ErrorKind};

pub(crate) use known_hosts::KnownHosts;
pub(crate) use problem::{NO_TLS, problem};
use verifier::{AnyCertificate, NamedCertificates, PinnedCertificate};
pub(crate) use verifier::{Fingerprint, Pin};
pub use watch::Certificate;
pub(crate) use watch::Watch;
use watch::Watched;

/// Which servers to trust, and the client's own certificate: properties of a client, not of a call.
#[derive(Debug, Default)]
pub(crate) struct Trust {
    /// Certificates of authorities beside those of the operating system.
    authorities: Vec<CertificateDer<'static>>,
    /// The client's own certificate.
    identity: Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>,
    /// The one accepted certificate, regardless of its issuer.
    pub(crate) pin: Option<Arc<Pin>>,
    pub(crate) accept_invalid: bool,
    /// The function that sees the certificates of servers.
    pub(crate) watch: Option<Watch>,
}

impl Trust {
    /// Trusts the authorities in a PEM file too.
    pub(crate) fn add_authorities(&mut self, file: &Path) -> Result<(), Error> {
        let read = certificates(file)?;
        // Parsed here, where the error can name the file.
        let mut roots = RootCertStore::empty();
        for certificate in &read {
            roots.add(certificate.clone()).map_err(|error| {
                unusable(file, "has something in it that is no certificate").caused_by(error)
            })?;
        }
        self.authorities.extend(read);
        Ok(())
    }

    /// Sets the client certificate: a PEM file with the certificate, those that signed it, and its key without a passphrase.
    pub(crate) fn set_identity(&mut self, file: &Path) -> Result<(), Error> {
        let chain = certificates(file)?;
        let key = PrivateKeyDer::from_pem_file(file).map_err(|_| {
            unusable(
                file,
                "has no private key in PEM without a passphrase (a .pfx file has to be converted)",
            )
        })?;
        self.identity = Some((chain, key));
        Ok(())
    }

    /// Trusts the certificate with this fingerprint and no other.
    pub(crate) fn set_pin(&mut self, fingerprint: &str) -> Result<(), Error> {
        let pin = fingerprint.parse();
        let pin: Fingerprint = pin.map_err(|reason| Error::new(ErrorKind::Setup, reason))?;
        self.pin = Some(Arc::new(Pin::Sha256(pin)));
        Ok(())
    }

    /// The configuration for connections to one server.
    ///
    /// Loading the system's certificates takes milliseconds, so it is skipped for http.
    pub(crate) fn config(&self, https: bool) -> Result<ClientConfig, Error> {
        let provider = provider()?;
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| setup_error("TLS could not be set up").caused_by(error))?;
        let builder = if https {
            builder
                .dangerous()
                .with_custom_certificate_verifier(self.verifier(provider)?)
        } else {
            builder.with_root_certificates(RootCertStore::empty())
        };
        let mut config = match &self.identity {
            Some((chain, key)) if https => builder
                .with_client_auth_cert(chain.clone(), key.clone_key())
                .map_err(|error| {
                    setup_error("the client certificate and its key cannot be used").caused_by(error)
                })?,
            _ => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// The verifier of server certificates.
    fn verifier(&self, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
        let judge: Arc<dyn ServerCertVerifier> = if let Some(pin) = self.pin.clone() {
            Arc::new(PinnedCertificate::new(pin, provider))
        } else if self.accept_invalid {
            tracing::warn!(
                "certificates of servers are not checked: an attacker on the way can read and change everything"
            );
            Arc::new(AnyCertificate::new(provider))
        } else {
            Arc::new(NamedCertificates {
                named: self.authorities.clone(),
                others: system::verifier(&self.authorities, provider)?,
            })
        };
        Ok(match &self.watch {
            Some(watch) => Arc::new(Watched {
                judge,
                watch: watch.clone(),
            }),
            None => judge,
        })
    }
}

/// The certificates in a PEM file; an error if it has none.
fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(unusable(file, "has no certificate in PEM")),
        Err(error) => Err(unusable(file, &format!("cannot be read as PEM: {error}"))),
    }
}

fn unusable(file: &Path, why: &str) -> Error {
    Error::new(ErrorKind::Setup, format!("{} {why}", file.display()))
}

/// The process's own provider if it has installed one; a library must not install one for it.
fn provider() -> Result<Arc<CryptoProvider>, Error> {
    CryptoProvider::get_default().cloned().or_else(built_in).ok_or_else(|| {
        setup_error("no cryptography for TLS: enable the feature `ring` or `aws-lc-rs`, or install a rustls `CryptoProvider`")
    })
}

#[cfg(feature = "ring")]
fn built_in() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::ring::default_provider()))
}

#[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
fn built_in() -> Option<Arc<CryptoProvider>> {
    Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
fn built_in() -> Option<Arc<CryptoProvider>> {
    None
}

pub(crate) fn setup_error(message: &str) -> Error {
    Error::new(ErrorKind::Setup, message.to_owned())
}
