//! The verbs: endpoints that are generic over the resource.

use std::marker::PhantomData;

use super::{Created, Deleted, Fetched, Listed, Resource, Updated};
use crate::endpoint::{
    self, ArgumentError, Arguments, Availability, Endpoint, Family, Method, Operation, Param, Place,
    QueryOptions, Repeat, Summary, ValueKind,
};
use crate::page::Page;
use crate::query::{Fields, Filter, Sort};
use crate::value::Id;

/// Lists a collection, a page at a time.
#[derive(Debug)]
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

// A derived `Clone` would want the resource to be `Clone`, of which there is none in here.
impl<R: Listed> Clone for List<R> {
    fn clone(&self) -> Self {
        Self {
            page_number: self.page_number,
            page_size: self.page_size,
            filter: self.filter.clone(),
            sort: self.sort.clone(),
            fields: self.fields.clone(),
            options: self.options.clone(),
            of: PhantomData,
        }
    }
}

const LIST_PARAMS: &[Param] = &[
    Param {
        name: "pageNumber",
        doc: "The page, from 1.",
        place: Place::Query,
        kind: ValueKind::Number,
    },
    Param {
        name: "pageSize",
        doc: "The number of items on a page, from 1 to 1000.",
        place: Place::Query,
        kind: ValueKind::Number,
    },
    Param {
        name: "filter",
        doc: "Which items: `field:operator:value`, separated by commas.",
        place: Place::Query,
        kind: ValueKind::Filter,
    },
    Param {
        name: "sort",
        doc: "In which order: `field:asc` or `field:desc`, separated by commas.",
        place: Place::Query,
        kind: ValueKind::Sort,
    },
    Param {
        name: "fields",
        doc: "With which fields: `_default_`, `_all_`, or names.",
        place: Place::Query,
        kind: ValueKind::Fields,
    },
];

impl<R: Listed> Endpoint for List<R> {
    const OPERATION: Operation = Operation {
        family: Family::Rest,
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
        // Servers refuse a parameter without a value, and one without content says nothing.
        let (filter, sort, fields) = (self.filter.as_ref(), self.sort.as_ref(), self.fields.as_ref());
        endpoint::write_query(
            query,
            "filter",
            filter.filter(|filter| !filter.conditions.is_empty()),
        )?;
        endpoint::write_query(query, "sort", sort.filter(|sort| !sort.keys.is_empty()))?;
        endpoint::write_query(query, "fields", fields.filter(|fields| !fields.names.is_empty()))?;
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
#[derive(Debug)]
pub struct Get<R: Fetched> {
    /// The item.
    pub id: Id<R>,
    /// What this resource takes besides.
    pub options: R::Options,
}

impl<R: Fetched> Get<R> {
    /// Fetches the item with this identifier.
    pub fn new(id: impl Into<Id<R>>) -> Self {
        Self {
            id: id.into(),
            options: R::Options::default(),
        }
    }
}

impl<R: Fetched> Clone for Get<R> {
    fn clone(&self) -> Self {
        Self {
            id: self.id.clone(),
            options: self.options.clone(),
        }
    }
}

const ITEM_PARAMS: &[Param] = &[Param {
    name: "id",
    doc: "The identifier.",
    place: Place::Path,
    kind: ValueKind::Id,
}];

impl<R: Fetched> Endpoint for Get<R> {
    const OPERATION: Operation = Operation {
        family: Family::Rest,
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
        let mut arguments = Arguments {
            path: vec![endpoint::write_path("id", &self.id)?],
            ..Arguments::default()
        };
        self.options.write(&mut arguments.query)?;
        Ok((arguments, ()))
    }

    fn from_parts(arguments: &Arguments, (): ()) -> Result<Self, ArgumentError> {
        Ok(Self {
            id: endpoint::read_path(&arguments.path, 0, "id")?,
            options: R::Options::read(&arguments.query)?,
        })
    }
}

/// The facts of a verb that has no options: what most of them share.
const fn verb<R: Resource>(name: &'static str, summary: Summary, method: Method) -> Operation {
    Operation {
        family: Family::Rest,
        group: R::GROUP,
        name,
        summary,
        method,
        path: R::ITEM,
        params: ITEM_PARAMS,
        options: &[],
        since: R::SINCE,
        scope: R::SCOPE,
        availability: Availability::Everywhere,
        repeat: Repeat::Safe,
        jwt_scope: None,
        status: 200,
    }
}

/// Makes a new item.
#[derive(Debug, Clone)]
pub struct Create<R: Created> {
    /// What it is made from.
    pub item: R::New,
}

impl<R: Created> Endpoint for Create<R> {
    const OPERATION: Operation = Operation {
        path: R::COLLECTION,
        params: &[],
        repeat: Repeat::Never,
        jwt_scope: R::CREATE_SCOPE,
        status: 201,
        ..verb::<R>(
            "create",
            Summary::Verb("Makes one of the", R::WRAPPER),
            Method::POST,
        )
    };
    type Body = R::New;
    type Reply = R;

    fn into_parts(self) -> Result<(Arguments, R::New), ArgumentError> {
        Ok((Arguments::default(), self.item))
    }

    fn from_parts(_: &Arguments, item: R::New) -> Result<Self, ArgumentError> {
        Ok(Self { item })
    }
}

/// Changes an item.
#[derive(Debug, Clone)]
pub struct Update<R: Updated> {
    /// The item.
    pub id: Id<R>,
    /// What changes.
    pub patch: R::Patch,
}

impl<R: Updated> Endpoint for Update<R> {
    const OPERATION: Operation = Operation {
        jwt_scope: R::UPDATE_SCOPE,
        ..verb::<R>(
            "update",
            Summary::Verb("Changes one of the", R::WRAPPER),
            Method::PUT,
        )
    };
    type Body = R::Patch;
    type Reply = R;

    fn into_parts(self) -> Result<(Arguments, R::Patch), ArgumentError> {
        let path = vec![endpoint::write_path("id", &self.id)?];
        Ok((
            Arguments {
                path,
                ..Arguments::default()
            },
            self.patch,
        ))
    }

    fn from_parts(arguments: &Arguments, patch: R::Patch) -> Result<Self, ArgumentError> {
        Ok(Self {
            id: endpoint::read_path(&arguments.path, 0, "id")?,
            patch,
        })
    }
}

/// Deletes an item.
#[derive(Debug, Clone)]
pub struct Delete<R: Deleted> {
    /// The item.
    pub id: Id<R>,
}

impl<R: Deleted> Endpoint for Delete<R> {
    const OPERATION: Operation = Operation {
        jwt_scope: R::DELETE_SCOPE,
        status: 204,
        ..verb::<R>(
            "delete",
            Summary::Verb("Deletes one of the", R::WRAPPER),
            Method::DELETE,
        )
    };
    type Body = ();
    type Reply = ();

    fn into_parts(self) -> Result<(Arguments, ()), ArgumentError> {
        let path = vec![endpoint::write_path("id", &self.id)?];
        Ok((
            Arguments {
                path,
                ..Arguments::default()
            },
            (),
        ))
    }

    fn from_parts(arguments: &Arguments, (): ()) -> Result<Self, ArgumentError> {
        Ok(Self {
            id: endpoint::read_path(&arguments.path, 0, "id")?,
        })
    }
}
