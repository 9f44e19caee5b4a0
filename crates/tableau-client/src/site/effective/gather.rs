//! What decisions are made from, asked of the server.

use std::collections::{HashMap, HashSet};

use tableau_wire::resource::{GetPermissions, Permissions};
use tableau_wire::rest::users::ListGroups;
use tableau_wire::rest::{Group, GroupSet, Project, User};
use tableau_wire::value::SiteRole;
use tableau_wire::{Element, Get, Id, List, Paged};

use super::super::{Grantee, PermissionRule, Site, pages};
use super::{Decidable, Facts, ProjectFacts};
use crate::error::Error;
use crate::mode::Mode;

pub(super) async fn gather<R: Decidable, M: Mode>(
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
    let permissions = place.permissions::<R, M>(site, id).await?;
    let is_project = R::ELEMENT == Project::ELEMENT;
    let own = is_project.then_some(&permissions);
    let projects = around(site, place.project, own, &user).await?;
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

/// A project and those around it, the nearest first; `own` are the permissions of the first, if they were asked for already.
async fn around<M: Mode>(
    site: &Site<M>,
    mut next: Option<Id<Project>>,
    own: Option<&Permissions>,
    user: &Id<User>,
) -> Result<Vec<ProjectFacts>, Error> {
    let mut projects = Vec::new();
    if next.is_none() {
        return Ok(projects);
    }
    let known: HashMap<_, _> = all(site, List::<Project>::new())
        .await?
        .into_iter()
        .map(|project| (project.id.clone(), project))
        .collect();
    // Projects are nested to a depth of a few; the bound ends the search if a server says that they form a cycle.
    while let Some(project) = next.take().filter(|_| projects.len() < 100) {
        let rules = match own.filter(|_| projects.is_empty()) {
            Some(permissions) => PermissionRule::all_of(permissions),
            None => {
                PermissionRule::all_of(&site.send(GetPermissions::<Project>::new(project.clone())).await?)
            }
        };
        let shown = known.get(&project);
        let owner = shown
            .and_then(|shown| shown.owner.as_ref())
            .map(|owner| &owner.id);
        projects.push(ProjectFacts {
            id: project,
            owns: owner == Some(user),
            rules,
        });
        next = shown.and_then(|shown| shown.parent_project_id.clone());
    }
    Ok(projects)
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
    let pages = pages::pages(site.in_async(), list);
    futures_util::TryStreamExt::try_collect(pages).await
}
