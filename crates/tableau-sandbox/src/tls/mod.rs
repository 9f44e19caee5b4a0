//! TLS: an authority of the sandbox's own, the certificates it signs, and the socket that shows them.

mod authority;
mod files;
mod listener;
mod self_signed;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tempfile::TempDir;

use crate::start_error::StartError;
use authority::{Authority, Signed};

pub(crate) use listener::{Incoming, TlsListener};
pub(crate) use self_signed::SelfSigned;
pub use self_signed::TsmCertificate;

/// The certificate that the sandbox shows to TLS clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Certificate {
    /// One for `localhost`, `127.0.0.1` and `::1`, signed by the sandbox's authority, good for a year.
    #[default]
    Good,
    /// One that expired yesterday.
    Expired,
    /// One for a host of another name.
    WrongName,
    /// One that is self-signed.
    SelfSigned,
}

/// The options of TLS.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) certificate: Certificate,
    pub(crate) require_client_certificate: bool,
}

/// The configured TLS, and the files that clients need.
#[derive(Debug)]
pub(crate) struct Tls {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) files: Files,
}

/// Files that clients need to connect; temporary ones are removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) ca: PathBuf,
    pub(crate) client: Option<PathBuf>,
    _temporary: Option<TempDir>,
}

impl Tls {
    /// Sets up TLS with the authority of a directory, created there if there is none yet; without a directory, with one that lives as long as the sandbox.
    pub(crate) fn set_up(directory: Option<&Path>, options: &Options) -> Result<Self, StartError> {
        let mut temporary = None;
        let (directory, (authority, ca)) = if let Some(directory) = directory {
            let directory = files::make_directory(directory)?;
            let authority = Authority::kept(&directory)?;
            (directory, authority)
        } else {
            let directory = temporary.insert(files::temporary()?).path().to_owned();
            let authority = Authority::passing(&directory)?;
            (directory, authority)
        };
        let client = if options.require_client_certificate {
            let path = directory.join("client.pem");
            files::write_private(&path, &authority.client()?.pem())?;
            Some(path)
        } else {
            None
        };
        let config = config(&authority, options)?;
        Ok(Self {
            config: Arc::new(config),
            files: Files {
                ca,
                client,
                _temporary: temporary,
            },
        })
    }
}

fn config(authority: &Authority, options: &Options) -> Result<ServerConfig, StartError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(StartError::tls)?;
    let builder = if options.require_client_certificate {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate()).map_err(StartError::tls)?;
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(StartError::tls)?;
        builder.with_client_cert_verifier(verifier)
    } else {
        builder.with_no_client_auth()
    };
    let Signed { certificate, key } = authority.server(options.certificate)?;
    let chain = vec![CertificateDer::from(certificate)];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = builder.with_single_cert(chain, key).map_err(StartError::tls)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests;
