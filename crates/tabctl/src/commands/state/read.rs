//! Reads from a site what a plan or an export needs of it, and no more.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

use tableau_client::wire::resource::{CapabilityName, ContentKind, Permissions};
use tableau_client::wire::rest::{Group, GroupSet};
use tableau_client::{Blocking, Grantee, Id, PermissionRule, Project, Site};

use super::model::{
    Actual, ActualGroup, ActualProject, Desired, DesiredProject, Known, Party, ProjectPath, Rules,
    controlling, folded,
};
use super::plan::Prune;
use crate::commands::several::in_parallel;
use crate::failure::Failure;

/// How many requests are under way at a time.
const AT_ONCE: usize = 8;

/// What is to be read. Its requests: one for each page of a list, one for each page of the users of a group, one for each set of rules.
pub(super) struct Needs {
    users: bool,
    groups: bool,
    group_sets: bool,
    projects: bool,
    /// The groups whose members are read, by their folded names; `None` for every group.
    members: Option<HashSet<String>>,
    rules: NeededRules,
}

enum NeededRules {
    /// Those that a file names.
    Named(HashMap<ProjectPath, Vec<Option<ContentKind>>>),
    /// Those of every project, and for these kinds.
    All(Vec<ContentKind>),
}

impl Needs {
    /// What the plan for a file needs.
    pub(super) fn of(desired: &Desired, prune: Prune) -> Self {
        let rules: HashMap<_, Vec<_>> = desired
            .projects
            .iter()
            .map(|project| {
                let sets = project.rule_sets().map(|(kind, _)| kind.cloned());
                (project.path.key(), sets.collect())
            })
            .collect();
        let has_rules = rules.values().any(|sets| !sets.is_empty());
        let names = |wanted: fn(&Party) -> bool| {
            let mut sets = desired.projects.iter().flat_map(DesiredProject::rule_sets);
            sets.any(|(_, rules)| rules.iter().any(|rule| wanted(&rule.party)))
        };
        let shows_rules = has_rules && (prune.permissions || prune.default_permissions);
        let users = names(|party| matches!(party, Party::User(_)))
            || desired.groups.iter().any(|group| group.members.is_some())
            || desired.projects.iter().any(|project| project.owner.is_some());
        let group_sets = names(|party| matches!(party, Party::GroupSet(_)));
        let members = desired.groups.iter().filter(|group| group.members.is_some());
        Self {
            users: users || shows_rules,
            groups: !desired.groups.is_empty() || has_rules || prune.groups,
            group_sets: group_sets || shows_rules,
            projects: !desired.projects.is_empty() || prune.projects,
            members: Some(members.map(|group| folded(&group.name)).collect()),
            rules: NeededRules::Named(rules),
        }
    }

    /// The whole of a site, with default rules for these kinds.
    pub(super) fn all(kinds: Vec<ContentKind>) -> Self {
        Self {
            users: true,
            groups: true,
            group_sets: true,
            projects: true,
            members: None,
            rules: NeededRules::All(kinds),
        }
    }

    /// Reads it.
    pub(super) fn read(&self, site: &Site<Blocking>) -> Result<Actual, Failure> {
        let version = site.api_version()?;
        let mut actual = Actual {
            version: Some(version),
            ..Actual::default()
        };
        if self.users {
            actual.users = named(
                site.users()
                    .list()
                    .all()
                    .map(|user| user.map(|user| (user.id.to_string(), user.name))),
            )?;
        }
        // Group sets are there since 3.22.
        if self.group_sets && version >= tableau_client::wire::Version::new(3, 22) {
            let sets = site.group_sets().list().all();
            actual.group_sets = named(sets.map(|set| set.map(|set| (set.id.to_string(), set.name))))?;
        }
        if self.groups {
            let listed: Vec<Group> = site.groups().list().all().collect::<Result<_, _>>()?;
            actual.groups = groups(&listed);
            self.members(site, &mut actual)?;
        }
        if self.projects {
            let listed: Vec<Project> = site.projects().list().all().collect::<Result<_, _>>()?;
            actual.projects = projects(&listed, &Names::of(&actual));
            self.rules(site, &mut actual)?;
        }
        Ok(actual)
    }

    fn members(&self, site: &Site<Blocking>, actual: &mut Actual) -> Result<(), Failure> {
        let wanted = |group: &&ActualGroup| match &self.members {
            Some(named) => named.contains(&folded(&group.name)) || named.contains(&folded(&group.id)),
            None => !group.of_directory && folded(&group.name) != folded(super::model::ALL_USERS),
        };
        let ids: Vec<String> = actual
            .groups
            .iter()
            .filter(wanted)
            .map(|group| group.id.clone())
            .collect();
        let names = Names::of(actual);
        let read = each(&ids, |id| {
            let mut members = Vec::new();
            for user in site.groups().users(Id::<Group>::new(id.clone())).all() {
                members.push(names.user(user?.id.as_str()));
            }
            Ok(members)
        })?;
        let mut read: HashMap<String, Vec<String>> = ids.into_iter().zip(read).collect();
        for group in &mut actual.groups {
            group.members = read.remove(&group.id);
        }
        Ok(())
    }

    fn rules(&self, site: &Site<Blocking>, actual: &mut Actual) -> Result<(), Failure> {
        let mut wanted: Vec<(usize, String, Option<ContentKind>)> = Vec::new();
        let mode = |above: &ProjectPath| actual.project(above)?.content_permissions.clone();
        for (at, project) in actual.projects.iter().enumerate() {
            let sets: Vec<Option<ContentKind>> = match &self.rules {
                NeededRules::Named(named) => named.get(&project.path.key()).cloned().unwrap_or_default(),
                NeededRules::All(kinds) => {
                    let kinds = kinds.iter().cloned().map(Some);
                    [None].into_iter().chain(kinds).collect()
                }
            };
            // In a locked project they are those of the project around.
            if !sets.is_empty() && controlling(&project.path, mode).is_none() {
                wanted.extend(sets.into_iter().map(|kind| (at, project.id.clone(), kind)));
            }
        }
        let names = Names::of(actual);
        let read = each(&wanted, |(_, id, kind)| {
            Ok(names.rules(&permissions(site, id, kind.as_ref())?))
        })?;
        for ((at, _, kind), rules) in wanted.into_iter().zip(read) {
            if let Some(project) = actual.projects.get_mut(at) {
                project.rules.insert(kind, rules);
            }
        }
        Ok(())
    }
}

/// The rules of a project, or those for a kind of content.
pub(super) fn permissions(
    site: &Site<Blocking>,
    project: &str,
    kind: Option<&ContentKind>,
) -> Result<Permissions, tableau_client::Error> {
    let id = Id::<Project>::new(project);
    match kind {
        None => site.projects().permissions(id).get().send(),
        Some(kind) => site.projects().default_permissions(id, kind.clone()).get().send(),
    }
}

/// Reads several things in parallel, in their order. After a failure, nothing more is asked for.
fn each<T: Sync, V: Send>(
    all: &[T],
    read: impl Fn(&T) -> Result<V, Failure> + Sync,
) -> Result<Vec<V>, Failure> {
    let failed = AtomicBool::new(false);
    let results = in_parallel(all, AT_ONCE, |item| {
        if failed.load(Ordering::Relaxed) {
            return None;
        }
        let result = read(item);
        failed.fetch_or(result.is_err(), Ordering::Relaxed);
        Some(result)
    });
    results.into_iter().flatten().collect()
}

/// Items by their names, or by their LUIDs where several have one name.
fn named(
    items: impl Iterator<Item = Result<(String, String), tableau_client::Error>>,
) -> Result<Vec<Known>, Failure> {
    let items: Vec<(String, String)> = items.collect::<Result<_, _>>()?;
    let counts = counts(items.iter().map(|(_, name)| name));
    let known = |(id, name): (String, String)| match counts.get(&folded(&name)) {
        Some(1) => Known { name, id },
        _ => Known { name: id.clone(), id },
    };
    Ok(items.into_iter().map(known).collect())
}

fn counts<'n>(names: impl Iterator<Item = &'n String>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for name in names {
        *counts.entry(folded(name)).or_default() += 1;
    }
    counts
}

/// Groups by their names, with the domain before it where several have one name.
fn groups(listed: &[Group]) -> Vec<ActualGroup> {
    let counts = counts(listed.iter().map(|group| &group.name));
    let group = |group: &Group| {
        let domain = group.domain.as_ref().map_or("local", |domain| &*domain.name);
        let of_directory = domain != "local";
        let is_unique = counts.get(&folded(&group.name)) == Some(&1);
        ActualGroup {
            name: match is_unique || !of_directory {
                true => group.name.clone(),
                false => format!("{domain}\\{}", group.name),
            },
            id: group.id.to_string(),
            of_directory,
            minimum_site_role: group.minimum_site_role.clone(),
            external_user_enabled: group.external_user_enabled,
            members: None,
        }
    };
    listed.iter().map(group).collect()
}

/// Projects by their paths; those in a project that the caller may not see have none, and are left out.
fn projects(listed: &[Project], names: &Names<'_>) -> Vec<ActualProject> {
    let by_id: HashMap<&str, &Project> = listed
        .iter()
        .map(|project| (project.id.as_str(), project))
        .collect();
    let path = |project: &Project| {
        let mut path = vec![project.name.clone()];
        let mut above = project.parent_project_id.as_ref();
        // Projects are nested to a depth of a few; the bound ends the search if a server says that they form a cycle.
        while let Some(id) = above {
            let parent = by_id.get(id.as_str()).filter(|_| path.len() < 100)?;
            path.push(parent.name.clone());
            above = parent.parent_project_id.as_ref();
        }
        path.reverse();
        Some(ProjectPath(path))
    };
    let project = |project: &Project| {
        Some(ActualProject {
            path: path(project)?,
            id: project.id.to_string(),
            description: project.description.clone().unwrap_or_default(),
            content_permissions: project.content_permissions.clone(),
            owner: project.owner.as_ref().map(|owner| names.user(owner.id.as_str())),
            rules: Default::default(),
        })
    };
    listed.iter().filter_map(project).collect()
}

/// The names of users, groups and group sets by their LUIDs.
pub(super) struct Names<'n> {
    users: HashMap<&'n str, &'n str>,
    groups: HashMap<&'n str, &'n str>,
    group_sets: HashMap<&'n str, &'n str>,
}

impl<'n> Names<'n> {
    pub(super) fn of(actual: &'n Actual) -> Self {
        let known = |known: &'n Known| (known.id.as_str(), known.name.as_str());
        let groups = actual.groups.iter();
        Self {
            users: actual.users.iter().map(known).collect(),
            groups: groups
                .map(|group| (group.id.as_str(), group.name.as_str()))
                .collect(),
            group_sets: actual.group_sets.iter().map(known).collect(),
        }
    }

    /// The name of a user; the LUID of one that was not read.
    fn user(&self, id: &str) -> String {
        name(&self.users, id)
    }

    /// Rules by the names of their grantees, without what comes from the project around.
    pub(super) fn rules(&self, permissions: &Permissions) -> Rules {
        let rules = PermissionRule::all_of(permissions).into_iter();
        let own = rules.filter(|rule| rule.capability != CapabilityName::InheritedProjectLeader);
        own.filter_map(|rule| {
            let party = match &rule.grantee {
                Grantee::User(id) => Party::User(self.user(id.as_str())),
                Grantee::Group(id) => Party::Group(name(&self.groups, id.as_str())),
                Grantee::GroupSet(id) => Party::GroupSet(name(&self.group_sets, Id::<GroupSet>::as_str(id))),
                _ => return None,
            };
            Some(((party, rule.capability), rule.mode))
        })
        .collect()
    }
}

fn name(names: &HashMap<&str, &str>, id: &str) -> String {
    (*names.get(id).unwrap_or(&id)).to_owned()
}
