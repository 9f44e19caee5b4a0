//! The builder of TSM clients: their options.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use tableau_wire::Version;

use super::Tsm;
use super::address::TsmAddress;
use super::core::Core;
use crate::core::Bounds;
use crate::error::Error;
use crate::tls::{KnownHosts, Pin};
use crate::transport::{Network, network_options};

/// Builds a [`Tsm`] client from options.
pub struct TsmBuilder {
    address: Result<TsmAddress, Error>,
    network: Network,
    version: Option<Version>,
    renews: bool,
}

network_options!(TsmBuilder);

impl TsmBuilder {
    pub(super) fn new(address: Result<TsmAddress, Error>) -> Self {
        Self {
            address,
            network: Network::new(),
            version: None,
            renews: true,
        }
    }

    /// Accepts the certificate that the controller shows first, and from then on no other: a file keeps its fingerprint, by host and port.
    ///
    /// Nothing protects the first connection: compare the fingerprint in the file with that on the controller's machine. Another certificate
    /// later is an error that names both, and an expired one is not accepted any more.
    #[must_use]
    pub fn trust_on_first_use(mut self, file: impl AsRef<Path>) -> Self {
        // An invalid address is reported by `build`.
        if let Ok(address) = &self.address {
            let hosts = KnownHosts::new(file.as_ref().to_owned(), address.host(), address.port());
            self.network.change(|options| {
                options.trust.pin = Some(Arc::new(Pin::FirstUse(hosts?)));
                Ok(())
            });
        }
        self
    }

    /// Uses this version of the API, [`VERSION_1_0`](super::VERSION_1_0) or [`VERSION_0_5`](super::VERSION_0_5).
    ///
    /// Without it, signing in tries 1.0, and 0.5 if the controller does not know that.
    #[must_use]
    pub fn api_version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// Never signs in again by itself: a session that has ended is an error ([`ErrorKind::SessionEnded`](crate::ErrorKind::SessionEnded)).
    #[must_use]
    pub fn without_renewal(mut self) -> Self {
        self.renews = false;
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`ErrorKind::Address`](crate::ErrorKind::Address) for the address, [`ErrorKind::Setup`](crate::ErrorKind::Setup) for what TLS needs.
    pub fn build(self) -> Result<Tsm, Error> {
        let address = self.address?;
        let bounds = Bounds::new(self.network.timeouts, self.network.limits);
        let (transport, user_agent) = self.network.open(true)?;
        Ok(Tsm::of(Core::new(
            address,
            transport,
            user_agent,
            bounds,
            self.version,
            self.renews,
        )))
    }
}

impl fmt::Debug for TsmBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TsmBuilder")
            .field("address", &self.address)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
