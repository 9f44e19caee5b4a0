//! Revisions: the earlier states of content, each made by publishing it. A facet of workbooks, data sources and virtual connections.

use super::{Resource, Verb};
use crate::endpoint::Content;
use crate::page::Page;
use crate::rest::User;
use crate::value::{Id, Shared, Timestamp};
use crate::{element, endpoint};

/// A resource whose items have revisions.
pub trait HasRevisions: Resource {
    /// The facts about listing them.
    const LIST_REVISIONS: Verb;
}

/// A resource whose revisions are files.
pub trait HasRevisionFiles: HasRevisions {
    /// The facts about downloading one.
    const DOWNLOAD_REVISION: Verb;
    /// The facts about deleting one.
    const DELETE_REVISION: Verb;
}

/// Lists the revisions of an item, a page at a time.
#[endpoint(GET, "{R}/{id}/revisions", facts = R::LIST_REVISIONS, reply = Page<Revision>)]
pub struct ListRevisions<R: HasRevisions> {
    /// The item.
    pub id: Id<R::One>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of revisions on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// Downloads a revision of an item.
#[endpoint(GET, "{R}/{id}/revisions/{revision_number}/content", facts = R::DOWNLOAD_REVISION, reply = Content)]
pub struct DownloadRevision<R: HasRevisionFiles> {
    /// The item.
    pub id: Id<R::One>,
    /// The number of the revision, from 1.
    pub revision_number: u64,
    /// Whether its extracts come along; they do if not given (from version 2.5).
    pub include_extract: Option<bool>,
}

/// Deletes a revision of an item; the current one cannot be deleted.
#[endpoint(DELETE, "{R}/{id}/revisions/{revision_number}", facts = R::DELETE_REVISION)]
pub struct DeleteRevision<R: HasRevisionFiles> {
    /// The item.
    pub id: Id<R::One>,
    /// The number of the revision, from 1.
    pub revision_number: u64,
}

/// A revision of content (schema: `revisionType`).
#[element("revision")]
pub struct Revision {
    /// Its number, from 1.
    pub revision_number: u64,
    /// Whether it is the current one.
    pub current: Option<bool>,
    /// Whether it was deleted.
    pub deleted: Option<bool>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// The size of its file.
    pub size_in_bytes: Option<u64>,
    /// Who published it.
    pub publisher: Option<Shared<User>>,
}
