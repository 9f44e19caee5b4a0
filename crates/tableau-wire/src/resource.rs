//! The verbs that collections share, written once for every resource that has them.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::document::Element;
use crate::endpoint::{
    self, ArgumentError, Arguments, Availability, Endpoint, Method, Operation, Param, Place, QueryOptions, Repeat, Scope,
    Segment, Summary,
};
use crate::page::Page;
use crate::query::{Fields, Filter, Sort};
use crate::value::{Id, Version};

/// A kind of thing that a server keeps a collection of: workbooks, users, projects.
///
/// Implemented by `#[derive(Resource)]`, together with [`Element`] and one marker for each verb.
pub trait Resource: Element + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The group it belongs to: the name of its module.
    const GROUP: &'static str;
    /// The name of the list around the items: `workbooks`.
    const WRAPPER: &'static str;
    /// The path of the collection.
    const COLLECTION: &'static [Segment];
    /// The path of one item.
    const ITEM: &'static [Segment];
    /// The first version that has the collection.
    const SINCE: Version;
    /// Whether the collection belongs to a site or to the server.
    const SCOPE: Scope;
    /// The scope a JWT session needs to read it.
    const READ_SCOPE: Option<&'static str>;
}

/// A resource whose collection can be listed.
pub trait Listed: Resource {
    /// What a list takes besides page, filter, sort and fields.
    type Options: QueryOptions;
}

/// A resource of which one can be fetched by its identifier.
pub trait Fetched: Resource {
    /// What fetching takes besides the identifier.
    type Options: QueryOptions;
    /// The first version that can fetch one.
    const GET_SINCE: Version;
}

/// Lists a collection, a page at a time.
#[derive(Debug, Clone)]
pub struct List<R: Listed> {
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of items on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
    /// Which items.
    pub filter: Option<Filter>,
    /// In which order.
    pub sort: Option<Sort>,
    /// With which fields.
    pub fields: Option<Fields>,
    /// What this resource takes besides.
    pub options: R::Options,
    of: PhantomData<fn() -> R>,
}

impl<R: Listed> List<R> {
    /// The first page, as the server gives it unless told otherwise.
    #[must_use]
    pub fn new() -> Self {
        Self {
            page_number: None,
            page_size: None,
            filter: None,
            sort: None,
            fields: None,
            options: R::Options::default(),
            of: PhantomData,
        }
    }

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

const LIST_PARAMS: &[Param] = &[
    Param { name: "pageNumber", doc: "The page, from 1.", place: Place::Query },
    Param { name: "pageSize", doc: "The number of items on a page, from 1 to 1000.", place: Place::Query },
    Param { name: "filter", doc: "Which items: `field:operator:value`, separated by commas.", place: Place::Query },
    Param { name: "sort", doc: "In which order: `field:asc` or `field:desc`, separated by commas.", place: Place::Query },
    Param { name: "fields", doc: "With which fields: `_default_`, `_all_`, or names.", place: Place::Query },
];

impl<R: Listed> Endpoint for List<R> {
    const OPERATION: Operation = Operation {
        group: R::GROUP,
        name: "list",
        summary: Summary::Verb("Lists", R::WRAPPER),
        method: Method::GET,
        path: R::COLLECTION,
        params: LIST_PARAMS,
        options: R::Options::PARAMS,
        since: R::SINCE,
        scope: R::SCOPE,
        availability: Availability::Everywhere,
        repeat: Repeat::Safe,
        jwt_scope: R::READ_SCOPE,
        status: 200,
    };
    type Body = ();
    type Reply = Page<R>;

    fn into_parts(self) -> Result<(Arguments, ()), ArgumentError> {
        let mut arguments = Arguments::default();
        let query = &mut arguments.query;
        endpoint::write_query(query, "pageNumber", self.page_number.as_ref())?;
        endpoint::write_query(query, "pageSize", self.page_size.as_ref())?;
        endpoint::write_query(query, "filter", self.filter.as_ref())?;
        endpoint::write_query(query, "sort", self.sort.as_ref())?;
        endpoint::write_query(query, "fields", self.fields.as_ref())?;
        self.options.write(query)?;
        Ok((arguments, ()))
    }

    fn from_parts(arguments: &Arguments, (): ()) -> Result<Self, ArgumentError> {
        let query = &arguments.query;
        Ok(Self {
            page_number: endpoint::read_query(query, "pageNumber")?,
            page_size: endpoint::read_query(query, "pageSize")?,
            filter: endpoint::read_query(query, "filter")?,
            sort: endpoint::read_query(query, "sort")?,
            fields: endpoint::read_query(query, "fields")?,
            options: R::Options::read(query)?,
            of: PhantomData,
        })
    }
}

/// Fetches one item.
#[derive(Debug, Clone)]
pub struct Get<R: Fetched> {
    /// The item.
    pub id: Id<R>,
    /// What this resource takes besides.
    pub options: R::Options,
}

impl<R: Fetched> Get<R> {
    /// Fetches the item with this identifier.
    pub fn new(id: impl Into<Id<R>>) -> Self {
        Self { id: id.into(), options: R::Options::default() }
    }
}

const ITEM_PARAMS: &[Param] = &[Param { name: "id", doc: "The identifier.", place: Place::Path }];

impl<R: Fetched> Endpoint for Get<R> {
    const OPERATION: Operation = Operation {
        group: R::GROUP,
        name: "get",
        summary: Summary::Verb("Gets one of the", R::WRAPPER),
        method: Method::GET,
        path: R::ITEM,
        params: ITEM_PARAMS,
        options: R::Options::PARAMS,
        since: R::GET_SINCE,
        scope: R::SCOPE,
        availability: Availability::Everywhere,
        repeat: Repeat::Safe,
        jwt_scope: R::READ_SCOPE,
        status: 200,
    };
    type Body = ();
    type Reply = R;

    fn into_parts(self) -> Result<(Arguments, ()), ArgumentError> {
        let mut arguments = Arguments { path: vec![endpoint::write_path("id", &self.id)?], ..Arguments::default() };
        self.options.write(&mut arguments.query)?;
        Ok((arguments, ()))
    }

    fn from_parts(arguments: &Arguments, (): ()) -> Result<Self, ArgumentError> {
        Ok(Self { id: endpoint::read_path(&arguments.path, 0, "id")?, options: R::Options::read(&arguments.query)? })
    }
}
