//! Projects: the folders of a site.

use super::User;
use super::auth::UserId;
use crate::endpoint::calls;
use crate::value::{ContentPermissions, Id, Shared, Timestamp};
use crate::{QueryOptions, part, resource};

/// A project (schema: `projectType`).
///
/// Tableau has no call that gets one project: list with a filter instead.
#[resource(
    "projects",
    element = "project",
    missing = "404005",
    since = "2.0",
    jwt = "tableau:content:read",
    jwt_writes = "projects",
    filter(
        createdAt: range, name: eq in, ownerDomain: eq in, ownerEmail: eq in, ownerName: eq in,
        parentProjectId: eq in, topLevelProject: eq, updatedAt: range
    ),
    fields(
        default = "contentPermissions controllingPermissionsProjectId createdAt description id name owner.id \
            parentProjectId updatedAt",
        more = "contentsCounts.datasourceCount contentsCounts.projectCount contentsCounts.viewCount \
            contentsCounts.workbookCount owner.email owner.fullName owner.lastLogin owner.name \
            owner.siteRole topLevelProject writeable"
    ),
    list,
    create(
        NewProject { name, description?, content_permissions?, parent_project_id?, owner?: UserId },
        options = ProjectOptions
    ),
    update(
        ProjectPatch { name, description, content_permissions, parent_project_id, owner: UserId },
        options = ProjectOptions
    ),
    delete,
    permissions,
    default_permissions
)]
pub struct Project {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<Project>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// Who decides about the permissions of its content.
    pub content_permissions: Option<ContentPermissions>,
    /// The project that decides about its permissions.
    pub controlling_permissions_project_id: Option<Id<Project>>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// What its owner says about it.
    pub description: Option<String>,
    /// For how many users it is a favorite.
    pub favorites_total: Option<u64>,
    /// The project around it.
    pub parent_project_id: Option<Id<Project>>,
    /// Whether no project is around it.
    pub top_level_project: Option<bool>,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// Whether the user may put content into it.
    pub writeable: Option<bool>,
    /// Who owns it.
    pub owner: Option<Shared<User>>,
    /// How much content it has.
    pub contents_counts: Option<ContentsCounts>,
}

/// Query options of creating and updating a project.
#[derive(Debug, Clone, PartialEq, Eq, Default, QueryOptions)]
pub struct ProjectOptions {
    /// Whether Tableau's sample workbooks are published to it.
    pub publish_samples: Option<bool>,
}

/// How much content a project has (schema: `contentsCountsType`).
#[part]
pub struct ContentsCounts {
    /// Data sources.
    pub datasource_count: Option<u64>,
    /// Projects inside it.
    pub project_count: Option<u64>,
    /// Views.
    pub view_count: Option<u64>,
    /// Workbooks.
    pub workbook_count: Option<u64>,
}

calls!(Project);
