//! The Metadata API: queries of GraphQL, and every page of what they ask for.

mod answer;
mod pages;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tableau_wire::rest::metadata::{GetBackfillStatus, GetEventingStatus};

use super::{Call, Site};
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Mode};
pub use answer::MetadataAnswer;
pub use pages::MetadataPages;

/// The Metadata API of a site: see [`Site::metadata`].
#[derive(Debug, Clone)]
pub struct Metadata<M: Mode = Async> {
    site: Site<M>,
}

impl<M: Mode> Site<M> {
    /// The Metadata API: GraphQL about the content of the site, and how it is connected.
    ///
    /// ```no_run
    /// # use serde::Deserialize;
    /// # use serde_json::json;
    /// # use tableau_client::Site;
    /// #[derive(Deserialize)]
    /// struct Found { workbooks: Vec<Workbook> }
    /// #[derive(Deserialize)]
    /// struct Workbook { luid: String, name: Option<String> }
    ///
    /// # async fn run(site: Site) -> tableau_client::Result<()> {
    /// let query = "query($name: String) { workbooks(filter: {name: $name}) { luid name } }";
    /// let answer = site.metadata().query::<Found>(query, json!({"name": "Superstore"})).await?;
    /// for workbook in answer.data.workbooks {
    ///     println!("{} {}", workbook.luid, workbook.name.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn metadata(&self) -> Metadata<M> {
        Metadata { site: self.clone() }
    }
}

impl<M: Mode> Metadata<M> {
    /// Asks a query; the type is that of `data` in the answer. The variables are an object, or `()` for none.
    ///
    /// What the caller may not see, and what a limit cuts off, is null in the answer: members that may be are an `Option`.
    pub fn query<T: DeserializeOwned + Send + 'static>(
        &self,
        query: impl Into<String>,
        variables: impl Serialize,
    ) -> MetadataQuery<T, M> {
        MetadataQuery {
            site: self.site.clone(),
            asked: Asked::new(query.into(), variables),
            of: PhantomData,
        }
    }

    /// Whether the content of the server has been indexed for the Metadata API; needs version 3.9 of the API.
    pub fn backfill_status(&self) -> Call<GetBackfillStatus, M> {
        self.site.call(GetBackfillStatus)
    }

    /// Whether changes of content reach the Metadata API; needs version 3.9 of the API.
    pub fn eventing_status(&self) -> Call<GetEventingStatus, M> {
        self.site.call(GetEventingStatus)
    }
}

/// A query that is not sent yet: `.await` it, `.send()` it, or take every page of a connection in it.
#[must_use = "a query is sent by `.await`, by `.send()` or by `.pages()`"]
pub struct MetadataQuery<T, M: Mode = Async> {
    site: Site<M>,
    asked: Result<Asked, Error>,
    of: PhantomData<fn() -> T>,
}

/// A query with its variables.
#[derive(Debug, Clone)]
struct Asked {
    query: String,
    variables: Map<String, Value>,
}

impl Asked {
    fn new(query: String, variables: impl Serialize) -> Result<Self, Error> {
        let variables = serde_json::to_value(variables).map_err(|error| {
            Error::new(ErrorKind::Input, format!("the variables cannot be sent: {error}"))
        })?;
        match variables {
            Value::Object(variables) => Ok(Self { query, variables }),
            Value::Null => Ok(Self {
                query,
                variables: Map::new(),
            }),
            _ => Err(Error::new(
                ErrorKind::Input,
                "the variables of a query must be an object with their names".to_owned(),
            )),
        }
    }
}

impl<T: DeserializeOwned + Send + 'static, M: Mode> MetadataQuery<T, M> {
    /// Sends it: gives the data with what was wrong with it.
    ///
    /// An answer that says `RATE_EXCEEDED` is asked for again after a pause, like a status 429.
    ///
    /// # Errors
    /// [`ErrorKind::BadRequest`] for a query that cannot be answered: [`Error::code`] is the code of the first error, such as `INVALID_ARGUMENT`.
    /// [`ErrorKind::TooManyRequests`] if the rate stays exceeded. [`ErrorKind::Decode`] if the data is not of the type.
    pub fn send(self) -> M::Output<Result<MetadataAnswer<T>, Error>> {
        let Self { site, asked, .. } = self;
        let mode = site.mode().clone();
        mode.run(async move { answer::ask(&site.in_async(), &asked?).await?.typed() })
    }

    /// Every node of a connection in the query, page after page: a `Stream`, or an `Iterator` if blocking. The type is that of a node.
    ///
    /// The query passes the variables `$first` and `$after` to the connection, and asks for its `nodes` and for
    /// `pageInfo { hasNextPage endCursor }`; `connection` is the name of its field, or the path to it: `workbooksConnection`.
    ///
    /// ```no_run
    /// # use futures_util::TryStreamExt;
    /// # use serde::Deserialize;
    /// # use tableau_client::Site;
    /// #[derive(Deserialize)]
    /// struct Table { name: Option<String> }
    ///
    /// # async fn run(site: Site) -> tableau_client::Result<()> {
    /// let query = "query($first: Int, $after: String) {
    ///     databaseTablesConnection(first: $first, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } }
    /// }";
    /// let mut tables = site.metadata().query::<Table>(query, ()).pages("databaseTablesConnection");
    /// while let Some(table) = tables.try_next().await? {
    ///     println!("{}", table.name.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn pages(self, connection: impl Into<String>) -> MetadataPages<T, M> {
        MetadataPages::new(&self.site, self.asked, connection.into())
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for MetadataQuery<T, Async> {
    type Output = Result<MetadataAnswer<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

impl<T, M: Mode> fmt::Debug for MetadataQuery<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetadataQuery")
            .field("asked", &self.asked)
            .finish_non_exhaustive()
    }
}
