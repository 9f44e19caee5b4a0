//! The files of content: downloads, refreshes of their extracts, and preview images.

use super::{Resource, Verb};
use crate::endpoint::{Content, QueryOptions};
use crate::rest::Job;
use crate::rest::jobs::RefreshRequest;
use crate::value::Id;
use crate::{document, element, endpoint, part};

/// A resource whose items are files.
pub trait HasContent: Resource {
    /// Query options specific to this resource.
    type Options: QueryOptions + std::fmt::Debug;
    /// The facts about downloading one.
    const DOWNLOAD: Verb;
}

/// Downloads the file of an item.
#[endpoint(GET, "{R}/{id}/content", facts = R::DOWNLOAD, reply = Content)]
pub struct Download<R: HasContent> {
    /// The item.
    pub id: Id<R::One>,
    /// Query options specific to this resource.
    #[options]
    pub options: R::Options,
}

/// The query options of downloads that may leave extracts out.
#[derive(Debug, Clone, PartialEq, Eq, Default, crate::QueryOptions)]
pub struct DownloadOptions {
    /// Whether the extracts come along; they do if not given (from version 2.5).
    pub include_extract: Option<bool>,
}

/// A resource whose items have extracts that can be refreshed.
pub trait HasRefresh: Resource {
    /// The facts about refreshing one.
    const REFRESH: Verb;
}

/// Refreshes the extracts of an item: queues a job that does it.
///
/// It is refused with 409093 while such a job is queued already.
// Inferred: the scope from the names of other scopes, and the status from other calls that queue a job.
#[endpoint(POST, "{R}/{id}/refresh", facts = R::REFRESH, reply = Job)]
pub struct Refresh<R: HasRefresh> {
    /// The item.
    pub id: Id<R::One>,
    /// How.
    #[body]
    pub request: RefreshRequest,
}

/// A resource whose items can be given extracts.
pub trait HasExtracts: Resource {
    /// The facts about creating extracts.
    const CREATE_EXTRACTS: Verb;
    /// The facts about deleting them.
    const DELETE_EXTRACTS: Verb;
}

/// Creates extracts for an item: queues a job that does it.
#[endpoint(POST, "{R}/{id}/createExtract", facts = R::CREATE_EXTRACTS, reply = Option<Job>)]
pub struct CreateExtracts<R: HasExtracts> {
    /// The item.
    pub id: Id<R::One>,
    /// Whether the extracts are encrypted.
    pub encrypt: Option<bool>,
    /// Of a workbook, the data sources that get an extract.
    #[body]
    pub sources: Option<ExtractSources>,
}

/// Deletes the extracts of an item, which connects to its databases again: queues a job that does it.
#[endpoint(POST, "{R}/{id}/deleteExtract", facts = R::DELETE_EXTRACTS, reply = Option<Job>)]
pub struct DeleteExtracts<R: HasExtracts> {
    /// The item.
    pub id: Id<R::One>,
    /// Of a workbook, the data sources whose extracts are deleted.
    #[body]
    pub sources: Option<ExtractSources>,
}

/// The data sources of a workbook whose extracts a call is about.
#[document(new)]
pub struct ExtractSources {
    /// Which they are; without it, all.
    pub datasources: Option<ExtractDatasources>,
}

impl ExtractSources {
    /// All data sources of the workbook.
    #[must_use]
    pub fn all() -> Self {
        let datasources = ExtractDatasources {
            include_all: Some(true),
            datasource: Vec::new(),
        };
        Self {
            datasources: Some(datasources),
        }
    }
}

/// Data sources of a workbook: all, or those that are named.
#[part]
pub struct ExtractDatasources {
    /// Whether all are meant.
    pub include_all: Option<bool>,
    /// Those that are meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub datasource: Vec<ExtractDatasource>,
}

/// A data source of a workbook by identifier.
#[element("datasource")]
pub struct ExtractDatasource {
    /// The identifier, as the connections of the workbook have it.
    pub id: Id<crate::rest::Datasource>,
}
