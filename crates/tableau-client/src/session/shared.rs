//! A session that many calls, sites and tasks use, renewed once for all of them.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::row::{Row, SignIn};
use super::sign_in::Recipe;
use super::{Session, keep_alive, sharing};
use crate::core::Core;
use crate::error::{Error, ErrorKind};

/// A session that many calls, sites and tasks use.
pub(crate) struct SharedSession {
    /// `None` for a resumed session, which cannot be renewed.
    pub(crate) recipe: Option<Recipe>,
    row: Row<Arc<Session>>,
    sign_ins: AtomicU64,
    failed_renewals: AtomicU64,
    /// This process's name among the holders in the store.
    pub(crate) holder: sharing::HolderName,
    kept_alive: AtomicBool,
    /// The generation that was found dead last, by a client that does not renew sessions; 0 for none.
    dead: AtomicU64,
}

/// A session, begun for all calls that waited for it.
pub(super) struct Begun {
    pub(super) session: Session,
    /// Counted by all processes that share the session.
    pub(super) generation: u64,
    /// From a sign-in of this client, not found in the store.
    pub(super) by_us: bool,
}

impl SharedSession {
    pub(crate) fn new(recipe: Recipe) -> Arc<Self> {
        Self::of(Some(recipe), None)
    }

    /// An existing session, with the recipe to renew it if there is one.
    pub(crate) fn begun(session: Session, recipe: Option<Recipe>) -> Arc<Self> {
        Self::of(recipe, Some(Arc::new(session)))
    }

    fn of(recipe: Option<Recipe>, first: Option<Arc<Session>>) -> Arc<Self> {
        let (sign_ins, failed_renewals) = first
            .as_ref()
            .map_or((0, 0), |first| (first.sign_ins, first.failed_renewals));
        Arc::new(Self {
            recipe,
            row: Row::new(first),
            sign_ins: AtomicU64::new(sign_ins),
            failed_renewals: AtomicU64::new(failed_renewals),
            holder: sharing::HolderName::new(),
            kept_alive: AtomicBool::new(false),
            dead: AtomicU64::new(0),
        })
    }

    /// The session begun last, with what has failed since.
    pub(crate) fn shown(&self) -> Option<Arc<Session>> {
        let last = self.last()?;
        let failed_renewals = self.failed_renewals.load(Ordering::Relaxed);
        if last.failed_renewals == failed_renewals {
            return Some(last);
        }
        Some(Arc::new(Session {
            failed_renewals,
            ..(*last).clone()
        }))
    }

    /// The session to use: the one there is, or a new one if the generation given was found dead.
    ///
    /// Single flight: concurrent callers share one sign-in and its outcome.
    pub(crate) async fn session(
        self: &Arc<Self>,
        core: &Arc<Core>,
        dead: Option<u64>,
    ) -> Result<Arc<Session>, Error> {
        let sign_in = |number| Arc::clone(self).begin(Arc::clone(core), number);
        // Asked now: a provider has given credentials by then.
        let has_one_session = || {
            let recipe = self.recipe.as_ref();
            recipe.is_none_or(|recipe| recipe.credentials.has_one_session())
        };
        let contended = || match has_one_session() {
            true => contended(),
            false => ended_by_server(),
        };
        self.row.session(dead, sign_in, contended).await
    }

    /// Whether a dead session can be renewed.
    pub(crate) fn is_renewable(&self, core: &Core) -> bool {
        self.recipe.is_some() && core.renewal.is_on
    }

    /// Notes that a session has ended, for the next time that the program itself signs in.
    pub(crate) fn note_dead(&self, session: &Session) {
        self.dead.fetch_max(session.generation(), Ordering::Relaxed);
    }

    /// The session for a program that signs in: a new one if the last was found dead.
    pub(crate) async fn signed_in(self: &Arc<Self>, core: &Arc<Core>) -> Result<Arc<Session>, Error> {
        let dead = self.dead.load(Ordering::Relaxed);
        self.session(core, (dead > 0).then_some(dead)).await
    }

    /// Claims the keep-alive task; true for the first caller only.
    pub(super) fn claim_keep_alive(&self) -> bool {
        !self.kept_alive.swap(true, Ordering::Relaxed)
    }

    pub(super) fn give_keep_alive_back(&self) {
        self.kept_alive.store(false, Ordering::Relaxed);
    }

    pub(super) fn is_kept_alive(&self) -> bool {
        self.kept_alive.load(Ordering::Relaxed)
    }

    /// A sign-in. Boxed here, as signing in is a call like those that wait for it.
    fn begin(self: Arc<Self>, core: Arc<Core>, number: u64) -> SignIn<Arc<Session>> {
        Box::pin(async move { self.sign_in(&core, number).await })
    }

    async fn sign_in(self: Arc<Self>, core: &Arc<Core>, number: u64) -> Result<Arc<Session>, Error> {
        let before = self.last();
        let begun = match &self.recipe {
            Some(recipe) => sharing::begin(core, recipe, &self.holder, before.as_deref()).await,
            None => Err(Error::new(
                ErrorKind::SessionEnded,
                "the session was resumed and cannot be renewed: there are no credentials".to_owned(),
            )),
        };
        match begun {
            Ok(begun) => {
                let by_us = u64::from(begun.by_us);
                let session = Arc::new(Session {
                    generation: begun.generation,
                    sign_ins: self.sign_ins.fetch_add(by_us, Ordering::Relaxed) + by_us,
                    failed_renewals: self.failed_renewals.load(Ordering::Relaxed),
                    ..begun.session
                });
                self.row.succeeded(number, Arc::clone(&session), begun.by_us);
                if before.is_some() {
                    let (generation, sign_ins) = (session.generation(), session.sign_ins());
                    tracing::info!(
                        generation,
                        sign_ins,
                        by_us = begun.by_us,
                        site = session.content_url(),
                        "session renewed"
                    );
                }
                keep_alive::start(core, &self);
                Ok(session)
            }
            Err(error) => {
                let is_renewal = u64::from(before.is_some());
                let failed_renewals =
                    self.failed_renewals.fetch_add(is_renewal, Ordering::Relaxed) + is_renewal;
                self.row.failed(number, &error);
                if before.is_some() {
                    tracing::warn!(%error, failed_renewals, "a session could not be renewed");
                }
                Err(error)
            }
        }
    }
}

impl Deref for SharedSession {
    type Target = Row<Arc<Session>>;

    fn deref(&self) -> &Self::Target {
        &self.row
    }
}

const RENEWED_OFTEN: &str = "the session was renewed three times within a minute, and died each time";
const LOST_BY_SERVER: &str =
    "the server ends the user's sessions, or loses them: a load balancer without sticky sessions, a restart";

/// Other programs do not end sessions that do not come from a personal access token.
fn ended_by_server() -> Error {
    Error::new(ErrorKind::SessionEnded, RENEWED_OFTEN.to_owned())
        .with_causes(vec![LOST_BY_SERVER.to_owned()])
        .with_hint("Ask who administers the server, or the load balancer before it.")
}

fn contended() -> Error {
    Error::new(ErrorKind::SessionEnded, RENEWED_OFTEN.to_owned())
        .with_causes(vec![
            "another program signs in with the same personal access token, which ends this one's session"
                .to_owned(),
            LOST_BY_SERVER.to_owned(),
        ])
        .with_hint(
            "Give each program a token of its own, or let them share one session through a session store.",
        )
}

impl fmt::Debug for SharedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSession")
            .field("last", &self.last())
            .field("recipe", &self.recipe)
            .finish_non_exhaustive()
    }
}
