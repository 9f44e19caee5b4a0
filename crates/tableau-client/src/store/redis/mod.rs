//! Sessions shared by many hosts, in a Redis or Valkey server.

mod address;
mod connection;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use redis::Cmd;
use ring::rand::{SecureRandom as _, SystemRandom};
use rustls::ClientConfig;
use tableau_wire::Secret;
use tokio::runtime::Handle;

use super::{Lease, SessionKey, SessionStore, StoreError, StoreFuture};
use crate::error::Error;
use crate::tls::Trust;
use address::Address;
use connection::Server;

/// Keeps sessions in a Redis or Valkey server, for workers on many hosts; clones share it and its connection.
///
/// All who can read the keys `tableau-client:*` can use the sessions: give the workers a user of their own (ACL), and use TLS. The user needs
/// the commands GET, SET, DEL, INCR, PEXPIRE and EVAL, and SELECT for a database other than 0.
///
/// An unreachable server is [`StoreError::Unavailable`] after some seconds at most; it is used again once it is back. Where a replica may become
/// the primary server, it may not know of the newest lease: two workers can then sign in one after the other.
///
/// ```
/// let store = tableau_client::RedisStore::new("rediss://worker:password@cache.example:6379/0")?;
/// assert_eq!(format!("{store:?}"), r#"RedisStore("rediss://cache.example:6379/0")"#);
/// # Ok::<(), tableau_client::Error>(())
/// ```
#[derive(Clone)]
pub struct RedisStore {
    server: Arc<Server>,
}

/// Takes the lease if it is free; gives its number. Idempotent: repeated after a lost answer, it gives the same lease.
const TAKE: &str = r"
local held = redis.call('GET', KEYS[1])
if held then
    local number, owner = string.match(held, '^(%d+) (.*)$')
    if owner == ARGV[1] then return tonumber(number) end
    return 0
end
local number = redis.call('INCR', KEYS[2])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
redis.call('SET', KEYS[1], number .. ' ' .. ARGV[1], 'NX', 'PX', ARGV[2])
return number";

/// Whether the lease is ours and the newest that was ever given: begins each script that changes something.
const IF_OURS: &str = r"
local number = string.match(ARGV[1], '^%d+')
if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('GET', KEYS[2]) ~= number then return 0 end";

const SAVE: &str = "redis.call('SET', KEYS[3], ARGV[2], 'PX', ARGV[3]) return 1";
const REMOVE: &str = "redis.call('DEL', KEYS[3]) return 1";
const EXTEND: &str = "redis.call('PEXPIRE', KEYS[2], ARGV[3]) return redis.call('PEXPIRE', KEYS[1], ARGV[2])";
const RELEASE: &str = "redis.call('DEL', KEYS[1]) return 1";

/// How long the number of the last lease is remembered beyond it. Afterwards numbers begin again, which the owner's mark makes harmless.
const REMEMBERED: Duration = Duration::from_secs(7 * 24 * 3600);

impl RedisStore {
    /// Keeps sessions in the server at `redis://user:password@host:port/database`; `rediss://` with TLS.
    ///
    /// No connection is made yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`](crate::ErrorKind::Setup) if the address is wrong, or TLS cannot be set up.
    pub fn new(address: impl Into<Secret>) -> Result<Self, Error> {
        Self::trusting(&address.into(), &Trust::default())
    }

    /// The same, trusting the authorities in a PEM file beside those of the operating system.
    ///
    /// # Errors
    /// As for [`new`](Self::new), and if the file cannot be used.
    pub fn with_ca_file(address: impl Into<Secret>, file: impl AsRef<Path>) -> Result<Self, Error> {
        let mut trust = Trust::default();
        trust.add_authorities(file.as_ref())?;
        Self::trusting(&address.into(), &trust)
    }

    fn trusting(address: &Secret, trust: &Trust) -> Result<Self, Error> {
        let address = Address::parse(address.expose())?;
        let tls = address.tls.then(|| tls(trust)).transpose()?;
        Ok(Self {
            server: Arc::new(Server::new(address, tls)),
        })
    }
}

fn tls(trust: &Trust) -> Result<Arc<ClientConfig>, Error> {
    let mut config = trust.config(true)?;
    // Those of HTTP.
    config.alpn_protocols.clear();
    Ok(Arc::new(config))
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedisStore")
            .field(&self.server.address.to_string())
            .finish()
    }
}

impl SessionStore for RedisStore {
    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
        Box::pin(async move {
            let mut get = Cmd::new();
            get.arg("GET").arg(Keys::of(key).entry);
            let found: Option<String> = self.server.ask(&get).await?;
            Ok(found.map(Secret::from))
        })
    }

    fn try_lease<'a>(
        &'a self,
        key: &'a SessionKey,
        time: Duration,
    ) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
        Box::pin(async move {
            let keys = Keys::of(key);
            let owner = owner()?;
            let mut take = keys.eval(TAKE);
            take.arg(&owner)
                .arg(milliseconds(time))
                .arg(milliseconds(time.saturating_add(REMEMBERED)));
            let number: u64 = self.server.ask(&take).await?;
            if number == 0 {
                return Ok(None);
            }
            let server = Arc::clone(&self.server);
            let mark = format!("{number} {owner}");
            let released = false;
            Ok(Some(Box::new(RedisLease {
                server,
                keys,
                mark,
                released,
            }) as Box<dyn Lease>))
        })
    }
}

/// The Redis keys of one session. The braces keep them together on one node of a cluster.
#[derive(Debug, Clone)]
struct Keys {
    lease: String,
    /// The number of the last lease.
    number: String,
    entry: String,
}

impl Keys {
    fn of(key: &SessionKey) -> Self {
        let named = |what| format!("tableau-client:{{{}}}:{what}", key.as_str());
        Self {
            lease: named("lease"),
            number: named("number"),
            entry: named("entry"),
        }
    }

    fn eval(&self, script: &str) -> Cmd {
        let mut command = Cmd::new();
        command.arg("EVAL").arg(script).arg(3);
        command.arg(&self.lease).arg(&self.number).arg(&self.entry);
        command
    }
}

struct RedisLease {
    server: Arc<Server>,
    keys: Keys,
    /// The number and the owner, as the server has them.
    mark: String,
    released: bool,
}

impl fmt::Debug for RedisLease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedisLease").field(&self.keys.lease).finish()
    }
}

impl RedisLease {
    fn change(&self, script: &str) -> Cmd {
        let mut command = self.keys.eval(&format!("{IF_OURS}\n{script}"));
        command.arg(&self.mark);
        command
    }

    async fn if_ours(&self, command: &Cmd) -> Result<(), StoreError> {
        match self.server.ask(command).await? {
            0 => Err(StoreError::LeaseLost),
            _ => Ok(()),
        }
    }
}

impl Lease for RedisLease {
    fn save<'a>(&'a mut self, entry: &'a Secret, keep: Duration) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            if keep.is_zero() {
                return self.remove().await;
            }
            let mut save = self.change(SAVE);
            save.arg(entry.expose()).arg(milliseconds(keep));
            self.if_ours(&save).await
        })
    }

    fn remove(&mut self) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.if_ours(&self.change(REMOVE)).await })
    }

    fn extend(&mut self, time: Duration) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            let mut extend = self.change(EXTEND);
            extend
                .arg(milliseconds(time))
                .arg(milliseconds(time.saturating_add(REMEMBERED)));
            self.if_ours(&extend).await
        })
    }

    fn release(mut self: Box<Self>) -> StoreFuture<'static, ()> {
        Box::pin(async move {
            // A lost lease need not be given back.
            let _: u64 = self.server.ask(&self.change(RELEASE)).await?;
            self.released = true;
            Ok(())
        })
    }
}

impl Drop for RedisLease {
    fn drop(&mut self) {
        if self.released {
            return;
        }
        // Without a runtime it expires by itself.
        if let Ok(runtime) = Handle::try_current() {
            let server = Arc::clone(&self.server);
            let release = self.change(RELEASE);
            runtime.spawn(async move { server.ask::<u64>(&release).await });
        }
    }
}

/// A mark that no other lease has, with where it is held, for people.
fn owner() -> Result<String, StoreError> {
    let mut random = [0; 16];
    let filled = SystemRandom::new().fill(&mut random);
    filled.map_err(|_| StoreError::Unavailable("no random numbers".to_owned()))?;
    let random = u128::from_ne_bytes(random);
    Ok(format!("{random:032x} pid {}", std::process::id()))
}

/// At least one, and at most a hundred years, since servers limit it.
fn milliseconds(time: Duration) -> u64 {
    const LONGEST: u64 = 100 * 365 * 24 * 3600 * 1000;
    u64::try_from(time.as_millis())
        .unwrap_or(LONGEST)
        .clamp(1, LONGEST)
}
