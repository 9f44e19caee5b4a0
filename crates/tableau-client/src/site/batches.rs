//! Items that come in batches: a `Stream`, or an `Iterator` if blocking, of what a source gives step by step.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::error::Error;
use crate::mode::{Async, Blocking, Mode};

/// What a step gives.
pub(super) struct Batch<S, T, A> {
    pub(super) items: Vec<T>,
    /// What is known of all items after it.
    pub(super) about: A,
    /// The source of the next batch, unless this was the last.
    pub(super) next: Option<Box<S>>,
}

pub(super) type Step<S, T, A> = Pin<Box<dyn Future<Output = Result<Batch<S, T, A>, Error>> + Send>>;

/// Items `T` of a source `S`, and what is known `A`bout them.
pub(super) struct Batches<S, T, A, M> {
    items: std::vec::IntoIter<T>,
    about: A,
    mode: M,
    step: fn(Box<S>) -> Step<S, T, A>,
    state: State<S, T, A>,
}

enum State<S, T, A> {
    /// Between two batches.
    Idle(Box<S>),
    /// A batch is awaited.
    Fetching(Step<S, T, A>),
    /// There is no source.
    Failed(Error),
    /// The last batch has come.
    Done,
}

impl<S, T, A: Default, M> Batches<S, T, A, M> {
    pub(super) fn new(mode: M, source: Result<S, Error>, step: fn(Box<S>) -> Step<S, T, A>) -> Self {
        Self {
            items: Vec::new().into_iter(),
            about: A::default(),
            mode,
            step,
            state: match source {
                Ok(source) => State::Idle(Box::new(source)),
                Err(error) => State::Failed(error),
            },
        }
    }

    /// The source, before the first item is asked for.
    pub(super) fn source(&mut self) -> Option<&mut S> {
        match &mut self.state {
            State::Idle(source) => Some(source),
            _ => None,
        }
    }

    /// What is known of the items.
    pub(super) fn about(&self) -> &A {
        &self.about
    }

    /// Takes a batch; after an error there is no other.
    fn take(&mut self, batch: Result<Batch<S, T, A>, Error>) -> Result<(), Error> {
        let batch = batch?;
        self.items = batch.items.into_iter();
        self.about = batch.about;
        self.state = batch.next.map_or(State::Done, State::Idle);
        Ok(())
    }
}

impl<S, T, A: Default> Stream for Batches<S, T, A, Async> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match std::mem::replace(&mut this.state, State::Done) {
                State::Idle(source) => this.state = State::Fetching((this.step)(source)),
                State::Fetching(mut step) => match step.as_mut().poll(context) {
                    Poll::Ready(batch) => {
                        if let Err(error) = this.take(batch) {
                            return Poll::Ready(Some(Err(error)));
                        }
                    }
                    Poll::Pending => {
                        this.state = State::Fetching(step);
                        return Poll::Pending;
                    }
                },
                State::Failed(error) => return Poll::Ready(Some(Err(error))),
                State::Done => return Poll::Ready(None),
            }
        }
    }
}

impl<S: Send + 'static, T: Send + 'static, A: Default + Send + 'static> Iterator
    for Batches<S, T, A, Blocking>
{
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.items.next() {
                return Some(Ok(item));
            }
            let batch = match std::mem::replace(&mut self.state, State::Done) {
                State::Idle(source) => self.mode.run((self.step)(source)),
                State::Fetching(step) => self.mode.run(step),
                State::Failed(error) => return Some(Err(error)),
                State::Done => return None,
            };
            if let Err(error) = self.take(batch) {
                return Some(Err(error));
            }
        }
    }
}

// No field is pinned by its place: the future is boxed.
impl<S, T, A, M> Unpin for Batches<S, T, A, M> {}
