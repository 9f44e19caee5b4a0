//! Tags of many items at once.

use super::content::Tag;
use super::{Column, Database, Datasource, Flow, Table, View, VirtualConnection, Workbook};
use crate::endpoint::calls;
use crate::value::{Id, Items};
use crate::{element, endpoint};

/// Tags, and the items that they are added to or deleted from (schema: `tagBatchType`).
#[element("tagBatch", new)]
pub struct TagBatch {
    /// The tags.
    pub tags: Items<Tag>,
    /// The items.
    pub contents: Items<TaggedContent>,
}

/// An item by kind and identifier (schema: `contentTypeAndIdType`).
#[element("content", exhaustive)]
pub struct TaggedContent {
    pub id: String,
    /// The kind: `Workbook`, `View`, `Datasource`, `Flow`, `Table`, `Database`, `Column`, `VirtualConnection`.
    pub content_type: String,
}

macro_rules! tagged {
    ($($resource:ident),*) => {$(
        impl From<&Id<$resource>> for TaggedContent {
            fn from(id: &Id<$resource>) -> Self {
                Self {
                    id: id.as_str().to_owned(),
                    content_type: stringify!($resource).to_owned(),
                }
            }
        }

        impl From<&$resource> for TaggedContent {
            fn from(item: &$resource) -> Self {
                Self::from(&item.id)
            }
        }
    )*};
}

tagged!(
    Column,
    Database,
    Datasource,
    Flow,
    Table,
    View,
    VirtualConnection,
    Workbook
);

/// Adds tags to many items.
#[endpoint(PUT, "tags:batchCreate", since = "3.9", jwt = "tableau:tags:batch_create", reply = TagBatch)]
pub struct BatchAddTags {
    /// Which tags to which items.
    #[body]
    pub batch: TagBatch,
}

/// Deletes tags from many items.
#[endpoint(PUT, "tags:batchDelete", since = "3.9", jwt = "tableau:tags:batch_delete", reply = TagBatch)]
pub struct BatchDeleteTags {
    /// Which tags from which items.
    #[body]
    pub batch: TagBatch,
}

/// Adds tags to many items, by the address that Tableau's Python library uses: it names no site.
#[endpoint(
    PUT,
    "tags:batchCreate",
    since = "3.9",
    scope = server,
    jwt = "tableau:tags:batch_create",
    reply = TagBatch
)]
pub struct BatchAddTagsOfSession {
    /// Which tags to which items.
    #[body]
    pub batch: TagBatch,
}

/// Deletes tags from many items, by the address that Tableau's Python library uses: it names no site.
#[endpoint(
    PUT,
    "tags:batchDelete",
    since = "3.9",
    scope = server,
    jwt = "tableau:tags:batch_delete",
    reply = TagBatch
)]
pub struct BatchDeleteTagsOfSession {
    /// Which tags from which items.
    #[body]
    pub batch: TagBatch,
}

calls!(; BatchAddTags, BatchDeleteTags, BatchAddTagsOfSession, BatchDeleteTagsOfSession);
