//! Fingerprints tell credentials apart, and are useless for signing in.
//!
//! There are two, for two places:
//!
//! - **Within the process** a fingerprint finds the clients that have the same credentials. It is an HMAC with a key that this process draws at
//!   random and keeps to itself, so it need not be slow: it costs microseconds.
//! - **In a session store** the same credentials have to have the same fingerprint in every process, and it outlives them all. For secrets that a
//!   server drew at random a digest does. A password that a person chose could be found by trying, by those who can see the names of files or
//!   keys. So its digest is an HMAC with a random secret of the store ([`SessionStore::secret`]), where the store has one: those who see the names
//!   alone gain nothing by them, and those who can read the secret can read the sessions as well. Where it has none the digest is slow
//!   (PBKDF2, 100,000 rounds, some 20 ms); it is computed once for the credentials and their clones, on a thread that may block.

use std::borrow::Cow;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};

use ring::rand::{SecureRandom as _, SystemRandom};
use ring::{digest, hmac, pbkdf2};
use tableau_wire::Secret;
use tokio::runtime::Handle;
use tokio::sync::OnceCell;

use crate::store::SessionStore;

/// How often the digest of a password is taken: as often as costs a process a few hundredths of a second, and a search for the password years.
const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(99_999);

/// Tells credentials apart.
#[derive(Debug, Clone)]
pub(crate) struct Fingerprint {
    /// Within this process.
    pub(crate) here: String,
    lasting: Lasting,
}

/// The fingerprint that is the same in every process.
#[derive(Debug, Clone)]
enum Lasting {
    /// Nothing: only this process knows them.
    Nothing,
    Digest(String),
    OfPassword(SlowDigest),
}

impl Fingerprint {
    /// The fingerprint of credentials with random secrets, which cannot be found from their digest.
    pub(super) fn of(kind: &str, parts: &[&str]) -> Self {
        let mut context = digest::Context::new(&digest::SHA256);
        for part in [&[kind], parts].concat() {
            context.update(&length(part));
            context.update(part.as_bytes());
        }
        let digest = hex(context.finish().as_ref());
        Self {
            here: digest.clone(),
            lasting: Lasting::Digest(digest),
        }
    }

    /// The fingerprint of a secret that a person chose, and that could be found by trying.
    pub(super) fn of_password(slow: &SlowDigest) -> Self {
        Self {
            here: format!("password {}", slow.by(&KEY)),
            lasting: Lasting::OfPassword(slow.clone()),
        }
    }

    /// The fingerprint of credentials that only this process knows, by a number.
    pub(super) fn of_this_process(kind: &str, number: u64) -> Self {
        Self {
            here: format!("{kind} {number}"),
            lasting: Lasting::Nothing,
        }
    }

    /// The fingerprint that is the same in every process that has this store; `None` of credentials that only this process knows.
    pub(crate) async fn lasting(&self, store: &dyn SessionStore) -> Option<Cow<'_, str>> {
        Some(match &self.lasting {
            Lasting::Nothing => return None,
            Lasting::Digest(digest) => Cow::Borrowed(digest),
            Lasting::OfPassword(slow) => match store.secret().await {
                Ok(Some(secret)) => Cow::Owned(slow.with(&secret)),
                Ok(None) => Cow::Borrowed(slow.get().await),
                Err(error) => {
                    tracing::debug!("the session store gives no secret: {error}");
                    Cow::Borrowed(slow.get().await)
                }
            },
        })
    }
}

/// The key of this process. Without random numbers it is a constant, and its fingerprints still stay in this process.
static KEY: LazyLock<hmac::Key> = LazyLock::new(|| {
    let mut key = [0_u8; 32];
    if SystemRandom::new().fill(&mut key).is_err() {
        tracing::debug!("no random numbers for fingerprints");
    }
    hmac::Key::new(hmac::HMAC_SHA256, &key)
});

/// The digest of a password, computed at its first use. Clones share it.
#[derive(Clone)]
pub(super) struct SlowDigest {
    name: String,
    password: Secret,
    digest: Arc<OnceCell<String>>,
}

impl SlowDigest {
    pub(super) fn new(name: String, password: Secret) -> Self {
        Self {
            name,
            password,
            digest: Arc::default(),
        }
    }

    /// The digest with the secret of a store.
    fn with(&self, secret: &Secret) -> String {
        self.by(&hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes()))
    }

    fn by(&self, key: &hmac::Key) -> String {
        let mut context = hmac::Context::with_key(key);
        for part in [self.name.as_str(), self.password.expose()] {
            context.update(&length(part));
            context.update(part.as_bytes());
        }
        hex(context.sign().as_ref())
    }

    async fn get(&self) -> &str {
        let make = || async {
            let (name, password) = (self.name.clone(), self.password.clone());
            let derive = move || derive(&name, password.expose());
            match Handle::try_current() {
                // The thread panicked, or could not be started.
                Ok(runtime) => runtime
                    .spawn_blocking(derive.clone())
                    .await
                    .unwrap_or_else(|_| derive()),
                Err(_) => derive(),
            }
        };
        self.digest.get_or_init(make).await
    }
}

/// Neither the password nor its digest.
impl fmt::Debug for SlowDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SlowDigest").field(&self.name).finish()
    }
}

fn derive(name: &str, password: &str) -> String {
    let mut digest = [0_u8; digest::SHA256_OUTPUT_LEN];
    let salt = format!("tableau-client password {name}");
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        ROUNDS,
        salt.as_bytes(),
        password.as_bytes(),
        &mut digest,
    );
    hex(&digest)
}

/// Before each part, so that no two lists of parts are the same bytes.
fn length(part: &str) -> [u8; 8] {
    u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures_util::FutureExt as _;

    use super::*;
    use crate::store::{Lease, SessionKey, StoreFuture};

    fn of(name: &str, password: &str) -> Fingerprint {
        Fingerprint::of_password(&SlowDigest::new(name.to_owned(), password.into()))
    }

    /// A store without entries.
    #[derive(Debug)]
    struct With(Option<&'static str>);

    impl SessionStore for With {
        fn secret(&self) -> StoreFuture<'_, Option<Secret>> {
            Box::pin(async { Ok(self.0.map(Secret::from)) })
        }

        fn load<'a>(&'a self, _: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
            Box::pin(async { Ok(None) })
        }

        fn try_lease<'a>(
            &'a self,
            _: &'a SessionKey,
            _: Duration,
        ) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
            Box::pin(async { Ok(None) })
        }
    }

    #[test]
    fn a_password_is_digested_slowly_only_for_a_store_without_a_secret() {
        let slow = SlowDigest::new("jsmith".to_owned(), "secret".into());
        let fingerprint = Fingerprint::of_password(&slow);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let lasting = |secret| {
            let lasting = runtime.block_on(
                fingerprint
                    .lasting(&With(secret))
                    .map(|found| found.map(Cow::into_owned)),
            );
            lasting.unwrap()
        };
        assert_eq!(lasting(Some("a")), lasting(Some("a")));
        assert_ne!(lasting(Some("a")), lasting(Some("b")));
        assert!(slow.digest.get().is_none());
        assert_eq!(lasting(None), derive("jsmith", "secret"));
        assert!(slow.digest.get().is_some(), "clones share it");
    }

    #[test]
    fn fingerprints_of_passwords_differ_by_name_and_password() {
        assert_eq!(of("a", "b").here, of("a", "b").here);
        for (name, password) in [("ab", ""), ("a", "c"), ("", "ab")] {
            assert_ne!(of("a", "b").here, of(name, password).here, "{name} {password}");
        }
        assert!(!format!("{:?}", of("a", "s3cret")).contains("s3cret"));
    }
}
