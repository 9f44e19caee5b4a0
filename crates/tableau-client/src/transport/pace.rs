//! Whether a request and its answer make progress, and how long to wait if they do not.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, timeout_at};

use super::meter::Meter;
use super::timeouts::after;
use super::{ResponseBody, Timeouts, TransportError};
use crate::error::{Bound, Timeout};

/// How far the sending of a request is, as its body tells while it is read.
#[derive(Clone)]
pub(crate) struct Pace(Arc<Mutex<Sending>>);

struct Sending {
    start: Instant,
    stage: Stage,
    meter: Meter,
    window: Duration,
}

enum Stage {
    /// Nothing of the body was asked for: a connection is made, or the body is sent at once.
    Waiting,
    /// Since this moment the body is read.
    Reading(Instant),
    /// All of it was given to the system at this moment.
    Sent(Instant),
}

impl Pace {
    pub(crate) fn begin(timeouts: &Timeouts) -> Self {
        // The system takes what is sent into a buffer of megabytes, and takes more only when much of it has left.
        let window = timeouts.stall.saturating_mul(2);
        Self(Arc::new(Mutex::new(Sending {
            start: Instant::now(),
            stage: Stage::Waiting,
            meter: Meter::new(window, timeouts.floor),
            window,
        })))
    }

    /// The body is asked for its next piece.
    pub(super) fn asked(&self) {
        let mut this = self.lock();
        if let Stage::Waiting = this.stage {
            this.stage = Stage::Reading(Instant::now());
        }
    }

    /// A piece of the body was given.
    pub(super) fn gave(&self, bytes: usize) {
        let mut this = self.lock();
        if let Stage::Reading(since) = this.stage {
            this.meter.count(since.elapsed(), bytes as u64);
        }
    }

    /// All of the body was given.
    pub(super) fn ended(&self) {
        let mut this = self.lock();
        if !matches!(this.stage, Stage::Sent(_)) {
            this.stage = Stage::Sent(Instant::now());
        }
    }

    /// Waits for the head of the answer: no longer than its bound after the request was sent, and while it is sent as long as it moves.
    pub(crate) async fn keep<T>(
        &self,
        answer: impl Future<Output = T>,
        head: Duration,
    ) -> Result<T, Timeout> {
        let mut answer = pin!(answer);
        loop {
            let look = self.lock().next_look(head)?;
            if let Ok(answer) = timeout_at(look, &mut answer).await {
                return Ok(answer);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Sending> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sending {
    /// When to look next; an error if a bound was reached.
    fn next_look(&mut self, head: Duration) -> Result<Instant, Timeout> {
        match self.stage {
            Stage::Waiting => due(self.start, head),
            Stage::Sent(at) => due(at, head),
            Stage::Reading(since) => {
                if self.meter.has_stalled(since.elapsed()) {
                    return Err(Timeout::new(Bound::Stall, self.window));
                }
                Ok(after(since, self.meter.next_look()))
            }
        }
    }
}

/// When the head has to be there; an error if that is over.
fn due(since: Instant, head: Duration) -> Result<Instant, Timeout> {
    let due = after(since, head);
    match since.elapsed() {
        waited if Instant::now() >= due => Err(Timeout::new(Bound::Head, waited)),
        _ => Ok(due),
    }
}

/// An answer's body that has to keep up the floor while it is waited for.
pub(super) struct Watched {
    body: ResponseBody,
    meter: Meter,
    window: Duration,
    /// How long the body was waited for: the time that its reader takes does not count.
    waited: Duration,
    waiting: Option<Waiting>,
}

/// The piece that is waited for.
struct Waiting {
    since: Instant,
    /// How long until the next look at the meter.
    left: Duration,
    look: Pin<Box<Sleep>>,
}

impl Watched {
    pub(super) fn new(body: ResponseBody, timeouts: &Timeouts) -> Self {
        Self {
            body,
            meter: Meter::new(timeouts.stall, timeouts.floor),
            window: timeouts.stall,
            waited: Duration::ZERO,
            waiting: None,
        }
    }

    /// Ends the waiting for a piece; gives whether the body has stalled.
    fn looked(&mut self) -> bool {
        let Some(waiting) = self.waiting.take() else {
            return false;
        };
        let elapsed = waiting.since.elapsed();
        // A reader that was away did not wait, and the piece may have been there all the time.
        let was_away = elapsed > waiting.left.saturating_add(Duration::from_secs(1));
        let waited = if was_away { waiting.left } else { elapsed };
        self.waited = self.waited.saturating_add(waited);
        !was_away && self.meter.has_stalled(self.waited)
    }

    fn stalled(&self) -> TransportError {
        TransportError::timed_out(Timeout::new(Bound::Stall, self.window))
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            let Some(Ok(piece)) = &frame else {
                return Poll::Ready(frame);
            };
            if this.looked() {
                return Poll::Ready(Some(Err(this.stalled())));
            }
            let bytes = piece.data_ref().map_or(0, Bytes::len);
            this.meter.count(this.waited, bytes as u64);
            return Poll::Ready(frame);
        }
        loop {
            let left = this.meter.next_look().saturating_sub(this.waited);
            let waiting = this.waiting.get_or_insert_with(|| Waiting {
                since: Instant::now(),
                left,
                look: Box::pin(sleep(left)),
            });
            ready!(waiting.look.as_mut().poll(context));
            // Nothing is there now: the time counts, also for a reader that was away.
            waiting.left = Duration::MAX;
            if this.looked() {
                return Poll::Ready(Some(Err(this.stalled())));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::pending;

    use super::*;

    /// A body that gives a piece of this size every so often, without end.
    struct Drip {
        size: usize,
        every: Duration,
        next: Pin<Box<Sleep>>,
    }

    fn drip(size: usize, every: Duration) -> Watched {
        let drip = Drip {
            size,
            every,
            next: Box::pin(sleep(every)),
        };
        Watched::new(ResponseBody::new(drip), &Timeouts::default())
    }

    impl Body for Drip {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            ready!(self.next.as_mut().poll(context));
            self.next = Box::pin(sleep(self.every));
            Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![0; self.size])))))
        }
    }

    /// After how long a body fails; `None` if it goes on for this long.
    async fn fails_after(body: Watched, within: Duration) -> Option<(Duration, Timeout)> {
        let start = Instant::now();
        let mut body = ResponseBody::new(body);
        loop {
            match body.chunk().await {
                Err(error) => return Some((start.elapsed(), error.timeout().unwrap())),
                Ok(_) if start.elapsed() > within => return None,
                Ok(_) => {}
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_is_a_stall() {
        let day = Duration::from_secs(24 * 3600);
        for (size, every) in [(1, 1), (1000, 1), (1, 60)] {
            let failed = fails_after(drip(size, Duration::from_secs(every)), day).await;
            let (after, timeout) = failed.unwrap();
            assert_eq!(timeout, Timeout::new(Bound::Stall, Duration::from_secs(20)));
            assert!(
                (20..23).contains(&after.as_secs()),
                "{size} every {every}: {after:?}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn eight_hours_at_ten_kilobytes_a_second_are_no_stall() {
        let day = Duration::from_secs(8 * 3600);
        assert_eq!(fails_after(drip(10_000, Duration::from_secs(1)), day).await, None);
        assert_eq!(
            fails_after(drip(150_000, Duration::from_secs(15)), day).await,
            None
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_that_a_reader_takes_is_no_stall() {
        let mut body = ResponseBody::new(drip(10_000, Duration::from_secs(1)));
        for _ in 0..10 {
            assert!(body.chunk().await.unwrap().is_some());
            tokio::time::advance(Duration::from_secs(3600)).await;
        }
    }

    /// What comes of waiting for an answer that never comes, while a request is taken piece by piece, wholly or not.
    async fn never_answered(pieces: u32, every: u64, wholly: bool) -> (u64, Timeout) {
        let (start, pace) = (Instant::now(), Pace::begin(&Timeouts::default()));
        let taken = pace.clone();
        let answer = async move {
            for _ in 0..pieces {
                taken.asked();
                sleep(Duration::from_secs(every)).await;
                taken.gave(128 * 1024);
            }
            if wholly {
                taken.ended();
            }
            pending::<()>().await;
        };
        let timeout = pace.keep(answer, Duration::from_secs(30)).await.unwrap_err();
        (start.elapsed().as_secs(), timeout)
    }

    #[tokio::test(start_paused = true)]
    async fn the_head_is_waited_for_since_the_request_was_sent() {
        let waited = Timeout::new(Bound::Head, Duration::from_secs(30));
        assert_eq!(never_answered(0, 0, false).await, (30, waited));
        let (after, timeout) = never_answered(10, 0, true).await;
        assert_eq!(timeout.bound, Bound::Head);
        assert!((30..=44).contains(&after), "{after}");
        // An upload of an hour and 23 minutes, at 13 kB a second.
        let (after, timeout) = never_answered(500, 10, true).await;
        assert_eq!(timeout.bound, Bound::Head);
        assert!((5030..=5044).contains(&after), "{after}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_upload_that_is_not_read_is_a_stall() {
        let stall = Timeout::new(Bound::Stall, Duration::from_secs(40));
        for pieces in [1, 2, 100] {
            let (after, timeout) = never_answered(pieces, 1, false).await;
            assert_eq!(timeout, stall);
            let least = u64::from(pieces) + 36;
            assert!((least..=least + 10).contains(&after), "{pieces}: {after}");
        }
    }
}
