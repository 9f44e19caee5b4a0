//! What decisions are made from, asked of the server.

use std::collections::{HashMap, HashSet};

use tableau_wire::resource::GetPermissions;
use tableau_wire::rest::users::ListGroups;
use tableau_wire::rest::{Group, GroupSet, Project, User};
use tableau_wire::value::SiteRole;
use tableau_wire::{Element, Get, Id, List, Paged};

use super::super::{Grantee, PermissionRule, Site, pages};
use super::{Decidable, Effective, Facts, ProjectFacts};
use crate::error::Error;
use crate::mode::Mode;

/// The names of groups, group sets and projects, by their identifiers.
pub(super) type Names = HashMap<String, String>;

pub(super) async fn gather<R: Decidable, M: Mode>(
    site: &Site<M>,
    id: &Id<R::One>,
    user: Id<User>,
) -> Result<Effective, Error> {
    let mut names = Names::new();
    let role = site.send(Get::<User>::new(user.clone())).await?.site_role;
    let mut groups = HashSet::new();
    for group in all(site, ListGroups::new(user.clone())).await? {
        names.insert(group.id.to_string(), group.name);
        groups.insert(group.id);
    }
    let place = R::place(site, id).await?;
    let permissions = place.permissions::<R, M>(site, id).await?;
    let rules = PermissionRule::all_of(&permissions);
    let is_project = R::ELEMENT == Project::ELEMENT;
    let own = is_project.then_some(&rules);
    let projects = around(site, place.project, own, &user, &mut names).await?;
    let owns = match is_project {
        true => projects.first().is_some_and(|project| project.owns),
        false => place.owner.as_ref() == Some(&user),
    };
    let facts = Facts {
        role: role.unwrap_or(SiteRole::Unlicensed),
        owns,
        locked: permissions.parent.is_some(),
        group_sets: group_sets(site, &rules, &projects, &groups, &mut names).await?,
        rules,
        projects,
        groups,
        user,
    };
    Ok(Effective {
        facts,
        names,
        capabilities: R::CAPABILITIES,
    })
}

/// A project and those around it, the nearest first; `own` are the rules of the first, if they were asked for already.
async fn around<M: Mode>(
    site: &Site<M>,
    mut next: Option<Id<Project>>,
    own: Option<&Vec<PermissionRule>>,
    user: &Id<User>,
    names: &mut Names,
) -> Result<Vec<ProjectFacts>, Error> {
    let mut projects = Vec::new();
    if next.is_none() {
        return Ok(projects);
    }
    let mut known: HashMap<_, _> = all(site, List::<Project>::new())
        .await?
        .into_iter()
        .map(|project| (project.id.clone(), project))
        .collect();
    // Each is taken out of those known, so that the search ends if a server says that they form a cycle.
    while let Some(id) = next {
        let rules = match own.filter(|_| projects.is_empty()) {
            Some(rules) => rules.clone(),
            None => PermissionRule::all_of(&site.send(GetPermissions::<Project>::new(id.clone())).await?),
        };
        let shown = known.remove(&id);
        let (owner, parent) = shown
            .map(|shown| {
                names.insert(id.to_string(), shown.name);
                (shown.owner, shown.parent_project_id)
            })
            .unwrap_or_default();
        projects.push(ProjectFacts {
            id,
            owns: owner.is_some_and(|owner| owner.id == *user),
            rules,
        });
        next = parent;
    }
    Ok(projects)
}

/// The group sets that rules name, of all whose groups the user is.
async fn group_sets<M: Mode>(
    site: &Site<M>,
    rules: &[PermissionRule],
    projects: &[ProjectFacts],
    groups: &HashSet<Id<Group>>,
    names: &mut Names,
) -> Result<HashSet<Id<GroupSet>>, Error> {
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
        names.insert(id.to_string(), set.name);
        if !set.groups.is_empty() && set.groups.iter().all(|group| groups.contains(&group.id)) {
            whole.insert(id);
        }
    }
    Ok(whole)
}

/// Every item of a list.
async fn all<E: Paged + Clone, M: Mode>(site: &Site<M>, list: E) -> Result<Vec<E::Item>, Error> {
    let pages = pages::pages(site.in_async(), list);
    futures_util::TryStreamExt::try_collect(pages).await
}
