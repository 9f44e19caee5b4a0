//! The builder of a transport, which the builders of all clients share.

use std::sync::Arc;

use http::HeaderValue;

use super::http::{Connect, Options};
use super::{HttpTransport, Limits, ProxyChoice, Timeouts, Transport};
use crate::error::{Error, ErrorKind};

/// Wraps the HTTP transport.
type Wrap = Box<dyn FnOnce(HttpTransport) -> Arc<dyn Transport> + Send>;

/// Builds a transport, and holds the name of the program.
pub(crate) struct Network {
    transport: Option<Arc<dyn Transport>>,
    wrap: Option<Wrap>,
    user_agent: Option<String>,
    options: Result<Options, Error>,
    /// Whether any option was set.
    has_options: bool,
    pub(crate) timeouts: Timeouts,
    pub(crate) limits: Limits,
}

impl Network {
    pub(crate) fn new() -> Self {
        Self {
            transport: None,
            wrap: None,
            user_agent: None,
            options: Ok(Options::default()),
            has_options: false,
            timeouts: Timeouts::default(),
            limits: Limits::default(),
        }
    }

    pub(crate) fn name(&mut self, user_agent: String) {
        self.user_agent = Some(user_agent);
    }

    pub(crate) fn replace(&mut self, transport: impl Transport) {
        self.transport = Some(Arc::new(transport));
    }

    pub(crate) fn wrap<T: Transport>(&mut self, wrap: impl FnOnce(HttpTransport) -> T + Send + 'static) {
        self.wrap = Some(Box::new(|network| Arc::new(wrap(network))));
    }

    /// Changes the options; the first mistake is reported.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Options) -> Result<(), Error>) {
        self.has_options = true;
        if let Ok(options) = &mut self.options
            && let Err(error) = change(options)
        {
            self.options = Err(error);
        }
    }

    /// The choice of the proxy; none for a custom transport, whose proxy is not known.
    pub(crate) fn proxy(&self) -> ProxyChoice {
        match (&self.transport, &self.options) {
            (None, Ok(options)) => options.proxy.clone(),
            _ => ProxyChoice::None,
        }
    }

    /// The transport, and the name of the program as a header.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] for what TLS needs, and for options that do not go together.
    pub(crate) fn open(mut self, https: bool) -> Result<(Arc<dyn Transport>, HeaderValue), Error> {
        if let Ok(options) = &mut self.options {
            options.connect = Connect(self.timeouts.connect);
        }
        let transport = match (self.transport, self.wrap) {
            (Some(_), _) if self.has_options => {
                let message = "a transport of one's own has no certificates and no proxy to choose: use `wrap_transport`";
                return Err(Error::new(ErrorKind::Setup, message.to_owned()));
            }
            (Some(transport), _) => transport,
            (None, Some(wrap)) => wrap(HttpTransport::new(https, self.options?)?),
            (None, None) => Arc::new(HttpTransport::new(https, self.options?)?),
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
        Ok((transport, user_agent))
    }
}

/// The options of the network, on a builder with a field `network`: the same for every API.
macro_rules! network_options {
    ($builder:ident) => {
        impl $builder {
            /// Names the program to the server, as `name/version`.
            #[must_use]
            pub fn user_agent(mut self, name: impl Into<String>) -> Self {
                self.network.name(name.into());
                self
            }

            /// Sends requests through a custom transport instead of HTTP over the network.
            #[must_use]
            pub fn transport(mut self, transport: impl $crate::Transport) -> Self {
                self.network.replace(transport);
                self
            }

            /// Sends requests over HTTP, through a wrapper that sees each of them.
            #[must_use]
            pub fn wrap_transport<T: $crate::Transport>(
                mut self,
                wrap: impl FnOnce($crate::HttpTransport) -> T + Send + 'static,
            ) -> Self {
                self.network.wrap(wrap);
                self
            }

            /// Waits so long and no longer: see [`Timeouts`](crate::Timeouts) for the bounds and their defaults.
            #[must_use]
            pub fn timeouts(mut self, timeouts: $crate::Timeouts) -> Self {
                self.network.timeouts = timeouts;
                self
            }

            /// Reads so much of an answer into memory and no more: see [`Limits`](crate::Limits) for the bounds and their defaults.
            #[must_use]
            pub fn limits(mut self, limits: $crate::Limits) -> Self {
                self.network.limits = limits;
                self
            }

            /// Trusts the authorities in a PEM file beside those of the operating system.
            #[must_use]
            pub fn ca_file(mut self, file: impl AsRef<std::path::Path>) -> Self {
                self.network
                    .change(|options| options.trust.add_authorities(file.as_ref()));
                self
            }

            /// Sets the client certificate: a PEM file with the certificate, those that signed it, and its key without a passphrase.
            #[must_use]
            pub fn client_certificate(mut self, file: impl AsRef<std::path::Path>) -> Self {
                self.network
                    .change(|options| options.trust.set_identity(file.as_ref()));
                self
            }

            /// Accepts one certificate and no other, by its SHA-256 fingerprint, regardless of its issuer: for self-signed certificates.
            ///
            /// The fingerprint is that of `openssl x509 -fingerprint -sha256`, with or without colons. Once the certificate has expired it is not
            /// accepted any more, and the error says so.
            #[must_use]
            pub fn pin_sha256(mut self, fingerprint: &str) -> Self {
                self.network
                    .change(|options| options.trust.set_pin(fingerprint));
                self
            }

            /// Accepts any certificate: an attacker between client and server can then read and change everything, credentials included.
            ///
            /// Prefer to name the authority ([`ca_file`](Self::ca_file)) or pin the certificate ([`pin_sha256`](Self::pin_sha256)).
            #[must_use]
            pub fn danger_accept_invalid_certs(mut self) -> Self {
                self.network.change(|options| {
                    options.trust.accept_invalid = true;
                    Ok(())
                });
                self
            }

            /// Goes through this proxy for every request: `http://user:password@host:port`, `https://…` or `socks5://…`; without a scheme, by http.
            /// Another address is an error of `build`.
            #[must_use]
            pub fn proxy(mut self, address: impl Into<tableau_wire::Secret>) -> Self {
                let proxy = $crate::transport::ProxyChoice::named(&address.into());
                self.network.change(|options| {
                    options.proxy = proxy?;
                    Ok(())
                });
                self
            }

            /// Shows the certificates of servers to a function before they are judged, a server's own certificate first.
            ///
            /// It sees those of each new connection except resumed ones, also those that are then refused.
            #[must_use]
            pub fn watch_certificates(
                mut self,
                watch: impl Fn(&[$crate::diagnosis::Certificate]) + Send + Sync + 'static,
            ) -> Self {
                let watch = $crate::tls::Watch(std::sync::Arc::new(watch));
                self.network.change(|options| {
                    options.trust.watch = Some(watch);
                    Ok(())
                });
                self
            }

            /// Uses no proxy, and ignores those of the environment.
            #[must_use]
            pub fn no_proxy(mut self) -> Self {
                self.network.change(|options| {
                    options.proxy = $crate::transport::ProxyChoice::None;
                    Ok(())
                });
                self
            }
        }
    };
}

pub(crate) use network_options;
