//! A server, and how to talk to it.

use std::fmt;
use std::sync::Arc;

use http::HeaderValue;
use tableau_wire::rest::ServerInfo;
use tableau_wire::rest::server::GetServerInfo;
use tableau_wire::{Format, Version};
use tokio::sync::OnceCell;

use crate::address::ServerAddress;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::execute;
use crate::mode::{Async, Blocking, Mode};
use crate::session::Session;
use crate::site::Site;
use crate::transport::{HttpTransport, Transport};

/// A server, and how to talk to it. Cheap to clone; clones share connections and what they know of the server.
#[derive(Debug, Clone)]
pub struct Client<M: Mode = Async> {
    core: Arc<Core>,
    mode: M,
}

/// What every call needs and no call changes.
pub(crate) struct Core {
    pub(crate) address: ServerAddress,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) format: Format,
    pub(crate) user_agent: HeaderValue,
    fixed_version: Option<Version>,
    /// What the server said when it was first asked.
    negotiated: OnceCell<Version>,
}

/// A client in the making.
pub struct ClientBuilder {
    address: Result<ServerAddress, Error>,
    transport: Option<Arc<dyn Transport>>,
    format: Format,
    version: Option<Version>,
    user_agent: Option<String>,
}

impl Client<Async> {
    /// A client of the server at an address, in any form people have it: `my-server`, `https://my-server/#/site/MarketingTeam/home`.
    ///
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Address`] if it is no address of a Tableau server.
    pub fn new(address: impl TryInto<ServerAddress, Error: Into<Error>>) -> Result<Self, Error> {
        Self::builder(address).build()
    }

    /// A client with options.
    pub fn builder(address: impl TryInto<ServerAddress, Error: Into<Error>>) -> ClientBuilder {
        ClientBuilder {
            address: address.try_into().map_err(Into::into),
            transport: None,
            format: Format::default(),
            version: None,
            user_agent: None,
        }
    }

    /// The same client for programs without an async runtime.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] if its thread cannot be started.
    pub fn blocking(self) -> Result<Client<Blocking>, Error> {
        Ok(Client {
            core: self.core,
            mode: Blocking::new()?,
        })
    }
}

impl ClientBuilder {
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

    /// Sends requests by something else than HTTP over the network, or through something that looks at them.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`ErrorKind::Address`] for the address, [`ErrorKind::Setup`] for what TLS needs.
    pub fn build(self) -> Result<Client, Error> {
        let address = self.address?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::for_server(&address)?),
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
            address,
            transport,
            format: self.format,
            user_agent,
            fixed_version: self.version,
            negotiated: OnceCell::new(),
        };
        Ok(Client {
            core: Arc::new(core),
            mode: Async,
        })
    }
}

impl<M: Mode> Client<M> {
    /// Where the server is.
    #[must_use]
    pub fn address(&self) -> &ServerAddress {
        &self.core.address
    }

    /// What the server says about itself, to anybody.
    pub fn server_info(&self) -> M::Output<Result<ServerInfo, Error>> {
        let core = Arc::clone(&self.core);
        self.mode.run(async move { core.server_info().await })
    }

    /// The version of the API that is used: the one asked for, or the newest that both the server and this library know.
    pub fn api_version(&self) -> M::Output<Result<Version, Error>> {
        let core = Arc::clone(&self.core);
        self.mode.run(async move { core.version().await })
    }

    /// Signs in.
    ///
    /// # Errors
    /// [`ErrorKind::SignInRefused`] if the server does not accept the credentials; [`Error::causes`] then lists what often is the reason.
    pub fn sign_in(&self, credentials: impl Into<Credentials>) -> M::Output<Result<Site<M>, Error>> {
        let (core, mode, credentials) = (Arc::clone(&self.core), self.mode.clone(), credentials.into());
        self.mode.run(async move {
            let session = core.sign_in(&credentials).await?;
            Ok(Site::new(core, mode, session))
        })
    }

    /// Goes on with a session made elsewhere. Nothing is sent: whether it is still good shows at the first call.
    #[must_use]
    pub fn resume(&self, session: Session) -> Site<M> {
        Site::new(Arc::clone(&self.core), self.mode.clone(), session)
    }
}

impl Core {
    async fn server_info(&self) -> Result<ServerInfo, Error> {
        execute::call(self, Version::BOOTSTRAP, None, GetServerInfo).await
    }

    pub(crate) async fn version(&self) -> Result<Version, Error> {
        if let Some(version) = self.fixed_version {
            return Ok(version);
        }
        let negotiate = || async {
            let info = self.server_info().await?;
            // A server that keeps its version to itself is taken at the version it has just answered.
            let newest = info
                .rest_api_version
                .map_or(Version::BOOTSTRAP, |version| version.0);
            Ok(newest.min(Version::NEWEST))
        };
        self.negotiated.get_or_try_init(negotiate).await.copied()
    }

    async fn sign_in(&self, credentials: &Credentials) -> Result<Session, Error> {
        let site = credentials.site().or(self.address.site()).unwrap_or_default();
        let version = self.version().await?;
        let answer = execute::call(self, version, None, credentials.request(site)).await;
        let answer = answer.map_err(|error| match error.kind() {
            ErrorKind::SignInRefused => error.with_causes(sign_in_causes(credentials, site)),
            _ => error,
        })?;
        tracing::debug!(site, user = %answer.user.id, "signed in");
        Ok(Session::signed_in(answer, 1))
    }
}

/// Why a server may not accept credentials; it does not say.
fn sign_in_causes(credentials: &Credentials, site: &str) -> Vec<String> {
    let mut causes = credentials.suspicions(site);
    causes.push(format!("the {credentials} is expired (unused for 15 days, or a year old), revoked, or its secret is another's"));
    causes.push(match site {
        "" => "the user does not belong to the Default site; Tableau Cloud always needs a site".to_owned(),
        _ => format!("there is no site with the content URL {site:?}, or the user does not belong to it"),
    });
    causes
}

impl HttpTransport {
    /// The network, for one server.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] if TLS cannot be set up.
    pub fn for_server(address: &ServerAddress) -> Result<Self, Error> {
        Self::new(address.is_https())
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("address", &self.address)
            .field("format", &self.format)
            .finish_non_exhaustive()
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
