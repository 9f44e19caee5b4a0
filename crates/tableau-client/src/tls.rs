//! How connections are encrypted, and whom they trust.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::error::{Error, ErrorKind};

/// The configuration for connections to one server.
///
/// Loading the system's certificates takes some 20 ms, so it is left out where there is nothing to check.
pub(crate) fn config(https: bool) -> Result<ClientConfig, Error> {
    let provider = provider()?;
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| setup_error("TLS could not be set up").caused_by(error))?;
    let mut config = if https {
        let verifier = Verifier::new(provider).map_err(|error| {
            setup_error("the certificates of the operating system could not be loaded").caused_by(error)
        })?;
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth()
    } else {
        builder
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth()
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
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
