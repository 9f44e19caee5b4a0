//! A session for the length of a block: signed out however the block ends.

use crate::client::Client;
use crate::credentials::Credentials;
use crate::error::Error;
use crate::mode::{Async, Blocking, Mode};
use crate::site::Site;

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
        let mut guard = Guard(Some(site.clone()));
        let result = block(site.clone()).await;
        log(site.last().sign_out().await);
        // Only now: dropped during the sign-out, the guard signs out too.
        guard.0.take();
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
        let _guard = Guard(Some(site.clone()));
        block(site)
    }
}

/// Signs out when it is dropped with a site in it.
struct Guard<M: SignOutOnDrop>(Option<Site<M>>);

impl<M: SignOutOnDrop> Drop for Guard<M> {
    fn drop(&mut self) {
        if let Some(site) = self.0.take() {
            M::sign_out(&site.last());
        }
    }
}

/// How a mode signs out where nothing can be awaited.
trait SignOutOnDrop: Mode {
    fn sign_out(site: &Site<Self>);
}

impl SignOutOnDrop for Async {
    fn sign_out(site: &Site<Self>) {
        let sign_out = site.sign_out();
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move { log(sign_out.await) })),
            Err(_) => tracing::warn!("a session was left open: its future was dropped outside of a runtime"),
        }
    }
}

impl SignOutOnDrop for Blocking {
    fn sign_out(site: &Site<Self>) {
        log(site.sign_out());
    }
}

fn log(result: Result<(), Error>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a session could not be signed out; it ends by itself");
    }
}
