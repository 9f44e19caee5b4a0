//! Workbooks.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::content::{DataAccelerationConfig, DataFreshnessPolicy, Location, Tag};
use super::jobs::{Job, RefreshRequest};
use super::{Project, Site, User, View};
use crate::value::{Id, Items, Timestamp, bool_as_text};
use crate::{Endpoint, Entry, Get, List, Resource};

/// A published workbook (schema: `workbookType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Resource)]
#[resource(
    "workbooks",
    element = "workbook",
    since = "2.0",
    jwt = "tableau:content:read",
    list,
    get
)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Workbook {
    /// The identifier; empty if the server was asked for other fields only.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub id: Id<Workbook>,
    /// The name; empty if the server was asked for other fields only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The name in addresses.
    pub content_url: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// The view that opens first.
    pub default_view_id: Option<Id<View>>,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Whether its extracts are encrypted.
    #[serde(with = "bool_as_text")]
    pub encrypt_extracts: Option<bool>,
    /// Whether it has extracts.
    pub has_extracts: Option<bool>,
    /// When it was last published.
    pub last_published_at: Option<Timestamp>,
    /// The name in addresses that it was first published with.
    pub primary_content_url: Option<String>,
    /// Whether the user looked at it lately.
    pub recently_viewed: Option<bool>,
    /// The message it was shared with.
    pub share_description: Option<String>,
    /// How many sheets it has.
    pub sheet_count: Option<u64>,
    /// Whether its views are shown as tabs.
    #[serde(with = "bool_as_text")]
    pub show_tabs: Option<bool>,
    /// The size in megabytes.
    pub size: Option<u64>,
    /// The group whose view of the data the thumbnails show.
    pub thumbnails_group_id: Option<String>,
    /// The user whose view of the data the thumbnails show.
    pub thumbnails_user_id: Option<Id<User>>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// The address in a browser.
    pub webpage_url: Option<String>,
    /// The site it is on.
    pub site: Option<Box<Site>>,
    /// The project it is in; none in a personal space.
    pub project: Option<Box<Project>>,
    /// Where it is: a project or a personal space.
    pub location: Option<Location>,
    /// Who owns it.
    pub owner: Option<Box<User>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
    /// Its views.
    pub views: Option<Items<View>>,
    /// How its data is accelerated.
    pub data_acceleration_config: Option<DataAccelerationConfig>,
    /// How fresh its data has to be.
    pub data_freshness_policy: Option<DataFreshnessPolicy>,
}

/// Refreshes the extracts of a workbook: queues a job that does it.
///
/// It is refused with 409093 while such a job is queued already.
#[derive(Debug, Clone, PartialEq, Eq, Endpoint)]
// The scope is inferred from the names of those there are, and the status from other calls that queue something.
#[endpoint(POST, "workbooks/{id}/refresh", since = "2.8", reply = Job, status = 202, jwt = "tableau:tasks:run")]
pub struct Refresh {
    /// The workbook.
    pub id: Id<Workbook>,
    /// How.
    #[body]
    pub request: RefreshRequest,
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<List<Workbook>>(),
    Entry::of::<Get<Workbook>>(),
    Entry::of::<Refresh>(),
];
