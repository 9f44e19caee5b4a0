//! The verbs: endpoints that are generic over the resource.

use std::marker::PhantomData;

use super::{Created, Deleted, Fetched, Listed, Updated};
use crate::endpoint;
use crate::page::Page;
use crate::query::{Fields, Filter, Sort};
use crate::value::Id;

/// Lists items, a page at a time.
#[endpoint(GET, "{R}", facts = R::LIST, reply = Page<R>)]
pub struct List<R: Listed> {
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of items on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
    /// Which items: `field:operator:value`, separated by commas.
    pub filter: Option<Filter>,
    /// In which order: `field:asc` or `field:desc`, separated by commas.
    pub sort: Option<Sort>,
    /// With which fields: `_default_`, `_all_`, or names.
    pub fields: Option<Fields>,
    /// Query options specific to this resource.
    #[options]
    pub options: R::Options,
    of: PhantomData<fn() -> R>,
}

impl<R: Listed> List<R> {
    /// The same list with pages of this size (1 to 1000).
    #[must_use]
    pub fn page_size(mut self, size: u64) -> Self {
        self.page_size = Some(size);
        self
    }

    /// The same list at this page (from 1).
    #[must_use]
    pub fn page_number(mut self, number: u64) -> Self {
        self.page_number = Some(number);
        self
    }
}

impl<R: Listed> Default for List<R> {
    fn default() -> Self {
        Self::new()
    }
}

/// Gets an item.
#[endpoint(GET, "{R}/{id}", facts = R::GET, reply = R::Answer)]
pub struct Get<R: Fetched> {
    /// The identifier.
    pub id: Id<R::One>,
    /// Query options specific to this resource.
    #[options]
    pub options: R::Options,
}

/// Creates an item.
#[endpoint(POST, "{R}", facts = R::CREATE, reply = R::Answer)]
pub struct Create<R: Created> {
    /// Query options specific to this resource.
    #[options]
    pub options: R::Options,
    /// What it is made from.
    #[body]
    pub item: R::New,
}

/// Updates an item; what is not given stays as it is.
#[endpoint(PUT, "{R}/{id}", facts = R::UPDATE, reply = R::Answer)]
pub struct Update<R: Updated> {
    /// The identifier.
    pub id: Id<R::One>,
    /// Query options specific to this resource.
    #[options]
    pub options: R::Options,
    /// What changes.
    #[body]
    pub patch: R::Patch,
}

/// Deletes an item.
#[endpoint(DELETE, "{R}/{id}", facts = R::DELETE)]
pub struct Delete<R: Deleted> {
    /// The identifier.
    pub id: Id<R::One>,
    /// Query options specific to this resource.
    #[options]
    pub options: R::Options,
}
