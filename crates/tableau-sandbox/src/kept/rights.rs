//! Rights: who may do what with a row, by one table of rules and one function that decides by it.
//!
//! The order is Tableau's: administrators have every capability; the site role limits those of others; within it owners and project leaders
//! have every capability, but for owners in a locked project, who cannot set permissions; then a rule for the user precedes rules for groups,
//! and a denial precedes a permission. The rules of a locked project apply to everything in it.

use std::collections::HashSet;

use tableau_wire::Resource;
use tableau_wire::resource::CapabilityName;
use tableau_wire::rest::{Database, Project};
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
    if caller.is_administrator() {
        return true;
    }
    let within_role = caller.user.role().allows(&CapabilityName::from(capability));
    // Documented: in a locked project owners of content cannot set its permissions.
    let owns = || {
        item.owner == Some(caller.user.id)
            && (capability != "ChangePermissions" || controlling(state, item).is_none())
    };
    within_role
        && (owns()
            || leads(state, caller, item)
            || match stored(state, item) {
                Some(rules) => decides(rules, state, caller, capability),
                None => item.content.template.contains(&capability),
            })
}

/// Whether the caller has every capability on an item of the site, whatever its rules.
pub(super) fn has_every_capability(state: &State, caller: &Caller, item: &Item) -> bool {
    caller.site.id == item.site
        && (caller.is_administrator() || item.owner == Some(caller.user.id) || leads(state, caller, item))
}

/// Whether the caller owns or leads the project of an item, or one above it; an item that is a project is led itself.
///
/// A site role that cannot lead projects leads none, and owns none in that sense.
fn leads(state: &State, caller: &Caller, item: &Item) -> bool {
    let first = match item.content.kind {
        "projects" => Some(item.id),
        _ => item.project,
    };
    caller.user.role().allows(&CapabilityName::ProjectLeader)
        && above(state, first).any(|project| {
            // Inside a locked project the rules of a project are those of the locked one.
            let led = || {
                let item = Project::item(project, state);
                let rules = item.and_then(|item| stored(state, &item));
                rules.is_some_and(|rules| decides(rules, state, caller, "ProjectLeader"))
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

/// The database that decides about the permissions of a table: one that has them locked. That a locked project around both precedes it is
/// inferred.
pub(crate) fn locking_database<'s>(state: &'s State, item: &Item) -> Option<&'s Row<Database>> {
    let database = || state.databases.get(item.parent?);
    let is_locked =
        |database: &&Row<Database>| database.shown.content_permissions.as_deref() == Some("LockedToDatabase");
    (item.content.kind == "tables")
        .then(database)
        .flatten()
        .filter(is_locked)
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
        None if locking_database(state, item).is_some() => state.rules.get(default_rules(item.parent?, kind)),
        None => {
            let given = || state.rules.get(default_rules(item.parent?, kind));
            let parent = || state.rules.get(item.parent?);
            state.rules.get(item.id).or_else(given).or_else(parent)
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
    let memberships = state.memberships.within(caller.user.id);
    let groups: HashSet<Uuid> = memberships.map(|membership| membership.group).collect();
    let all = all_users(caller.site.id);
    let is_in = |group: Uuid| Grantee::Group(group) == all || groups.contains(&group);
    let of_groups = |grantee: Grantee| match grantee {
        Grantee::User(_) => false,
        Grantee::Group(group) => is_in(group),
        // Documented: a rule for a group set is for the users who are in all of its groups.
        Grantee::GroupSet(set) => {
            let mut inside = state.set_memberships.within(set).peekable();
            inside.peek().is_some() && inside.all(|membership| is_in(membership.group))
        }
    };
    let about = |applies: &dyn Fn(Grantee) -> bool| {
        let mut rules = rules
            .iter()
            .filter(|rule| rule.capability == capability && applies(rule.grantee))
            .map(|rule| rule.allow)
            .peekable();
        rules.peek().is_some().then(|| rules.all(|allow| allow))
    };
    about(&|grantee| grantee == Grantee::User(caller.user.id))
        .or_else(|| about(&of_groups))
        .unwrap_or(false)
}

/// A project and those above it, nearest first.
fn above(state: &State, project: Option<Uuid>) -> impl Iterator<Item = &Row<Project>> {
    let first = project.and_then(|id| state.projects.get(id));
    let parent = |project: &&Row<Project>| project.parent.and_then(|id| state.projects.get(id));
    // Chains of parents are short; the bound ends the search if they form a cycle.
    std::iter::successors(first, parent).take(100)
}
