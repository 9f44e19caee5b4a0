//! A client in the making: the options.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use http::HeaderValue;
use tableau_wire::{Format, Secret, Version};
use tokio::sync::OnceCell;

use crate::address::ServerAddress;
use crate::client::{Client, Core, Renewal};
use crate::error::{Error, ErrorKind};
use crate::location::Location;
use crate::session::Sessions;
use crate::store::SessionStore;
use crate::transport::{HttpTransport, Options, ProxyChoice, Transport};

/// A client in the making.
pub struct ClientBuilder {
    address: Result<ServerAddress, Error>,
    transport: Option<Arc<dyn Transport>>,
    wrap: Option<Wrap>,
    format: Format,
    version: Option<Version>,
    user_agent: Option<String>,
    allowed_hosts: Vec<String>,
    renewal: Renewal,
    store: Option<Arc<dyn SessionStore>>,
    options: Result<Options, Error>,
    /// Whether anything was said about the network's options.
    has_options: bool,
}

/// Puts something around the network.
type Wrap = Box<dyn FnOnce(HttpTransport) -> Arc<dyn Transport> + Send>;

impl ClientBuilder {
    /// A client in the making, of the server at an address.
    pub(crate) fn new(address: Result<ServerAddress, Error>) -> Self {
        Self {
            address,
            transport: None,
            wrap: None,
            format: Format::default(),
            version: None,
            user_agent: None,
            allowed_hosts: Vec::new(),
            renewal: Renewal {
                is_on: true,
                idle_limit: None,
                keep_alive: None,
            },
            store: None,
            options: Ok(Options::default()),
            has_options: false,
        }
    }

    /// Uses this version of the API instead of the server's newest.
    #[must_use]
    pub fn api_version(mut self, version: Version) -> Self {
        self.version = Some(version);
        self
    }

    /// Speaks this format instead of XML. Both say the same.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Names the program to the server, as `name/version`.
    #[must_use]
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// Sends requests by something else than HTTP over the network.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Sends requests over the network, through something that looks at them.
    #[must_use]
    pub fn wrap_transport<T: Transport>(
        mut self,
        wrap: impl FnOnce(HttpTransport) -> T + Send + 'static,
    ) -> Self {
        self.wrap = Some(Box::new(|network| Arc::new(wrap(network))));
        self
    }

    /// Trusts the authorities in a PEM file beside those of the operating system.
    #[must_use]
    pub fn ca_file(self, file: impl AsRef<Path>) -> Self {
        self.with_options(|options| options.trust.add_authorities(file.as_ref()))
    }

    /// Shows the server a certificate of one's own: a PEM file with the certificate, those that signed it, and its key without a passphrase.
    #[must_use]
    pub fn client_certificate(self, file: impl AsRef<Path>) -> Self {
        self.with_options(|options| options.trust.set_identity(file.as_ref()))
    }

    /// Accepts one certificate and no other, by its SHA-256 fingerprint, whoever signed it: for self-signed certificates.
    ///
    /// The fingerprint is that of `openssl x509 -fingerprint -sha256`, with or without colons.
    #[must_use]
    pub fn pin_sha256(self, fingerprint: &str) -> Self {
        self.with_options(|options| {
            let pin = fingerprint
                .parse()
                .map_err(|reason| Error::new(ErrorKind::Setup, reason))?;
            options.trust.pin = Some(pin);
            Ok(())
        })
    }

    /// Accepts whatever certificate a server shows: whoever stands between can then read and change everything, credentials included.
    ///
    /// Rather name the authority ([`ca_file`](Self::ca_file)) or pin the certificate ([`pin_sha256`](Self::pin_sha256)).
    #[must_use]
    pub fn danger_accept_invalid_certs(self) -> Self {
        self.with_options(|options| {
            options.trust.accept_invalid = true;
            Ok(())
        })
    }

    /// Goes through this proxy for every request: `http://user:password@host:port`, `https://…` or `socks5://…`.
    #[must_use]
    pub fn proxy(self, address: impl Into<Secret>) -> Self {
        self.with_options(|options| {
            options.proxy = ProxyChoice::Named(address.into());
            Ok(())
        })
    }

    /// Goes through no proxy, whatever the environment says.
    #[must_use]
    pub fn no_proxy(self) -> Self {
        self.with_options(|options| {
            options.proxy = ProxyChoice::None;
            Ok(())
        })
    }

    /// Follows redirects to this host too, and sends credentials there.
    ///
    /// Without it, redirects are followed on the same host to https, and between the pods of Tableau Cloud.
    #[must_use]
    pub fn allow_redirect_to(mut self, host: impl Into<String>) -> Self {
        self.allowed_hosts.push(host.into());
        self
    }

    /// Keeps sessions where others find them, so that they share one session: a [`MemoryStore`](crate::MemoryStore), a
    /// [`FileStore`](crate::FileStore), a `RedisStore` (feature `redis`), or a store of one's own.
    ///
    /// Without it, the clones of one client share theirs.
    #[must_use]
    pub fn session_store(mut self, store: impl SessionStore) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Never signs in again by itself: a session that has ended is an error ([`ErrorKind::SessionEnded`]).
    #[must_use]
    pub fn without_renewal(mut self) -> Self {
        self.renewal.is_on = false;
        self
    }

    /// Uses a session that nobody has used for a while, so that the server does not take it for idle. Off unless asked for.
    ///
    /// It needs a tokio runtime, and ends when the last [`Site`](crate::Site) of the session is signed out or dropped.
    #[must_use]
    pub fn keep_alive(mut self, interval: Duration) -> Self {
        self.renewal.keep_alive = Some(interval);
        self
    }

    /// Says after how long without a call the server ends a session (`wgserver.session.idle_limit`): such a one is renewed before the next call.
    ///
    /// Unless told otherwise it is 240 minutes, and 120 on Tableau Cloud.
    #[must_use]
    pub fn session_idle_limit(mut self, limit: Duration) -> Self {
        self.renewal.idle_limit = Some(limit);
        self
    }

    fn with_options(mut self, change: impl FnOnce(&mut Options) -> Result<(), Error>) -> Self {
        self.has_options = true;
        // The first mistake is the one that is reported.
        self.options = self
            .options
            .and_then(|mut options| change(&mut options).map(|()| options));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`ErrorKind::Address`] for the address, [`ErrorKind::Setup`] for what TLS needs.
    pub fn build(self) -> Result<Client, Error> {
        let address = self.address?;
        let transport = match (self.transport, self.wrap) {
            (Some(_), _) if self.has_options => {
                let message = "a transport of one's own has no certificates and no proxy to choose: use `wrap_transport`";
                return Err(Error::new(ErrorKind::Setup, message.to_owned()));
            }
            (Some(transport), _) => transport,
            (None, Some(wrap)) => wrap(HttpTransport::new(&address, self.options?)?),
            (None, None) => Arc::new(HttpTransport::new(&address, self.options?)?),
        };
        let user_agent = match &self.user_agent {
            Some(name) => HeaderValue::from_str(name).map_err(|_| {
                Error::new(
                    ErrorKind::Setup,
                    "the user agent has characters no header has".to_owned(),
                )
            })?,
            None => HeaderValue::from_static(concat!("tableau-client/", env!("CARGO_PKG_VERSION"))),
        };
        let core = Core {
            location: RwLock::new(Location::of(&address)?),
            allowed_hosts: self.allowed_hosts,
            address,
            transport,
            format: self.format,
            user_agent,
            fixed_version: self.version,
            negotiated: OnceCell::new(),
            renewal: self.renewal,
            store: self.store,
            sessions: Sessions::default(),
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
