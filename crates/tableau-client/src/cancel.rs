//! Cancelling what is under way.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;

use tokio::sync::watch;

use crate::error::{Error, ErrorKind, Reached};

/// Ends transfers that are under way, from any thread: a handler of Ctrl-C, a deadline.
///
/// A cancelled download leaves no file behind, and a cancelled upload keeps its journal. The error is of the kind
/// [`Cancelled`](ErrorKind::Cancelled).
#[derive(Clone)]
pub struct Cancel(Arc<watch::Sender<bool>>);

impl Cancel {
    /// A switch for transfers that are told of it: [`Download::cancel_by`](crate::Download::cancel_by),
    /// [`Publish::cancel_by`](crate::Publish::cancel_by).
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Ends them, for good.
    pub fn cancel(&self) {
        self.0.send_replace(true);
    }

    /// Whether [`cancel`](Self::cancel) was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        *self.0.borrow()
    }

    /// What is ready when it is cancelled.
    pub(crate) fn into_future(self) -> Cancelled {
        Box::pin(async move { self.cancelled().await })
    }

    async fn cancelled(&self) {
        let mut switch = self.0.subscribe();
        // The sender lives as long as this.
        let _ = switch.wait_for(|is_cancelled| *is_cancelled).await;
    }
}

/// Does this unless it is cancelled before its end.
pub(crate) async fn unless_cancelled<T>(
    cancel: Option<Cancel>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(cancel) = cancel else {
        return work.await;
    };
    let (mut cancelled, mut work) = (pin!(cancel.cancelled()), pin!(work));
    poll_fn(|context| {
        if cancelled.as_mut().poll(context).is_pending() {
            return work.as_mut().poll(context);
        }
        Poll::Ready(Err(cancelled_before_its_end()))
    })
    .await
}

/// The error of what was cancelled.
pub(crate) fn cancelled_before_its_end() -> Error {
    let message = "it was cancelled before its end".to_owned();
    Error::new(ErrorKind::Cancelled, message).reached_as(Reached::Unknown)
}

/// Ready when it is cancelled.
pub(crate) type Cancelled = Pin<Box<dyn Future<Output = ()> + Send + Sync>>;

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_cancelled()).finish()
    }
}
