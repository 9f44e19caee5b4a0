//! Effective permissions: what a user may do with an item, and by which rule.

mod gather;
mod place;

use std::collections::HashSet;

use tableau_wire::Id;
use tableau_wire::resource::{CapabilityMode, CapabilityName};
use tableau_wire::rest::{Group, GroupSet, Project, User};
use tableau_wire::value::SiteRole;

pub use place::Decidable;

use super::{Grantee, ItemPermissions, PermissionRule};
use crate::error::Error;
use crate::mode::Mode;

/// What a user may do with an item, and why: see [`ItemPermissions::effective`].
#[derive(Debug, Clone)]
pub struct Effective {
    facts: Facts,
    names: gather::Names,
    capabilities: &'static [CapabilityName],
}

/// Whether a user has a capability, and what decides it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decision {
    /// What it is about.
    pub capability: CapabilityName,
    /// Whether the user has it.
    pub allowed: bool,
    /// What decides it.
    pub because: Because,
}

/// What decides whether a user has a capability, in the order in which Tableau looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Because {
    /// The user administers the site or the server, and has every capability.
    Administrator,
    /// The site role of the user cannot have the capability, whatever rules say.
    SiteRole(SiteRole),
    /// The user owns the item.
    Owner,
    /// The user owns this project, which the item is in, or is.
    ProjectOwner(Id<Project>),
    /// The user leads this project, which the item is in, or is.
    ProjectLeader(Id<Project>),
    /// A rule; of rules for groups that contradict each other, one that denies.
    Rule(PermissionRule),
    /// No rule is about the capability and the user.
    NoRule,
}

/// What a decision is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The user.
    pub user: Id<User>,
    /// The role on the site.
    pub role: SiteRole,
    /// The groups that the user is in.
    pub groups: HashSet<Id<Group>>,
    /// The group sets of all whose groups the user is.
    pub group_sets: HashSet<Id<GroupSet>>,
    /// Whether the user owns the item.
    pub owns: bool,
    /// Whether a project has locked the permissions of the item.
    pub locked: bool,
    /// The projects around the item, the nearest first; of a project, itself first.
    pub projects: Vec<ProjectFacts>,
    /// The rules that apply to the item: of a view whose workbook shows its views as tabs, those of the workbook.
    pub rules: Vec<PermissionRule>,
}

/// What is to be known of a project around an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFacts {
    /// The project.
    pub id: Id<Project>,
    /// Whether the user owns it.
    pub owns: bool,
    /// The rules of the project.
    pub rules: Vec<PermissionRule>,
}

impl Facts {
    /// Whether the user has a capability, and why: as Tableau's help has it in "Effective permissions".
    #[must_use]
    pub fn decide(&self, capability: &CapabilityName) -> Decision {
        let (allowed, because) = self.decided(capability);
        Decision {
            capability: capability.clone(),
            allowed,
            because,
        }
    }

    fn decided(&self, capability: &CapabilityName) -> (bool, Because) {
        if self.role.is_administrator() {
            return (true, Because::Administrator);
        }
        if !self.role.allows(capability) {
            return (false, Because::SiteRole(self.role.clone()));
        }
        // In a locked project owners of content cannot set its permissions.
        if self.owns && !(self.locked && *capability == CapabilityName::ChangePermissions) {
            return (true, Because::Owner);
        }
        if self.role.allows(&CapabilityName::ProjectLeader) {
            for project in &self.projects {
                if project.owns {
                    return (true, Because::ProjectOwner(project.id.clone()));
                }
                let leads = self.rule(&project.rules, &CapabilityName::ProjectLeader);
                if leads.is_some_and(|rule| rule.mode == CapabilityMode::Allow) {
                    return (true, Because::ProjectLeader(project.id.clone()));
                }
            }
        }
        match self.rule(&self.rules, capability) {
            Some(rule) => (rule.mode == CapabilityMode::Allow, Because::Rule(rule.clone())),
            None => (false, Because::NoRule),
        }
    }

    /// The rule that decides: one for the user before those for groups, and a denial before a permission.
    fn rule<'r>(
        &self,
        rules: &'r [PermissionRule],
        capability: &CapabilityName,
    ) -> Option<&'r PermissionRule> {
        let of = |applies: &dyn Fn(&Grantee) -> bool| {
            let about: Vec<_> = rules
                .iter()
                .filter(|rule| rule.capability == *capability && applies(&rule.grantee))
                .collect();
            let denies = about.iter().find(|rule| rule.mode != CapabilityMode::Allow);
            denies.or(about.first()).copied()
        };
        of(&|grantee| *grantee == Grantee::User(self.user.clone())).or_else(|| {
            of(&|grantee| match grantee {
                Grantee::User(_) => false,
                Grantee::Group(id) => self.groups.contains(id),
                Grantee::GroupSet(id) => self.group_sets.contains(id),
            })
        })
    }
}

impl Effective {
    /// Whether the user has a capability, and why.
    #[must_use]
    pub fn of(&self, capability: &CapabilityName) -> Decision {
        self.facts.decide(capability)
    }

    /// The decision about every capability that items of the kind have.
    pub fn decisions(&self) -> impl Iterator<Item = Decision> + '_ {
        self.capabilities.iter().map(|capability| self.of(capability))
    }

    /// The name of a group, a group set or a project that a decision speaks of.
    #[must_use]
    pub fn name<T>(&self, id: &Id<T>) -> Option<&str> {
        self.names.get(id.as_str()).map(String::as_str)
    }

    /// What the decisions are made from.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

impl<R: Decidable, M: Mode> ItemPermissions<R, M> {
    /// What a user may do with the item, and why: computed from what the server tells of the user, their groups, the item, its rules, and the
    /// projects around it.
    ///
    /// It takes a request for each of these, and one for each project around the item, however many rules there are; of a view it asks for the
    /// workbook too. The session has to be one of an administrator, or of a user who may set the permissions and see the user's groups.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Site, User, Workbook};
    /// # async fn run(site: Site, workbook: Id<Workbook>, user: Id<User>) -> tableau_client::Result<()> {
    /// let effective = site.workbooks().permissions(&workbook).effective(&user).await?;
    /// for decision in effective.decisions() {
    ///     println!("{} {} {:?}", decision.capability, decision.allowed, decision.because);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if there is no such user, and the other refusals of the calls.
    pub fn effective(&self, user: impl Into<Id<User>>) -> M::Output<Result<Effective, Error>> {
        let (site, id, user) = (self.site.clone(), self.id.clone(), user.into());
        self.site
            .mode()
            .run(async move { gather::gather::<R, M>(&site, &id, user).await })
    }
}
