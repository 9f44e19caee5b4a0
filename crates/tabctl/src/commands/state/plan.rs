//! The difference between what a file wants and what a site has, as steps in the order in which they can be done. No I/O.

mod rules;
mod step;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashSet};

use tableau_client::wire::resource::{CapabilityMode, ContentKind};
use tableau_client::wire::value::{ContentPermissions, SiteRole};

use super::model::{
    ALL_USERS, Actual, ActualGroup, ActualProject, Desired, DesiredGroup, DesiredProject, KEPT_PROJECTS,
    Noted, Party, Problem, ProjectPath, folded,
};
pub(super) use rules::{RuleChange, member};
pub(super) use step::{Action, Change, Deed, GroupSettings, Item, ProjectSettings, RuleSet, Stage, Step};

/// What of a site is removed where the file does not name it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Prune {
    /// Groups.
    pub(super) groups: bool,
    /// Members of groups whose members the file names.
    pub(super) members: bool,
    /// Projects, with what is in them.
    pub(super) projects: bool,
    /// Rules of projects whose permissions the file names.
    pub(super) permissions: bool,
    /// Default rules of projects, for the kinds that the file names.
    pub(super) default_permissions: bool,
}

impl Prune {
    /// Whether rules are removed from a set: a project's own, or those for a kind of content.
    fn of_rules(self, kind: Option<&ContentKind>) -> bool {
        match kind {
            None => self.permissions,
            Some(_) => self.default_permissions,
        }
    }
}

/// The steps that make a site what a file wants, in their order; none if it is so.
pub(super) fn plan(desired: &Desired, actual: &Actual, prune: Prune) -> Result<Vec<Step>, Vec<Problem>> {
    let mut planner = Planner {
        desired,
        actual,
        prune,
        steps: Vec::new(),
        problems: Vec::new(),
    };
    for group in &desired.groups {
        planner.group(group);
    }
    for project in &desired.projects {
        planner.project(project);
    }
    if prune.projects {
        planner.remove_projects();
    }
    if prune.groups {
        planner.remove_groups();
    }
    let Planner {
        mut steps,
        mut problems,
        ..
    } = planner;
    if problems.is_empty() {
        steps.sort_by_key(|step| step.stage);
        return Ok(steps);
    }
    problems.sort_by_key(|problem| problem.line);
    Err(problems)
}

struct Planner<'p> {
    desired: &'p Desired,
    actual: &'p Actual,
    prune: Prune,
    steps: Vec<Step>,
    problems: Vec<Problem>,
}

impl Planner<'_> {
    fn wrong(&mut self, line: usize, text: impl Into<String>) {
        self.problems.push(Problem::new(line, text));
    }

    fn step(&mut self, stage: Stage, item: &Item, deed: Deed, changes: Vec<Change>) {
        self.steps.push(Step {
            stage,
            item: item.clone(),
            deed,
            changes,
        });
    }

    fn group(&mut self, group: &DesiredGroup) {
        let actual = self.actual;
        let found = actual.group(&group.name);
        if found.is_some_and(|found| found.of_directory)
            && (group.members.is_some() || group.minimum_site_role.is_some())
        {
            let text = format!(
                "the group {:?} is one of a directory, which decides about its users",
                group.name
            );
            return self.wrong(group.line, text);
        }
        if folded(&group.name) == folded(ALL_USERS) && group.members.is_some() {
            return self.wrong(
                group.line,
                "every user is in the group of all users: leave out its members",
            );
        }
        let item = Item::Group(found.map_or(&group.name, |found| &found.name).clone());
        self.group_settings(&item, group, found);
        self.members(&item, group, found);
    }

    fn group_settings(&mut self, item: &Item, group: &DesiredGroup, found: Option<&ActualGroup>) {
        let now_role = found.map(|found| found.minimum_site_role.clone().unwrap_or(SiteRole::Unlicensed));
        let now_external = found.map(|found| found.external_user_enabled.unwrap_or(false));
        let settings = GroupSettings {
            minimum_site_role: differing(&group.minimum_site_role, now_role.as_ref()),
            external_user_enabled: differing(&group.external_user_enabled, now_external.as_ref()),
        };
        let mut changes = Vec::new();
        if let Some(role) = &settings.minimum_site_role {
            let from = now_role.map(|role| role.to_string());
            changes.push(Change::of("minimumSiteRole", from, Some(role.to_string())));
        }
        if let Some(enabled) = settings.external_user_enabled {
            let from = now_external.map(|enabled| enabled.to_string());
            changes.push(Change::of("externalUserEnabled", from, Some(enabled.to_string())));
        }
        if found.is_none() {
            changes.insert(0, Change::whole(Action::Add));
            self.step(Stage::Groups, item, Deed::CreateGroup(settings), changes);
        } else if !changes.is_empty() {
            self.step(Stage::Groups, item, Deed::UpdateGroup(settings), changes);
        }
    }

    fn members(&mut self, item: &Item, group: &DesiredGroup, found: Option<&ActualGroup>) {
        let Some(members) = &group.members else {
            return;
        };
        let wanted: BTreeSet<String> = members.iter().filter_map(|name| self.user(name)).collect();
        let now = found.and_then(|found| found.members.clone()).unwrap_or_default();
        let now: BTreeSet<String> = now.into_iter().collect();
        let added: Vec<String> = wanted.difference(&now).cloned().collect();
        if !added.is_empty() {
            let change = |name: &String| Change::of("members", None, Some(name.clone()));
            let changes = added.iter().map(change).collect();
            self.step(Stage::Members, item, Deed::AddMembers(added), changes);
        }
        let removed: Vec<String> = now.difference(&wanted).cloned().collect();
        if self.prune.members && !removed.is_empty() {
            let change = |name: &String| Change::of("members", Some(name.clone()), None);
            let changes = removed.iter().map(change).collect();
            self.step(Stage::Members, item, Deed::RemoveMembers(removed), changes);
        }
    }

    /// The name of a user on the site.
    fn user(&mut self, named: &Noted<String>) -> Option<String> {
        let found = self.actual.user(&named.value).map(|user| user.name.clone());
        if found.is_none() {
            let text = format!(
                "there is no user {:?} on the site, or several: then give the LUID",
                named.value
            );
            self.wrong(named.line, text);
        }
        found
    }

    /// The grantee as the site names it, or as the group that the file creates.
    fn party(&mut self, party: &Party, line: usize) -> Option<Party> {
        let found = match party {
            Party::User(name) => self.actual.user(name).map(|user| Party::User(user.name.clone())),
            Party::GroupSet(name) => self
                .actual
                .group_set(name)
                .map(|set| Party::GroupSet(set.name.clone())),
            Party::Group(name) => {
                let named = |group: &&DesiredGroup| folded(&group.name) == folded(name);
                let actual = self.actual.group(name).map(|group| &group.name);
                let created = || self.desired.groups.iter().find(named).map(|group| &group.name);
                actual.or_else(created).map(|name| Party::Group(name.clone()))
            }
        };
        if found.is_none() {
            self.wrong(
                line,
                format!("there is no {party}, neither on the site nor in this file"),
            );
        }
        found
    }

    fn project(&mut self, project: &DesiredProject) {
        let found = self.actual.project(&project.path);
        let parent = project.path.parent();
        if let Some(parent) = parent.filter(|parent| found.is_none() && !self.is_there(parent)) {
            return self.wrong(
                project.line,
                format!(
                    "there is no project {:?}: name it in this file, too",
                    parent.to_string()
                ),
            );
        }
        let item = Item::Project(found.map_or(&project.path, |found| &found.path).clone());
        self.project_settings(&item, project, found);
        self.rules(&item, project, found);
    }

    fn is_there(&self, path: &ProjectPath) -> bool {
        let key = path.key();
        self.actual.project(path).is_some()
            || self.desired.projects.iter().any(|other| other.path.key() == key)
    }

    fn project_settings(&mut self, item: &Item, project: &DesiredProject, found: Option<&ActualProject>) {
        let owner = project.owner.as_ref().and_then(|owner| self.user(owner));
        let wanted = project.description.as_deref().map(with_plain_ends);
        let now = found.map(|found| with_plain_ends(&found.description));
        let settings = ProjectSettings {
            description: differing(&wanted, now.as_ref()),
            content_permissions: differing(
                &project.content_permissions,
                found.and_then(|found| found.content_permissions.as_ref()),
            ),
            owner: differing(&owner, found.and_then(|found| found.owner.as_ref())),
        };
        let mut changes = Vec::new();
        let mode = |mode: &ContentPermissions| mode.to_string();
        let from_mode = found
            .and_then(|found| found.content_permissions.as_ref())
            .map(mode);
        for (member, from, to) in [
            ("description", now, settings.description.clone()),
            (
                "contentPermissions",
                from_mode,
                settings.content_permissions.as_ref().map(mode),
            ),
            (
                "owner",
                found.and_then(|found| found.owner.clone()),
                settings.owner.clone(),
            ),
        ] {
            if to.is_some() {
                changes.push(Change::of(member, from, to));
            }
        }
        let stage = Stage::Projects(project.path.0.len());
        if found.is_none() {
            changes.insert(0, Change::whole(Action::Add));
            self.step(stage, item, Deed::CreateProject(settings), changes);
        } else if !changes.is_empty() {
            self.step(stage, item, Deed::UpdateProject(settings), changes);
        }
    }

    /// The content permission mode that a project will have.
    fn mode_after(&self, path: &ProjectPath) -> Option<ContentPermissions> {
        let key = path.key();
        let mut desired = self.desired.projects.iter();
        let named = desired.find(|project| project.path.key() == key);
        let named = named.and_then(|project| project.content_permissions.clone());
        named.or_else(|| self.actual.project(path)?.content_permissions.clone())
    }

    fn remove_projects(&mut self) {
        let named: HashSet<ProjectPath> = self
            .desired
            .projects
            .iter()
            .flat_map(|project| project.path.above().chain([project.path.clone()]))
            .map(|path| path.key())
            .collect();
        let is_kept = |project: &ActualProject| {
            let alone = project.path.0.len() == 1;
            named.contains(&project.path.key())
                || (alone && KEPT_PROJECTS.contains(&folded(project.path.name()).as_str()))
        };
        let actual = self.actual;
        let gone: Vec<_> = actual
            .projects
            .iter()
            .filter(|project| !is_kept(project))
            .collect();
        for project in &gone {
            // Deleting a project deletes those inside it.
            if gone.iter().any(|other| project.path.is_within(&other.path)) {
                continue;
            }
            let inside = gone.iter().filter(|other| other.path.is_within(&project.path));
            let inside = inside.map(|other| Change::of("projects", Some(other.path.to_string()), None));
            let changes = [Change::whole(Action::Remove)]
                .into_iter()
                .chain(inside)
                .collect();
            let item = Item::Project(project.path.clone());
            self.step(Stage::RemoveProjects, &item, Deed::DeleteProject, changes);
        }
    }

    fn remove_groups(&mut self) {
        let rules = self.desired.projects.iter().flat_map(DesiredProject::rule_sets);
        let grantees = rules
            .flat_map(|(_, rules)| rules)
            .filter_map(|rule| match &rule.party {
                Party::Group(name) => Some(name),
                _ => None,
            });
        let named: HashSet<String> = self
            .desired
            .groups
            .iter()
            .map(|group| &group.name)
            .chain(grantees)
            .filter_map(|name| self.actual.group(name).map(|group| group.id.clone()))
            .collect();
        let actual = self.actual;
        for group in &actual.groups {
            if !named.contains(&group.id) && folded(&group.name) != folded(ALL_USERS) {
                let item = Item::Group(group.name.clone());
                let changes = vec![Change::whole(Action::Remove)];
                self.step(Stage::RemoveGroups, &item, Deed::DeleteGroup, changes);
            }
        }
    }
}

/// The wanted value, if it is not what there is.
fn differing<T: Clone + PartialEq>(wanted: &Option<T>, now: Option<&T>) -> Option<T> {
    wanted.clone().filter(|wanted| Some(wanted) != now)
}

/// Text with the line ends that XML keeps.
fn with_plain_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

impl RuleChange {
    /// What it adds and removes, as it is shown: a rule whose mode changes is one change.
    fn shown(&self, member: &str) -> Vec<Change> {
        let mut changes = Vec::new();
        for ((party, capability), mode) in &self.added {
            let key = (party.clone(), capability.clone());
            let from = self.removed.get(&key).map(CapabilityMode::to_string);
            changes.push(Change {
                rule: Some(key),
                ..Change::of(member, from, Some(mode.to_string()))
            });
        }
        for (key, mode) in &self.removed {
            if !self.added.contains_key(key) {
                changes.push(Change {
                    rule: Some(key.clone()),
                    ..Change::of(member, Some(mode.to_string()), None)
                });
            }
        }
        changes
    }
}
