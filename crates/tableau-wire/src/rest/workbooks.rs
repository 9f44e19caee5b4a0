//! Workbooks.

use super::auth::UserId;
use super::content::{DataAccelerationConfig, DataFreshnessPolicy, Location, Tag};
use super::publishing::{NewWorkbook, ProjectId, Published};
use super::{FileUpload, Project, Site, User, View};
use crate::body::Multipart;
use crate::endpoint::{Content, calls};
use crate::resource::DownloadOptions;
use crate::value::{Id, Items, Shared, Timestamp, bool_as_text};
use crate::{QueryOptions, element, endpoint, resource};

/// A published workbook (schema: `workbookType`).
#[resource(
    "workbooks",
    element = "workbook",
    since = "2.0",
    missing = "404006",
    jwt = "tableau:content:read",
    jwt_writes = "workbooks",
    filter(
        contentUrl: eq in, createdAt: range, displayTabs: eq, favoritesTotal: range, hasAlerts: eq,
        hasExtracts: eq, name: eq in, ownerDomain: eq in, ownerEmail: eq in, ownerName: eq in,
        projectName: eq in, sheetCount: range, size: range, subscriptionsTotal: range, tags: eq in,
        updatedAt: range
    ),
    fields(
        default = "contentUrl createdAt defaultViewId description encryptExtracts id location name owner.id \
            owner.name project.id project.name showTabs size tags updatedAt webpageUrl",
        more = "hasExtracts owner.email owner.fullName owner.lastLogin owner.siteRole project.contentPermissions \
            project.createdAt project.description project.parentProjectId project.topLevelProject \
            project.updatedAt project.writeable sheetCount",
        one = "dataAccelerationConfig dataFreshnessPolicy views"
    ),
    list,
    get(WorkbookKey),
    update(
        WorkbookPatch {
            name, description, show_tabs, encrypt_extracts, project: ProjectId, owner: UserId,
            views: Items<ViewId>, data_acceleration_config, data_freshness_policy
        },
        options = WorkbookUpdateOptions
    ),
    delete,
    permissions,
    tags,
    connections,
    bulk_connections,
    revisions,
    revision_files,
    content(DownloadOptions),
    extracts,
    refresh,
    preview,
    pdf(since = "3.4")
)]
pub struct Workbook {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<Workbook>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// The name in addresses.
    pub content_url: Option<String>,
    pub created_at: Option<Timestamp>,
    /// The view that opens first.
    pub default_view_id: Option<Id<View>>,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Whether its extracts are encrypted.
    #[serde(serialize_with = "bool_as_text")]
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
    #[serde(serialize_with = "bool_as_text")]
    pub show_tabs: Option<bool>,
    /// The size in megabytes.
    pub size: Option<u64>,
    /// The group whose view of the data the thumbnails show.
    pub thumbnails_group_id: Option<String>,
    /// The user whose view of the data the thumbnails show.
    pub thumbnails_user_id: Option<Id<User>>,
    pub updated_at: Option<Timestamp>,
    /// The address in a browser.
    pub webpage_url: Option<String>,
    /// The site it is on.
    pub site: Option<Shared<Site>>,
    /// The project it is in; none in a personal space.
    pub project: Option<Shared<Project>>,
    /// Where it is: a project or a personal space.
    pub location: Option<Shared<Location>>,
    pub owner: Option<Shared<User>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
    /// Its views.
    pub views: Option<Items<View>>,
    /// How its data is accelerated.
    pub data_acceleration_config: Option<Box<DataAccelerationConfig>>,
    /// How fresh its data has to be.
    pub data_freshness_policy: Option<Box<DataFreshnessPolicy>>,
}

/// Publishes a workbook: from the file in the request, or from one that was uploaded before.
///
/// A workbook of the same name in the same project is refused unless it is to be overwritten.
#[derive(Default)]
#[endpoint(POST, "workbooks", since = "2.0", retry = never, slow, jwt = "tableau:workbooks:create", status = 201, reply = Published<Workbook>)]
pub struct Publish {
    /// What the file is: `twb` or `twbx`. Wanted where the file was uploaded before; else its name tells.
    pub workbook_type: Option<String>,
    /// Whether a workbook of the same name in the same project is replaced.
    pub overwrite: Option<bool>,
    /// Whether the server answers at once, with a job that does it (from version 3.0).
    pub as_job: Option<bool>,
    /// Whether the server skips its test of the connections.
    pub skip_connection_check: Option<bool>,
    /// The upload that holds the file.
    pub upload_session_id: Option<Id<FileUpload>>,
    /// The workbook's document, and its file.
    #[body]
    pub body: Multipart<NewWorkbook>,
}

/// Downloads a workbook, as `.twb` or `.twbx`.
pub type Download = crate::resource::Download<Workbook>;

/// Lists the connections of a workbook.
pub type ListConnections = crate::resource::ListConnections<Workbook>;

/// Refreshes the extracts of a workbook.
pub type Refresh = crate::resource::Refresh<Workbook>;

/// How a path names the workbook: by identifier or by content URL.
#[derive(Debug, Clone, PartialEq, Eq, Default, QueryOptions)]
pub struct WorkbookKey {
    /// `contentUrl` (from version 3.17); the identifier if not given.
    pub key: Option<String>,
}

/// Query options of an update of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Default, QueryOptions)]
pub struct WorkbookUpdateOptions {
    /// Whether the answer says how the views are accelerated (from version 3.22).
    pub include_view_acceleration_status: Option<bool>,
}

/// A view of a workbook by identifier.
#[element("view", exhaustive)]
pub struct ViewId {
    pub id: Id<View>,
}

/// Exports a workbook as a presentation (`.pptx`) with a slide for each view.
#[endpoint(
    GET,
    "workbooks/{id}/powerpoint",
    since = "3.8",
    rendering,
    jwt = "tableau:workbooks:download",
    reply = Content
)]
pub struct Powerpoint {
    /// The workbook.
    pub id: Id<Workbook>,
    /// The greatest age in minutes of a rendering that may be used again; at least 1.
    pub max_age: Option<u64>,
}

/// Lists the views of a workbook, in the order of their tabs.
#[endpoint(GET, "workbooks/{id}/views", since = "2.0", jwt = "tableau:content:read", reply = Items<View>)]
pub struct ListViews {
    /// The workbook.
    pub id: Id<Workbook>,
    /// Whether each view says how often it was looked at.
    pub include_usage_statistics: Option<bool>,
}

/// Gets what a workbook loses as a workbook of an earlier release.
#[endpoint(
    GET,
    "workbooks/{id}/downGradeInfo",
    since = "3.5",
    jwt = "tableau:workbook_downgrade_info:read",
    reply = Items<DowngradedFeature>
)]
pub struct GetDowngradeInfo {
    /// The workbook.
    pub id: Id<Workbook>,
    /// The release: `2019.3`.
    pub product_version: String,
}

/// A feature of a workbook that an earlier release lacks or changes (schema: `degradationType`).
#[element("downgradedFeature", list = "downgradeInfo")]
pub struct DowngradedFeature {
    /// The feature.
    pub name: Option<String>,
    /// How much of the workbook is lost without it.
    pub severity: Option<String>,
}

calls!(Workbook; Publish, ListViews, Powerpoint, GetDowngradeInfo);
