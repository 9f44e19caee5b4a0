//! Every node of a connection, page after page.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tableau_wire::rest::metadata::GraphqlError;

use super::Asked;
use super::answer::{ask, typed};
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Blocking, Mode};
use crate::site::Site;

/// How many nodes are asked for at once; servers give no more than a thousand.
const PAGE: u64 = 100;
const MAX_PAGE: u64 = 1000;

/// Every node of a connection: see [`MetadataQuery::pages`](super::MetadataQuery::pages).
///
/// Where an answer is cut off by a limit (`NODE_LIMIT_EXCEEDED`, `TIME_LIMIT_EXCEEDED`), the page is asked for again with half as many nodes,
/// down to one; pages keep the smaller size. What is still cut off then is given as it is, and [`errors`](Self::errors) says so.
pub struct MetadataPages<T, M: Mode = Async> {
    items: VecDeque<T>,
    errors: Vec<GraphqlError>,
    total: Option<u64>,
    mode: M,
    state: State<T>,
}

enum State<T> {
    Idle(Box<Fetcher>),
    Fetching(Pin<Box<dyn Future<Output = Step<T>> + Send>>),
    Failed(Option<Error>),
    Done,
}

/// The fetcher after a step, unless the list has ended, and the page that it fetched.
type Step<T> = Result<(Option<Box<Fetcher>>, Came<T>), Error>;

struct Came<T> {
    nodes: Vec<T>,
    errors: Vec<GraphqlError>,
    total: Option<u64>,
}

/// Fetches one page after the other.
struct Fetcher {
    site: Site<Async>,
    asked: Asked,
    connection: String,
    /// The names of the variables for the size of the page and for the cursor.
    first: &'static str,
    after: &'static str,
    size: u64,
    cursor: Option<String>,
}

impl<T: DeserializeOwned + Send + 'static, M: Mode> MetadataPages<T, M> {
    pub(super) fn new(site: &Site<M>, asked: Result<Asked, Error>, connection: String) -> Self {
        let mode = site.mode().clone();
        let fetcher = asked.and_then(|asked| Fetcher::new(site.in_async(), asked, connection));
        Self {
            items: VecDeque::new(),
            errors: Vec::new(),
            total: None,
            mode,
            state: match fetcher {
                Ok(fetcher) => State::Idle(Box::new(fetcher)),
                Err(error) => State::Failed(Some(error)),
            },
        }
    }

    /// How many nodes are asked for at once, from 1 to 1000: 100 by default, or what the variables say. To be said before the first is taken.
    #[must_use]
    pub fn page_size(mut self, size: u64) -> Self {
        if let State::Idle(fetcher) = &mut self.state {
            fetcher.size = size.clamp(1, MAX_PAGE);
        }
        self
    }

    /// What was wrong with the pages so far, each error once.
    #[must_use]
    pub fn errors(&self) -> &[GraphqlError] {
        &self.errors
    }

    /// How many nodes there are, if the query asks for `totalCount` and the first page is there.
    #[must_use]
    pub fn total_count(&self) -> Option<u64> {
        self.total
    }

    /// Takes a page; gives its error, if it has one.
    fn take(&mut self, step: Step<T>) -> Option<Error> {
        match step {
            Ok((fetcher, came)) => {
                self.items = came.nodes.into();
                self.total = came.total.or(self.total);
                for error in came.errors {
                    if !self.errors.contains(&error) {
                        self.errors.push(error);
                    }
                }
                self.state = fetcher.map_or(State::Done, State::Idle);
                None
            }
            Err(error) => {
                self.state = State::Done;
                Some(error)
            }
        }
    }
}

impl Fetcher {
    fn new(site: Site<Async>, asked: Asked, connection: String) -> Result<Self, Error> {
        let has = |name: &str| {
            let variable = format!("${name}");
            let mut rest = asked.query.split(variable.as_str()).skip(1);
            rest.any(|after| !after.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
        };
        let after = ["after", "afterToken"].into_iter().find(|name| has(name));
        let (Some(after), true) = (after, has("first")) else {
            let message = "the query has no variables `$first` and `$after`".to_owned();
            return Err(Error::new(ErrorKind::Input, message).with_hint(format!(
                "Declare and pass them: query($first: Int, $after: String) {{ {connection}(first: $first, after: $after) {{ nodes {{ … }} \
                 pageInfo {{ hasNextPage endCursor }} }} }}"
            )));
        };
        let size = asked
            .variables
            .get("first")
            .and_then(Value::as_u64)
            .unwrap_or(PAGE);
        let cursor = asked
            .variables
            .get(after)
            .and_then(Value::as_str)
            .map(str::to_owned);
        Ok(Self {
            site,
            connection,
            first: "first",
            after,
            size: size.clamp(1, MAX_PAGE),
            cursor,
            asked,
        })
    }

    async fn step<T: DeserializeOwned>(mut self: Box<Self>) -> Step<T> {
        loop {
            let variables = &mut self.asked.variables;
            variables.insert(self.first.to_owned(), self.size.into());
            variables.insert(self.after.to_owned(), self.cursor.clone().into());
            let answer = ask(&self.site, &self.asked).await?;
            if answer.is_cut_off() && self.size > 1 {
                self.size /= 2;
                continue;
            }
            let page = self
                .connection
                .split('.')
                .fold(&answer.data, |value, name| &value[name]);
            let nodes = page["nodes"].as_array().ok_or_else(|| {
                let message = format!("the answer has no list `nodes` in `{}`", self.connection);
                Error::new(ErrorKind::Decode, message)
            })?;
            let nodes = nodes
                .iter()
                .map(|node| typed(node.clone(), &answer.errors))
                .collect::<Result<Vec<T>, _>>()?;
            let came = Came {
                nodes,
                total: page["totalCount"].as_u64(),
                errors: answer.errors,
            };
            let info = &page["pageInfo"];
            if info["hasNextPage"] != Value::Bool(true) {
                return Ok((None, came));
            }
            let next = info["endCursor"].as_str().map(str::to_owned);
            if next.is_none() || next == self.cursor {
                let message = format!(
                    "`{}` has a further page and no cursor that leads to it",
                    self.connection
                );
                return Err(Error::new(ErrorKind::PaginationInconsistent, message)
                    .with_hint("Ask for `pageInfo { hasNextPage endCursor }`."));
            }
            self.cursor = next;
            return Ok((Some(self), came));
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for MetadataPages<T, Async> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.items.pop_front() {
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
                State::Failed(error) => return Poll::Ready(error.map(Err)),
                State::Done => return Poll::Ready(None),
            }
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> Iterator for MetadataPages<T, Blocking> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Some(Ok(item));
            }
            let step = match std::mem::replace(&mut self.state, State::Done) {
                State::Idle(fetcher) => self.mode.run(fetcher.step()),
                State::Failed(error) => return error.map(Err),
                State::Fetching(_) | State::Done => return None,
            };
            if let Some(error) = self.take(step) {
                return Some(Err(error));
            }
        }
    }
}

// No field is pinned by its place: the future is boxed.
impl<T, M: Mode> Unpin for MetadataPages<T, M> {}

impl<T, M: Mode> fmt::Debug for MetadataPages<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetadataPages")
            .field("total_count", &self.total)
            .field("errors", &self.errors)
            .finish_non_exhaustive()
    }
}
