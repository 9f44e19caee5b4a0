//! Default permissions: what a container gives to the content that is put into it. A facet of projects.

use super::{CapabilityMode, CapabilityName, GranteeKind, Permissions, Resource, Verb};
use crate::endpoint;
use crate::value::{Id, Version, open_enum};

/// A resource whose items give permissions to the content inside.
pub trait HasDefaultPermissions: Resource {
    /// The facts about reading them.
    const GET_DEFAULT_PERMISSIONS: Verb;
    /// The facts about adding to them.
    const ADD_DEFAULT_PERMISSIONS: Verb;
    /// The facts about deleting one.
    const DELETE_DEFAULT_PERMISSION: Verb;
}

/// Gets the permissions that an item gives to new content of a kind.
#[endpoint(
    GET,
    "{R}/{id}/default-permissions/{content_kind}",
    facts = R::GET_DEFAULT_PERMISSIONS,
    reply = Permissions
)]
pub struct GetDefaultPermissions<R: HasDefaultPermissions> {
    /// The item.
    pub id: Id<R::One>,
    /// The kind of the content.
    pub content_kind: ContentKind,
}

/// Adds to the permissions that an item gives to new content of a kind; those that there are stay.
#[endpoint(
    PUT,
    "{R}/{id}/default-permissions/{content_kind}",
    facts = R::ADD_DEFAULT_PERMISSIONS,
    reply = Permissions
)]
pub struct AddDefaultPermissions<R: HasDefaultPermissions> {
    /// The item.
    pub id: Id<R::One>,
    /// The kind of the content.
    pub content_kind: ContentKind,
    /// What is added.
    #[body]
    pub permissions: Permissions,
}

/// Deletes one of the permissions that an item gives to new content of a kind.
#[endpoint(
    DELETE,
    "{R}/{id}/default-permissions/{content_kind}/{grantee_kind}/{grantee_id}/{capability}/{mode}",
    facts = R::DELETE_DEFAULT_PERMISSION
)]
pub struct DeleteDefaultPermission<R: HasDefaultPermissions> {
    /// The item.
    pub id: Id<R::One>,
    /// The kind of the content.
    pub content_kind: ContentKind,
    /// Whether it is that of a user, a group or a group set.
    pub grantee_kind: GranteeKind,
    /// The user, the group or the group set.
    pub grantee_id: String,
    /// What it is about.
    pub capability: CapabilityName,
    /// Whether it allows or denies that.
    pub mode: CapabilityMode,
}

open_enum! {
    /// The kind of content that default permissions are for, as it stands in addresses.
    ContentKind by str::eq_ignore_ascii_case {
        /// Databases.
        Databases = "databases",
        /// Data roles.
        DataRoles = "dataroles",
        /// Published data sources.
        Datasources = "datasources",
        /// Flows.
        Flows = "flows",
        /// Lenses of Ask Data (until version 3.23).
        Lenses = "lenses",
        /// Metrics (until version 3.22).
        Metrics = "metrics",
        /// Tables.
        Tables = "tables",
        /// Virtual connections.
        VirtualConnections = "virtualConnections",
        /// Workbooks.
        Workbooks = "workbooks",
    }
}

impl ContentKind {
    /// The first version that has default permissions for the kind (as in Tableau's own library); `None` for an unknown one.
    #[must_use]
    pub fn since(&self) -> Option<Version> {
        Some(match self {
            Self::Workbooks | Self::Datasources => Version::new(2, 1),
            Self::Metrics => Version::new(3, 2),
            Self::DataRoles | Self::Flows | Self::Lenses => Version::new(3, 4),
            Self::VirtualConnections | Self::Databases | Self::Tables => Version::new(3, 23),
            Self::Other(_) => return None,
        })
    }

    /// The last version that has content of the kind; `None` while it has.
    #[must_use]
    pub fn until(&self) -> Option<Version> {
        match self {
            Self::Lenses => Some(Version::new(3, 23)),
            Self::Metrics => Some(Version::new(3, 22)),
            _ => None,
        }
    }
}
