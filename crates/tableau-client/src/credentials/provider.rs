//! Credentials from a function that is called when they are needed.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Credentials, Fingerprint, Scopes};
use crate::error::{Error, ErrorKind};

/// A function that gives credentials, and the name that identifies them in a session store.
#[derive(Clone)]
pub(super) struct Provider {
    name: String,
    ask: Arc<dyn Fn() -> Asked + Send + Sync>,
    given: Arc<Mutex<Option<Given>>>,
}

/// The credentials given last, without their secret: explains a refused session.
#[derive(Clone)]
pub(super) struct Given {
    name: String,
    pub(super) scopes: Scopes,
    pub(super) has_one_session: bool,
}

type Asked = Pin<Box<dyn Future<Output = Result<Credentials, Box<dyn StdError + Send + Sync>>> + Send>>;

impl Provider {
    pub(super) fn new<F, Fut, C, E>(name: String, provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<C, E>> + Send + 'static,
        C: Into<Credentials>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        let ask = move || -> Asked {
            let asked = provider();
            Box::pin(async move { asked.await.map(Into::into).map_err(Into::into) })
        };
        Self {
            name,
            ask: Arc::new(ask),
            given: Arc::default(),
        }
    }

    pub(super) async fn ask(&self) -> Result<Credentials, Error> {
        let credentials = (self.ask)().await.map_err(|error| {
            Error::new(ErrorKind::Input, format!("no credentials could be got: {error}"))
                .caused_by(error)
                .passing()
        })?;
        *self.given.lock().unwrap_or_else(PoisonError::into_inner) = Some(Given {
            name: credentials.to_string(),
            scopes: credentials.scopes(),
            has_one_session: credentials.has_one_session(),
        });
        Ok(credentials)
    }

    pub(super) fn given(&self) -> Option<Given> {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn gave_a_provider(&self) -> Error {
        let message = format!(
            "the provider {:?} gave another provider instead of credentials",
            self.name
        );
        Error::new(ErrorKind::Input, message)
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of("provider", &[&self.name])
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.name).finish()
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.given() {
            Some(given) => f.write_str(&given.name),
            None => write!(f, "credentials {:?}", self.name),
        }
    }
}
