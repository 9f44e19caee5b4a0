//! A session for the length of a block: signed out however the block ends.

use tokio::task::JoinError;
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

/// Awaits a sign-in, and guards its session. If this is dropped before its end, the sign-in goes on, as it may have reached the server, and its
/// session is signed out: the guard is the output of a task that nobody waits for.
pub(crate) async fn begun<S>(
    sign_in: impl Future<Output = Result<S, Error>> + Send + 'static,
) -> Result<(S, Guard<S>), Error>
where
    S: SignOutOnDrop + Clone + Send + 'static,
{
    let guarded = async {
        sign_in
            .await
            .map(|session| (session.clone(), Guard::new(session)))
    };
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => of_task(
            runtime.spawn(guarded.in_current_span()).await,
            "during the sign-in",
        ),
        Err(_) => guarded.await,
    }
}

/// The result of a task, or its panic. `when` says what was under way if its runtime has ended.
pub(crate) fn of_task<T>(joined: Result<Result<T, Error>, JoinError>, when: &str) -> Result<T, Error> {
    joined.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(error) => {
            Err(Error::new(ErrorKind::Interrupted, format!("the runtime ended {when}")).caused_by(error))
        }
    })
}

pub(crate) fn log(result: Result<(), Error>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a session could not be signed out; it ends by itself");
    }
}
