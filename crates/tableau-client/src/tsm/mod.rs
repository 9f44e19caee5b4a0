//! Tableau Services Manager (TSM): administers a Tableau Server, with a port and accounts of its own.
//!
//! ```no_run
//! use std::time::Duration;
//! use tableau_client::JobOutcome;
//! use tableau_client::tsm::Tsm;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), tableau_client::Error> {
//! let tsm = Tsm::builder("https://your-server:8850").trust_on_first_use("tsm-hosts.json").build()?;
//! let session = tsm.sign_in("tsmadmin", "password of the operating system").await?;
//! if let Some(status) = &session.status().await?.rollup_status {
//!     println!("the server is {status}");
//! }
//! let job = session.backup_fixed_file("nightly").await?;
//! match session.wait(job.id, Duration::from_secs(7200)).await? {
//!     JobOutcome::Succeeded(_) => println!("the backup is there"),
//!     JobOutcome::Failed(job) => println!("it failed: {:?}", job.error_message),
//!     JobOutcome::Cancelled(_) => println!("it was cancelled"),
//!     JobOutcome::TimedOut(job) => println!("job {} still runs", job.id),
//! }
//! session.sign_out().await
//! # }
//! ```
//!
//! The same without `async`: [`Tsm::blocking`]; a call is then sent by [`Call::send`](crate::Call::send).
//!
//! Trust is a property of the client, so signing in and signing out trust the same certificates. TSM's certificate is self-signed unless it was
//! replaced: [`trust_on_first_use`](TsmBuilder::trust_on_first_use), [`pin_sha256`](TsmBuilder::pin_sha256) or
//! [`ca_file`](TsmBuilder::ca_file) set which one is accepted.
//!
//! Types and calls come from [`wire::tsm`](crate::wire::tsm), which gives the source of each. A reply's members beyond its types
//! are kept as JSON: [`Json::raw`].

mod address;
mod builder;
mod calls;
mod cookies;
mod core;
mod job;
mod session;
mod sign_in;

use std::sync::Arc;

use tableau_wire::Secret;

pub use address::TsmAddress;
pub use builder::TsmBuilder;
pub use job::{JobEvent, JobWatch};
pub use session::{TsmCall, TsmSession};
pub use tableau_wire::tsm::{AsyncJob, JobId, Json, VERSION_0_5, VERSION_1_0};

use crate::error::Error;
use crate::guard;
use crate::mode::{Async, Blocking, Mode};
use cookies::Jar;
use core::Core;
use sign_in::{Account, Shared};

/// A TSM controller, and how to talk to it. Cheap to clone; clones share connections and what they know of the controller.
#[derive(Debug, Clone)]
pub struct Tsm<M: Mode = Async> {
    core: Arc<Core>,
    mode: M,
}

impl Tsm<Async> {
    /// A client of the controller at an address: `https://your-server:8850`.
    ///
    /// Nothing is sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Address`](crate::ErrorKind::Address) if it is no address of a controller, as with `http://`.
    pub fn new(address: impl TryInto<TsmAddress, Error: Into<Error>>) -> Result<Self, Error> {
        Self::builder(address).build()
    }

    /// A client with options.
    pub fn builder(address: impl TryInto<TsmAddress, Error: Into<Error>>) -> TsmBuilder {
        TsmBuilder::new(address.try_into().map_err(Into::into))
    }

    fn of(core: Core) -> Self {
        Self {
            core: Arc::new(core),
            mode: Async,
        }
    }

    /// The same client for programs without an async runtime.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`](crate::ErrorKind::Setup) if its thread cannot be started.
    pub fn blocking(self) -> Result<Tsm<Blocking>, Error> {
        Ok(Tsm {
            core: self.core,
            mode: Blocking::new()?,
        })
    }

    /// Signs in, runs a block with the session, and signs out: on success, on error, on a panic, and if the future is dropped halfway.
    ///
    /// The block's result is returned, its error included; a sign-out that fails is only logged, since the session expires by itself.
    /// A future that is dropped outside of a tokio runtime cannot sign out.
    ///
    /// # Errors
    /// The block's own error, or that of signing in.
    pub async fn with_session<T>(
        &self,
        name: impl Into<String>,
        password: impl Into<Secret>,
        block: impl AsyncFnOnce(TsmSession<Async>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (session, mut guard) = guard::begun(self.sign_in(name, password)).await?;
        let result = block(session.clone()).await;
        guard::log(session.sign_out().await);
        // Only now: dropped during the sign-out, the guard signs out too.
        guard.release();
        result
    }
}

impl Tsm<Blocking> {
    /// Signs in, runs a block with the session, and signs out: on success, on error and on a panic.
    ///
    /// The block's result is returned, its error included; a sign-out that fails is only logged, since the session expires by itself.
    ///
    /// # Errors
    /// The block's own error, or that of signing in.
    pub fn with_session<T>(
        &self,
        name: impl Into<String>,
        password: impl Into<Secret>,
        block: impl FnOnce(TsmSession<Blocking>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let session = self.sign_in(name, password)?;
        let _guard = guard::Guard::new(session.clone());
        block(session)
    }
}

impl<M: Mode> Tsm<M> {
    /// Where the controller is.
    #[must_use]
    pub fn address(&self) -> &TsmAddress {
        &self.core.address
    }

    /// Signs in an account of the server's operating system that may administer Tableau Server: on Linux a member of the group `tsmadmin`.
    ///
    /// The session renews itself: when the controller no longer accepts it, the first call to find out signs in again for all (single flight).
    ///
    /// # Errors
    /// [`ErrorKind::SignInRefused`](crate::ErrorKind::SignInRefused) if the controller does not accept the account; [`Error::causes`] then lists
    /// the usual reasons.
    pub fn sign_in(
        &self,
        name: impl Into<String>,
        password: impl Into<Secret>,
    ) -> M::Output<Result<TsmSession<M>, Error>> {
        let (core, mode) = (Arc::clone(&self.core), self.mode.clone());
        let account = Account {
            name: name.into(),
            password: password.into(),
        };
        self.mode.run(async move {
            let shared = Shared::new(Some(account), None);
            shared.session(&core, None).await?;
            Ok(TsmSession::new(core, mode, shared))
        })
    }

    /// Resumes a session from its cookies ([`TsmSession::cookies`]). Nothing is sent: the first call shows whether they are still valid.
    ///
    /// Such a session cannot renew itself. The version of the API is not detected either: give the one that the session had
    /// ([`TsmBuilder::api_version`]).
    ///
    /// # Errors
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) if these are no cookies of a session.
    pub fn resume(&self, cookies: &Secret) -> Result<TsmSession<M>, Error> {
        let jar = Jar::read(cookies).ok_or_else(|| {
            let message = "these are not the cookies of a session of TSM";
            Error::new(crate::ErrorKind::Input, message.to_owned())
        })?;
        let shared = Shared::new(None, Some(jar));
        Ok(TsmSession::new(Arc::clone(&self.core), self.mode.clone(), shared))
    }
}
