//! Resources, and the calls that many of them have: verbs and facets, each written once for every resource that has it.

mod connections;
mod content;
mod default_permissions;
mod keychains;
mod permissions;
mod renderings;
mod revisions;
mod tags;
mod verbs;

use std::any::Any;
use std::fmt::Debug;

use crate::codec::Read;
use serde::Serialize;

use crate::document::{Document, Element};
use crate::endpoint::Entry;
use crate::endpoint::{Availability, Method, QueryOptions, Scope, Segment};
use crate::query::{FieldSets, FilterField};
use crate::value::{Id, Version};

pub use connections::{
    ConnectionLuids, ConnectionPatch, ConnectionsPatch, HasBulkConnections, HasConnections, ListConnections,
    UpdateConnection, UpdateConnections,
};
pub use content::{
    CreateExtracts, DeleteExtracts, Download, DownloadOptions, ExtractDatasource, ExtractDatasources,
    ExtractSources, HasContent, HasExtracts, HasRefresh, Refresh,
};
pub use default_permissions::{
    AddDefaultPermissions, ContentKind, DeleteDefaultPermission, GetDefaultPermissions, HasDefaultPermissions,
};
pub use keychains::{
    AppliedKeychains, ApplyKeychains, EncryptedKeychains, HasKeychains, KeychainDestination,
    KeychainUserMapping, KeychainUserPair, KeychainUsers, Keychains, RetrieveKeychains,
};
pub use permissions::{
    AddPermissions, Capability, CapabilityMode, CapabilityName, DeletePermission, GetPermissions,
    GranteeCapabilities, GranteeKind, HasPermissions, PermissionItem, PermissionParent, Permissions,
};
pub use renderings::{
    Data, HasData, HasImage, HasPdf, HasPreview, Image, ImageFormat, Orientation, PageType, Pdf,
    PreviewImage, Resolution,
};
pub use revisions::{
    DeleteRevision, DownloadRevision, HasRevisionFiles, HasRevisions, ListRevisions, Revision,
};
pub use tags::{AddTags, DeleteTag, HasTags};
pub use verbs::{Create, Delete, Get, List, Update};

/// A kind of thing that a server keeps a collection of: workbooks, users, projects.
///
/// Implemented by `#[resource(…)]`, together with [`Element`] and one marker for each verb.
pub trait Resource: Element + Members + Serialize + Read + Clone + Debug + Send + Sync + 'static {
    /// The type of a fetched one: the resource itself, except for jobs.
    type One: Element + Serialize + Read + Clone + Debug + Send + Sync + 'static;
    /// The group it belongs to: the name of its module.
    const GROUP: &'static str;
    /// The noun for one in a sentence: `connected app`.
    const NOUN: &'static str;
    /// The plural in a sentence: `connected apps`.
    const NOUNS: &'static str;
    /// The path of the collection.
    const COLLECTION: &'static [Segment];
    /// The first version that has the collection.
    const SINCE: Version;
    /// Whether the collection belongs to a site or to the server.
    const SCOPE: Scope;
    /// Tableau's code for an unknown identifier: `404006`. (`404003` is inferred where none is documented.)
    const MISSING: &'static str;
    /// The fields by which lists can be filtered.
    const FILTERS: &'static [FilterField];
    /// The fields that lists give.
    const FIELDS: FieldSets;
    /// Its calls without their types: verbs, then facets.
    const ENTRIES: &'static [Entry];

    /// The identifier.
    fn id(&self) -> &Id<Self::One>;
}

/// Access to the members of a resource by their names on the wire, for code that serves every resource.
///
/// Implemented by `#[derive(Resource)]`.
pub trait Members {
    /// A member: `Option<Shared<User>>` by the name `owner`.
    fn member(&mut self, name: &str) -> Option<&mut dyn Any>;

    /// Clears the members that are not kept.
    fn retain(&mut self, keep: &dyn Fn(&str) -> bool);
}

/// The facts about a verb that differ from resource to resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verb {
    /// The HTTP method.
    pub method: Method,
    /// The first version that has it.
    pub since: Version,
    /// The last version that has it; `None` if the newest has it.
    pub until: Option<Version>,
    /// Which products have it.
    pub availability: Availability,
    /// The scope that a JWT session needs for it.
    pub jwt_scope: Option<&'static str>,
    /// The status of a successful answer.
    pub status: u16,
}

/// For the attributes: the later one of two versions.
#[doc(hidden)]
#[must_use]
pub const fn later(one: Version, other: Version) -> Version {
    one.later(other)
}

/// A resource whose collection can be listed.
pub trait Listed: Resource {
    /// Query options specific to this resource.
    type Options: QueryOptions;
    /// The facts about listing it.
    const LIST: Verb;
}

/// A resource of which one can be fetched by its identifier.
pub trait Fetched: Resource {
    /// Query options specific to this resource.
    type Options: QueryOptions;
    /// The document that answers: the item, or one with more beside it.
    type Answer: Document + Debug;
    /// The facts about fetching one.
    const GET: Verb;
}

/// A resource of which one can be created.
pub trait Created: Resource {
    /// The document that creates one.
    type New: Document + Clone + Debug + Sync;
    /// Query options specific to this resource.
    type Options: QueryOptions;
    /// The document that answers: the item, or a job that creates it.
    type Answer: Document + Debug;
    /// The facts about creating one.
    const CREATE: Verb;
}

/// A resource that can be updated.
pub trait Updated: Resource {
    /// The document that changes one; absent fields stay as they are.
    type Patch: Document + Clone + Debug + Sync;
    /// Query options specific to this resource.
    type Options: QueryOptions;
    /// The document that answers: the item, or a job that updates it.
    type Answer: Document + Debug;
    /// The facts about updating one.
    const UPDATE: Verb;
}

/// A resource that can be deleted.
pub trait Deleted: Resource {
    /// Query options specific to this resource.
    type Options: QueryOptions;
    /// The facts about deleting one.
    const DELETE: Verb;
}
