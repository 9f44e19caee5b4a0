//! Every node of a connection, page after page.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tableau_wire::rest::metadata::GraphqlError;

use super::Asked;
use super::answer::{ask, refused, typed};
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Blocking, Mode};
use crate::site::Site;
use crate::site::batches::{Batch, Batches};

/// What a query has to ask for.
const ASK: &str = "Ask for `pageInfo { hasNextPage endCursor }`.";
const MOVED: &str = "What changes while it is read moves between pages: read it again, sorted by what does not change (`orderBy: {field: ID, direction: ASC}`).";
/// How many nodes are asked for at once; servers give no more than a thousand.
const PAGE: u64 = 100;
const MAX_PAGE: u64 = 1000;

/// Every node of a connection: see [`MetadataQuery::pages`](super::MetadataQuery::pages).
///
/// Where an answer is cut off by a limit (`NODE_LIMIT_EXCEEDED`, `TIME_LIMIT_EXCEEDED`), the page is asked for again with half as many nodes,
/// down to one; pages keep the smaller size. What is still cut off then is given as it is, and [`errors`](Self::errors) says so.
pub struct MetadataPages<T, M: Mode = Async>(Batches<Fetcher, T, About, M>);

/// What the pages say of the connection.
#[derive(Clone, Default)]
struct About {
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
    /// The identifiers of the nodes that came.
    seen: HashSet<String>,
    about: About,
}

impl<T: DeserializeOwned + Send + 'static, M: Mode> MetadataPages<T, M> {
    pub(super) fn new(site: &Site<M>, asked: Result<Asked, Error>, connection: String) -> Self {
        let fetcher = asked.and_then(|asked| Fetcher::new(site.in_async(), asked, connection));
        Self(Batches::new(site.mode().clone(), fetcher, |fetcher| {
            Box::pin(fetcher.step())
        }))
    }

    /// How many nodes are asked for at once, from 1 to 1000: 100 by default, or what the variables say. To be said before the first is taken.
    #[must_use]
    pub fn page_size(mut self, size: u64) -> Self {
        if let Some(fetcher) = self.0.source() {
            fetcher.size = size.clamp(1, MAX_PAGE);
        }
        self
    }

    /// What was wrong with the pages so far, each error once.
    #[must_use]
    pub fn errors(&self) -> &[GraphqlError] {
        &self.0.about().errors
    }

    /// How many nodes there are, if the query asks for `totalCount` and the first page is there.
    #[must_use]
    pub fn total_count(&self) -> Option<u64> {
        self.0.about().total
    }
}

fn wrong(variable: &str, wanted: &str) -> Error {
    let message = format!("the variable `{variable}` is not {wanted}");
    Error::new(ErrorKind::Input, message)
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
        let given = |name: &str| asked.variables.get(name).filter(|value| !value.is_null());
        let size = given("first").map_or(Ok(PAGE), |size| {
            let size = size.as_u64().filter(|size| *size > 0);
            size.ok_or_else(|| wrong("first", "a number of nodes from 1 to 1000"))
        })?;
        let cursor = given(after).map(|cursor| {
            let cursor = cursor.as_str().map(str::to_owned);
            cursor.ok_or_else(|| wrong(after, "a cursor: the `endCursor` of a page"))
        });
        let cursor = cursor.transpose()?;
        Ok(Self {
            site,
            connection,
            first: "first",
            after,
            size: size.clamp(1, MAX_PAGE),
            cursor,
            asked,
            seen: HashSet::new(),
            about: About::default(),
        })
    }

    async fn step<T: DeserializeOwned>(mut self: Box<Self>) -> Result<Batch<Self, T, About>, Error> {
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
            let nodes = match page["nodes"].as_array() {
                Some(nodes) => nodes,
                None if !answer.errors.is_empty() => {
                    return Err(refused(&answer.errors, ErrorKind::BadRequest));
                }
                None => {
                    let message = format!("the answer has no list `nodes` in `{}`", self.connection);
                    return Err(Error::new(ErrorKind::Decode, message));
                }
            };
            // Hidden sheets have no LUID.
            let id = |node: &Value| Some(node["id"].as_str().or(node["luid"].as_str())?.to_owned());
            let ids: Vec<String> = nodes.iter().filter_map(id).filter(|id| !id.is_empty()).collect();
            if let Some(id) = ids.iter().find(|id| self.seen.contains(*id)) {
                let message = format!(
                    "`{}` gave {id} on two pages: others may be missing",
                    self.connection
                );
                return Err(Error::new(ErrorKind::PaginationInconsistent, message).with_hint(MOVED));
            }
            self.seen.extend(ids);
            let nodes = nodes
                .iter()
                .map(|node| typed(node.clone(), &answer.errors))
                .collect::<Result<Vec<T>, _>>()?;
            self.about.total = page["totalCount"].as_u64().or(self.about.total);
            let info = &page["pageInfo"];
            for error in answer.errors {
                if !self.about.errors.contains(&error) {
                    self.about.errors.push(error);
                }
            }
            let batch = Batch {
                items: nodes,
                about: self.about.clone(),
                next: None,
            };
            match info["hasNextPage"].as_bool() {
                Some(true) => {}
                Some(false) => return Ok(batch),
                // Whether this page was all there is, it does not say.
                None => {
                    let message = format!("the query does not ask whether `{}` goes on", self.connection);
                    return Err(Error::new(ErrorKind::Input, message).with_hint(ASK));
                }
            }
            let next = info["endCursor"].as_str().map(str::to_owned);
            if next.is_none() || next == self.cursor {
                let message = format!(
                    "`{}` has a further page and no cursor that leads to it",
                    self.connection
                );
                return Err(Error::new(ErrorKind::PaginationInconsistent, message).with_hint(ASK));
            }
            self.cursor = next;
            return Ok(Batch {
                next: Some(self),
                ..batch
            });
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> Stream for MetadataPages<T, Async> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0).poll_next(context)
    }
}

impl<T: DeserializeOwned + Send + 'static> Iterator for MetadataPages<T, Blocking> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }
}

impl<T, M: Mode> fmt::Debug for MetadataPages<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let About { errors, total } = self.0.about();
        f.debug_struct("MetadataPages")
            .field("total_count", total)
            .field("errors", errors)
            .finish_non_exhaustive()
    }
}
