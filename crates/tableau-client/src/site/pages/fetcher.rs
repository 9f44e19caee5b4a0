//! Pages in order, some of them fetched ahead.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use tableau_wire::{Announced, Operation};
use tokio::task::JoinHandle;

use super::identities::Identities;
use super::reader::ListReader;
use crate::core::Core;
use crate::error::Error;
use crate::guard;
use crate::site::batches::Batch;

/// A page as it came.
pub(super) struct Came<R> {
    pub(super) items: Vec<R>,
    pub(super) announced: Announced,
    pub(super) identities: Identities<R>,
}

pub(super) type PageFuture<R> = Pin<Box<dyn Future<Output = Result<Came<R>, Error>> + Send>>;

/// Fetches the pages that a reader asks for.
pub(super) struct Fetcher<R> {
    /// Asks for a page by its number.
    pub(super) send: Box<dyn Fn(u64) -> PageFuture<R> + Send>,
    pub(super) reader: ListReader,
    /// How many pages are under way at a time.
    pub(super) at_once: usize,
    pub(super) under_way: VecDeque<(u64, Fetch<R>)>,
    /// The total of the last page was another one than before: the next page is asked for alone. If it has another total again, the list ends with an
    /// error, and pages after it would be asked for in vain.
    pub(super) has_just_changed: bool,
    /// The call, and where it is sent to, for errors.
    pub(super) about: (Operation, Arc<Core>),
}

/// What the pages say of the list.
#[derive(Default)]
pub(super) struct About {
    pub(super) total_available: Option<u64>,
    /// Why it is not complete.
    pub(super) incomplete: Option<Error>,
}

impl<R: Send + 'static> Fetcher<R> {
    /// The new items of the next page, if there is one.
    pub(super) async fn step(mut self: Box<Self>) -> Result<Batch<Self, R, About>, Error> {
        let page = self.next_page().await.transpose();
        let page = page.map_err(|error| match error.operation() {
            Some(_) => error,
            None => error.of_call(self.about.0, self.about.1.address.to_string()),
        })?;
        Ok(Batch {
            about: About {
                total_available: self.reader.total_available(),
                incomplete: self.reader.incomplete().cloned(),
            },
            next: page.is_some().then_some(self),
            items: page.unwrap_or_default(),
        })
    }

    async fn next_page(&mut self) -> Option<Result<Vec<R>, Error>> {
        let number = self.reader.next()?;
        if self.under_way.front().is_none_or(|(first, _)| *first != number) {
            // The list has changed: what was fetched ahead was part of the old one.
            self.under_way.clear();
        }
        let next = self.under_way.back().map_or(number, |(last, _)| last + 1);
        let at_once = if self.has_just_changed { 1 } else { self.at_once };
        let room = at_once.saturating_sub(self.under_way.len());
        for number in (next..=self.reader.ahead()).take(room) {
            self.ask(number);
        }
        let (_, fetch) = self.under_way.pop_front()?;
        let before = self.reader.total_available();
        let result = match fetch {
            Fetch::Task(task) => task.join().await,
            Fetch::Future(future) => future.await,
        };
        let taken = match result {
            Ok(page) => self.reader.take(page.announced, page.items, &page.identities),
            Err(error) => self.reader.refused(error).map(|()| Vec::new()),
        };
        self.has_just_changed = before.is_some() && self.reader.total_available() != before;
        if self.has_just_changed {
            // Pages that were fetched ahead may be from before the change: their totals would look like another.
            self.under_way.clear();
        }
        Some(taken)
    }

    fn ask(&mut self, number: u64) {
        let fetch = (self.send)(number);
        let fetch = match tokio::runtime::Handle::try_current() {
            Ok(runtime) => Fetch::Task(AbortOnDrop(runtime.spawn(fetch))),
            Err(_) => Fetch::Future(fetch),
        };
        self.under_way.push_back((number, fetch));
    }
}

/// A page that was asked for.
pub(super) enum Fetch<R> {
    /// In a task of its own, so that it goes on while the previous page is used.
    Task(AbortOnDrop<Result<Came<R>, Error>>),
    /// Without a tokio runtime, which a custom transport may not need: it goes on only while it is awaited.
    Future(PageFuture<R>),
}

/// A task that is cancelled when its handle is dropped.
pub(super) struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> AbortOnDrop<Result<T, Error>> {
    async fn join(mut self) -> Result<T, Error> {
        guard::of_task((&mut self.0).await, "while a page was fetched")
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
