//! The TSM of a sandbox: its address, certificate and control.

use std::net::SocketAddr;

use super::{Builder, Sandbox};
use crate::start_error::StartError;
use crate::tls::TsmCertificate;
use crate::tsm;

/// Where the TSM controller is.
pub(super) struct OverTsm {
    pub(super) url: String,
    pub(super) controller: tsm::Controller,
}

impl Builder {
    /// Listens for TSM too, by https with a self-signed certificate; port 0 takes a free one.
    #[must_use]
    pub fn listen_tsm(mut self, address: SocketAddr) -> Self {
        self.listen_tsm = Some(address);
        self
    }

    /// Shows this certificate at the TSM controller instead of the stored or a new one.
    #[must_use]
    pub fn tsm_certificate(mut self, certificate: TsmCertificate) -> Self {
        self.tsm_certificate = Some(certificate);
        self
    }
}

impl Sandbox {
    /// The state of TSM in process, also if nothing listens for it.
    #[must_use]
    pub fn tsm(&self) -> &tsm::Service {
        &self.tsm
    }

    /// The address of TSM: `https://127.0.0.1:8850`.
    #[must_use]
    pub fn tsm_url(&self) -> Option<&str> {
        self.over_tsm.as_ref().map(|tsm| tsm.url.as_str())
    }

    /// The process that listens for TSM; tests stop and restart it.
    #[must_use]
    pub fn tsm_controller(&self) -> Option<&tsm::Controller> {
        self.over_tsm.as_ref().map(|tsm| &tsm.controller)
    }

    /// The SHA-256 of the certificate of TSM, as `openssl x509 -fingerprint -sha256` prints it.
    #[must_use]
    pub fn tsm_fingerprint(&self) -> Option<String> {
        self.tsm_controller().map(tsm::Controller::fingerprint)
    }

    /// Shows another certificate at the TSM controller from now on; open connections are closed. Has no effect if nothing listens for TSM.
    ///
    /// # Errors
    /// A directory that cannot be written to.
    pub fn replace_tsm_certificate(&self, certificate: TsmCertificate) -> Result<(), StartError> {
        self.tsm_controller()
            .map_or(Ok(()), |controller| controller.replace_certificate(certificate))
    }
}
