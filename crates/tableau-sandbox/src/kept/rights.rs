//! Permissions: one table of rules, and one function that decides by it.
//!
//! The order is Tableau's: administrators, owners and project leaders have every capability; then the site role limits what a rule can give;
//! then a rule for the user precedes rules for groups, and a denial precedes a permission. The rules of a locked project apply to
//! everything in it.

use tableau_wire::value::{ContentPermissions, SiteRole};
use uuid::Uuid;

use crate::auth::Caller;
use crate::store::State;
use crate::store::record::{Datasource, Project, View, Workbook};
use crate::store::rules::{Grantee, Rule, all_users};

/// The item that rules apply to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) kind: Kind,
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    owner: Uuid,
    project: Option<Uuid>,
}

/// The kinds of content that have permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Project,
    Workbook,
    Datasource,
}

/// A record with permissions of its own, or with those of its container.
pub(crate) trait Protected {
    fn item(&self, state: &State) -> Option<Item>;
}

impl Kind {
    /// The capabilities, from the documentation of the calls that add permissions.
    pub(crate) fn capabilities(self) -> &'static [&'static str] {
        match self {
            Self::Project => &["InheritedProjectLeader", "ProjectLeader", "Read", "Write"],
            Self::Workbook => &[
                "AddComment",
                "ChangeHierarchy",
                "ChangePermissions",
                "CreateRefreshMetrics",
                "Delete",
                "ExportData",
                "ExportImage",
                "ExportXml",
                "ExtractRefresh",
                "Filter",
                "Read",
                "RunExplainData",
                "ShareView",
                "ViewComments",
                "ViewUnderlyingData",
                "WebAuthoring",
                "Write",
            ],
            Self::Datasource => &[
                "ChangeHierarchy",
                "ChangePermissions",
                "Connect",
                "Delete",
                "ExportXml",
                "ExtractRefresh",
                "Read",
                "SaveAs",
                "VizqlDataApiAccess",
                "Write",
            ],
        }
    }

    /// The capabilities of every user on content of this kind without rules of its own: Tableau's template "Explore". That new content has it is inferred.
    fn template(self) -> &'static [&'static str] {
        match self {
            Self::Project => &["Read"],
            Self::Workbook => &[
                "Read",
                "Filter",
                "ViewComments",
                "AddComment",
                "ExportImage",
                "ExportData",
                "ShareView",
                "ViewUnderlyingData",
                "WebAuthoring",
                "RunExplainData",
            ],
            Self::Datasource => &["Read", "Connect"],
        }
    }
}

/// Whether the caller has a capability on an item.
pub(crate) fn may(state: &State, caller: &Caller, item: &Item, capability: &str) -> bool {
    if caller.site.id != item.site {
        return false;
    }
    if caller.is_administrator() || item.owner == caller.user.id || leads(state, caller, item) {
        return true;
    }
    role_allows(&caller.user.site_role, capability) && decides(&rules(state, item), caller, capability)
}

/// Whether the caller owns or leads the project of an item, or one above it.
fn leads(state: &State, caller: &Caller, item: &Item) -> bool {
    above(state, item).any(|project| {
        let led = || {
            state
                .rules
                .get(project.id)
                .is_some_and(|rules| decides(&rules.rules, caller, "ProjectLeader"))
        };
        project.owner == caller.user.id || led()
    })
}

/// The rules that apply to an item: its own, or those of the locked project.
pub(crate) fn rules(state: &State, item: &Item) -> Vec<Rule> {
    let locked = above(state, item).find(|project| {
        project.content_permissions == ContentPermissions::LockedToProject
            || (project.content_permissions == ContentPermissions::LockedToProjectWithoutNested
                && item.project == Some(project.id))
    });
    // A locked project applies its default permissions to content; the sandbox has no rules for these yet.
    let own = match (locked, item.kind) {
        (None, _) => state.rules.get(item.id),
        (Some(project), Kind::Project) => state.rules.get(project.id),
        (Some(_), _) => None,
    };
    own.map_or_else(|| without_own(item), |rules| rules.rules.clone())
}

fn without_own(item: &Item) -> Vec<Rule> {
    let rule = |capability: &&str| Rule {
        grantee: all_users(item.site),
        capability: (*capability).to_owned(),
        allow: true,
    };
    item.kind.template().iter().map(rule).collect()
}

fn decides(rules: &[Rule], caller: &Caller, capability: &str) -> bool {
    let (user, group) = (Grantee::User(caller.user.id), all_users(caller.site.id));
    let about = |grantee| {
        let mut rules = rules
            .iter()
            .filter(move |rule| rule.grantee == grantee && rule.capability == capability)
            .map(|rule| rule.allow)
            .peekable();
        rules.peek().is_some().then(|| rules.all(|allow| allow))
    };
    about(user).or_else(|| about(group)).unwrap_or(false)
}

/// Whether a site role can have a capability at all, whatever the rules say: from Tableau's table of site roles and capabilities.
fn role_allows(role: &SiteRole, capability: &str) -> bool {
    const VIEWER: [&str; 7] = [
        "Read",
        "Filter",
        "ViewComments",
        "AddComment",
        "ExportImage",
        "ExportData",
        "Connect",
    ];
    match role {
        SiteRole::Unlicensed => false,
        SiteRole::Viewer | SiteRole::Guest => VIEWER.contains(&capability),
        SiteRole::Explorer => !matches!(capability, "Write" | "ProjectLeader" | "ExtractRefresh"),
        _ => true,
    }
}

/// The projects that contain an item, nearest first.
fn above<'s>(state: &'s State, item: &Item) -> impl Iterator<Item = &'s Project> {
    let first = item.project.and_then(|id| state.projects.get(id));
    let parent = |project: &&'s Project| project.parent.and_then(|id| state.projects.get(id));
    // Chains of parents are short; the bound ends the search if they form a cycle.
    std::iter::successors(first, parent).take(100)
}

impl Protected for Project {
    fn item(&self, _: &State) -> Option<Item> {
        Some(Item {
            kind: Kind::Project,
            id: self.id,
            site: self.site,
            owner: self.owner,
            project: self.parent,
        })
    }
}

impl Protected for Workbook {
    fn item(&self, _: &State) -> Option<Item> {
        Some(Item {
            kind: Kind::Workbook,
            id: self.id,
            site: self.site,
            owner: self.owner,
            project: Some(self.project),
        })
    }
}

impl Protected for View {
    // Views can have rules of their own where a workbook shows no tabs; the sandbox has none yet.
    fn item(&self, state: &State) -> Option<Item> {
        state.workbooks.get(self.workbook)?.item(state)
    }
}

impl Protected for Datasource {
    fn item(&self, _: &State) -> Option<Item> {
        Some(Item {
            kind: Kind::Datasource,
            id: self.id,
            site: self.site,
            owner: self.owner,
            project: Some(self.project),
        })
    }
}
