//! A pool of personal access tokens, for parallel work that needs separate sessions.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::PersonalAccessToken;
use crate::address::ServerAddress;
use crate::error::{Error, ErrorKind};
use crate::store::{Lease, MemoryStore, SessionKey, SessionStore, StoreError};

/// How long the lease of a killed holder lasts. A live holder extends its lease.
const LEASE: Duration = Duration::from_secs(30);
/// How long to wait between two looks for a free token: first, and at the longest.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(1);

/// A pool of personal access tokens, each leased to one holder at a time; clones share the pool.
///
/// A token gives one session, so parallel tasks that cannot share a session need a token each. The leases are kept in the client's
/// [`SessionStore`], for all clients of the store; without a store, in the pool.
///
/// ```no_run
/// # use std::time::Duration;
/// # use tableau_client::{Client, PersonalAccessToken, PersonalAccessTokenPool};
/// # async fn example() -> tableau_client::Result<()> {
/// let pool = PersonalAccessTokenPool::new([
///     PersonalAccessToken::new("ci-1", "TOKEN_VALUE_1"),
///     PersonalAccessToken::new("ci-2", "TOKEN_VALUE_2"),
/// ]);
/// let client = Client::new("https://my-server")?;
/// let token = client.lease(&pool, Duration::from_secs(60)).await?;
/// let site = client.sign_in(token).await?;
/// site.workbooks().list().await?;
/// site.sign_out().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct PersonalAccessTokenPool {
    tokens: Arc<[PersonalAccessToken]>,
    own: MemoryStore,
}

impl PersonalAccessTokenPool {
    /// A pool of these tokens, leased in this order.
    pub fn new(tokens: impl IntoIterator<Item = PersonalAccessToken>) -> Self {
        Self {
            tokens: tokens.into_iter().collect(),
            own: MemoryStore::new(),
        }
    }

    /// Waits for a free token, and leases it.
    pub(crate) async fn lease(
        &self,
        store: Option<Arc<dyn SessionStore>>,
        server: &ServerAddress,
        patience: Duration,
    ) -> Result<PersonalAccessToken, Error> {
        if self.tokens.is_empty() {
            let message = "the pool has no personal access tokens".to_owned();
            return Err(Error::new(ErrorKind::Setup, message).with_hint("Make it with at least one."));
        }
        let store = store.unwrap_or_else(|| Arc::new(self.own.clone()));
        let start = Instant::now();
        let mut pause = FIRST_LOOK;
        loop {
            let looked = self.try_lease(&store, server).await;
            if let Ok(Some(token)) = looked {
                return Ok(token);
            }
            let rest = patience.saturating_sub(start.elapsed());
            if rest.is_zero() {
                return Err(match looked {
                    Err(error) => unavailable(error),
                    Ok(_) => self.all_taken(patience),
                });
            }
            tokio::time::sleep(pause.min(rest)).await;
            pause = (pause * 2).min(LONGEST_LOOK);
        }
    }

    async fn try_lease(
        &self,
        store: &Arc<dyn SessionStore>,
        server: &ServerAddress,
    ) -> Result<Option<PersonalAccessToken>, StoreError> {
        for token in &*self.tokens {
            let key = SessionKey::of(&["pool", &server.to_string(), &token.fingerprint().here]);
            if let Some(lease) = store.try_lease(&key, LEASE).await? {
                return Ok(Some(token.leased(TokenLease::begin(
                    Arc::clone(store),
                    key,
                    lease,
                ))));
            }
        }
        Ok(None)
    }

    fn all_taken(&self, patience: Duration) -> Error {
        let (count, seconds) = (self.tokens.len(), patience.as_secs_f32());
        let message = match count {
            1 => format!("the only personal access token of the pool is taken; waited {seconds} s for it"),
            _ => format!(
                "all {count} personal access tokens of the pool are taken; waited {seconds} s for one"
            ),
        };
        Error::new(ErrorKind::Busy, message)
            .with_hint("Put more tokens into the pool, wait longer, or do less at the same time.")
    }
}

fn unavailable(error: StoreError) -> Error {
    // Leasing without the store could end the session of another holder.
    Error::new(
        ErrorKind::Setup,
        format!("no personal access token can be leased: {error}"),
    )
    .caused_by(error)
}

/// The right to sign in with a token of a pool; dropping it gives it back.
pub(crate) struct TokenLease {
    /// Tells it from others of this process.
    pub(super) number: u64,
    store: Arc<dyn SessionStore>,
    key: SessionKey,
    /// `None` once the lease was given back or lost.
    lease: Mutex<Option<Box<dyn Lease>>>,
    runtime: Option<Handle>,
}

/// How many leases this process has taken.
static LEASES: AtomicU64 = AtomicU64::new(0);

impl TokenLease {
    fn begin(store: Arc<dyn SessionStore>, key: SessionKey, lease: Box<dyn Lease>) -> Arc<Self> {
        let this = Arc::new(Self {
            number: LEASES.fetch_add(1, Ordering::Relaxed),
            store,
            key,
            lease: Mutex::new(Some(lease)),
            runtime: Handle::try_current().ok(),
        });
        if let Some(runtime) = &this.runtime {
            runtime.spawn(keep_up(Arc::downgrade(&this)));
        }
        this
    }

    /// Extends the lease, or takes it again if it is free; gives whether it is ours.
    ///
    /// A store that is unavailable, or has lost its data, does not end the lease: only another holder does.
    pub(super) async fn keep(&self) -> bool {
        self.extend_or_take(&mut *self.lease.lock().await).await
    }

    async fn extend_or_take(&self, lease: &mut Option<Box<dyn Lease>>) -> bool {
        let is_held = lease.is_some();
        let trouble = match lease.as_mut() {
            Some(held) => held.extend(LEASE).await.err(),
            None => Some(StoreError::LeaseLost),
        };
        let trouble = match trouble {
            None => return true,
            Some(StoreError::LeaseLost) => match self.store.try_lease(&self.key, LEASE).await {
                Ok(again) => {
                    *lease = again;
                    return lease.is_some();
                }
                Err(error) => error,
            },
            Some(error) => error,
        };
        tracing::warn!(error = %trouble, "others may take a leased personal access token");
        is_held
    }

    /// Gives the lease back, so that others need not wait for it to expire.
    pub(super) async fn give_back(&self) {
        let Some(lease) = self.lease.lock().await.take() else {
            return;
        };
        if let Err(error) = lease.release().await {
            tracing::debug!(%error, "a lease could not be given back; it ends by itself");
        }
    }
}

/// Extends the lease while it has a holder.
async fn keep_up(lease: Weak<TokenLease>) {
    loop {
        tokio::time::sleep(LEASE / 3).await;
        let Some(lease) = lease.upgrade() else {
            return;
        };
        let mut held = lease.lease.lock().await;
        if held.is_some() && !lease.extend_or_take(&mut held).await {
            tracing::warn!("a leased personal access token was taken by another, after its time was over");
        }
    }
}

impl Drop for TokenLease {
    fn drop(&mut self) {
        // Waiting for the store needs a runtime.
        let _runtime = self.runtime.as_ref().map(Handle::enter);
        drop(self.lease.get_mut().take());
    }
}

impl fmt::Debug for TokenLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenLease({})", self.number)
    }
}
