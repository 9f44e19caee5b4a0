//! Rights: who may do what with a row, by one table of rules and one function that decides by it.
//!
//! The order is Tableau's: administrators, owners and project leaders have every capability; then the site role limits what a rule can give;
//! then a rule for the user precedes rules for groups, and a denial precedes a permission. The rules of a locked project apply to
//! everything in it.

use tableau_wire::Resource;
use tableau_wire::rest::Project;
use tableau_wire::value::SiteRole;
use uuid::Uuid;

use super::content::Content;
use super::resource::{Item, Kept, Rights, owner};
use crate::auth::Caller;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;
use crate::store::rules::{Grantee, Rule, all_users, default_rules};

impl Rights {
    /// Refuses a caller who has the right on no row, whatever its permissions.
    pub(crate) fn admit<R: Resource>(self, caller: &Caller) -> Result<(), Refusal> {
        let (admitted, who) = match self {
            Self::Administrators => (caller.is_administrator(), "administrators"),
            Self::ServerAdministrators => (caller.is_server_administrator(), "server administrators"),
            Self::Capability(_) | Self::Owner | Self::OwnerOr(_) | Self::OwnerOrLeaders | Self::Everyone => {
                return Ok(());
            }
        };
        if admitted {
            return Ok(());
        }
        Err(Refusal::forbidden(
            "403004",
            format_args!("Only {who} can manage {}.", R::NOUNS),
        ))
    }

    /// Whether the caller has the right on a row.
    pub(crate) fn allow<R: Kept>(self, row: &Row<R>, state: &State, caller: &Caller) -> bool {
        match self {
            Self::Capability(capability) => {
                R::item(row, state).is_some_and(|item| may(state, caller, &item, capability))
            }
            Self::Owner => caller.is_administrator() || owner(state, row) == Some(caller.user.id),
            Self::OwnerOr(capability) => {
                Self::Owner.allow(row, state, caller)
                    || Self::Capability(capability).allow(row, state, caller)
            }
            Self::OwnerOrLeaders => {
                R::item(row, state).is_some_and(|item| has_every_capability(state, caller, &item))
            }
            Self::Administrators => caller.is_administrator(),
            Self::ServerAdministrators => caller.is_server_administrator(),
            Self::Everyone => true,
        }
    }
}

/// Whether the caller has a capability on an item.
pub(crate) fn may(state: &State, caller: &Caller, item: &Item, capability: &str) -> bool {
    if caller.site.id != item.site {
        return false;
    }
    if has_every_capability(state, caller, item) {
        return true;
    }
    role_allows(caller.user.role(), capability)
        && match stored(state, item) {
            Some(rules) => decides(rules, state, caller, capability),
            None => item.content.template.contains(&capability),
        }
}

/// Whether the caller has every capability on an item of the site, whatever its rules.
fn has_every_capability(state: &State, caller: &Caller, item: &Item) -> bool {
    caller.site.id == item.site
        && (caller.is_administrator() || item.owner == Some(caller.user.id) || leads(state, caller, item))
}

/// Whether the caller owns or leads the project of an item, or one above it.
fn leads(state: &State, caller: &Caller, item: &Item) -> bool {
    above(state, item.project).any(|project| {
        let led = || {
            let rules = state.rules.get(project.id);
            rules.is_some_and(|rules| decides(&rules.rules, state, caller, "ProjectLeader"))
        };
        project.owner == Some(caller.user.id) || led()
    })
}

/// The project that decides about the permissions of content or of a project inside another: one that is locked.
///
/// Of several, the outermost that is locked with the projects inside it; or else the nearest, if it is locked without them.
pub(crate) fn controlling<'s>(state: &'s State, item: &Item) -> Option<&'s Row<Project>> {
    let outermost = above(state, item.project)
        .filter(|project| project.is_locked_with_nested())
        .last();
    let nearest = || {
        let is_project = item.content.kind == "projects";
        above(state, item.project)
            .next()
            .filter(|project| !is_project && project.is_locked())
    };
    outermost.or_else(nearest)
}

/// The rules that apply to an item: its own, or those of the project that controls them.
pub(crate) fn rules(state: &State, item: &Item) -> Vec<Rule> {
    stored(state, item).map_or_else(|| template(item.content, item.site), <[Rule]>::to_vec)
}

/// The rules that apply to an item, unless they are those of the template.
fn stored<'s>(state: &'s State, item: &Item) -> Option<&'s [Rule]> {
    let kind = item.content.kind;
    let stored = match controlling(state, item) {
        Some(project) if kind == "projects" => state.rules.get(project.id),
        Some(project) => state.rules.get(default_rules(project.id, kind)),
        None => {
            let parent = || state.rules.get(item.parent?);
            state.rules.get(item.id).or_else(parent)
        }
    };
    stored.map(|rules| rules.rules.as_slice())
}

/// The rules that a project gives to new content of a kind.
pub(crate) fn default_rules_of(state: &State, project: Uuid, site: Uuid, content: &Content) -> Vec<Rule> {
    let stored = state.rules.get(default_rules(project, content.kind));
    stored.map_or_else(|| template(content, site), |rules| rules.rules.clone())
}

fn template(content: &Content, site: Uuid) -> Vec<Rule> {
    let rule = |capability: &&str| Rule {
        grantee: all_users(site),
        capability: (*capability).to_owned(),
        allow: true,
    };
    content.template.iter().map(rule).collect()
}

fn decides(rules: &[Rule], state: &State, caller: &Caller, capability: &str) -> bool {
    let mut groups = vec![all_users(caller.site.id)];
    let memberships = state.memberships.within(caller.user.id);
    groups.extend(memberships.map(|membership| Grantee::Group(membership.group)));
    let about = |grantees: &[Grantee]| {
        let mut rules = rules
            .iter()
            .filter(|rule| rule.capability == capability && grantees.contains(&rule.grantee))
            .map(|rule| rule.allow)
            .peekable();
        rules.peek().is_some().then(|| rules.all(|allow| allow))
    };
    about(&[Grantee::User(caller.user.id)])
        .or_else(|| about(&groups))
        .unwrap_or(false)
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

/// A project and those above it, nearest first.
fn above(state: &State, project: Option<Uuid>) -> impl Iterator<Item = &Row<Project>> {
    let first = project.and_then(|id| state.projects.get(id));
    let parent = |project: &&Row<Project>| project.parent.and_then(|id| state.projects.get(id));
    // Chains of parents are short; the bound ends the search if they form a cycle.
    std::iter::successors(first, parent).take(100)
}
