//! A session on one site.

mod batches;
mod call;
mod catalog;
mod collection;
mod commit;
mod content;
mod data_service;
mod download;
mod effective;
mod facets;
mod favorites;
mod hyper_data;
mod jobs;
mod metadata;
mod pages;
mod people;
mod permissions;
mod publish;
mod pulse;
mod quality_warnings;
mod queued;
mod search;
mod source;
pub(crate) mod untyped;
mod upload;
mod virtual_connections;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Response;
use tableau_wire::rest::auth::{SiteName, SwitchSite};
use tableau_wire::{Content, Document, Endpoint, Operation, Version};
use tokio::sync::Mutex;

use crate::core::Core;
use crate::error::{Error, ErrorKind};
use crate::execute::{self, Again, Caller};
use crate::guard::{self, SignOutOnDrop};
use crate::mode::{Async, Blocking, Mode};
use crate::session::{self, Holder, Session, SharedSession, Whose};
use crate::transport::{File, ResponseBody};

pub use call::{Call, Sends};
pub use catalog::{Catalog, CatalogDatasource, CatalogWorkbook};
pub use collection::Collection;
pub use data_service::DataService;
pub use download::{Download, FileStream};
pub use effective::{Because, Decidable, Decision, Effective, Facts, ProjectFacts};
pub use facets::ItemTags;
pub use favorites::Favorites;
pub use hyper_data::{TableName, UpdateRows};
pub use jobs::JobOutcome;
pub(crate) use jobs::{is_passing, pause_within, silent, unclear};
pub use metadata::{Metadata, MetadataAnswer, MetadataPages, MetadataQuery};
pub use pages::{Identities, ListReader, Pages};
pub use people::UserEntry;
pub use permissions::{Grantee, ItemDefaultPermissions, ItemPermissions, PermissionChange, PermissionRule};
pub use publish::{
    Publish, PublishAsJob, PublishCustomView, PublishDatasource, PublishFlow, PublishWorkbook,
    PublishWorkbookAsJob,
};
pub use pulse::Pulse;
pub use quality_warnings::{ItemWarnings, QualityWarnings};
pub use queued::OrQueued;
pub use search::BatchTags;
pub use source::Source;
pub use untyped::Untyped;
pub use upload::Upload;
pub use virtual_connections::{Definition, PublishVirtualConnection};

/// A session on one site. Cheap to clone; clones share the session.
///
/// Switching to another site gives another `Site`. Dropping it leaves the session open at the server, which ends it after its idle time;
/// [`sign_out`](Self::sign_out) ends it now.
#[derive(Debug, Clone)]
pub struct Site<M: Mode = Async> {
    inner: Arc<Inner>,
    mode: M,
}

#[derive(Debug)]
struct Inner {
    core: Arc<Core>,
    holder: Holder,
    /// How this program ended the session, if it has.
    ended: OnceLock<Ended>,
    /// Held while a call ends the session.
    ending: Mutex<()>,
}

impl Inner {
    fn session(&self) -> Arc<Session> {
        // A site is made with a session; one without would be a mistake of this library, and no call of it would be accepted.
        let none = || Arc::new(Session::new("", "", "", ""));
        self.holder.shared().shown().unwrap_or_else(none)
    }
}

/// A session that is being ended: it stays what it was, if that fails or is dropped before its end.
struct StillOpen<'i>(Option<&'i Inner>);

impl Drop for StillOpen<'_> {
    fn drop(&mut self) {
        if let Some(inner) = self.0 {
            inner.holder.stay();
            inner.holder.shared().close(false);
        }
    }
}

/// How a program ended its session.
#[derive(Debug, Clone)]
enum Ended {
    SignedOut,
    /// By switching to another site.
    SwitchedTo(Arc<Inner>),
}

impl<M: Mode> Site<M> {
    pub(crate) fn new(core: Arc<Core>, mode: M, holder: Holder) -> Self {
        Self {
            inner: Arc::new(Inner {
                core,
                holder,
                ended: OnceLock::new(),
                ending: Mutex::new(()),
            }),
            mode,
        }
    }

    /// The session as it is now; it is another one after a renewal.
    #[must_use]
    pub fn session(&self) -> Arc<Session> {
        self.inner.session()
    }

    /// After how long without a call the server ends the session, as far as is known: 240 minutes on Tableau Server, 120 on Tableau Cloud, or
    /// [`ClientBuilder::session_idle_limit`](crate::ClientBuilder::session_idle_limit).
    ///
    /// No call of the API gives the limit. Whether a session in constant use ends too is not known.
    #[must_use]
    pub fn session_idle_limit(&self) -> Duration {
        self.inner.core.idle_limit()
    }

    /// The version of the API that is used.
    pub fn api_version(&self) -> M::Output<Result<Version, Error>> {
        let core = Arc::clone(&self.inner.core);
        self.mode.run(async move { core.version().await })
    }

    /// Signs out. Idempotent: a session that has ended already is no error.
    ///
    /// The session ends at the server, unless others hold it too: they signed in with the same credentials, by clones of this client or
    /// through its store. The last one of them to sign out ends it.
    pub fn sign_out(&self) -> M::Output<Result<(), Error>> {
        self.end(Whose::Ours)
    }

    /// Ends the session at the server for all who share it.
    ///
    /// Other clients that still use it sign in again with their next call.
    pub fn end_shared_session(&self) -> M::Output<Result<(), Error>> {
        self.end(Whose::Everybodys)
    }

    /// Removes the session from the client's store, and leaves it open at the server, which ends it after its idle time.
    ///
    /// Use it when [`end_shared_session`](Self::end_shared_session) fails and the token must not stay in the store.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] if the store cannot be used, caused by a [`StoreError`](crate::StoreError).
    pub fn forget_shared_session(&self) -> M::Output<Result<(), Error>> {
        let inner = Arc::clone(&self.inner);
        self.mode.run(async move {
            let forgotten = session::forget(&inner.core, inner.holder.shared()).await;
            forgotten.map_err(|error| Error::new(ErrorKind::Setup, error.to_string()).caused_by(error))
        })
    }

    fn end(&self, whose: Whose) -> M::Output<Result<(), Error>> {
        let inner = Arc::clone(&self.inner);
        self.mode.run(async move {
            // One after the other: what one that failed or was dropped has left open, the next one ends.
            let _turn = inner.ending.lock().await;
            if inner.ended.get().is_some() {
                return Ok(());
            }
            if inner.holder.leave() || whose == Whose::Everybodys {
                let shared = inner.holder.shared();
                shared.close(whose == Whose::Ours);
                let mut open = StillOpen(Some(&inner));
                session::end(&inner.core, shared, whose).await?;
                open.0 = None;
            }
            inner.ended.get_or_init(|| Ended::SignedOut);
            Ok(())
        })
    }

    /// Switches to another site of the server, by its content URL: gives a site with a session of its own, which is not shared.
    ///
    /// This `Site`'s session has ended then, and its calls fail. If it is on that site already, it is returned unchanged.
    /// Others who shared the session sign in again; with a personal access token, which has one session, that ends the new one.
    ///
    /// # Errors
    /// [`ErrorKind::SignInRefused`] or [`ErrorKind::NotFound`] if there is no such site or the user does not belong to it.
    pub fn switch(&self, content_url: impl Into<String>) -> M::Output<Result<Self, Error>> {
        let (this, content_url) = (self.clone(), content_url.into());
        self.mode.run(async move {
            let inner = &this.inner;
            let shared = inner.holder.shared();
            // The old session cannot be renewed any more, unless other holders do so.
            let only = inner.holder.is_only();
            let switch = SwitchSite::new(SiteName::new(content_url.as_str()));
            let switched = this.send_if_refused_again(switch, None).await;
            match switched {
                Ok(answer) => {
                    shared.close(only);
                    inner.holder.leave();
                    // The token is no longer valid.
                    if let Err(error) = session::forget(&inner.core, shared).await {
                        tracing::debug!(%error, "a session that is over stays in the session store");
                    }
                    let recipe = shared
                        .recipe
                        .as_ref()
                        .map(|recipe| recipe.for_site(&answer.site.content_url, &answer.user.id));
                    let session = Session::signed_in(answer)?.after(&inner.session());
                    let next = Holder::only(SharedSession::begun(session, recipe));
                    let next = Self::new(Arc::clone(&inner.core), this.mode.clone(), next);
                    inner
                        .ended
                        .get_or_init(|| Ended::SwitchedTo(Arc::clone(&next.inner)));
                    Ok(next)
                }
                Err(error) if error.code() == Some("403070") => Ok(this),
                Err(error) => Err(error),
            }
        })
    }

    /// The site that this one was switched to last, or itself.
    pub(crate) fn last(&self) -> Self {
        let mut inner = &self.inner;
        while let Some(Ended::SwitchedTo(next)) = inner.ended.get() {
            inner = next;
        }
        Self {
            inner: Arc::clone(inner),
            mode: self.mode.clone(),
        }
    }

    /// The same for work inside a call, which is async in either mode.
    pub(crate) fn in_async(&self) -> Site<Async> {
        Site {
            inner: Arc::clone(&self.inner),
            mode: Async,
        }
    }

    pub(crate) fn mode(&self) -> &M {
        &self.mode
    }

    /// Sends a call, and retries it if it was refused for a dead session, even if it is not idempotent: the refused call did nothing.
    ///
    /// For operations that consist of several calls, none of which the caller could retry alone.
    pub(crate) async fn send_if_refused_again<E: Endpoint<Reply: Document>>(
        &self,
        endpoint: E,
        file: Option<File>,
    ) -> Result<E::Reply, Error> {
        self.send_as(Again::AfterRenewal, endpoint, file).await
    }

    /// The same for a call that may be done twice without harm.
    pub(super) async fn send_as_idempotent<E: Endpoint<Reply: Document>>(
        &self,
        endpoint: E,
    ) -> Result<E::Reply, Error> {
        self.send_as(Again::AsIdempotent, endpoint, None).await
    }

    pub(crate) async fn send<E: Endpoint<Reply: Document>>(&self, endpoint: E) -> Result<E::Reply, Error> {
        self.send_as(Again::ByPolicy, endpoint, None).await
    }

    /// Sends a call once, for callers that ask again themselves.
    pub(super) async fn look<E: Endpoint<Reply: Document>>(&self, endpoint: E) -> Result<E::Reply, Error> {
        self.send_as(Again::ByCaller, endpoint, None).await
    }

    async fn send_as<E: Endpoint<Reply: Document>>(
        &self,
        again: Again,
        endpoint: E,
        file: Option<File>,
    ) -> Result<E::Reply, Error> {
        let caller = self.caller(&E::OPERATION)?;
        let version = self.core().version().await?;
        execute::call(self.core(), version, caller, again, endpoint, file).await
    }

    /// Requests a file; gives the answer while it arrives.
    pub(crate) async fn open<E: Endpoint<Reply = Content>>(
        &self,
        endpoint: E,
    ) -> Result<Response<ResponseBody>, Error> {
        let caller = self.caller(&E::OPERATION)?;
        let version = self.core().version().await?;
        execute::open(self.core(), version, caller, endpoint).await
    }

    /// The session to make a call with, unless this program has ended it.
    pub(crate) fn caller(&self, operation: &Operation) -> Result<Caller<'_>, Error> {
        if let Some(ended) = self.inner.ended.get() {
            let how = match ended {
                Ended::SignedOut => "was signed out by this program".to_owned(),
                Ended::SwitchedTo(next) => {
                    format!(
                        "ended when this program switched to site {:?}",
                        next.session().content_url()
                    )
                }
            };
            let message = format!("{}: this session {how}", operation.full_name());
            let hint =
                "Use the site that signing in or switching gave last, and sign out after the last call.";
            return Err(Error::new(ErrorKind::SessionEnded, message).with_hint(hint));
        }
        Ok(Some(self.inner.holder.shared()))
    }

    pub(crate) fn core(&self) -> &Arc<Core> {
        &self.inner.core
    }
}

impl SignOutOnDrop for Site<Async> {
    fn sign_out_on_drop(&self) {
        guard::spawn(self.last().sign_out());
    }
}

impl SignOutOnDrop for Site<Blocking> {
    fn sign_out_on_drop(&self) {
        guard::log(self.last().sign_out());
    }
}
