//! Views: the sheets, dashboards and stories of workbooks.

use super::content::{DataAccelerationConfig, Location, Tag, Usage};
use super::{Project, User, Workbook};
use crate::endpoint::{Content, calls};
use crate::value::{Id, Items, Shared, Timestamp};
use crate::{QueryOptions, endpoint, resource};

/// A view of a published workbook (schema: `viewType`).
#[resource(
    "views",
    element = "view",
    since = "2.2",
    missing = "404011",
    jwt = "tableau:content:read",
    jwt_writes = "views",
    filter(
        caption: eq in, contentUrl: eq in, createdAt: range, favoritesTotal: range, hitsTotal:
        range, name: eq in, ownerDomain: eq in, ownerEmail: eq in, ownerName: eq, projectName: eq
        in, sheetNumber: range, sheetType: eq in, tags: eq in, title: eq in, updatedAt: range,
        viewUrlName: eq in, workbookDescription: eq in, workbookName: eq in
    ),
    fields(
        default = "contentUrl createdAt id name owner.id project.id tags updatedAt viewUrlName workbook.id",
        more = "favoritesTotal location owner.email owner.fullName owner.lastLogin owner.name owner.siteRole \
            project.description project.name sheetType usage workbook.contentUrl workbook.description \
            workbook.name",
        one = "sheetType",
        named = "usage"
    ),
    list(ViewOptions),
    get(ViewOptions, since = "3.0"),
    delete(since = "3.27"),
    permissions(since = "3.2"),
    tags,
    image,
    pdf,
    data
)]
pub struct View {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<View>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// The name in addresses.
    pub content_url: Option<String>,
    pub created_at: Option<Timestamp>,
    /// For how many users it is a favorite.
    pub favorites_total: Option<u64>,
    /// Whether it is hidden.
    pub hidden: Option<bool>,
    /// Whether the user looked at it lately.
    pub recently_viewed: Option<bool>,
    /// `view`, `dashboard` or `story`.
    pub sheet_type: Option<String>,
    pub updated_at: Option<Timestamp>,
    /// The name in the address of the view.
    pub view_url_name: Option<String>,
    /// The workbook it belongs to.
    pub workbook: Option<Shared<Workbook>>,
    pub owner: Option<Shared<User>>,
    /// The project it is in.
    pub project: Option<Shared<Project>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
    /// How often it was looked at, if that was asked for.
    pub usage: Option<Usage>,
    /// How its data is accelerated.
    pub data_acceleration_config: Option<Box<DataAccelerationConfig>>,
    /// Where it is: a project or a personal space.
    pub location: Option<Shared<Location>>,
}

/// Query options specific to views.
#[derive(Debug, Clone, PartialEq, Eq, Default, QueryOptions)]
pub struct ViewOptions {
    /// Whether each view comes with the number of times it was looked at.
    pub include_usage_statistics: Option<bool>,
}

/// Exports the data of a view as a crosstab in an Excel workbook.
#[endpoint(
    GET,
    "views/{id}/crosstab/excel",
    since = "3.8",
    rendering,
    jwt = "tableau:views:download",
    reply = Content
)]
pub struct Excel {
    /// The view.
    pub id: Id<View>,
    /// The greatest age in minutes of data that may be used again; at least 1.
    pub max_age: Option<u64>,
    /// The language and region by which values are written: `de-DE`.
    pub language: Option<String>,
    /// Filters: the name of a field, and the values that are shown, separated by commas.
    #[prefix("vf_")]
    pub filters: Vec<(String, String)>,
}

/// Downloads the preview image of a view: a small PNG, made when its workbook was published.
#[endpoint(
    GET,
    "workbooks/{workbook_id}/views/{id}/previewImage",
    since = "2.0",
    jwt = "tableau:content:read",
    reply = Content
)]
pub struct PreviewImage {
    /// The workbook of the view.
    pub workbook_id: Id<Workbook>,
    /// The view.
    pub id: Id<View>,
}

calls!(View; Excel, PreviewImage);
