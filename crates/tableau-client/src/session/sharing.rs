//! Beginning and ending a session together with others, through a store.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tableau_wire::Secret;
use tokio::time::Instant;

use super::entry::Entry;
use super::shared::Begun;
use super::sign_in::{self, Recipe};
use super::{Session, SharedSession};
use crate::core::Core;
use crate::error::Error;
use crate::store::{Lease, SessionKey, SessionStore, StoreError};

/// How long the lease of a process that was killed during its sign-in blocks the others. A live holder extends its lease.
const LEASE: Duration = Duration::from_secs(15);
/// How long to wait for another process's sign-in before signing in without the store.
const PATIENCE: Duration = Duration::from_secs(150);
/// How long to wait between two looks at another's lease: first, and at the longest.
const FIRST_LOOK: Duration = Duration::from_millis(10);
const LONGEST_LOOK: Duration = Duration::from_millis(200);
/// How long an unused session stays in the store at least: the idle time of Tableau Server. That of Tableau Cloud is shorter, but a dead entry costs a call,
/// and one that is gone a sign-in, which with a personal access token ends the session that others use.
const KEEP: Duration = Duration::from_secs(240 * 60);

/// What a holder is called in a store: a random number.
#[derive(Debug)]
pub(crate) struct HolderName(String);

impl HolderName {
    pub(super) fn new() -> Self {
        let mut bytes = [0_u8; 16];
        // Without random numbers two holders may be taken for one, and the first to leave would end the session, which renews itself.
        let _ = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes);
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// Why a session was not begun.
enum Trouble {
    /// The store cannot be used now.
    Store(StoreError),
    SignIn(Error),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Begins a session, or finds one that others have begun since the one before died.
///
/// Fallback: without the store the session is begun all the same, and not shared.
pub(super) async fn begin(
    core: &Arc<Core>,
    recipe: &Recipe,
    holder: &HolderName,
    before: Option<&Session>,
) -> Result<Begun, Error> {
    if let Some((store, key)) = place(core, recipe).await {
        let together = Together {
            core,
            recipe,
            store,
            key,
            holder,
            before,
        };
        match together.begin().await {
            Ok(begun) => return Ok(begun),
            Err(Trouble::SignIn(error)) => return Err(error),
            Err(Trouble::Store(error)) => {
                tracing::warn!(%error, "signing in without sharing the session");
            }
        }
    }
    Ok(Begun {
        session: sign_in::sign_in_as_before(core, recipe, before).await?,
        generation: before.map_or(0, Session::generation) + 1,
        by_us: true,
    })
}

struct Together<'a> {
    core: &'a Arc<Core>,
    recipe: &'a Recipe,
    store: &'a dyn SessionStore,
    key: &'a SessionKey,
    holder: &'a HolderName,
    before: Option<&'a Session>,
}

impl Together<'_> {
    async fn begin(&self) -> Result<Begun, Trouble> {
        // The holders stay the same: if another process has renewed the session, reading it is enough.
        if (self.before.is_some() || !self.core.holds)
            && let Some(entry) = self.found().await?
        {
            return Ok(self.joined(&entry));
        }
        let mut lease = self.lease().await?;
        let begun = self.begin_with_lease(&mut lease).await;
        if let Err(error) = lease.release().await {
            tracing::debug!(%error, "a lease could not be given back; it ends by itself");
        }
        begun
    }

    /// Signs in while holding the lease, which keeps other processes from signing in.
    async fn begin_with_lease(&self, lease: &mut Box<dyn Lease>) -> Result<Begun, Trouble> {
        let entry = self.load().await?;
        if let Some(mut entry) = entry {
            if self.is_good(&entry) {
                if self.core.holds {
                    entry.hold(&self.holder.0);
                    keep(self.core, lease, &entry).await?;
                }
                return Ok(self.joined(&entry));
            }
            return self.sign_in(lease, Some(entry)).await;
        }
        self.sign_in(lease, None).await
    }

    async fn sign_in(&self, lease: &mut Box<dyn Lease>, old: Option<Entry>) -> Result<Begun, Trouble> {
        let sign_in = sign_in::sign_in_as_before(self.core, self.recipe, self.before);
        let session = while_extending(lease, sign_in).await;
        let mut session = session.map_err(Trouble::SignIn)?;
        let highest = self.before.map_or(0, Session::generation);
        let generation = old.as_ref().map_or(0, |entry| entry.generation).max(highest) + 1;
        let mut entry = Entry::new(
            self.key,
            &session,
            generation,
            self.core.negotiated.get().copied(),
        );
        if let Some(old) = old {
            old.pass_holders_to(&mut entry);
        }
        if self.core.holds {
            entry.hold(&self.holder.0);
        }
        match keep(self.core, lease, &entry).await {
            Ok(()) => session.in_store = true,
            // The next lease holder has signed in since, which with a personal access token has ended this session.
            Err(StoreError::LeaseLost) => {
                if let Some(theirs) = self.found().await? {
                    return Ok(self.joined(&theirs));
                }
            }
            Err(error) => tracing::warn!(%error, "the session is not shared"),
        }
        Ok(Begun {
            session,
            generation,
            by_us: true,
        })
    }

    /// The session that another process has begun, unless it is known to be dead.
    async fn found(&self) -> Result<Option<Entry>, StoreError> {
        Ok(self.load().await?.filter(|entry| self.is_good(entry)))
    }

    fn is_good(&self, entry: &Entry) -> bool {
        self.before
            .is_none_or(|dead| entry.is_newer_than(dead) && entry.is_like(dead))
    }

    fn joined(&self, entry: &Entry) -> Begun {
        if let Some(version) = entry.api_version() {
            self.core.remember(version);
        }
        let next = self.before.map_or(0, |before| before.generation() + 1);
        Begun {
            session: entry.session(),
            generation: entry.generation.max(next),
            by_us: false,
        }
    }

    async fn load(&self) -> Result<Option<Entry>, StoreError> {
        load(self.store, self.key).await
    }

    async fn lease(&self) -> Result<Box<dyn Lease>, StoreError> {
        wait_for_lease(self.store, self.key).await
    }
}

async fn load(store: &dyn SessionStore, key: &SessionKey) -> Result<Option<Entry>, StoreError> {
    match store.load(key).await {
        Ok(text) => Ok(text.and_then(|text| Entry::read(key, &text))),
        // An entry that others could have read is replaced by one that they cannot read.
        Err(error @ StoreError::Insecure(_)) => {
            tracing::warn!(%error, "a session in the session store is not used");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

async fn keep(core: &Core, lease: &mut Box<dyn Lease>, entry: &Entry) -> Result<(), StoreError> {
    let text = entry
        .text()
        .ok_or_else(|| StoreError::Unavailable("the session cannot be written".to_owned()))?;
    lease.save(&text, KEEP.max(core.idle_limit())).await
}

/// Waits until the lease is free.
async fn wait_for_lease(store: &dyn SessionStore, key: &SessionKey) -> Result<Box<dyn Lease>, StoreError> {
    let start = Instant::now();
    let mut pause = FIRST_LOOK;
    loop {
        if let Some(lease) = store.try_lease(key, LEASE).await? {
            return Ok(lease);
        }
        if start.elapsed() > PATIENCE {
            let reason = format!("another process has held the lease for {} s", PATIENCE.as_secs());
            return Err(StoreError::Unavailable(reason));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_LOOK);
    }
}

/// Runs a future, and extends the lease while it runs.
async fn while_extending<T>(lease: &mut Box<dyn Lease>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        match tokio::time::timeout(LEASE / 3, &mut work).await {
            Ok(done) => return done,
            Err(_) => {
                if let Err(error) = lease.extend(LEASE).await {
                    tracing::debug!(%error, "a lease could not be extended");
                }
            }
        }
    }
}

/// Renews this process's entry among the holders in the store.
pub(super) async fn touch(core: &Core, shared: &SharedSession) -> Result<(), StoreError> {
    let Some((store, key)) = place_of(core, shared).await.filter(|_| core.holds) else {
        return Ok(());
    };
    let mut lease = wait_for_lease(store, key).await?;
    if let Some(mut entry) = load(store, key).await? {
        entry.hold(&shared.holder.0);
        keep(core, &mut lease, &entry).await?;
    }
    lease.release().await
}

/// For whom a session is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// This process; the session goes on while others hold it.
    Ours,
    /// Every process that shares it.
    Everybodys,
}

/// Ends a session at the server, unless others hold it, and gives a leased token back.
pub(crate) async fn end(core: &Arc<Core>, shared: &SharedSession, whose: Whose) -> Result<(), Error> {
    end_at_server(core, shared, whose).await?;
    if let Some(recipe) = &shared.recipe {
        recipe.credentials.give_back().await;
    }
    Ok(())
}

async fn end_at_server(core: &Arc<Core>, shared: &SharedSession, whose: Whose) -> Result<(), Error> {
    let Some(session) = shared.settled().await else {
        return Ok(());
    };
    let Some((store, key)) = place_of(core, shared).await.filter(|_| session.in_store) else {
        return sign_in::sign_out(core, &session).await;
    };
    match end_in_store(core, store, key, shared, whose).await {
        Ok(ended) => ended,
        Err(error) if whose == Whose::Everybodys => {
            tracing::warn!(%error, "the session is ended at the server, and stays in the session store");
            sign_in::sign_out(core, &session).await
        }
        Err(error) => {
            tracing::warn!(%error, "the session is left open, since others may be using it; it ends by itself");
            Ok(())
        }
    }
}

async fn end_in_store(
    core: &Arc<Core>,
    store: &dyn SessionStore,
    key: &SessionKey,
    shared: &SharedSession,
    whose: Whose,
) -> Result<Result<(), Error>, StoreError> {
    let mut lease = wait_for_lease(store, key).await?;
    // No entry: another process has ended the session for all.
    let Some(mut entry) = load(store, key).await? else {
        return lease.release().await.map(Ok);
    };
    if entry.drop_holder(&shared.holder.0) && whose == Whose::Ours {
        keep(core, &mut lease, &entry).await?;
        return lease.release().await.map(Ok);
    }
    // The lease is held, so that no other process resumes a session that is just ending.
    let ended = while_extending(&mut lease, sign_in::sign_out(core, &entry.session())).await;
    if ended.is_ok() {
        lease.remove().await?;
    }
    lease.release().await?;
    Ok(ended)
}

/// The store and the key in it; `None` if the session is not shared.
async fn place<'a>(core: &'a Core, recipe: &'a Recipe) -> Option<(&'a dyn SessionStore, &'a SessionKey)> {
    let store = core.store.as_deref()?;
    Some((store, recipe.key.as_ref()?.get(store).await?))
}

async fn place_of<'a>(
    core: &'a Core,
    shared: &'a SharedSession,
) -> Option<(&'a dyn SessionStore, &'a SessionKey)> {
    place(core, shared.recipe.as_ref()?).await
}

/// Removes the session from the store, unless a later one has replaced it.
pub(crate) async fn forget(core: &Core, shared: &SharedSession) -> Result<(), StoreError> {
    let Some((store, key)) = place_of(core, shared).await else {
        return Ok(());
    };
    let mut lease = wait_for_lease(store, key).await?;
    let ours: Option<Secret> = shared.last().map(|session| session.token.clone());
    match load(store, key).await? {
        Some(entry) if Some(entry.session().token) == ours => lease.remove().await?,
        _ => {}
    }
    lease.release().await
}
