//! The builder of clients: their options.

use std::fmt;
use std::sync::{Arc, OnceLock, RwLock};
use std::time::Duration;

use tableau_wire::{Format, Version};
use tokio::sync::OnceCell;

use crate::address::ServerAddress;
use crate::client::Client;
use crate::core::{Bounds, Core, Location, Renderings, Renewal, ServerClock};
use crate::error::Error;
use crate::store::SessionStore;
use crate::transport::{Network, network_options};

/// Builds a [`Client`] from options.
pub struct ClientBuilder {
    address: Result<ServerAddress, Error>,
    network: Network,
    format: Format,
    version: Option<Version>,
    allowed_hosts: Vec<String>,
    renewal: Renewal,
    holds: bool,
    store: Option<Arc<dyn SessionStore>>,
}

network_options!(ClientBuilder);

impl ClientBuilder {
    /// A builder for a client of the server at an address.
    pub(crate) fn new(address: Result<ServerAddress, Error>) -> Self {
        Self {
            address,
            network: Network::new(),
            format: Format::default(),
            version: None,
            allowed_hosts: Vec::new(),
            renewal: Renewal {
                is_on: true,
                repeats_all: false,
                idle_limit: None,
                keep_alive: None,
            },
            holds: true,
            store: None,
        }
    }

    /// Uses this version of the API instead of the server's newest.
    #[must_use]
    pub fn api_version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// Uses this format instead of XML; replies carry the same data.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Follows redirects to this host too, and sends credentials there.
    ///
    /// Without it, redirects are followed on the same host to https, and between the pods of Tableau Cloud.
    #[must_use]
    pub fn allow_redirect_to(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// Shares sessions through a store, so that several clients use one session: a [`MemoryStore`](crate::MemoryStore), a
    /// [`FileStore`](crate::FileStore), a `RedisStore` (feature `redis`), or a store of your own.
    ///
    /// Without it, the clones of one client share theirs.
    #[must_use]
    pub fn session_store(mut self, store: impl SessionStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Uses the sessions of the store without counting as a holder: for programs that run briefly and leave the session to the next one.
    ///
    /// Resuming a session then takes one read of the store and no lease. Holders do not wait for this client when they sign out; if they end the
    /// session while it is in use here, it is renewed.
    #[must_use]
    pub fn without_holding(mut self) -> Self {
        self.holds = false;
        self
    }

    /// Never signs in again by itself: a session that has ended is an error ([`ErrorKind::SessionEnded`](crate::ErrorKind::SessionEnded)).
    #[must_use]
    pub fn without_renewal(mut self) -> Self {
        self.renewal.is_on = false;
        self
    }

    /// Makes every call again whose session had ended, once that is renewed: also one that is not idempotent, such as creating.
    ///
    /// The server refuses a call for its dead session before doing anything, so that it is done once. Without this, the program decides
    /// ([`ErrorKind::SessionRenewed`](crate::ErrorKind::SessionRenewed)), but for sessions that another client had begun.
    #[must_use]
    pub fn repeat_after_renewal(mut self) -> Self {
        self.renewal.repeats_all = true;
        self
    }

    /// Makes a harmless call when the session has been unused for this long, at least a second, so that the server does not end it as idle. Off by
    /// default.
    ///
    /// Keeping alive needs a tokio runtime: it is a task of the one in which the session began; if that has ended, of the one of a later call. It stops when the last [`Site`](crate::Site) of the session is signed out or dropped.
    #[must_use]
    pub fn keep_alive(mut self, interval: Duration) -> Self {
        self.renewal.keep_alive = Some(interval.max(Duration::from_secs(1)));
        self
    }

    /// Sets after how long without a call the server ends a session (`wgserver.session.idle_limit`): an idle session is renewed before the next call.
    ///
    /// The default is 240 minutes, and 120 on Tableau Cloud.
    #[must_use]
    pub fn session_idle_limit(mut self, limit: Duration) -> Self {
        self.renewal.idle_limit = Some(limit);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    /// [`ErrorKind::Address`](crate::ErrorKind::Address) for the address, [`ErrorKind::Setup`](crate::ErrorKind::Setup) for what TLS needs.
    pub fn build(self) -> Result<Client, Error> {
        let address = self.address?;
        let proxy = self.network.proxy();
        let renderings = Renderings::new(self.network.limits.renderings);
        let bounds = Bounds::new(self.network.timeouts, self.network.limits);
        let (transport, user_agent) = self.network.open(address.is_https())?;
        let core = Core {
            location: RwLock::new(Location::of(&address)?),
            allowed_hosts: self.allowed_hosts,
            address,
            transport,
            proxy,
            format: self.format,
            user_agent,
            fixed_version: self.version,
            negotiated: OnceCell::new(),
            remembered: OnceLock::new(),
            renewal: self.renewal,
            holds: self.holds,
            store: self.store,
            bounds,
            renderings,
            clock: ServerClock::default(),
        };
        Ok(Client::of(core))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("address", &self.address)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}
