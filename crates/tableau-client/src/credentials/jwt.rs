//! JSON Web Tokens made by another program.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tableau_wire::Secret;

use super::{Fingerprint, trimmed};
use crate::error::{Error, ErrorKind};

/// A JSON Web Token made by another program: a connected app's own, or an external authorization server.
///
/// A JWT is valid for one sign-in, so a session that is to be renewed needs a fresh one each time: [`Jwt::provider`].
#[derive(Clone)]
pub struct Jwt {
    source: Source,
    is_uat: Option<bool>,
}

#[derive(Clone)]
enum Source {
    Ready(Secret),
    Provider {
        ask: Arc<dyn Fn() -> Asked + Send + Sync>,
        /// Tells it from other providers.
        number: u64,
    },
}

/// How many providers this process has created.
static PROVIDERS: AtomicU64 = AtomicU64::new(0);

type Asked = Pin<Box<dyn Future<Output = Result<Secret, Box<dyn StdError + Send + Sync>>> + Send>>;

impl Jwt {
    /// A token that was made already.
    pub fn new(token: impl Into<Secret>) -> Self {
        Self {
            source: Source::Ready(trimmed(token.into())),
            is_uat: None,
        }
    }

    /// A function that gives a fresh token for each sign-in.
    ///
    /// ```
    /// use tableau_client::{Jwt, Secret};
    ///
    /// let jwt = Jwt::provider(|| async { std::fs::read_to_string("/run/secrets/tableau.jwt").map(Secret::from) });
    /// ```
    pub fn provider<F, Fut, E>(provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Secret, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let provider = move || -> Asked {
            let asked = provider();
            Box::pin(async move { asked.await.map_err(Into::into) })
        };
        Self {
            source: Source::Provider {
                ask: Arc::new(provider),
                number: PROVIDERS.fetch_add(1, Ordering::Relaxed),
            },
            is_uat: None,
        }
    }

    /// The same token as a unified access token (Tableau Cloud, API 3.27 and later).
    #[must_use]
    pub fn unified_access_token(mut self) -> Self {
        self.is_uat = Some(true);
        self
    }

    pub(super) fn is_uat(&self) -> Option<bool> {
        self.is_uat
    }

    /// The token, unless a provider gives it.
    pub(super) fn at_hand(&self) -> Option<&Secret> {
        match &self.source {
            Source::Ready(token) => Some(token),
            Source::Provider { .. } => None,
        }
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        match &self.source {
            Source::Ready(token) => Fingerprint::of("JWT", &[token.expose()]),
            Source::Provider { number, .. } => Fingerprint::of_this_process("provider of JWTs", *number),
        }
    }

    pub(super) async fn fresh(&self) -> Result<Secret, Error> {
        match &self.source {
            Source::Ready(token) => Ok(token.clone()),
            Source::Provider { ask, .. } => ask().await.map(trimmed).map_err(|error| {
                Error::new(ErrorKind::Input, format!("no JWT could be got: {error}"))
                    .caused_by(error)
                    .passing()
            }),
        }
    }
}

impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match self.source {
            Source::Ready(_) => "[…]",
            Source::Provider { .. } => "provider",
        };
        f.debug_struct("Jwt")
            .field("source", &source)
            .field("is_uat", &self.is_uat)
            .finish()
    }
}
