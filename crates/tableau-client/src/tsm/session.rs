//! A session at a controller.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tableau_wire::tsm::{Logout, LogoutAll};
use tableau_wire::{Document, Endpoint, Family, Format, Reply, ReplyError, Retry, Secret, Version};

use super::cookies::Cookies;
use super::core::{self, Attempts, Core, is_dead, read};
use super::sign_in::Shared;
use crate::core::until;
use crate::error::{Error, ErrorKind};
use crate::exchange;
use crate::guard::{self, SignOutOnDrop};
use crate::mode::{Async, Blocking, Mode};
use crate::site::{Call, Sends, Untyped};
use crate::transport::RequestBody;

/// One request to a controller that is not sent yet: `.await` it, or `.send()` it.
pub type TsmCall<E, M = Async> = Call<E, M, TsmSession<M>>;

/// A session at a controller. Cheap to clone; clones share the session.
///
/// Dropping it leaves the session open at the controller, which ends it after its time (120 minutes unless it was set up otherwise);
/// [`sign_out`](Self::sign_out) ends it now.
#[derive(Debug, Clone)]
pub struct TsmSession<M: Mode = Async> {
    inner: Arc<Inner>,
    mode: M,
}

#[derive(Debug)]
struct Inner {
    core: Arc<Core>,
    shared: Arc<Shared>,
    /// This program has signed out.
    ended: AtomicBool,
}

impl<M: Mode> TsmSession<M> {
    pub(super) fn new(core: Arc<Core>, mode: M, shared: Arc<Shared>) -> Self {
        Self {
            inner: Arc::new(Inner {
                core,
                shared,
                ended: AtomicBool::new(false),
            }),
            mode,
        }
    }

    /// Any call of the API, by its description in [`wire::tsm`](crate::wire::tsm).
    ///
    /// # Errors
    /// [`ErrorKind::SessionRenewed`] if the session had ended and the call is not idempotent: make it again.
    pub fn call<E: Endpoint<Reply: Document>>(&self, endpoint: E) -> TsmCall<E, M> {
        Call::new(self.clone(), endpoint)
    }

    /// Any call of the table of endpoints ([`Family::endpoints`]), without its type.
    ///
    /// # Errors
    /// As for [`call`](Self::call); [`ErrorKind::Input`] if an argument is not of its type.
    pub fn call_untyped(&self, call: Untyped) -> M::Output<Result<Reply, Error>> {
        let inner = Arc::clone(&self.inner);
        self.mode.run(async move { inner.call_untyped(call).await })
    }

    /// Makes a call once, for callers that ask again themselves.
    pub(super) async fn look<E: Endpoint<Reply: Document>>(&self, endpoint: E) -> Result<E::Reply, Error> {
        let write = |core: &Core| core.encode(core.version(), endpoint);
        let attempts = Attempts::of(&self.inner.core, E::OPERATION).only_one();
        self.inner.exchange(attempts, write, read::<E>).await
    }

    /// The same session for a future that is driven elsewhere, and the mode of this one.
    pub(super) fn apart(&self) -> (TsmSession<Async>, M) {
        let session = TsmSession {
            inner: Arc::clone(&self.inner),
            mode: Async,
        };
        (session, self.mode.clone())
    }

    /// Signs out. Idempotent: a session that has ended already is no error.
    pub fn sign_out(&self) -> M::Output<Result<(), Error>> {
        let inner = Arc::clone(&self.inner);
        self.mode.run(async move { inner.sign_out().await })
    }

    /// Ends all sessions at the controller, those of people in their browsers included.
    ///
    /// Programs that use this library sign in again with their next call.
    pub fn sign_out_everywhere(&self) -> M::Output<Result<(), Error>> {
        let inner = Arc::clone(&self.inner);
        self.mode.run(async move {
            inner.call(LogoutAll).await?;
            inner.shared.close(true);
            inner.ended.store(true, Ordering::Relaxed);
            Ok(())
        })
    }

    /// The cookies as they are now, for [`Tsm::resume`](super::Tsm::resume): they give an administrator's rights until they expire.
    #[must_use]
    pub fn cookies(&self) -> Secret {
        let cookies = self.inner.shared.last();
        cookies
            .unwrap_or_else(|| Arc::new(Core::no_cookies()))
            .jar()
            .text()
    }

    /// The version of the API that is used.
    #[must_use]
    pub fn api_version(&self) -> Version {
        self.inner.core.version()
    }

    /// The session's generation: 1 after the first sign-in, one more after each renewal; 0 for a resumed session.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.inner.shared.last().map_or(0, |cookies| cookies.generation())
    }
}

impl<M: Mode> Sends<M> for TsmSession<M> {
    fn send<E: Endpoint<Reply: Document>>(self, endpoint: E) -> M::Output<Result<E::Reply, Error>> {
        let Self { inner, mode } = self;
        mode.run(async move { inner.call(endpoint).await })
    }
}

impl Inner {
    async fn call<E: Endpoint<Reply: Document>>(&self, endpoint: E) -> Result<E::Reply, Error> {
        let write = |core: &Core| core.encode(core.version(), endpoint);
        self.exchange(Attempts::of(&self.core, E::OPERATION), write, read::<E>)
            .await
    }

    async fn call_untyped(&self, call: Untyped) -> Result<Reply, Error> {
        let operation = call.entry.operation;
        exchange::check_family(&operation, Family::Tsm)?;
        let write = |core: &Core| call.encode(&core::target(core.version()), Format::Json);
        let read = |answer: &http::Response<Bytes>| call.entry.decode_reply(answer.status(), answer.body());
        self.exchange(Attempts::of(&self.core, operation), write, read)
            .await
    }

    /// In order: session → attempt → a dead session renewed once, and again.
    async fn exchange<T>(
        &self,
        mut attempts: Attempts<'_>,
        write: impl FnOnce(&Core) -> Result<http::Request<RequestBody>, Error>,
        read: impl FnOnce(&http::Response<Bytes>) -> Result<T, ReplyError>,
    ) -> Result<T, Error> {
        let Self { core, shared, .. } = self;
        let operation = attempts.operation();
        if self.ended.load(Ordering::Relaxed) {
            let message = format!(
                "{}: this session was signed out by this program",
                operation.full_name()
            );
            return Err(
                Error::new(ErrorKind::SessionEnded, message).with_hint("Sign out after the last call.")
            );
        }
        let cookies = shared.session(core, None).await.map_err(Error::of_renewal)?;
        let request = write(core)?;
        let first = core.send(&mut attempts, &request, &cookies).await;
        let answer = match first {
            Ok(answer) if is_dead(&answer) && shared.is_renewable(core) => {
                let renewed = shared.session(core, Some(cookies.generation())).await;
                let cookies = renewed.map_err(Error::of_renewal)?;
                match operation.retry {
                    Retry::Never => Err(exchange::not_repeated(answer.status())),
                    Retry::Idempotent => core.send(&mut attempts, &request, &cookies).await,
                }
            }
            first => first,
        };
        core.read(&attempts, answer, read)
    }

    async fn sign_out(&self) -> Result<(), Error> {
        let Self { core, shared, ended } = self;
        if ended.load(Ordering::Relaxed) {
            return Ok(());
        }
        shared.close(true);
        let cookies: Option<Arc<Cookies>> = shared.settled().await;
        if let Some(cookies) = cookies {
            let logout = core.call(&cookies, Logout);
            if let Err(error) = until(core.bounds.sign_out_deadline(), logout).await
                && error.kind() != ErrorKind::SessionEnded
            {
                shared.close(false);
                return Err(error);
            }
        }
        ended.store(true, Ordering::Relaxed);
        Ok(())
    }
}

impl SignOutOnDrop for TsmSession<Async> {
    fn sign_out_on_drop(&self) {
        guard::spawn(self.sign_out());
    }
}

impl SignOutOnDrop for TsmSession<Blocking> {
    fn sign_out_on_drop(&self) {
        guard::log(self.sign_out());
    }
}
