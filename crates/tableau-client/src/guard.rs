//! A session for the length of a block: signed out however the block ends.

use crate::client::Client;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::mode::{Async, Blocking};
use crate::site::Site;
use crate::tsm::TsmSession;

impl Client<Async> {
    /// Signs in, runs a block with the site, and signs out: on success, on error, on a panic, and if the future is dropped halfway.
    ///
    /// If the block switched sites, the site it switched to last is signed out.
    /// What the block gives is given on, its error included; a sign-out that fails is only logged, since the session ends by itself.
    /// A future that is dropped outside of a tokio runtime cannot sign out.
    ///
    /// ```no_run
    /// # use tableau_client::{Client, Error, PersonalAccessToken};
    /// # async fn example() -> Result<(), Error> {
    /// let token = PersonalAccessToken::new("TOKEN_NAME", "TOKEN_VALUE");
    /// let count = Client::new("https://my-server")?
    ///     .with_session(token, async |site| {
    ///         let page = site.workbooks().list().await?;
    ///         Ok::<_, Error>(page.total_available)
    ///     })
    ///     .await?;
    /// # drop(count);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The block's own, or that of signing in.
    pub async fn with_session<T, E: From<Error>>(
        &self,
        credentials: impl Into<Credentials>,
        block: impl AsyncFnOnce(Site<Async>) -> Result<T, E>,
    ) -> Result<T, E> {
        let site = self.sign_in(credentials).await?;
        let mut guard = Guard::new(site.clone());
        let result = block(site.clone()).await;
        log(site.last().sign_out().await);
        // Only now: dropped during the sign-out, the guard signs out too.
        guard.release();
        result
    }
}

impl Client<Blocking> {
    /// Signs in, runs a block with the site, and signs out: on success, on error and on a panic.
    ///
    /// What the block gives is given on, its error included; a sign-out that fails is only logged, since the session ends by itself.
    ///
    /// # Errors
    /// The block's own, or that of signing in.
    pub fn with_session<T, E: From<Error>>(
        &self,
        credentials: impl Into<Credentials>,
        block: impl FnOnce(Site<Blocking>) -> Result<T, E>,
    ) -> Result<T, E> {
        let site = self.sign_in(credentials)?;
        let _guard = Guard::new(site.clone());
        block(site)
    }
}

/// Signs out when it is dropped with a session in it.
pub(crate) struct Guard<S: SignOutOnDrop>(Option<S>);

impl<S: SignOutOnDrop> Guard<S> {
    pub(crate) fn new(session: S) -> Self {
        Self(Some(session))
    }

    /// Nothing is left to be signed out.
    pub(crate) fn release(&mut self) {
        self.0 = None;
    }
}

impl<S: SignOutOnDrop> Drop for Guard<S> {
    fn drop(&mut self) {
        if let Some(session) = self.0.take() {
            session.sign_out_on_drop();
        }
    }
}

/// How a session is signed out where nothing can be awaited.
pub(crate) trait SignOutOnDrop {
    fn sign_out_on_drop(&self);
}

impl SignOutOnDrop for Site<Async> {
    fn sign_out_on_drop(&self) {
        spawn(self.last().sign_out());
    }
}

impl SignOutOnDrop for Site<Blocking> {
    fn sign_out_on_drop(&self) {
        log(self.last().sign_out());
    }
}

impl SignOutOnDrop for TsmSession<Async> {
    fn sign_out_on_drop(&self) {
        spawn(self.sign_out());
    }
}

impl SignOutOnDrop for TsmSession<Blocking> {
    fn sign_out_on_drop(&self) {
        log(self.sign_out());
    }
}

fn spawn(sign_out: impl Future<Output = Result<(), Error>> + Send + 'static) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(async move { log(sign_out.await) })),
        Err(_) => tracing::warn!("a session was left open: its future was dropped outside of a runtime"),
    }
}

pub(crate) fn log(result: Result<(), Error>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a session could not be signed out; it ends by itself");
    }
}
