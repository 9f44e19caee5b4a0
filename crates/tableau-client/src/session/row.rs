//! Sessions one after the other, each begun once for all who wait for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::WeakShared;
use tokio::time::Instant;

use super::generations::{Generations, Next, Numbered};
use crate::error::{Error, ErrorKind};

/// A sign-in under way (single flight: one for all calls that need it). It lives as long as a call waits for it.
pub(crate) type SignIn<S> = Pin<Box<dyn Future<Output = Result<S, Error>> + Send>>;

/// The rules, a lock, and the one sign-in under way.
pub(crate) struct Row<S: Numbered> {
    state: Mutex<State<S>>,
    /// The start of the time that the rules count in.
    start: Instant,
}

struct State<S: Numbered> {
    generations: Generations<S, Error>,
    sign_in: Option<WeakShared<SignIn<S>>>,
    last_used: Instant,
    /// This program is ending the session: it is not renewed any more.
    closing: bool,
}

impl<S: Numbered> Row<S> {
    /// A row that begins with a session that is there already, or with none.
    pub(crate) fn new(first: Option<S>) -> Self {
        let now = Instant::now();
        Self {
            state: Mutex::new(State {
                generations: Generations::new(first),
                sign_in: None,
                last_used: now,
                closing: false,
            }),
            start: now,
        }
    }

    /// The session begun last, good or not.
    pub(crate) fn last(&self) -> Option<S> {
        self.lock().generations.last().cloned()
    }

    /// A call uses the session that is there.
    pub(crate) fn used(&self) {
        self.lock().last_used = Instant::now();
    }

    /// How long no call has used it.
    pub(crate) fn idle(&self) -> Duration {
        self.lock().last_used.elapsed()
    }

    /// The session to use: the one there is, or a new one if the generation given was found dead.
    ///
    /// Single flight: concurrent callers share one sign-in and its outcome. The outcome is reported with the number of the sign-in. `contended` is the
    /// error for sessions that die as fast as they are begun.
    pub(crate) async fn session(
        &self,
        dead: Option<u64>,
        sign_in: impl Fn(u64) -> SignIn<S>,
        contended: impl Fn() -> Error,
    ) -> Result<S, Error> {
        loop {
            let under_way = {
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
                        let begun = sign_in(number).shared();
                        state.sign_in = begun.downgrade();
                        Some(begun)
                    }
                    Next::Join => state.sign_in.as_ref().and_then(WeakShared::upgrade),
                }
            };
            if let Some(under_way) = under_way {
                return under_way.await;
            }
            // The sign-in has just ended or been dropped: look again.
        }
    }

    /// A sign-in gave a session: by this client, or found in the store.
    pub(crate) fn succeeded(&self, number: u64, session: S, by_us: bool) {
        let (mut state, now) = (self.lock(), self.start.elapsed());
        state.generations.succeeded(number, session, by_us, now);
        state.last_used = Instant::now();
    }

    pub(crate) fn failed(&self, number: u64, error: &Error) {
        let (mut state, now) = (self.lock(), self.start.elapsed());
        state
            .generations
            .failed(number, error.clone(), is_final(error), now);
    }

    /// Lets the next sign-in be tried although the last one was refused: the program asks for it.
    pub(crate) fn forgive(&self) {
        self.lock().generations.forgive();
    }

    /// Stops renewals, since this program is ending the session; or allows them again, if ending it failed.
    pub(crate) fn close(&self, closing: bool) {
        self.lock().closing = closing;
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.lock().closing
    }

    /// The session to end; waits for a sign-in under way.
    pub(crate) async fn settled(&self) -> Option<S> {
        let under_way = self.lock().sign_in.as_ref().and_then(WeakShared::upgrade);
        if let Some(under_way) = under_way {
            // Its error goes to the calls that wait for it.
            let _ = under_way.await;
        }
        self.last()
    }

    fn lock(&self) -> MutexGuard<'_, State<S>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Numbered> State<S> {
    /// Notes that a sign-in was dropped halfway because no call waited for it.
    fn forget_abandoned(&mut self) {
        if let Some(number) = self.generations.under_way()
            && self.sign_in.as_ref().and_then(WeakShared::upgrade).is_none()
        {
            self.generations.abandoned(number);
        }
    }
}

/// Whether the same credentials would fail the same way later: trying again could lock the account.
fn is_final(error: &Error) -> bool {
    let may_pass = matches!(
        error.kind(),
        ErrorKind::Connection
            | ErrorKind::Tls
            | ErrorKind::Interrupted
            | ErrorKind::TimedOut
            | ErrorKind::TooLarge
            | ErrorKind::Redirected
            | ErrorKind::TooManyRequests
            | ErrorKind::Server
            | ErrorKind::Foreign
            | ErrorKind::Decode
    );
    !may_pass && !error.passes()
}
