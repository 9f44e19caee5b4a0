//! Permissions of an item, and those that a project gives to its content.

use std::collections::HashSet;

use tableau_wire::Id;
use tableau_wire::resource::{
    AddDefaultPermissions, AddPermissions, Capability, CapabilityMode, CapabilityName, ContentKind,
    DeleteDefaultPermission, DeletePermission, GetDefaultPermissions, GetPermissions, GranteeCapabilities,
    GranteeKind, HasDefaultPermissions, HasPermissions, Permissions,
};
use tableau_wire::rest::{Group, GroupSet, User};

use super::{Call, Collection, Site};
use crate::error::Error;
use crate::mode::{Async, Mode};

/// The user, group or group set that has a permission.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Grantee {
    /// A user.
    User(Id<User>),
    /// The users of a group.
    Group(Id<Group>),
    /// The users who are in all groups of a group set.
    GroupSet(Id<GroupSet>),
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

    /// The users who are in all groups of a group set.
    pub fn group_set(id: impl Into<Id<GroupSet>>) -> Self {
        Self::GroupSet(id.into())
    }

    /// How addresses name it.
    fn in_path(&self) -> (GranteeKind, &str) {
        match self {
            Self::User(id) => (GranteeKind::Users, id.as_str()),
            Self::Group(id) => (GranteeKind::Groups, id.as_str()),
            Self::GroupSet(id) => (GranteeKind::GroupSets, id.as_str()),
        }
    }

    fn with(&self, capabilities: Vec<Capability>) -> GranteeCapabilities {
        match self {
            Self::User(id) => GranteeCapabilities::user(id.clone(), capabilities),
            Self::Group(id) => GranteeCapabilities::group(id.clone(), capabilities),
            Self::GroupSet(id) => GranteeCapabilities::group_set(id.clone(), capabilities),
        }
    }
}

/// A rule: something is allowed or denied to a user, a group or a group set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionRule {
    /// To whom.
    pub grantee: Grantee,
    /// What it is about.
    pub capability: CapabilityName,
    /// Whether it is allowed or denied.
    pub mode: CapabilityMode,
}

impl PermissionRule {
    /// Something is allowed.
    #[must_use]
    pub fn allow(grantee: Grantee, capability: CapabilityName) -> Self {
        Self {
            grantee,
            capability,
            mode: CapabilityMode::Allow,
        }
    }

    /// Something is denied.
    #[must_use]
    pub fn deny(grantee: Grantee, capability: CapabilityName) -> Self {
        Self {
            grantee,
            capability,
            mode: CapabilityMode::Deny,
        }
    }

    /// The rules in an answer, one for each capability of each grantee.
    #[must_use]
    pub fn all_of(permissions: &Permissions) -> Vec<Self> {
        let of = |granted: &GranteeCapabilities| {
            let grantee = match (&granted.user, &granted.group, &granted.group_set) {
                (Some(user), ..) => Grantee::User(user.id.clone()),
                (None, Some(group), _) => Grantee::Group(group.id.clone()),
                (None, None, Some(set)) => Grantee::GroupSet(set.id.clone()),
                (None, None, None) => return Vec::new(),
            };
            let rules = granted.capabilities.iter().map(|capability| Self {
                grantee: grantee.clone(),
                capability: capability.name.clone(),
                mode: capability.mode.clone(),
            });
            rules.collect()
        };
        permissions.grantee_capabilities.iter().flat_map(of).collect()
    }
}

/// The document that adds rules, grantee by grantee.
fn document(rules: &[PermissionRule]) -> Permissions {
    let mut grantees: Vec<(&Grantee, Vec<Capability>)> = Vec::new();
    for rule in rules {
        let capability = Capability {
            name: rule.capability.clone(),
            mode: rule.mode.clone(),
        };
        match grantees.iter_mut().find(|(grantee, _)| *grantee == &rule.grantee) {
            Some((_, capabilities)) => capabilities.push(capability),
            None => grantees.push((&rule.grantee, vec![capability])),
        }
    }
    let mut permissions = Permissions::default();
    permissions.grantee_capabilities = grantees
        .into_iter()
        .map(|(grantee, capabilities)| grantee.with(capabilities))
        .collect();
    permissions
}

/// What [`set_exactly`](ItemPermissions::set_exactly) did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PermissionChange {
    /// The rules that were added.
    pub added: Vec<PermissionRule>,
    /// The rules that were deleted.
    pub removed: Vec<PermissionRule>,
    /// How many rules were as they should be.
    pub unchanged: usize,
}

impl PermissionChange {
    /// What makes the rules that there are those that there should be. Of several about one capability of one grantee, the last counts.
    #[must_use]
    pub fn between(now: &[PermissionRule], wanted: impl IntoIterator<Item = PermissionRule>) -> Self {
        let mut rules: Vec<PermissionRule> = Vec::new();
        for rule in wanted {
            rules.retain(|other| (&other.grantee, &other.capability) != (&rule.grantee, &rule.capability));
            rules.push(rule);
        }
        let removed: Vec<_> = now.iter().filter(|rule| !rules.contains(rule)).cloned().collect();
        Self {
            unchanged: now.len() - removed.len(),
            removed,
            added: rules.into_iter().filter(|rule| !now.contains(rule)).collect(),
        }
    }

    /// The rules to add in two parts: those that contradict one that is removed, and the others.
    fn additions(&self) -> (Vec<PermissionRule>, Vec<PermissionRule>) {
        let about = |rule: &PermissionRule| (rule.grantee.clone(), rule.capability.clone());
        let removed: HashSet<_> = self.removed.iter().map(about).collect();
        let added = self.added.iter().cloned();
        added.partition(|rule| removed.contains(&about(rule)))
    }

    /// Whether there was nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// The permissions of one item: see [`Collection::permissions`].
#[derive(Debug, Clone)]
pub struct ItemPermissions<R: HasPermissions, M: Mode = Async> {
    pub(super) site: Site<M>,
    pub(super) id: Id<R::One>,
}

/// The permissions that an item gives to content of a kind: see [`Collection::default_permissions`].
#[derive(Debug, Clone)]
pub struct ItemDefaultPermissions<R: HasDefaultPermissions, M: Mode = Async> {
    site: Site<M>,
    id: Id<R::One>,
    kind: ContentKind,
}

impl<R: HasPermissions, M: Mode> Collection<R, M> {
    /// The permissions of an item.
    pub fn permissions(&self, id: impl Into<Id<R::One>>) -> ItemPermissions<R, M> {
        ItemPermissions {
            site: self.site().clone(),
            id: id.into(),
        }
    }

    /// The permissions that an item gives to content of a kind.
    ///
    /// ```no_run
    /// # use tableau_client::{Grantee, Id, Project, Site};
    /// # use tableau_client::wire::resource::{CapabilityName::*, ContentKind};
    /// # async fn run(site: Site, project: Id<Project>, group: Grantee) -> tableau_client::Result<()> {
    /// let defaults = site.projects().default_permissions(&project, ContentKind::Flows);
    /// defaults.allow(group, [Read, Execute]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn default_permissions(
        &self,
        id: impl Into<Id<R::One>>,
        kind: ContentKind,
    ) -> ItemDefaultPermissions<R, M>
    where
        R: HasDefaultPermissions,
    {
        ItemDefaultPermissions {
            site: self.site().clone(),
            id: id.into(),
            kind,
        }
    }
}

/// What permissions and default permissions have in common; `$get`, `$add` and `$delete` make their calls.
macro_rules! rules_of_an_item {
    ($of:ident, $bound:ident, $get:ident, $add:ident, $delete:ident, [$($kind:ident)?]) => {
        impl<R: $bound, M: Mode> $of<R, M> {
            /// Gets the rules: what each user, group and group set may do.
            pub fn get(&self) -> Call<$get<R>, M> {
                self.site.call($get::new(self.id.clone() $(, self.$kind.clone())?))
            }

            /// Allows capabilities; other rules stay as they are.
            pub fn allow(
                &self,
                grantee: Grantee,
                capabilities: impl IntoIterator<Item = CapabilityName>,
            ) -> Call<$add<R>, M> {
                let rule = |capability| PermissionRule::allow(grantee.clone(), capability);
                self.add(&capabilities.into_iter().map(rule).collect::<Vec<_>>())
            }

            /// Denies capabilities; other rules stay as they are.
            pub fn deny(
                &self,
                grantee: Grantee,
                capabilities: impl IntoIterator<Item = CapabilityName>,
            ) -> Call<$add<R>, M> {
                let rule = |capability| PermissionRule::deny(grantee.clone(), capability);
                self.add(&capabilities.into_iter().map(rule).collect::<Vec<_>>())
            }

            /// Adds rules; others stay as they are.
            pub fn add(&self, rules: &[PermissionRule]) -> Call<$add<R>, M> {
                self.site
                    .call($add::new(self.id.clone() $(, self.$kind.clone())?, document(rules)))
            }

            /// Deletes a rule: its capability is neither allowed nor denied any more.
            pub fn delete(
                &self,
                grantee: &Grantee,
                capability: CapabilityName,
                mode: CapabilityMode,
            ) -> Call<$delete<R>, M> {
                let (kind, id) = grantee.in_path();
                let delete = $delete::new(self.id.clone() $(, self.$kind.clone())?, kind, id, capability, mode);
                self.site.call(delete)
            }

            /// Makes the rules exactly these: adds what is missing, deletes the rest, and says what it did.
            ///
            /// Nothing is sent for rules that are as they should be, so the same again changes nothing. Servers have no call for it: one request
            /// reads the rules, one adds what is missing, and one deletes each that is too much. Rules that contradict one that is there (deny for
            /// allow) are added last, in another request, as a server may keep the one that is there. So a rule that the server refuses, as for a
            /// group that does not exist, is refused before anything was deleted.
            ///
            /// # Errors
            /// The first refusal; what was done until then stays, and the same call goes on from there.
            pub fn set_exactly(
                &self,
                rules: impl IntoIterator<Item = PermissionRule>,
            ) -> M::Output<Result<PermissionChange, Error>> {
                let (this, rules) = (self.clone(), rules.into_iter().collect::<Vec<_>>());
                let mode = this.site.mode().clone();
                mode.run(async move {
                    let now = this.site.send(this.get().into_endpoint()).await?;
                    let change = PermissionChange::between(&PermissionRule::all_of(&now), rules);
                    let (last, first) = change.additions();
                    if !first.is_empty() {
                        this.site.send(this.add(&first).into_endpoint()).await?;
                    }
                    for rule in &change.removed {
                        let delete = this.delete(&rule.grantee, rule.capability.clone(), rule.mode.clone());
                        this.site.send(delete.into_endpoint()).await?;
                    }
                    if !last.is_empty() {
                        this.site.send(this.add(&last).into_endpoint()).await?;
                    }
                    Ok(change)
                })
            }
        }
    };
}

rules_of_an_item!(
    ItemPermissions,
    HasPermissions,
    GetPermissions,
    AddPermissions,
    DeletePermission,
    []
);
rules_of_an_item!(
    ItemDefaultPermissions,
    HasDefaultPermissions,
    GetDefaultPermissions,
    AddDefaultPermissions,
    DeleteDefaultPermission,
    [kind]
);
