//! Stores of sessions, through which several clients share one.

mod file;
mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use ring::digest;
use tableau_wire::Secret;

pub use file::FileStore;
pub use memory::MemoryStore;
#[cfg(feature = "redis")]
pub use redis::RedisStore;

/// The future of a store's calls.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A store of sessions, shared by the threads, processes or hosts that can reach it.
///
/// A store keeps one text under a key and does not look into it. Only the holder of the key's lease may change the text, and a lease
/// expires by itself, so that a killed holder does not block others for longer.
pub trait SessionStore: fmt::Debug + Send + Sync + 'static {
    /// A random secret that this store always has, and that only those can read who can read its entries; by default there is none.
    ///
    /// Passwords are told apart in keys by a digest with it. Without a secret that digest has to be slow: some 20 ms of CPU for each process.
    fn secret(&self) -> StoreFuture<'_, Option<Secret>> {
        Box::pin(async { Ok(None) })
    }

    /// The entry under a key; `None` if it has expired.
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>>;

    /// Takes the lease of a key for a time, if it is free.
    fn try_lease<'a>(
        &'a self,
        key: &'a SessionKey,
        time: Duration,
    ) -> StoreFuture<'a, Option<Box<dyn Lease>>>;
}

/// The right to change the entry under a key.
///
/// Dropping it gives it back if that is possible without waiting; otherwise it expires by itself.
pub trait Lease: fmt::Debug + Send + Sync {
    /// Replaces the entry, which expires after a time. The replacement is atomic.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if the lease has ended and another may have begun: nothing is changed then.
    fn save<'a>(&'a mut self, entry: &'a Secret, keep: Duration) -> StoreFuture<'a, ()>;

    /// Removes the entry.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] as for [`save`](Self::save).
    fn remove(&mut self) -> StoreFuture<'_, ()>;

    /// Extends the lease to this long from now.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if it has ended already.
    fn extend(&mut self, time: Duration) -> StoreFuture<'_, ()>;

    /// Gives it back.
    fn release(self: Box<Self>) -> StoreFuture<'static, ()>;
}

/// The key of a session: server, site, impersonated user and a fingerprint of the credentials.
///
/// It is a digest, from which none of them can be read.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(String);

impl SessionKey {
    /// The key for a list of texts, in this order: their digest (SHA-256).
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in parts {
            // The length before each text keeps two lists from giving the same bytes.
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part.as_bytes());
        }
        let digest = context.finish();
        Self(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key as text: hexadecimal digits, good for the name of a file.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKey({})", self.0)
    }
}

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The lease has ended, and another holder may have it now.
    LeaseLost,
    /// The store cannot be reached or used now.
    Unavailable(String),
    /// Others could have read or changed the entries, so they are not trusted.
    Insecure(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeaseLost => f.write_str("the lease in the session store has ended"),
            Self::Unavailable(reason) => write!(f, "the session store cannot be used: {reason}"),
            Self::Insecure(reason) => write!(f, "what the session store has is not trusted: {reason}"),
        }
    }
}

impl std::error::Error for StoreError {}
