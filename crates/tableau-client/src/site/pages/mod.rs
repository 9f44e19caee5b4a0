//! Every item of a list, its pages prefetched and checked.

mod fetcher;
mod identities;
mod reader;
mod seen;

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tableau_wire::endpoint::Query;
use tableau_wire::{Element as _, JsonText, Operation, Paged, Reply};

use super::batches::Batches;
use super::{Site, Untyped};
use crate::core::{Core, pages_at_once};
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Blocking, Mode};
use fetcher::{About, Came, Fetcher, PageFuture};
pub use identities::Identities;
pub use reader::ListReader;

/// How many items a page has by default: the most that servers give.
const PAGE_SIZE: u64 = 1000;

/// Every item of a list, each once: a `Stream` of results, or an `Iterator` if blocking.
///
/// It is complete, or it ends with an error: [`ErrorKind::PaginationInconsistent`] where the pages are not what the server announced, as
/// [`ListReader`] says. It is no snapshot: what is added or deleted while the list is read may be in it or not. If as many items are deleted as are
/// added between two pages, the totals do not show it, and items that have moved to a page before are missed.
/// Dropping it cancels the requests under way.
pub struct Pages<R, M: Mode = Async>(Batches<Fetcher<R>, R, About, M>);

/// The items of a list, from the page on that it asks for.
pub(crate) fn pages<E: Paged + Clone, M: Mode>(site: Site<M>, mut list: E) -> Pages<E::Item, M> {
    let mode = site.mode().clone();
    let core = Arc::clone(site.core());
    let size = *list.page_size_mut().get_or_insert(PAGE_SIZE);
    let first = list.page_number_mut().unwrap_or(1);
    // Arguments that cannot be sent are reported when the first page is asked for.
    let query = list.clone().into_parts().map(|(arguments, _)| arguments.query);
    let send = move |number| {
        let (site, mut list) = (site.clone(), list.clone());
        *list.page_number_mut() = Some(number);
        Box::pin(async move {
            let page = site.send(list).await?;
            Ok(Came {
                announced: page.announced,
                items: page.items,
                identities: Identities::OfItems(E::Item::identity),
            })
        }) as PageFuture<E::Item>
    };
    let reader = reader(first, size, &query.unwrap_or_default());
    Pages::new(mode, reader, (E::OPERATION, core), Box::new(send))
}

fn reader(first: u64, size: u64, query: &Query) -> ListReader {
    let reader = ListReader::new(first, size);
    let is_identity = |name: &str| matches!(name, "id" | "_default_" | "_all_");
    match query.get("fields") {
        Some(fields) if !fields.split(',').any(is_identity) => reader.without_identities(),
        _ => reader,
    }
}

impl<M: Mode> Site<M> {
    /// Every item of a list of the table of endpoints, without its type, from the page on that it asks for.
    ///
    /// Items come as text, since reading all of their members takes longer than all else, and many programs want a few.
    pub fn list_untyped(&self, mut call: Untyped) -> Pages<JsonText, M> {
        let operation = call.entry.operation;
        let query = &mut call.arguments.query;
        let number = |query: &Query, name| query.get(name).and_then(|text| text.parse().ok());
        let first = number(query, "pageNumber").unwrap_or(1);
        if operation.is_paged() && query.get("pageSize").is_none() {
            query.0.push(("pageSize".to_owned(), PAGE_SIZE.to_string()));
        }
        // A size that is no number is refused with the first page.
        let size = number(query, "pageSize").unwrap_or(PAGE_SIZE);
        let reader = reader(first, size, query);
        query.0.retain(|(name, _)| name != "pageNumber");
        let site = self.clone();
        let send = move |number: u64| {
            let (site, mut call) = (site.clone(), call.clone());
            if operation.is_paged() {
                let page = ("pageNumber".to_owned(), number.to_string());
                call.arguments.query.0.push(page);
            }
            Box::pin(async move { came(site.send_untyped(call).await?) }) as PageFuture<JsonText>
        };
        let about = (operation, Arc::clone(self.core()));
        Pages::new(self.mode().clone(), reader, about, Box::new(send))
    }
}

fn came(reply: Reply) -> Result<Came<JsonText>, Error> {
    match reply {
        Reply::Page {
            items,
            identities,
            announced,
            ..
        } => Ok(Came {
            items,
            announced,
            identities: Identities::Listed(identities),
        }),
        _ => {
            let message = "the answer is not a page of a list".to_owned();
            Err(Error::new(ErrorKind::Decode, message))
        }
    }
}

impl<R: Send + 'static, M: Mode> Pages<R, M> {
    fn new(
        mode: M,
        reader: ListReader,
        about: (Operation, Arc<Core>),
        send: Box<dyn Fn(u64) -> PageFuture<R> + Send>,
    ) -> Self {
        let fetcher = Fetcher {
            send,
            at_once: pages_at_once(reader.size()),
            reader,
            under_way: VecDeque::new(),
            has_just_changed: false,
            about,
        };
        Self(Batches::new(mode, Ok(fetcher), |fetcher| {
            Box::pin(fetcher.step())
        }))
    }
}

impl<R, M: Mode> Pages<R, M> {
    /// Takes what there is of a list that is not complete, instead of ending with an error; to be said before the first item is asked for.
    ///
    /// After the last item, [`incomplete`](Self::incomplete) says what was wrong.
    #[must_use]
    pub fn allow_incomplete(mut self) -> Self {
        if let Some(fetcher) = self.0.source() {
            fetcher.reader.allow_incomplete();
        }
        self
    }

    /// Why the list is not complete, once its last item was taken; `None` for one that is, or where that was not
    /// [allowed](Self::allow_incomplete).
    #[must_use]
    pub fn incomplete(&self) -> Option<&Error> {
        self.0.about().incomplete.as_ref()
    }

    /// How many items the server said there are, once the first page is there.
    #[must_use]
    pub fn total_available(&self) -> Option<u64> {
        self.0.about().total_available
    }
}

impl<R: Send + 'static> Stream for Pages<R, Async> {
    type Item = Result<R, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(context)
    }
}

impl<R: Send + 'static> Iterator for Pages<R, Blocking> {
    type Item = Result<R, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl<R, M: Mode> fmt::Debug for Pages<R, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("total_available", &self.total_available())
            .finish_non_exhaustive()
    }
}
