//! A session that many calls, sites and tasks use, renewed once for all of them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::WeakShared;
use tableau_wire::Id;
use tableau_wire::rest::User;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::generations::{Generations, Next};
use super::{Session, keep_alive, sharing};
use crate::client::Core;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::store::SessionKey;

/// How to sign in again to the same site as the same user.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) credentials: Credentials,
    pub(crate) site: String,
    /// The user to be instead, once it is known.
    pub(crate) user: OnceCell<Option<Id<User>>>,
    /// Under which others find the session; none if nobody else may use it.
    pub(crate) key: Option<SessionKey>,
}

impl Recipe {
    /// The same for another site. Nobody shares it: whoever wants that signs in there.
    pub(crate) fn for_site(&self, content_url: &str) -> Self {
        Self {
            credentials: self.credentials.clone(),
            site: content_url.to_owned(),
            user: self.user.clone(),
            key: None,
        }
    }
}

/// A session that many calls, sites and tasks use.
pub(crate) struct SharedSession {
    /// None for a session that was brought along: it cannot be renewed.
    pub(crate) recipe: Option<Recipe>,
    state: Mutex<State>,
    /// The start of the time that the rules count in.
    start: Instant,
    /// What others who share the session know this one by.
    pub(crate) holder: sharing::HolderName,
    kept_alive: AtomicBool,
}

struct State {
    generations: Generations<Arc<Session>, Error>,
    flight: Option<WeakShared<Flight>>,
    last_used: Instant,
    sign_ins: u64,
    failed_renewals: u64,
    /// It is being ended by this program: nothing renews it any more.
    closing: bool,
}

/// A sign-in under way. It lives as long as somebody waits for it.
type Flight = Pin<Box<dyn Future<Output = Result<Arc<Session>, Error>> + Send>>;

/// A session that was begun for everybody who waits.
pub(super) struct Begun {
    pub(super) session: Session,
    /// In the row of those who share it.
    pub(super) generation: u64,
    /// Signed in for now, not found where others had left it.
    pub(super) by_us: bool,
}

impl SharedSession {
    pub(crate) fn new(recipe: Recipe) -> Arc<Self> {
        Self::of(Some(recipe), None)
    }

    /// A session that is there already, with the recipe to renew it if there is one.
    pub(crate) fn begun(session: Session, recipe: Option<Recipe>) -> Arc<Self> {
        Self::of(recipe, Some(Arc::new(session)))
    }

    fn of(recipe: Option<Recipe>, first: Option<Arc<Session>>) -> Arc<Self> {
        let now = Instant::now();
        let (sign_ins, failed_renewals) = first
            .as_ref()
            .map_or((0, 0), |first| (first.sign_ins, first.failed_renewals));
        Arc::new(Self {
            recipe,
            state: Mutex::new(State {
                generations: Generations::new(first),
                flight: None,
                last_used: now,
                sign_ins,
                failed_renewals,
                closing: false,
            }),
            start: now,
            holder: sharing::HolderName::new(),
            kept_alive: AtomicBool::new(false),
        })
    }

    /// The session begun last, good or not.
    pub(crate) fn last(&self) -> Option<Arc<Session>> {
        self.lock().generations.last().cloned()
    }

    /// The same, with what has failed since it was begun.
    pub(crate) fn shown(&self) -> Option<Arc<Session>> {
        let state = self.lock();
        let last = state.generations.last()?;
        if last.failed_renewals == state.failed_renewals {
            return Some(Arc::clone(last));
        }
        Some(Arc::new(Session {
            failed_renewals: state.failed_renewals,
            ..(**last).clone()
        }))
    }

    /// How long no call has used it.
    pub(crate) fn idle(&self) -> Duration {
        self.lock().last_used.elapsed()
    }

    /// The session to use: the one there is, or a new one if the generation given was found dead.
    ///
    /// However many ask at once, there is one sign-in, and all get what comes of it.
    pub(crate) async fn session(
        self: &Arc<Self>,
        core: &Arc<Core>,
        dead: Option<u64>,
    ) -> Result<Arc<Session>, Error> {
        loop {
            let flight = {
                let mut state = self.lock();
                state.forget_abandoned();
                if state.closing && dead.is_some() {
                    let message = "the session was ended by this program while the call was under way";
                    return Err(Error::new(ErrorKind::SessionEnded, message.to_owned()));
                }
                match state.generations.next(dead, self.start.elapsed()) {
                    Next::Use(session) => {
                        state.last_used = Instant::now();
                        return Ok(session);
                    }
                    Next::Refuse(error) => return Err(error),
                    Next::Contended => return Err(contended()),
                    Next::Begin(number) => {
                        let flight = Arc::clone(self).fly(Arc::clone(core), number).shared();
                        state.flight = flight.downgrade();
                        Some(flight)
                    }
                    Next::Join => state.flight.as_ref().and_then(WeakShared::upgrade),
                }
            };
            if let Some(flight) = flight {
                return flight.await;
            }
            // Whoever flew has just landed or gone: look again.
        }
    }

    /// Whether nobody has begun yet what keeps it alive; from now on somebody has.
    pub(super) fn claim_keep_alive(&self) -> bool {
        !self.kept_alive.swap(true, Ordering::Relaxed)
    }

    /// From now on nothing renews it, since this program is ending it; or again, if that failed.
    pub(crate) fn close(&self, closing: bool) {
        self.lock().closing = closing;
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.lock().closing
    }

    /// The session that is to be ended: after a sign-in under way, what came of it.
    pub(crate) async fn settled(&self) -> Option<Arc<Session>> {
        let flight = self.lock().flight.as_ref().and_then(WeakShared::upgrade);
        if let Some(flight) = flight {
            // Its error is that of whoever flew.
            let _ = flight.await;
        }
        self.last()
    }

    /// A sign-in. Boxed here, as signing in is a call like those that wait for it.
    fn fly(self: Arc<Self>, core: Arc<Core>, number: u64) -> Flight {
        Box::pin(async move { self.land(&core, number).await })
    }

    async fn land(self: Arc<Self>, core: &Arc<Core>, number: u64) -> Result<Arc<Session>, Error> {
        let before = self.last();
        let begun = match &self.recipe {
            Some(recipe) => sharing::begin(core, recipe, &self.holder, before.as_deref()).await,
            None => Err(Error::new(
                ErrorKind::SessionEnded,
                "the session was brought along and cannot be renewed".to_owned(),
            )),
        };
        let begun = begun.and_then(|begun| match &before {
            Some(before) => begun.continues(before),
            None => Ok(begun),
        });
        let mut state = self.lock();
        let now = self.start.elapsed();
        match begun {
            Ok(begun) => {
                state.sign_ins += u64::from(begun.by_us);
                let session = Session {
                    generation: begun.generation,
                    sign_ins: state.sign_ins,
                    failed_renewals: state.failed_renewals,
                    ..begun.session
                };
                let session = Arc::new(session);
                state
                    .generations
                    .succeeded(number, Arc::clone(&session), begun.by_us, now);
                state.last_used = Instant::now();
                drop(state);
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
                state.failed_renewals += u64::from(before.is_some());
                let failed_renewals = state.failed_renewals;
                state
                    .generations
                    .failed(number, error.clone(), is_final(&error), now);
                drop(state);
                if before.is_some() {
                    tracing::warn!(%error, failed_renewals, "a session could not be renewed");
                }
                Err(error)
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// A sign-in that nobody waits for any more has ended halfway.
    fn forget_abandoned(&mut self) {
        if let Some(number) = self.generations.under_way()
            && self.flight.as_ref().and_then(WeakShared::upgrade).is_none()
        {
            self.generations.abandoned(number);
        }
    }
}

impl Begun {
    /// Checks that it is for the same site and user as the one before, for which calls may be on their way.
    fn continues(self, before: &Session) -> Result<Self, Error> {
        if self.session.site_id == before.site_id && self.session.user_id == before.user_id {
            return Ok(self);
        }
        let message = "signing in again gave another user or another site than before".to_owned();
        Err(Error::new(ErrorKind::SessionEnded, message)
            .with_hint("Sign in anew. A provider of JWTs has to name the same user each time."))
    }
}

/// Whether the same credentials would fail the same way later: trying again could lock the account.
fn is_final(error: &Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::Connection
            | ErrorKind::Tls
            | ErrorKind::Interrupted
            | ErrorKind::Redirected
            | ErrorKind::TooManyRequests
            | ErrorKind::Server
            | ErrorKind::Foreign
            | ErrorKind::Decode
    )
}

fn contended() -> Error {
    let message = "the session was renewed three times within a minute, and died each time".to_owned();
    Error::new(ErrorKind::SessionEnded, message)
        .with_causes(vec![
            "another program signs in with the same personal access token, which ends this one's session".to_owned(),
            "the server ends the user's sessions, or loses them: a load balancer without sticky sessions, a restart".to_owned(),
        ])
        .with_hint("Give each program a token of its own, or let them share one session through a session store.")
}

impl fmt::Debug for SharedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSession")
            .field("last", &self.last())
            .field("recipe", &self.recipe)
            .finish_non_exhaustive()
    }
}
