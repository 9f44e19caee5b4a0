//! The verbs of a collection, once for all of them.

use std::marker::PhantomData;

use tableau_wire::{
    Create, Created, Delete, Deleted, Fetched, Get, Id, List, Listed, Resource, Update, Updated,
};

use crate::call::Call;
use crate::mode::{Async, Mode};
use crate::site::Site;

/// A collection on a site: its workbooks, its users, ….
#[derive(Debug, Clone)]
pub struct Collection<R: Resource, M: Mode = Async> {
    site: Site<M>,
    of: PhantomData<fn() -> R>,
}

impl<R: Resource, M: Mode> Collection<R, M> {
    pub(crate) fn new(site: Site<M>) -> Self {
        Self {
            site,
            of: PhantomData,
        }
    }

    pub(crate) fn site(&self) -> &Site<M> {
        &self.site
    }

    /// Lists the items: one page with its totals, or with [`Call::all`] every item.
    pub fn list(&self) -> Call<List<R>, M>
    where
        R: Listed,
    {
        self.site.call(List::new())
    }

    /// Gets one item by its identifier.
    pub fn get(&self, id: impl Into<Id<R>>) -> Call<Get<R>, M>
    where
        R: Fetched,
    {
        self.site.call(Get::new(id))
    }

    /// Makes a new item.
    pub fn create(&self, item: R::New) -> Call<Create<R>, M>
    where
        R: Created,
    {
        self.site.call(Create { item })
    }

    /// Changes an item; what the patch does not give stays.
    pub fn update(&self, id: impl Into<Id<R>>, patch: R::Patch) -> Call<Update<R>, M>
    where
        R: Updated,
    {
        self.site.call(Update { id: id.into(), patch })
    }

    /// Deletes an item.
    pub fn delete(&self, id: impl Into<Id<R>>) -> Call<Delete<R>, M>
    where
        R: Deleted,
    {
        self.site.call(Delete { id: id.into() })
    }
}
