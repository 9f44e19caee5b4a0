//! A session for the length of a block: signed out however the block ends.

use tokio::task::{JoinError, JoinHandle};
use tracing::Instrument as _;

use crate::error::{Error, ErrorKind};

/// Signs out when it is dropped with a session in it.
pub(crate) struct Guard<S: SignOutOnDrop>(Option<S>);

impl<S: SignOutOnDrop> Guard<S> {
    pub(crate) fn new(session: S) -> Self {
        Self(Some(session))
    }

    /// Disarms the guard: the session is already signed out.
    pub(crate) fn release(&mut self) {
        self.0 = None;
    }
}

impl<S: SignOutOnDrop> Drop for Guard<S> {
    fn drop(&mut self) {
        if let Some(session) = self.0.take() {
            session.sign_out_on_drop();
        }
    }
}

/// How a session is signed out where nothing can be awaited.
pub(crate) trait SignOutOnDrop {
    fn sign_out_on_drop(&self);
}

pub(crate) fn spawn(sign_out: impl Future<Output = Result<(), Error>> + Send + 'static) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn(async move { log(sign_out.await) })),
        Err(_) => tracing::warn!("a session was left open: its future was dropped outside of a runtime"),
    }
}

/// Awaits a sign-in. If this is dropped before its end, the sign-in goes on, as it may have reached the server, and its session is signed out.
pub(crate) async fn begun<S>(
    sign_in: impl Future<Output = Result<S, Error>> + Send + 'static,
) -> Result<S, Error>
where
    S: SignOutOnDrop + Send + 'static,
{
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return sign_in.await;
    };
    let mut under_way = SigningIn(Some(runtime.spawn(sign_in.in_current_span())));
    let begun = match &mut under_way.0 {
        Some(task) => task.await,
        None => return Err(ended(None)),
    };
    under_way.0 = None;
    match begun.map_err(JoinError::try_into_panic) {
        Ok(begun) => begun,
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(error)) => Err(ended(Some(error))),
    }
}

fn ended(cause: Option<JoinError>) -> Error {
    let error = Error::new(
        ErrorKind::Interrupted,
        "the runtime ended during the sign-in".to_owned(),
    );
    match cause {
        Some(cause) => error.caused_by(cause),
        None => error,
    }
}

/// A sign-in under way.
struct SigningIn<S: SignOutOnDrop + Send + 'static>(Option<JoinHandle<Result<S, Error>>>);

impl<S: SignOutOnDrop + Send + 'static> Drop for SigningIn<S> {
    fn drop(&mut self) {
        if let (Some(task), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move {
                if let Ok(Ok(unwanted)) = task.await {
                    unwanted.sign_out_on_drop();
                }
            });
        }
    }
}

pub(crate) fn log(result: Result<(), Error>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a session could not be signed out; it ends by itself");
    }
}
