//! Resources, and the verbs that collections share: written once for every resource that has them.

mod verbs;

use std::fmt::Debug;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::document::{Document, Element};
use crate::endpoint::{QueryOptions, Scope, Segment};
use crate::value::Version;

pub use verbs::{Create, Delete, Get, List, Update};

/// A kind of thing that a server keeps a collection of: workbooks, users, projects.
///
/// Implemented by `#[derive(Resource)]`, together with [`Element`] and one marker for each verb.
pub trait Resource: Element + Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static {
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

/// A resource that can be added to.
pub trait Created: Resource {
    /// What a new one is made from.
    type New: Document + Clone + Debug + Sync;
    /// The scope a JWT session needs for it.
    const CREATE_SCOPE: Option<&'static str>;
}

/// A resource that can be changed.
pub trait Updated: Resource {
    /// What may be changed; what is not given stays.
    type Patch: Document + Clone + Debug + Sync;
    /// The scope a JWT session needs for it.
    const UPDATE_SCOPE: Option<&'static str>;
}

/// A resource that can be deleted.
pub trait Deleted: Resource {
    /// The scope a JWT session needs for it.
    const DELETE_SCOPE: Option<&'static str>;
}
