//! Where sessions are kept, so that others than the one who signed in can use them.

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

/// What the calls of a store give.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A place where sessions are kept, for whoever can reach it: threads, processes or hosts.
///
/// A store keeps one text under a key and does not look into it. Only who has the key's lease may change what is there, and a lease ends
/// by itself, so that a holder that is killed is in nobody's way for longer.
pub trait SessionStore: fmt::Debug + Send + Sync + 'static {
    /// What is kept under a key; nothing if it has run out.
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>>;

    /// Takes the lease of a key for a length of time, if nobody has it.
    fn try_lease<'a>(
        &'a self,
        key: &'a SessionKey,
        time: Duration,
    ) -> StoreFuture<'a, Option<Box<dyn Lease>>>;
}

/// The right to change what is kept under a key.
///
/// Dropping it gives it back as far as that is possible without waiting; else it ends by itself.
pub trait Lease: fmt::Debug + Send + Sync {
    /// Replaces what is kept; it runs out after a length of time. All of it is there afterwards, or nothing has changed.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if the lease has ended and another may have begun: nothing is changed then.
    fn save<'a>(&'a mut self, entry: &'a Secret, keep: Duration) -> StoreFuture<'a, ()>;

    /// Removes what is kept.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] as for [`save`](Self::save).
    fn remove(&mut self) -> StoreFuture<'_, ()>;

    /// Has the lease end this much later than now.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] if it has ended already.
    fn extend(&mut self, time: Duration) -> StoreFuture<'_, ()>;

    /// Gives it back.
    fn release(self: Box<Self>) -> StoreFuture<'static, ()>;
}

/// Under which a session is kept: server, site, impersonated user and a fingerprint of the credentials.
///
/// It is a digest: none of them can be read off.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionKey(String);

impl SessionKey {
    /// The key of what is described by some texts, in this order: a digest (SHA-256) of them.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in parts {
            // With its length before each text, no two lists of texts are the same row of bytes.
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
    /// The lease has ended, and somebody else may have one.
    LeaseLost,
    /// The store cannot be reached or used now.
    Unavailable(String),
    /// Others could have read or changed what is kept: it is not to be trusted.
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
