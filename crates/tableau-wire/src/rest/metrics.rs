//! Metrics of views, which Tableau retired for those of Pulse.

use super::auth::UserId;
use super::publishing::ProjectId;
use super::{Project, Site, Tag, User, View};
use crate::endpoint::calls;
use crate::resource;
use crate::value::{Id, Items, Shared, Timestamp};

/// A metric of a view (schema: `metricType`).
#[resource(
    "metrics",
    element = "metric",
    since = "3.9",
    // Tableau retired them in February 2024, Tableau Server with 2024.2.
    until = "3.22",
    jwt = "tableau:content:read",
    jwt_writes = "metrics",
    list,
    get,
    update(MetricPatch { name, description, suspended, project: ProjectId, owner: UserId }),
    delete
)]
pub struct Metric {
    pub id: Id<Metric>,
    pub name: String,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Its address in a browser.
    pub webpage_url: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// Whether it is not brought up to date for now.
    pub suspended: Option<bool>,
    /// The site it is on.
    pub site: Option<Shared<Site>>,
    /// The project it is in.
    pub project: Option<Shared<Project>>,
    pub owner: Option<Shared<User>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
    /// The view that it is of.
    pub underlying_view: Option<Shared<View>>,
}

calls!(Metric);
