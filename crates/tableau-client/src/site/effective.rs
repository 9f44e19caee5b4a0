//! Effective permissions: what a user may do with an item, and by which rule.

use std::collections::{HashMap, HashSet};

use tableau_wire::resource::{CapabilityMode, CapabilityName, GetPermissions, HasPermissions, Permissions};
use tableau_wire::rest::users::ListGroups;
use tableau_wire::rest::{
    Datasource, Flow, Group, GroupSet, Project, User, View, VirtualConnection, Workbook,
};
use tableau_wire::value::SiteRole;
use tableau_wire::{Element, Get, Id, List, Paged};

use super::{Grantee, ItemPermissions, PermissionRule, Site};
use crate::error::{Error, ErrorKind};
use crate::mode::Mode;

/// What a user may do with an item, and why: see [`ItemPermissions::effective`].
#[derive(Debug, Clone)]
pub struct Effective {
    facts: Facts,
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
    /// The rules that apply to the item.
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

    /// What the decisions are made from.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }
}

/// An item as permissions need it: who owns it, and the project that it is in, or is.
#[derive(Debug, Clone, Default)]
#[doc(hidden)]
pub struct Place {
    owner: Option<Id<User>>,
    project: Option<Id<Project>>,
}

/// A kind of item of which effective permissions are known.
pub trait Decidable: HasPermissions + Sized {
    /// The capabilities that its items have.
    const CAPABILITIES: &'static [CapabilityName];

    /// Finds who owns an item, and the project that it is in, or is.
    #[doc(hidden)]
    fn place<M: Mode>(
        site: &Site<M>,
        id: &Id<Self::One>,
    ) -> impl Future<Output = Result<Place, Error>> + Send;
}

macro_rules! decidable {
    ($($resource:ident: $($capability:ident)*;)*) => {$(
        impl Decidable for $resource {
            const CAPABILITIES: &'static [CapabilityName] = &[$(CapabilityName::$capability),*];

            async fn place<M: Mode>(site: &Site<M>, id: &Id<Self>) -> Result<Place, Error> {
                let item = site.send(Get::<Self>::new(id.clone())).await?;
                place_of!($resource, site, item)
            }
        }
    )*};
}

/// A view is where its workbook is; a flow comes with its steps beside it.
macro_rules! place_of {
    (View, $site:ident, $item:ident) => {{
        let workbook = $item
            .workbook
            .ok_or_else(|| incomplete("a view without its workbook"))?;
        let of_workbook = Workbook::place($site, &workbook.id).await?;
        Ok(Place {
            owner: $item
                .owner
                .map(|owner| owner.into_inner().id)
                .or(of_workbook.owner),
            project: of_workbook.project,
        })
    }};
    (Flow, $site:ident, $item:ident) => {{
        let flow = $item.flow;
        Ok(Place {
            owner: flow.owner.map(|owner| owner.into_inner().id),
            project: flow.project.map(|project| project.into_inner().id),
        })
    }};
    ($other:ident, $site:ident, $item:ident) => {
        Ok(Place {
            owner: $item.owner.map(|owner| owner.into_inner().id),
            project: $item.project.map(|project| project.into_inner().id),
        })
    };
}

decidable! {
    Workbook: Read Filter ViewComments AddComment ExportImage ExportData ShareView ViewUnderlyingData WebAuthoring RunExplainData Write ExportXml
        CreateRefreshMetrics ExtractRefresh ChangeHierarchy Delete ChangePermissions;
    View: Read Filter ViewComments AddComment ExportImage ExportData ShareView ViewUnderlyingData WebAuthoring Write ExportXml Delete ChangePermissions;
    Datasource: Read Connect VizqlDataApiAccess Write ExportXml ExtractRefresh SaveAs ChangeHierarchy Delete ChangePermissions;
    Flow: Read ExportXml Execute Write WebAuthoringForFlows ChangeHierarchy Delete ChangePermissions;
    VirtualConnection: Read Connect Write ChangeHierarchy Delete ChangePermissions;
}

impl Decidable for Project {
    const CAPABILITIES: &'static [CapabilityName] = &[
        CapabilityName::Read,
        CapabilityName::Write,
        CapabilityName::ProjectLeader,
    ];

    async fn place<M: Mode>(_: &Site<M>, id: &Id<Self>) -> Result<Place, Error> {
        // Who owns it is in the list of projects, which is read for those around it anyway.
        Ok(Place {
            owner: None,
            project: Some(id.clone()),
        })
    }
}

impl<R: Decidable, M: Mode> ItemPermissions<R, M> {
    /// What a user may do with the item, and why: computed from what the server tells of the user, their groups, the item, its rules, and the
    /// projects around it.
    ///
    /// It takes a request for each of these, and one for each project around the item, however many rules there are. The session has to be one of
    /// an administrator, or of someone who may set the permissions and see the user's groups.
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
    /// [`ErrorKind::NotFound`] if there is no such user, and the other refusals of the calls.
    pub fn effective(&self, user: impl Into<Id<User>>) -> M::Output<Result<Effective, Error>> {
        let (site, id, user) = (self.site.clone(), self.id.clone(), user.into());
        self.site.mode().run(async move {
            let facts = gather::<R, M>(&site, &id, user).await?;
            Ok(Effective {
                facts,
                capabilities: R::CAPABILITIES,
            })
        })
    }
}

async fn gather<R: Decidable, M: Mode>(
    site: &Site<M>,
    id: &Id<R::One>,
    user: Id<User>,
) -> Result<Facts, Error> {
    let role = site.send(Get::<User>::new(user.clone())).await?.site_role;
    let groups: HashSet<_> = all(site, ListGroups::new(user.clone()))
        .await?
        .into_iter()
        .map(|group| group.id)
        .collect();
    let place = R::place(site, id).await?;
    let permissions = site.send(GetPermissions::<R>::new(id.clone())).await?;
    let known: HashMap<_, _> = all(site, List::<Project>::new())
        .await?
        .into_iter()
        .map(|project| (project.id.clone(), project))
        .collect();
    let is_project = R::ELEMENT == Project::ELEMENT;
    let mut projects = Vec::new();
    let mut next = place.project.clone();
    // Projects are nested to a depth of a few; the bound ends the search if a server says that they form a cycle.
    while let Some(project) = next.take().filter(|_| projects.len() < 100) {
        let rules = if is_project && projects.is_empty() {
            PermissionRule::all_of(&permissions)
        } else {
            PermissionRule::all_of(&site.send(GetPermissions::<Project>::new(project.clone())).await?)
        };
        let shown = known.get(&project);
        let owner = shown
            .and_then(|shown| shown.owner.as_ref())
            .map(|owner| &owner.id);
        projects.push(ProjectFacts {
            id: project,
            owns: owner == Some(&user),
            rules,
        });
        next = shown.and_then(|shown| shown.parent_project_id.clone());
    }
    let owns = match is_project {
        true => projects.first().is_some_and(|project| project.owns),
        false => place.owner.as_ref() == Some(&user),
    };
    Ok(Facts {
        role: role.unwrap_or(SiteRole::Unlicensed),
        owns,
        locked: permissions.parent.is_some(),
        group_sets: group_sets(site, &permissions, &projects, &groups).await?,
        rules: PermissionRule::all_of(&permissions),
        projects,
        groups,
        user,
    })
}

/// The group sets that rules name, of all whose groups the user is.
async fn group_sets<M: Mode>(
    site: &Site<M>,
    permissions: &Permissions,
    projects: &[ProjectFacts],
    groups: &HashSet<Id<Group>>,
) -> Result<HashSet<Id<GroupSet>>, Error> {
    let rules = PermissionRule::all_of(permissions);
    let rules = rules
        .iter()
        .chain(projects.iter().flat_map(|project| &project.rules));
    let named: HashSet<_> = rules
        .filter_map(|rule| match &rule.grantee {
            Grantee::GroupSet(id) => Some(id.clone()),
            _ => None,
        })
        .collect();
    let mut whole = HashSet::new();
    for id in named {
        let set = site.send(Get::<GroupSet>::new(id.clone())).await?;
        if !set.groups.is_empty() && set.groups.iter().all(|group| groups.contains(&group.id)) {
            whole.insert(id);
        }
    }
    Ok(whole)
}

/// Every item of a list.
async fn all<E: Paged + Clone, M: Mode>(site: &Site<M>, list: E) -> Result<Vec<E::Item>, Error> {
    let pages = super::pages::pages(site.in_async(), list);
    futures_util::TryStreamExt::try_collect(pages).await
}

fn incomplete(what: &str) -> Error {
    Error::new(ErrorKind::Decode, format!("the server answered with {what}"))
}
