//! How a body is sent that is sent slowly, or not to its end.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Sleep, sleep};

/// How long something stalls that never goes on: longer than any client waits, but not for ever, so that nothing is kept by a client that is gone.
pub(crate) const STALL: Duration = Duration::from_secs(60 * 60);
/// How many pieces a second are sent at most.
const PIECES: u64 = 10;

/// How a body is sent.
pub(crate) struct Pace {
    kind: Kind,
    waiting: Option<Pin<Box<Sleep>>>,
    /// Whether the task had a turn to send what it has.
    flushed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// So many bytes a second.
    Drip(u64),
    /// So many bytes, and then this.
    Until(u64, Then),
}

/// What happens in the midst of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Stall,
    Reset,
    Close,
}

impl Pace {
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            waiting: None,
            flushed: false,
        }
    }

    /// How many bytes may be sent now, after so many; an error if the body breaks off here.
    pub(crate) fn poll_room(&mut self, context: &mut Context<'_>, sent: u64) -> Poll<io::Result<u64>> {
        match self.kind {
            Kind::Drip(rate) => {
                let piece = (rate / PIECES).max(1);
                if sent > 0 {
                    let micros = piece.saturating_mul(1_000_000) / rate.max(1);
                    ready!(self.poll_wait(context, Duration::from_micros(micros)));
                }
                Poll::Ready(Ok(piece))
            }
            Kind::Until(bytes, _) if sent < bytes => Poll::Ready(Ok(bytes - sent)),
            Kind::Until(_, Then::Stall) => {
                ready!(self.poll_wait(context, STALL));
                Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
            }
            // What was sent before has to be on its way, and not in a buffer that is dropped with the connection.
            Kind::Until(..) if !self.flushed => {
                self.flushed = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Kind::Until(_, Then::Close) => Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into())),
            Kind::Until(_, _) => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
        }
    }

    fn poll_wait(&mut self, context: &mut Context<'_>, time: Duration) -> Poll<()> {
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(time)));
        ready!(waiting.as_mut().poll(context));
        self.waiting = None;
        Poll::Ready(())
    }
}

impl fmt::Debug for Pace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind)
    }
}
