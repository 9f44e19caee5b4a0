//! Permissions: who may do what with an item. A facet of content, projects and more.

use super::{Resource, Verb};
use crate::rest::{Group, GroupSet, User};
use crate::value::{Id, Items, Shared, SiteRole, open_enum};
use crate::{element, endpoint, part};

/// A resource whose items have permissions.
pub trait HasPermissions: Resource {
    /// The facts about reading them.
    const GET_PERMISSIONS: Verb;
    /// The facts about adding to them.
    const ADD_PERMISSIONS: Verb;
    /// The facts about deleting one.
    const DELETE_PERMISSION: Verb;
}

/// Gets the permissions of an item.
#[endpoint(GET, "{R}/{id}/permissions", facts = R::GET_PERMISSIONS, reply = Permissions)]
pub struct GetPermissions<R: HasPermissions> {
    /// The item.
    pub id: Id<R::One>,
}

/// Adds permissions of an item; those that there are stay.
#[endpoint(PUT, "{R}/{id}/permissions", facts = R::ADD_PERMISSIONS, reply = Permissions)]
pub struct AddPermissions<R: HasPermissions> {
    /// The item.
    pub id: Id<R::One>,
    /// What is added.
    #[body]
    pub permissions: Permissions,
}

/// Deletes a permission of an item.
#[endpoint(
    DELETE,
    "{R}/{id}/permissions/{grantee_kind}/{grantee_id}/{capability}/{mode}",
    facts = R::DELETE_PERMISSION
)]
pub struct DeletePermission<R: HasPermissions> {
    /// The item.
    pub id: Id<R::One>,
    /// Whether it is that of a user, a group or a group set.
    pub grantee_kind: GranteeKind,
    /// The user, the group or the group set.
    pub grantee_id: String,
    /// What it is about.
    pub capability: CapabilityName,
    /// Whether it allows or denies that.
    pub mode: CapabilityMode,
}

/// The permissions of an item (schema: `permissionsType`).
#[element("permissions", new)]
pub struct Permissions {
    /// The project whose permissions the item has, where the project is locked.
    pub parent: Option<PermissionParent>,
    /// The database, if it is one.
    pub database: Option<PermissionItem>,
    /// The data source, if it is one.
    pub datasource: Option<PermissionItem>,
    /// The flow, if it is one.
    pub flow: Option<PermissionItem>,
    /// The project, if it is one.
    pub project: Option<PermissionItem>,
    /// The table, if it is one.
    pub table: Option<PermissionItem>,
    /// The view, if it is one.
    pub view: Option<PermissionItem>,
    /// The virtual connection, if it is one.
    pub virtual_connection: Option<PermissionItem>,
    /// The workbook, if it is one.
    pub workbook: Option<PermissionItem>,
    /// What each user, group and group set may do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grantee_capabilities: Vec<GranteeCapabilities>,
}

/// The item that permissions are about.
#[part]
pub struct PermissionItem {
    pub id: Option<String>,
    pub name: Option<String>,
    pub owner: Option<Shared<User>>,
}

/// The project whose permissions an item has (schema: `parentType`).
#[part]
pub struct PermissionParent {
    /// `Project`.
    pub r#type: Option<String>,
    pub id: Option<String>,
}

/// What a user, a group or a group set may do (schema: `granteeCapabilitiesType`): one of them is named.
#[part]
pub struct GranteeCapabilities {
    /// The user, if it is one.
    pub user: Option<Shared<User>>,
    /// The group, if it is one.
    pub group: Option<Shared<Group>>,
    /// The group set, if it is one: the rule is for the users who are in all of its groups.
    pub group_set: Option<Shared<GroupSet>>,
    /// What they may do, and what they may not.
    pub capabilities: Items<Capability>,
}

impl GranteeCapabilities {
    /// What a user may do.
    pub fn user(id: impl Into<Id<User>>, capabilities: impl IntoIterator<Item = Capability>) -> Self {
        let user = User {
            id: id.into(),
            ..User::default()
        };
        Self {
            user: Some(Shared::new(user)),
            ..Self::of(capabilities)
        }
    }

    /// What the users of a group may do.
    pub fn group(id: impl Into<Id<Group>>, capabilities: impl IntoIterator<Item = Capability>) -> Self {
        let group = Group {
            id: id.into(),
            ..Group::default()
        };
        Self {
            group: Some(Shared::new(group)),
            ..Self::of(capabilities)
        }
    }

    /// What the users who are in all groups of a group set may do.
    pub fn group_set(
        id: impl Into<Id<GroupSet>>,
        capabilities: impl IntoIterator<Item = Capability>,
    ) -> Self {
        let group_set = GroupSet {
            id: id.into(),
            ..GroupSet::default()
        };
        Self {
            group_set: Some(Shared::new(group_set)),
            ..Self::of(capabilities)
        }
    }

    fn of(capabilities: impl IntoIterator<Item = Capability>) -> Self {
        Self {
            capabilities: capabilities.into_iter().collect::<Vec<_>>().into(),
            ..Self::default()
        }
    }
}

/// A rule: something is allowed or denied (schema: `capabilityType`).
#[element("capability", exhaustive, strict)]
pub struct Capability {
    /// What it is about.
    pub name: CapabilityName,
    /// Whether it is allowed or denied.
    pub mode: CapabilityMode,
}

impl Capability {
    /// Something is allowed.
    #[must_use]
    pub fn allow(name: CapabilityName) -> Self {
        let mode = CapabilityMode::Allow;
        Self { name, mode }
    }

    /// Something is denied.
    #[must_use]
    pub fn deny(name: CapabilityName) -> Self {
        let mode = CapabilityMode::Deny;
        Self { name, mode }
    }
}

open_enum! {
    /// Whether something is allowed or denied.
    CapabilityMode {
        /// It is allowed.
        Allow = "Allow",
        /// It is denied, whatever else allows it.
        Deny = "Deny",
    }
}

open_enum! {
    /// Who has a permission, as it stands in addresses.
    GranteeKind by str::eq_ignore_ascii_case {
        /// A user.
        Users = "users",
        /// A group.
        Groups = "groups",
        /// A set of groups.
        GroupSets = "groupSets",
    }
}

open_enum! {
    /// What a permission is about (schema: `capabilityType`).
    CapabilityName {
        /// To add comments.
        AddComment = "AddComment",
        /// To use features that have models answer.
        AiAccess = "AiAccess",
        /// To move it.
        ChangeHierarchy = "ChangeHierarchy",
        /// To change its permissions.
        ChangePermissions = "ChangePermissions",
        /// To connect to it.
        Connect = "Connect",
        /// To create metrics and refresh them.
        CreateRefreshMetrics = "CreateRefreshMetrics",
        /// To delete it.
        Delete = "Delete",
        /// To run it.
        Execute = "Execute",
        /// To download the data of views.
        ExportData = "ExportData",
        /// To download images of views.
        ExportImage = "ExportImage",
        /// To download it.
        ExportXml = "ExportXml",
        /// To refresh its extracts.
        ExtractRefresh = "ExtractRefresh",
        /// To filter views.
        Filter = "Filter",
        /// To overwrite it.
        Overwrite = "Overwrite",
        /// To lead a project because of leading the one around it.
        InheritedProjectLeader = "InheritedProjectLeader",
        /// To lead a project.
        ProjectLeader = "ProjectLeader",
        /// To define metrics of Pulse.
        PulseMetricDefine = "PulseMetricDefine",
        /// To see it.
        Read = "Read",
        /// To run Explain Data.
        RunExplainData = "RunExplainData",
        /// To save a copy.
        SaveAs = "SaveAs",
        /// To share what was changed in a view.
        ShareView = "ShareView",
        /// To see comments.
        ViewComments = "ViewComments",
        /// To see the rows behind a view.
        ViewUnderlyingData = "ViewUnderlyingData",
        /// To query it by the VizQL Data Service.
        VizqlDataApiAccess = "VizqlDataApiAccess",
        /// To edit it in the browser.
        WebAuthoring = "WebAuthoring",
        /// To edit flows in the browser.
        WebAuthoringForFlows = "WebAuthoringForFlows",
        /// To change it.
        Write = "Write",
    }
}

impl SiteRole {
    /// Whether users with this role can have a capability at all, whatever rules say: from Tableau's table of site roles and capabilities.
    #[must_use]
    pub fn allows(&self, capability: &CapabilityName) -> bool {
        use CapabilityName as Name;
        match self {
            Self::Unlicensed => false,
            Self::Viewer | Self::Guest => matches!(
                capability,
                Name::Read
                    | Name::Filter
                    | Name::ViewComments
                    | Name::AddComment
                    | Name::ExportImage
                    | Name::ExportData
                    | Name::Connect
            ),
            Self::Explorer => !matches!(
                capability,
                Name::Write | Name::ProjectLeader | Name::InheritedProjectLeader | Name::ExtractRefresh
            ),
            _ => true,
        }
    }
}
