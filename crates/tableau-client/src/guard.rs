//! A session for the length of a block: signed out however the block ends.

use crate::error::Error;

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

pub(crate) fn log(result: Result<(), Error>) {
    if let Err(error) = result {
        tracing::warn!(%error, "a session could not be signed out; it ends by itself");
    }
}
