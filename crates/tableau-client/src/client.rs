//! A server, and how to talk to it.

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use http::HeaderValue;
use tableau_wire::rest::auth::SignOut;
use tableau_wire::rest::server::{GetCurrentSession, GetServerInfo};
use tableau_wire::rest::{ServerInfo, User};
use tableau_wire::{Filter, Format, Id, List, Secret, Version};
use tokio::sync::OnceCell;

use crate::address::ServerAddress;
use crate::builder::ClientBuilder;
use crate::clock::ServerClock;
use crate::credentials::{
    Credentials, Fingerprint, Impersonated, PersonalAccessToken, PersonalAccessTokenPool, Place,
};
use crate::error::{Error, ErrorKind, Reached};
use crate::execute::{self, Caller};
use crate::location::Location;
use crate::mode::{Async, Blocking, Mode};
use crate::proxy::ProxyChoice;
use crate::session::{Holder, IDLE_LIMIT_CLOUD, IDLE_LIMIT_SERVER, Recipe, Session, Sessions, SharedSession};
use crate::site::Site;
use crate::store::{SessionKey, SessionStore};
use crate::transport::Transport;

/// A server, and how to talk to it. Cheap to clone; clones share connections and what they know of the server.
#[derive(Debug, Clone)]
pub struct Client<M: Mode = Async> {
    pub(crate) core: Arc<Core>,
    mode: M,
}

/// What every call needs and no call changes.
pub(crate) struct Core {
    pub(crate) address: ServerAddress,
    pub(crate) transport: Arc<dyn Transport>,
    /// Which proxy the transport goes through.
    pub(crate) proxy: ProxyChoice,
    pub(crate) format: Format,
    pub(crate) user_agent: HeaderValue,
    /// Hosts that may be redirected to.
    pub(crate) allowed_hosts: Vec<String>,
    /// Where the server really is, as far as redirects have shown.
    pub(crate) location: RwLock<Location>,
    pub(crate) fixed_version: Option<Version>,
    /// What the server said when it was first asked.
    pub(crate) negotiated: OnceCell<Version>,
    /// What it said to those who left the session that was found in the store.
    pub(crate) remembered: OnceLock<Version>,
    pub(crate) renewal: Renewal,
    /// Whether this client counts as one who holds the sessions it finds in a store.
    pub(crate) holds: bool,
    /// Where sessions are kept for others.
    pub(crate) store: Option<Arc<dyn SessionStore>>,
    /// The sessions that are held now.
    pub(crate) sessions: Sessions,
    /// The server's clock beside this machine's.
    pub(crate) clock: ServerClock,
}

/// When sessions are renewed.
#[derive(Debug)]
pub(crate) struct Renewal {
    pub(crate) is_on: bool,
    /// After how long without a call a session is over, if that is known.
    pub(crate) idle_limit: Option<Duration>,
    /// How long a session waits before it is used only to keep it.
    pub(crate) keep_alive: Option<Duration>,
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
        ClientBuilder::new(address.try_into().map_err(Into::into))
    }

    pub(crate) fn of(core: Core) -> Self {
        Self {
            core: Arc::new(core),
            mode: Async,
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

    /// Signs in, or joins the session that clones of this client, or others through its store, have with the same credentials.
    ///
    /// The session renews itself: see the [guide](crate::guide::sessions).
    ///
    /// # Errors
    /// [`ErrorKind::SignInRefused`] if the server does not accept the credentials; [`Error::causes`] then lists what often is the reason.
    pub fn sign_in(&self, credentials: impl Into<Credentials>) -> M::Output<Result<Site<M>, Error>> {
        let (core, mode, credentials) = (Arc::clone(&self.core), self.mode.clone(), credentials.into());
        self.mode.run(async move {
            let holder = core.hold(credentials);
            holder.shared().session(&core, None).await?;
            Ok(Site::new(core, mode, holder))
        })
    }

    /// Leases a personal access token of a pool that nobody else has; if all are taken, waits for one, at most so long.
    ///
    /// It is given back by [`Site::sign_out`], or when it is dropped, with its clones and the [`Site`]s that were signed in with it. A process that
    /// ends without either keeps it from others for 30 seconds at most. Its session is not shared, also not through the client's store.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] if all are still taken then; [`ErrorKind::Setup`] if the pool is empty or the client's store cannot be used.
    pub fn lease(
        &self,
        pool: &PersonalAccessTokenPool,
        patience: Duration,
    ) -> M::Output<Result<PersonalAccessToken, Error>> {
        let (core, pool) = (Arc::clone(&self.core), pool.clone());
        self.mode.run(async move { pool.lease(&core, patience).await })
    }

    /// Goes on with a token made elsewhere, of which nothing else is known: asks the server whose it is.
    ///
    /// It is not signed out unless [`Site::sign_out`] is called.
    ///
    /// # Errors
    /// [`ErrorKind::SessionEnded`] if it is not a token, or not any more.
    pub fn resume_token(&self, token: impl Into<Secret>) -> M::Output<Result<Site<M>, Error>> {
        let (core, mode, token) = (Arc::clone(&self.core), self.mode.clone(), token.into());
        self.mode.run(async move {
            let version = core.version().await?;
            let unknown = Session::new(token.clone(), "", "", "");
            let caller = Caller::Session(&unknown);
            let current = execute::call(&core, version, caller, GetCurrentSession).await?;
            let content_url = current.site.content_url.unwrap_or_default();
            let session = Session::new(token, current.site.id, content_url, current.user.id);
            Ok(Site::new(
                core,
                mode,
                Holder::only(SharedSession::begun(session, None)),
            ))
        })
    }

    /// Goes on with a session made elsewhere. Nothing is sent: whether it is still good shows at the first call.
    #[must_use]
    pub fn resume(&self, session: Session) -> Site<M> {
        let holder = Holder::only(SharedSession::begun(session, None));
        Site::new(Arc::clone(&self.core), self.mode.clone(), holder)
    }
}

impl<M: Mode> Client<M> {
    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.core
    }

    pub(crate) fn mode(&self) -> &M {
        &self.mode
    }
}

impl Core {
    async fn server_info(self: &Arc<Self>) -> Result<ServerInfo, Error> {
        execute::call(self, Version::BOOTSTRAP, Caller::Nobody, GetServerInfo).await
    }

    /// Where the server is, as far as is known.
    pub(crate) fn location(&self) -> Location {
        self.location
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes where the server really is; later calls go there at once.
    pub(crate) fn moved(&self, location: Location) {
        *self.location.write().unwrap_or_else(PoisonError::into_inner) = location;
    }

    /// The version to use.
    pub(crate) async fn version(self: &Arc<Self>) -> Result<Version, Error> {
        match self.remembered.get() {
            Some(version) if self.negotiated.get().is_none() => Ok(*version),
            _ => self.negotiate().await,
        }
    }

    /// Takes over the version that others have negotiated not long ago, so that the server need not be asked.
    ///
    /// Not by http: there the server has to be asked something harmless before a token leaves.
    pub(crate) fn remember(&self, version: Version) {
        if self.address.is_https() && self.fixed_version.is_none() {
            self.remembered.get_or_init(|| version.min(Version::NEWEST));
        }
    }

    /// The version as the server says it, once. Nothing secret has left before it is known: Server Info shows where a redirect leads.
    async fn negotiate(self: &Arc<Self>) -> Result<Version, Error> {
        if let Some(version) = self.fixed_version {
            if !self.address.is_https() {
                self.negotiated.get_or_try_init(|| self.probe(version)).await?;
            }
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

    /// Asks an address with http something harmless, for where it redirects to; what a server answers does not matter.
    async fn probe(self: &Arc<Self>, version: Version) -> Result<Version, Error> {
        match self.server_info().await {
            Err(error) if error.reached() != Reached::Yes || error.kind() == ErrorKind::Redirected => {
                Err(error)
            }
            _ => Ok(version),
        }
    }

    /// Joins those who hold a session of these credentials, or is the first.
    fn hold(&self, credentials: Credentials) -> Holder {
        let site = credentials
            .named_site()
            .or(self.address.site())
            .unwrap_or_default()
            .to_owned();
        let user = match credentials.impersonated() {
            None => String::new(),
            Some(Impersonated::Id(id)) => format!("id {id}"),
            Some(Impersonated::Name(name)) => format!("name {name}"),
        };
        let Fingerprint { text, is_lasting } = credentials.fingerprint();
        // Servers do not tell a content URL by its case.
        let place = site.to_ascii_lowercase();
        let key = SessionKey::of(&[&self.address.to_string(), &place, &user, &text]);
        self.sessions.join(&key, || Recipe {
            credentials,
            site,
            user: OnceCell::new(),
            key: is_lasting.then(|| key.clone()),
        })
    }

    /// After how long without a call a session is taken to be over.
    pub(crate) fn idle_limit(&self) -> Duration {
        let usual = || match self.location().pod().is_some() {
            true => IDLE_LIMIT_CLOUD,
            false => IDLE_LIMIT_SERVER,
        };
        self.renewal.idle_limit.unwrap_or_else(usual)
    }

    /// Signs in, and looks up first whom to impersonate if only the name is known.
    pub(crate) async fn sign_in(self: &Arc<Self>, recipe: &Recipe) -> Result<Session, Error> {
        let look_up = || async {
            match recipe.credentials.impersonated() {
                None => Ok(None),
                Some(Impersonated::Id(id)) => Ok(Some(id.clone())),
                Some(Impersonated::Name(name)) => self.look_up(recipe, name).await.map(Some),
            }
        };
        let user = recipe.user.get_or_try_init(look_up).await?;
        self.begin_session(recipe, user.clone()).await
    }

    async fn begin_session(
        self: &Arc<Self>,
        recipe: &Recipe,
        user: Option<Id<User>>,
    ) -> Result<Session, Error> {
        let Recipe {
            credentials, site, ..
        } = recipe;
        let credentials = credentials.at_hand().await?;
        let version = self.negotiate().await?;
        let request = credentials.request(site, user.clone()).await?;
        let answer = execute::call(self, version, Caller::Nobody, request).await;
        let answer = answer.map_err(|error| match error.kind() {
            ErrorKind::SignInRefused => {
                let location = self.location();
                let place = Place {
                    site,
                    pod: location.pod(),
                    clock_ahead: self.clock.ahead(),
                };
                credentials.explain_refusal(error, &place)
            }
            _ => error,
        })?;
        tracing::debug!(site, user = %answer.user.id, "signed in");
        let session = Session::signed_in(answer);
        match user {
            Some(user) if !user.as_str().eq_ignore_ascii_case(session.user_id().as_str()) => {
                self.sign_out_quietly(&session).await;
                let message = format!(
                    "the server signed in user {} instead of {user}",
                    session.user_id()
                );
                Err(Error::new(ErrorKind::SignInRefused, message)
                    .with_hint("The server or something before it does not know impersonation; nothing was done as the other user."))
            }
            _ => Ok(session),
        }
    }

    /// Ends a session at the server; one that is over already is as good.
    pub(crate) async fn sign_out(self: &Arc<Self>, session: &Session) -> Result<(), Error> {
        let version = self.version().await?;
        match execute::call(self, version, Caller::Session(session), SignOut).await {
            Err(error) if error.kind() != ErrorKind::SessionEnded => Err(error),
            _ => Ok(()),
        }
    }

    async fn sign_out_quietly(self: &Arc<Self>, session: &Session) {
        if let Err(error) = self.sign_out(session).await {
            tracing::warn!(%error, "a session could not be signed out; it ends by itself");
        }
    }

    /// The identifier of the user with a name, asked with a session of the caller's own.
    async fn look_up(self: &Arc<Self>, recipe: &Recipe, name: &str) -> Result<Id<User>, Error> {
        let version = self.negotiate().await?;
        let own = self.begin_session(recipe, None).await?;
        let mut by_name = List::<User>::new();
        by_name.filter = Some(Filter::eq("name", name));
        let found = execute::call(self, version, Caller::Session(&own), by_name).await;
        self.sign_out_quietly(&own).await;
        found?
            .items
            .into_iter()
            .next()
            .map(|user| user.id)
            .ok_or_else(|| {
                Error::new(
                    ErrorKind::NotFound,
                    format!("there is no user called {name:?} on this site to impersonate"),
                )
            })
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
