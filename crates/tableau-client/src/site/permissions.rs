//! Permissions of an item.

use tableau_wire::Id;
use tableau_wire::resource::{
    AddPermissions, Capability, CapabilityMode, CapabilityName, DeletePermission, GetPermissions,
    GranteeCapabilities, GranteeKind, HasPermissions, Permissions,
};
use tableau_wire::rest::{Group, User};

use super::{Call, Collection, Site};
use crate::mode::{Async, Mode};

/// The user or group that has a permission.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Grantee {
    /// A user.
    User(Id<User>),
    /// The users of a group.
    Group(Id<Group>),
}

impl Grantee {
    /// A user.
    pub fn user(id: impl Into<Id<User>>) -> Self {
        Self::User(id.into())
    }

    /// The users of a group.
    pub fn group(id: impl Into<Id<Group>>) -> Self {
        Self::Group(id.into())
    }
}

/// The permissions of one item: see [`Collection::permissions`].
#[derive(Debug, Clone)]
pub struct ItemPermissions<R: HasPermissions, M: Mode = Async> {
    site: Site<M>,
    id: Id<R::One>,
}

impl<R: HasPermissions, M: Mode> Collection<R, M> {
    /// The permissions of an item.
    pub fn permissions(&self, id: impl Into<Id<R::One>>) -> ItemPermissions<R, M> {
        ItemPermissions {
            site: self.site().clone(),
            id: id.into(),
        }
    }
}

impl<R: HasPermissions, M: Mode> ItemPermissions<R, M> {
    /// Gets the permissions: what each user and group may do.
    pub fn get(&self) -> Call<GetPermissions<R>, M> {
        self.site.call(GetPermissions::new(self.id.clone()))
    }

    /// Allows capabilities; other rules stay as they are.
    pub fn allow(
        &self,
        grantee: Grantee,
        capabilities: impl IntoIterator<Item = CapabilityName>,
    ) -> Call<AddPermissions<R>, M> {
        self.add(grantee, capabilities, Capability::allow)
    }

    /// Denies capabilities; other rules stay as they are.
    pub fn deny(
        &self,
        grantee: Grantee,
        capabilities: impl IntoIterator<Item = CapabilityName>,
    ) -> Call<AddPermissions<R>, M> {
        self.add(grantee, capabilities, Capability::deny)
    }

    fn add(
        &self,
        grantee: Grantee,
        capabilities: impl IntoIterator<Item = CapabilityName>,
        rule: fn(CapabilityName) -> Capability,
    ) -> Call<AddPermissions<R>, M> {
        let rules = capabilities.into_iter().map(rule);
        let mut permissions = Permissions::default();
        permissions.grantee_capabilities = vec![match grantee {
            Grantee::User(id) => GranteeCapabilities::user(id, rules),
            Grantee::Group(id) => GranteeCapabilities::group(id, rules),
        }];
        self.site.call(AddPermissions::new(self.id.clone(), permissions))
    }

    /// Deletes a rule: its capability is neither allowed nor denied any more.
    pub fn delete(
        &self,
        grantee: &Grantee,
        capability: CapabilityName,
        mode: CapabilityMode,
    ) -> Call<DeletePermission<R>, M> {
        let (kind, grantee) = match grantee {
            Grantee::User(id) => (GranteeKind::Users, id.as_str()),
            Grantee::Group(id) => (GranteeKind::Groups, id.as_str()),
        };
        let delete = DeletePermission::new(self.id.clone(), kind, grantee, capability, mode);
        self.site.call(delete)
    }
}
