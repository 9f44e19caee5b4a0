//! One request that is not sent yet.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

use tableau_wire::{Document, Endpoint, Fields, Filter, List, Listed, Paged, Sort};

use super::pages::pages;
use super::{Pages, Site};
use crate::error::Error;
use crate::mode::{Async, Mode};

/// One request that is not sent yet: `.await` it, or `.send()` it.
///
/// It goes to a site, or to the controller of a [`TsmSession`](crate::tsm::TsmSession).
#[derive(Debug, Clone)]
#[must_use = "a call is sent by `.await` or by `.send()`"]
pub struct Call<E: Endpoint<Reply: Document>, M: Mode = Async, S: Sends<M> = Site<M>> {
    through: S,
    endpoint: E,
    mode: PhantomData<fn() -> M>,
}

/// What sends calls: a [`Site`] or a [`TsmSession`](crate::tsm::TsmSession).
pub trait Sends<M: Mode>: Clone + Send + 'static {
    #[doc(hidden)]
    fn send<E: Endpoint<Reply: Document>>(self, endpoint: E) -> M::Output<Result<E::Reply, Error>>;
}

impl<M: Mode> Sends<M> for Site<M> {
    fn send<E: Endpoint<Reply: Document>>(self, endpoint: E) -> M::Output<Result<E::Reply, Error>> {
        let mode = self.mode().clone();
        mode.run(async move { Site::send(&self, endpoint).await })
    }
}

impl<M: Mode> Site<M> {
    /// Any call of the API.
    pub fn call<E: Endpoint<Reply: Document>>(&self, endpoint: E) -> Call<E, M> {
        Call::new(self.clone(), endpoint)
    }
}

impl<E: Endpoint<Reply: Document>, M: Mode> Call<E, M> {
    pub(super) fn site(&self) -> &Site<M> {
        &self.through
    }
}

impl<E: Endpoint<Reply: Document>, M: Mode, S: Sends<M>> Call<E, M, S> {
    pub(crate) fn new(through: S, endpoint: E) -> Self {
        Self {
            through,
            endpoint,
            mode: PhantomData,
        }
    }

    pub(super) fn into_endpoint(self) -> E {
        self.endpoint
    }

    /// Changes any argument of the call.
    pub fn with(mut self, change: impl FnOnce(&mut E)) -> Self {
        change(&mut self.endpoint);
        self
    }

    /// Sends it.
    pub fn send(self) -> M::Output<Result<E::Reply, Error>> {
        self.through.send(self.endpoint)
    }
}

impl<R: Listed, M: Mode> Call<List<R>, M> {
    /// Only the items that meet a filter, and those set before.
    pub fn filter(self, filter: Filter) -> Self {
        self.with(|list| narrow(&mut list.filter, filter))
    }

    /// In this order; after a sort that was set before, where that leaves two alike.
    pub fn sort(self, sort: Sort) -> Self {
        self.with(|list| match &mut list.sort {
            Some(before) => before.keys.extend(sort.keys),
            none => *none = Some(sort),
        })
    }

    /// With these fields.
    pub fn fields(self, fields: Fields) -> Self {
        self.with(|list| list.fields = Some(fields))
    }

    /// Sets the query options specific to this resource.
    pub fn options(self, options: R::Options) -> Self {
        self.with(|list| list.options = options)
    }
}

impl<E: Paged + Clone, M: Mode> Call<E, M> {
    /// This page, from 1.
    pub fn page_number(self, number: u64) -> Self {
        self.with(|list| *list.page_number_mut() = Some(number))
    }

    /// Pages of this size, from 1 to 1000.
    pub fn page_size(self, size: u64) -> Self {
        self.with(|list| *list.page_size_mut() = Some(size))
    }

    /// Every item of this page and of all following pages: a `Stream`, or an `Iterator` if blocking.
    ///
    /// Pages have 1000 items by default, and the next ones are fetched while one is used. The list is complete, or ends with an error:
    /// see [`Pages`].
    pub fn all(self) -> Pages<E::Item, M> {
        pages(self.through, self.endpoint)
    }
}

impl<E: Endpoint<Reply: Document>, S: Sends<Async>> IntoFuture for Call<E, Async, S> {
    type Output = Result<E::Reply, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// Adds the conditions of a filter to those that were set before.
pub(super) fn narrow(before: &mut Option<Filter>, filter: Filter) {
    before
        .get_or_insert_default()
        .conditions
        .extend(filter.conditions);
}
