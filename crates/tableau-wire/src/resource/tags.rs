//! Tags: labels by which users find content. A facet of content and data.

use super::{Resource, Verb};
use crate::endpoint;
use crate::rest::Tag;
use crate::value::{Id, Items};

/// A resource whose items have tags.
pub trait HasTags: Resource {
    /// The facts about adding tags.
    const ADD_TAGS: Verb;
    /// The facts about deleting one.
    const DELETE_TAG: Verb;
}

/// Adds tags to an item; the tags that it has stay.
#[endpoint(PUT, "{R}/{id}/tags", facts = R::ADD_TAGS, reply = Items<Tag>)]
pub struct AddTags<R: HasTags> {
    /// The item.
    pub id: Id<R::One>,
    /// The tags to add.
    #[body]
    pub tags: Items<Tag>,
}

/// Deletes a tag from an item.
// Nothing is documented to be answered; some servers answer with tags.
#[endpoint(DELETE, "{R}/{id}/tags/{tag}", facts = R::DELETE_TAG, reply = Option<Items<Tag>>)]
pub struct DeleteTag<R: HasTags> {
    /// The item.
    pub id: Id<R::One>,
    /// The label of the tag.
    pub tag: String,
}
