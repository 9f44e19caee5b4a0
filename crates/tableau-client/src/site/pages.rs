//! Every page of a list, prefetched.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tableau_wire::{Page, Paged};
use tokio::task::JoinHandle;

use super::Site;
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Blocking, Mode};

/// How many items a page has by default: the most that servers give.
const PAGE_SIZE: u64 = 1000;

/// How many pages are prefetched while one is used. More help on slow networks and cost a megabyte each.
const AHEAD: usize = 3;

/// Every item of a list: a `Stream` of results, or an `Iterator` if blocking.
///
/// Dropping it cancels the requests under way. It is no snapshot: a list that shrinks while it is read ends early.
pub struct Pages<R, M: Mode = Async> {
    items: std::vec::IntoIter<R>,
    total_available: Option<u64>,
    mode: M,
    state: State<R>,
}

enum State<R> {
    /// Between two pages.
    Idle(Box<Fetcher<R>>),
    /// A page is awaited.
    Fetching(Pin<Box<dyn Future<Output = Step<R>> + Send>>),
    /// The list has ended.
    Done,
}

/// The fetcher after a step, and the page it fetched.
type Step<R> = (Box<Fetcher<R>>, Option<Result<Page<R>, Error>>);

/// The items of a list, from the page on that it asks for.
pub(crate) fn pages<E: Paged + Clone, M: Mode>(site: Site<M>, list: E) -> Pages<E::Item, M> {
    let mode = site.mode().clone();
    let state = State::Idle(Box::new(fetcher(site, list)));
    Pages {
        items: Vec::new().into_iter(),
        total_available: None,
        mode,
        state,
    }
}

impl<R, M: Mode> Pages<R, M> {
    /// How many items the server said there are, once the first page is there.
    #[must_use]
    pub fn total_available(&self) -> Option<u64> {
        self.total_available
    }

    /// Takes the result of a fetch; gives its error, if it has one.
    fn take(&mut self, (fetcher, result): Step<R>) -> Option<Error> {
        match result {
            Some(Ok(page)) => {
                self.total_available = Some(page.total_available);
                self.items = page.items.into_iter();
                self.state = State::Idle(fetcher);
                None
            }
            Some(Err(error)) => {
                self.state = State::Done;
                Some(error)
            }
            None => {
                self.state = State::Done;
                None
            }
        }
    }
}

impl<R: Send + 'static> Stream for Pages<R, Async> {
    type Item = Result<R, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match std::mem::replace(&mut this.state, State::Done) {
                State::Idle(fetcher) => this.state = State::Fetching(Box::pin(fetcher.step())),
                State::Fetching(mut fetch) => match fetch.as_mut().poll(context) {
                    Poll::Ready(step) => {
                        if let Some(error) = this.take(step) {
                            return Poll::Ready(Some(Err(error)));
                        }
                    }
                    Poll::Pending => {
                        this.state = State::Fetching(fetch);
                        return Poll::Pending;
                    }
                },
                State::Done => return Poll::Ready(None),
            }
        }
    }
}

impl<R: Send + 'static> Iterator for Pages<R, Blocking> {
    type Item = Result<R, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.items.next() {
                return Some(Ok(item));
            }
            let State::Idle(fetcher) = std::mem::replace(&mut self.state, State::Done) else {
                return None;
            };
            let step = self.mode.run(fetcher.step());
            if let Some(error) = self.take(step) {
                return Some(Err(error));
            }
        }
    }
}

// No field is pinned by its place: the future is boxed.
impl<R, M: Mode> Unpin for Pages<R, M> {}

impl<R, M: Mode> fmt::Debug for Pages<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("total_available", &self.total_available)
            .finish_non_exhaustive()
    }
}

/// Fetches pages in order, some of them ahead.
struct Fetcher<R> {
    /// Asks for a page by its number.
    send: Box<dyn Fn(u64) -> PageFuture<R> + Send>,
    /// The next page to ask for.
    next: u64,
    /// The last page, once the first answer has said it.
    last: Option<u64>,
    under_way: VecDeque<(u64, Fetch<R>)>,
}

type PageFuture<R> = Pin<Box<dyn Future<Output = Result<Page<R>, Error>> + Send>>;

fn fetcher<E: Paged + Clone, M: Mode>(site: Site<M>, mut list: E) -> Fetcher<E::Item> {
    list.page_size_mut().get_or_insert(PAGE_SIZE);
    let next = list.page_number_mut().unwrap_or(1);
    let send = move |number| {
        let (site, mut list) = (site.clone(), list.clone());
        *list.page_number_mut() = Some(number);
        Box::pin(async move { site.send(list).await }) as PageFuture<E::Item>
    };
    Fetcher {
        send: Box::new(send),
        next,
        last: None,
        under_way: VecDeque::new(),
    }
}

impl<R: Send + 'static> Fetcher<R> {
    /// The next page, if there is one.
    async fn step(mut self: Box<Self>) -> Step<R> {
        let page = self.next_page().await;
        (self, page)
    }

    async fn next_page(&mut self) -> Option<Result<Page<R>, Error>> {
        let ahead = if self.last.is_some() { AHEAD } else { 1 };
        while self.under_way.len() < ahead && self.last.is_none_or(|last| self.next <= last) {
            self.ask();
        }
        let (number, fetch) = self.under_way.pop_front()?;
        let result = match fetch {
            Fetch::Task(task) => task.join().await,
            Fetch::Future(future) => future.await,
        };
        match result {
            Ok(page) => {
                self.last = Some(page.page_count());
                Some(Ok(page))
            }
            // The list has shrunk since its first page: its end has been passed.
            Err(error) if error.code() == Some("400006") && number > 1 && self.last.is_some() => None,
            Err(error) => Some(Err(error)),
        }
    }

    fn ask(&mut self) {
        let fetch = (self.send)(self.next);
        let fetch = match tokio::runtime::Handle::try_current() {
            Ok(runtime) => Fetch::Task(AbortOnDrop(runtime.spawn(fetch))),
            Err(_) => Fetch::Future(fetch),
        };
        self.under_way.push_back((self.next, fetch));
        self.next += 1;
    }
}

/// A page that was asked for.
enum Fetch<R> {
    /// In a task of its own, so that it goes on while the previous page is used.
    Task(AbortOnDrop<Result<Page<R>, Error>>),
    /// Without a tokio runtime, which a custom transport may not need: it goes on only while it is awaited.
    Future(PageFuture<R>),
}

/// A task that is cancelled when its handle is dropped.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> AbortOnDrop<Result<T, Error>> {
    async fn join(mut self) -> Result<T, Error> {
        match (&mut self.0).await {
            Ok(result) => result,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(error) => {
                    let message = "the runtime ended while a page was fetched".to_owned();
                    Err(Error::new(ErrorKind::Interrupted, message).caused_by(error))
                }
            },
        }
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
