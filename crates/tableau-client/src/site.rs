//! A session on one site.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tableau_wire::rest::{Datasource, Project, Site as SiteInfo, User, View, Workbook, auth::SignOut};
use tableau_wire::{Endpoint, Resource, Version};

use crate::call::Call;
use crate::client::Core;
use crate::collection::Collection;
use crate::error::{Error, ErrorKind};
use crate::execute;
use crate::mode::{Async, Mode};
use crate::session::Session;

/// A session on one site. Cheap to clone; clones share the session.
///
/// It stays what it is: another site is another `Site`. Dropping it leaves the session open at the server, which ends it after its idle time;
/// [`sign_out`](Self::sign_out) ends it now.
#[derive(Debug, Clone)]
pub struct Site<M: Mode = Async> {
    inner: Arc<Inner>,
    mode: M,
}

#[derive(Debug)]
struct Inner {
    core: Arc<Core>,
    session: Session,
    signed_out: AtomicBool,
}

impl<M: Mode> Site<M> {
    pub(crate) fn new(core: Arc<Core>, mode: M, session: Session) -> Self {
        Self {
            inner: Arc::new(Inner {
                core,
                session,
                signed_out: AtomicBool::new(false),
            }),
            mode,
        }
    }

    /// The workbooks of the site.
    #[must_use]
    pub fn workbooks(&self) -> Collection<Workbook, M> {
        self.collection()
    }

    /// The views of the site.
    #[must_use]
    pub fn views(&self) -> Collection<View, M> {
        self.collection()
    }

    /// The projects of the site.
    #[must_use]
    pub fn projects(&self) -> Collection<Project, M> {
        self.collection()
    }

    /// The published data sources of the site.
    #[must_use]
    pub fn datasources(&self) -> Collection<Datasource, M> {
        self.collection()
    }

    /// The users of the site.
    #[must_use]
    pub fn users(&self) -> Collection<User, M> {
        self.collection()
    }

    /// The sites of the server; for server administrators, and not on Tableau Cloud.
    #[must_use]
    pub fn sites(&self) -> Collection<SiteInfo, M> {
        self.collection()
    }

    /// A collection by its type.
    #[must_use]
    pub fn collection<R: Resource>(&self) -> Collection<R, M> {
        Collection::new(self.clone())
    }

    /// Any call of the API.
    pub fn call<E: Endpoint + Clone>(&self, endpoint: E) -> Call<E, M> {
        Call::new(self.clone(), endpoint)
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.inner.session
    }

    /// The version of the API that is used.
    pub fn api_version(&self) -> M::Output<Result<Version, Error>> {
        let core = Arc::clone(&self.inner.core);
        self.mode.run(async move { core.version().await })
    }

    /// Signs out: ends the session at the server. Twice is harmless, and so is a session that is over already.
    pub fn sign_out(&self) -> M::Output<Result<(), Error>> {
        let this = self.clone();
        self.mode.run(async move {
            if this.inner.signed_out.load(Ordering::Acquire) {
                return Ok(());
            }
            match this.send(SignOut).await {
                Err(error) if error.kind() != ErrorKind::SessionEnded => Err(error),
                _ => {
                    this.inner.signed_out.store(true, Ordering::Release);
                    Ok(())
                }
            }
        })
    }

    pub(crate) fn mode(&self) -> &M {
        &self.mode
    }

    pub(crate) async fn send<E: Endpoint>(&self, endpoint: E) -> Result<E::Reply, Error> {
        if self.inner.signed_out.load(Ordering::Acquire) {
            let message = format!(
                "{}: this session was signed out by this program",
                E::OPERATION.full_name()
            );
            return Err(Error::new(ErrorKind::SessionEnded, message)
                .with_hint("Sign in again, and sign out after the last call."));
        }
        let version = self.inner.core.version().await?;
        execute::call(&self.inner.core, version, Some(&self.inner.session), endpoint).await
    }
}
