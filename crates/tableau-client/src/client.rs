//! A server, and how to talk to it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use tableau_wire::rest::ServerInfo;
use tableau_wire::rest::server::GetCurrentSession;
use tableau_wire::{Reply, Secret, Version};
use tokio::sync::OnceCell;

use crate::address::ServerAddress;
use crate::builder::ClientBuilder;
use crate::core::Core;
use crate::credentials::{Credentials, Impersonated, PersonalAccessToken, PersonalAccessTokenPool, trimmed};
use crate::error::Error;
use crate::execute::{self, Again};
use crate::guard::{self, Guard};
use crate::mode::{Async, Blocking, Mode};
use crate::session::{Holder, Recipe, Session, Sessions, SharedSession, StoreKey};
use crate::site::{Site, Untyped, untyped};
use crate::store::SessionKey;
use crate::transport::Proxy;

/// A server, and how to talk to it. Cheap to clone; clones share connections and what they know of the server.
#[derive(Debug, Clone)]
pub struct Client<M: Mode = Async> {
    core: Arc<Core>,
    /// The sessions with at least one holder.
    sessions: Arc<Sessions>,
    mode: M,
}

impl Client<Async> {
    /// A client of the server at an address, in any form that people use: `my-server`, `https://my-server/#/site/MarketingTeam/home`.
    ///
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Address`](crate::ErrorKind::Address) if it is no address of a Tableau server.
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
            sessions: Arc::default(),
            mode: Async,
        }
    }

    /// The same client for programs without an async runtime.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`](crate::ErrorKind::Setup) if its thread cannot be started.
    pub fn blocking(self) -> Result<Client<Blocking>, Error> {
        Ok(Client {
            core: self.core,
            sessions: self.sessions,
            mode: Blocking::new()?,
        })
    }

    /// The same client for programs without an async runtime that make few calls and end: the thread that waits for a call does its work.
    ///
    /// It costs less than [`blocking`](Self::blocking), as no thread is started or woken. Between calls nothing goes on: the next pages of a list
    /// are not received before they are asked for, a session is not [kept alive](crate::ClientBuilder::keep_alive), and other clients of its store
    /// take it for unused after 15 minutes without a call.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`](crate::ErrorKind::Setup) if the system has no resources for it.
    pub fn blocking_in_place(self) -> Result<Client<Blocking>, Error> {
        Ok(Client {
            core: self.core,
            sessions: self.sessions,
            mode: Blocking::in_place()?,
        })
    }
}

impl<M: Mode> Client<M> {
    /// Where the server is.
    #[must_use]
    pub fn address(&self) -> &ServerAddress {
        &self.core.address
    }

    /// Gets what the server says about itself; no session is needed.
    pub fn server_info(&self) -> M::Output<Result<ServerInfo, Error>> {
        let core = Arc::clone(&self.core);
        self.mode.run(async move { core.server_info().await })
    }

    /// The version of the API that is used: the one asked for, or the newest that both the server and this library know.
    pub fn api_version(&self) -> M::Output<Result<Version, Error>> {
        let core = Arc::clone(&self.core);
        self.mode.run(async move { core.version().await })
    }

    /// Signs in, or joins the session that clones of this client, or other clients of its store, have with the same credentials.
    ///
    /// The session renews itself: see the [guide](crate::guide::sessions).
    ///
    /// # Errors
    /// [`ErrorKind::SignInRefused`](crate::ErrorKind::SignInRefused) if the server does not accept the credentials; [`Error::causes`] then lists the usual reasons.
    pub fn sign_in(&self, credentials: impl Into<Credentials>) -> M::Output<Result<Site<M>, Error>> {
        let (core, mode) = (Arc::clone(&self.core), self.mode.clone());
        let (sessions, credentials) = (Arc::clone(&self.sessions), credentials.into());
        self.mode.run(async move {
            let holder = hold(&core, &sessions, credentials);
            holder.shared().forgive();
            holder.shared().signed_in(&core).await?;
            Ok(Site::new(core, mode, holder))
        })
    }

    /// Leases a free personal access token of a pool; if all are leased, waits for one, at most this long.
    ///
    /// The token is given back by [`Site::sign_out`], or when it is dropped, with its clones and the [`Site`]s that were signed in with it. If the
    /// process ends without either, the lease expires within 30 seconds. Its session is never shared, not even through the client's store.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`](crate::ErrorKind::Busy) if all are still leased then; [`ErrorKind::Setup`](crate::ErrorKind::Setup) if the pool is empty or the client's store cannot be used.
    pub fn lease(
        &self,
        pool: &PersonalAccessTokenPool,
        patience: Duration,
    ) -> M::Output<Result<PersonalAccessToken, Error>> {
        let (core, pool) = (Arc::clone(&self.core), pool.clone());
        self.mode
            .run(async move { pool.lease(core.store.clone(), &core.address, patience).await })
    }

    /// Resumes a session of which only the token is known: asks the server for its user and site.
    ///
    /// The session is not signed out unless [`Site::sign_out`] is called.
    ///
    /// # Errors
    /// [`ErrorKind::SessionEnded`](crate::ErrorKind::SessionEnded) if the token is not valid, or no longer.
    pub fn resume_token(&self, token: impl Into<Secret>) -> M::Output<Result<Site<M>, Error>> {
        let (core, mode, token) = (Arc::clone(&self.core), self.mode.clone(), trimmed(token.into()));
        self.mode.run(async move {
            let version = core.version().await?;
            let unknown = SharedSession::begun(Session::new(token.clone(), "", "", ""), None);
            let current = execute::call(
                &core,
                version,
                Some(&unknown),
                Again::ByPolicy,
                GetCurrentSession,
                None,
            )
            .await?;
            let content_url = current.site.content_url.unwrap_or_default();
            let session = Session::new(token, current.site.id, content_url, current.user.id);
            Ok(Site::new(
                core,
                mode,
                Holder::only(SharedSession::begun(session, None)),
            ))
        })
    }

    /// Resumes a session that was begun elsewhere. Nothing is sent: the first call shows whether the session is still valid.
    #[must_use]
    pub fn resume(&self, session: Session) -> Site<M> {
        let holder = Holder::only(SharedSession::begun(session, None));
        Site::new(Arc::clone(&self.core), self.mode.clone(), holder)
    }

    /// A call of the table of endpoints that needs no session.
    ///
    /// # Errors
    /// As for [`Site::call_untyped`]; [`ErrorKind::SessionEnded`](crate::ErrorKind::SessionEnded) for a call that needs a session.
    pub fn call_untyped(&self, call: Untyped) -> M::Output<Result<Reply, Error>> {
        let core = Arc::clone(&self.core);
        self.mode.run(async move { call.send(&core, None).await })
    }

    /// A request by hand without a session: see [`Site::request`].
    ///
    /// # Errors
    /// As for [`Site::request`].
    pub fn request(&self, request: Request<Bytes>) -> M::Output<Result<Response<Bytes>, Error>> {
        let core = Arc::clone(&self.core);
        self.mode
            .run(async move { untyped::send_without_session(&core, request).await })
    }

    /// By how many seconds the server's clock was ahead of this machine's when it last answered; negative if it was behind.
    ///
    /// `None` before the first answer, and for servers that send no `Date`.
    #[must_use]
    pub fn server_clock_ahead(&self) -> Option<i64> {
        self.core.clock.ahead()
    }

    /// The proxy that requests go through, if there is one.
    #[must_use]
    pub fn proxy(&self) -> Option<Proxy> {
        self.core.proxy()
    }
}

impl Client<Async> {
    /// Signs in, runs a block with the site, and signs out: on success, on error, on a panic, and if the future is dropped halfway.
    ///
    /// After a panic or a drop the sign-out is a task of the runtime, which has to go on for as long as that takes: a program that ends then, or a
    /// runtime of one thread that is not driven any more, leaves the session to its idle time.
    ///
    /// If the block switched sites, the site it switched to last is signed out.
    /// The block's result is returned, its error included; a sign-out that fails is only logged, since the session expires by itself.
    /// A future that is dropped outside of a tokio runtime cannot sign out. To return errors of your own, wrap them: `Ok(result)`.
    ///
    /// ```no_run
    /// # use tableau_client::{Client, Error, PersonalAccessToken};
    /// # async fn example() -> Result<(), Error> {
    /// let token = PersonalAccessToken::new("TOKEN_NAME", "TOKEN_VALUE");
    /// let count = Client::new("https://my-server")?
    ///     .with_session(token, async |site| {
    ///         let page = site.workbooks().list().await?;
    ///         Ok(page.total_available)
    ///     })
    ///     .await?;
    /// # drop(count);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The block's own error, or that of signing in.
    pub async fn with_session<T>(
        &self,
        credentials: impl Into<Credentials>,
        block: impl AsyncFnOnce(Site<Async>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (site, mut guard) = guard::begun(self.sign_in(credentials)).await?;
        let result = block(site.clone()).await;
        guard::log(site.last().sign_out().await);
        // Only now: dropped during the sign-out, the guard signs out too.
        guard.release();
        result
    }
}

impl Client<Blocking> {
    /// Signs in, runs a block with the site, and signs out: on success, on error and on a panic.
    ///
    /// The block's result is returned, its error included; a sign-out that fails is only logged, since the session expires by itself.
    ///
    /// # Errors
    /// The block's own error, or that of signing in.
    pub fn with_session<T>(
        &self,
        credentials: impl Into<Credentials>,
        block: impl FnOnce(Site<Blocking>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let site = self.sign_in(credentials)?;
        let _guard = Guard::new(site.clone());
        block(site)
    }
}

/// Joins the holders of a session with these credentials, or becomes the first.
fn hold(core: &Core, sessions: &Sessions, credentials: Credentials) -> Holder {
    let named = credentials.named_site().map(ServerAddress::site_in);
    let in_address = || core.address.site().map(str::to_owned);
    let site = named.or_else(in_address).unwrap_or_default();
    let user = match credentials.impersonated() {
        None => String::new(),
        Some(Impersonated::Id(id)) => format!("id {id}"),
        Some(Impersonated::Name(name)) => format!("name {name}"),
    };
    let fingerprint = credentials.fingerprint();
    // Servers compare content URLs without regard to case.
    let place = [core.address.to_string(), site.to_ascii_lowercase(), user];
    let [server, folded, user] = &place;
    let here = SessionKey::of(&[server, folded, user, &fingerprint.here]);
    sessions.join(&here, || Recipe {
        credentials,
        site,
        user: OnceCell::new(),
        key: Some(StoreKey::new(place, fingerprint)),
        refused: Default::default(),
    })
}
