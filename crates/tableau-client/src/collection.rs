//! The verbs of a collection, once for all of them.

use std::marker::PhantomData;

use tableau_wire::{Fetched, Get, Id, List, Listed, Resource};

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
}
