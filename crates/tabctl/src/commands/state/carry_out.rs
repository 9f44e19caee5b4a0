//! Carries out the steps of a plan: stage by stage, and within a stage some in parallel.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use tableau_client::wire::Version;
use tableau_client::wire::resource::{CapabilityMode, CapabilityName, ContentKind};
use tableau_client::wire::rest::Group;
use tableau_client::wire::rest::groups::{GroupPatch, NewGroup};
use tableau_client::wire::rest::projects::{NewProject, ProjectPatch};
use tableau_client::wire::rest::publishing::Published;
use tableau_client::{Blocking, Error, ErrorKind, Grantee, Id, PermissionRule, Project, Site, User};

use super::model::{Actual, Known, Party, ProjectPath, Rules, folded};
use super::plan::{Deed, GroupSettings, Item, ProjectSettings, RuleChange, RuleSet, Step};
use super::read::{Names, permissions};
use crate::commands::several::in_parallel;
use crate::env::is_luid;
use crate::failure::Failure;

/// How many steps are done at a time.
const AT_ONCE: usize = 4;
/// The first version in which one call adds or removes several users.
const SEVERAL_USERS: Version = Version::new(3, 21);
/// How many users one call adds or removes.
const USERS_AT_ONCE: usize = 100;

/// Does the steps; gives what became of each, in their order. A step that fails keeps only those that need it from being done.
pub(super) fn carry_out(site: &Site<Blocking>, actual: &Actual, steps: &[Step]) -> Vec<Result<(), Failure>> {
    let work = Work {
        site,
        names: Names::of(actual),
        ids: Ids::of(actual),
        version: actual.version.unwrap_or(Version::BOOTSTRAP),
    };
    let stages = steps.chunk_by(|step, next| step.stage == next.stage);
    stages
        .flat_map(|stage| in_parallel(stage, AT_ONCE, |step| work.step(step)))
        .collect()
}

struct Work<'w> {
    site: &'w Site<Blocking>,
    names: Names<'w>,
    ids: Ids,
    version: Version,
}

/// The LUIDs by name: of what there was, and of what was created.
struct Ids {
    users: HashMap<String, String>,
    group_sets: HashMap<String, String>,
    groups: Mutex<HashMap<String, String>>,
    projects: Mutex<HashMap<ProjectPath, String>>,
}

impl Ids {
    fn of(actual: &Actual) -> Self {
        let known = |known: &Known| (folded(&known.name), known.id.clone());
        let groups = actual.groups.iter();
        let projects = actual.projects.iter();
        Self {
            users: actual.users.iter().map(known).collect(),
            group_sets: actual.group_sets.iter().map(known).collect(),
            groups: Mutex::new(
                groups
                    .map(|group| (folded(&group.name), group.id.clone()))
                    .collect(),
            ),
            projects: Mutex::new(
                projects
                    .map(|project| (project.path.key(), project.id.clone()))
                    .collect(),
            ),
        }
    }

    fn user(&self, name: &str) -> Result<Id<User>, Failure> {
        found(self.users.get(&folded(name)).cloned(), "user", name).map(Id::new)
    }

    fn group(&self, name: &str) -> Result<Id<Group>, Failure> {
        let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        found(groups.get(&folded(name)).cloned(), "group", name).map(Id::new)
    }

    fn project(&self, path: &ProjectPath) -> Result<Id<Project>, Failure> {
        let projects = self.projects.lock().unwrap_or_else(PoisonError::into_inner);
        match projects.get(&path.key()) {
            Some(id) => Ok(Id::new(id.clone())),
            None => Err(not_there("project", &path.to_string())),
        }
    }

    fn grantee(&self, party: &Party) -> Result<Grantee, Failure> {
        Ok(match party {
            Party::User(name) => Grantee::user(self.user(name)?),
            Party::Group(name) => Grantee::group(self.group(name)?),
            Party::GroupSet(name) => {
                let id = self.group_sets.get(&folded(name)).cloned();
                Grantee::group_set(found(id, "group set", name)?)
            }
        })
    }
}

/// The LUID of a name; what was not read is named by its LUID.
fn found(id: Option<String>, noun: &str, name: &str) -> Result<String, Failure> {
    let own = || is_luid(name).then(|| name.to_owned());
    id.or_else(own).ok_or_else(|| not_there(noun, name))
}

fn not_there(noun: &str, name: &str) -> Failure {
    Failure::Local(format!("not done, as the {noun} {name:?} was not created"))
}

impl Work<'_> {
    fn step(&self, step: &Step) -> Result<(), Failure> {
        match &step.item {
            Item::Group(name) => self.group(name, &step.deed),
            Item::Project(path) => self.project(path, &step.deed),
        }
    }

    fn group(&self, name: &str, deed: &Deed) -> Result<(), Failure> {
        let groups = self.site.groups();
        match deed {
            Deed::CreateGroup(settings) => self.create_group(name, settings),
            Deed::UpdateGroup(settings) => {
                let patch = GroupPatch::new().with(|patch| {
                    patch.minimum_site_role.clone_from(&settings.minimum_site_role);
                    patch.external_user_enabled = settings.external_user_enabled;
                });
                groups.update(self.ids.group(name)?, patch).send()?;
                Ok(())
            }
            Deed::AddMembers(users) => self.add_members(&self.ids.group(name)?, users),
            Deed::RemoveMembers(users) => self.remove_members(&self.ids.group(name)?, users),
            Deed::DeleteGroup => Ok(unless(
                ErrorKind::NotFound,
                groups.delete(self.ids.group(name)?).send(),
            )?),
            _ => Err(misplaced()),
        }
    }

    fn create_group(&self, name: &str, settings: &GroupSettings) -> Result<(), Failure> {
        let new = NewGroup::new(name).with(|new| {
            new.minimum_site_role.clone_from(&settings.minimum_site_role);
            new.external_user_enabled = settings.external_user_enabled;
        });
        match self.site.groups().create(new).send()? {
            Published::Item(group) => {
                let mut groups = self.ids.groups.lock().unwrap_or_else(PoisonError::into_inner);
                groups.insert(folded(name), group.id.to_string());
                Ok(())
            }
            Published::Job(job) => Err(Failure::Local(format!(
                "the server creates the group by job {}: wait for it, and apply the file again",
                job.id
            ))),
        }
    }

    fn add_members(&self, group: &Id<Group>, users: &[String]) -> Result<(), Failure> {
        let users = self.users(users)?;
        if self.version >= SEVERAL_USERS {
            for users in users.chunks(USERS_AT_ONCE) {
                self.site.groups().add_users(group, users.to_vec()).send()?;
            }
            return Ok(());
        }
        for user in users {
            // Who is inside already is a conflict.
            unless(
                ErrorKind::Conflict,
                self.site.groups().add_user(group, user).send().map(drop),
            )?;
        }
        Ok(())
    }

    fn remove_members(&self, group: &Id<Group>, users: &[String]) -> Result<(), Failure> {
        let users = self.users(users)?;
        if self.version >= SEVERAL_USERS {
            for users in users.chunks(USERS_AT_ONCE) {
                self.site.groups().remove_users(group, users.to_vec()).send()?;
            }
            return Ok(());
        }
        for user in users {
            unless(
                ErrorKind::NotFound,
                self.site.groups().remove_user(group, user).send(),
            )?;
        }
        Ok(())
    }

    fn users(&self, names: &[String]) -> Result<Vec<Id<User>>, Failure> {
        names.iter().map(|name| self.ids.user(name)).collect()
    }

    fn project(&self, path: &ProjectPath, deed: &Deed) -> Result<(), Failure> {
        let projects = self.site.projects();
        match deed {
            Deed::CreateProject(settings) => self.create_project(path, settings),
            Deed::UpdateProject(settings) => {
                let owner = settings
                    .owner
                    .as_ref()
                    .map(|owner| self.ids.user(owner))
                    .transpose()?;
                let patch = ProjectPatch::new().with(|patch| {
                    patch.description.clone_from(&settings.description);
                    patch
                        .content_permissions
                        .clone_from(&settings.content_permissions);
                    patch.owner = owner.map(Into::into);
                });
                projects.update(self.ids.project(path)?, patch).send()?;
                Ok(())
            }
            Deed::SetRules { kind, set } => self.set_rules(&self.ids.project(path)?, kind.as_ref(), set),
            Deed::DeleteProject => Ok(unless(
                ErrorKind::NotFound,
                projects.delete(self.ids.project(path)?).send(),
            )?),
            _ => Err(misplaced()),
        }
    }

    fn create_project(&self, path: &ProjectPath, settings: &ProjectSettings) -> Result<(), Failure> {
        let parent = path
            .parent()
            .map(|parent| self.ids.project(&parent))
            .transpose()?;
        let owner = settings
            .owner
            .as_ref()
            .map(|owner| self.ids.user(owner))
            .transpose()?;
        let new = NewProject::new(path.name()).with(|new| {
            new.description.clone_from(&settings.description);
            new.content_permissions.clone_from(&settings.content_permissions);
            new.parent_project_id = parent;
            new.owner = owner.clone().map(Into::into);
        });
        let created = self.site.projects().create(new).send()?;
        {
            let mut projects = self.ids.projects.lock().unwrap_or_else(PoisonError::into_inner);
            projects.insert(path.key(), created.id.to_string());
        }
        let has = created.owner.map(|owner| owner.into_inner().id);
        if let Some(owner) = owner.filter(|owner| has.as_ref() != Some(owner)) {
            // Older servers give a new project to who creates it.
            let patch = ProjectPatch::new().with(|patch| patch.owner = Some(owner.into()));
            self.site.projects().update(created.id, patch).send()?;
        }
        Ok(())
    }

    fn set_rules(
        &self,
        project: &Id<Project>,
        kind: Option<&ContentKind>,
        set: &RuleSet,
    ) -> Result<(), Failure> {
        let later;
        let change = match set {
            RuleSet::Known(change) => change,
            RuleSet::Later { wanted, prune } => {
                let now = permissions(self.site, project.as_str(), kind)?;
                later = RuleChange::between(&self.names.rules(&now), wanted, *prune);
                &later
            }
        };
        // What the server refuses is refused before anything is deleted; a rule that is there may have to go before one that contradicts it.
        let contradicts = |about: &(Party, CapabilityName)| change.removed.contains_key(about);
        let added = change.added.clone().into_iter();
        let (last, first): (Rules, Rules) = added.partition(|(about, _)| contradicts(about));
        self.add_rules(project, kind, &first)?;
        for rule in self.in_order(&change.removed)? {
            unless(ErrorKind::NotFound, self.delete_rule(project, kind, rule))?;
        }
        self.add_rules(project, kind, &last)
    }

    fn add_rules(
        &self,
        project: &Id<Project>,
        kind: Option<&ContentKind>,
        rules: &Rules,
    ) -> Result<(), Failure> {
        let rules = self.in_order(rules)?;
        if rules.is_empty() {
            return Ok(());
        }
        match kind {
            None => self.site.projects().permissions(project).add(&rules).send()?,
            Some(kind) => {
                let defaults = self.site.projects().default_permissions(project, kind.clone());
                defaults.add(&rules).send()?
            }
        };
        Ok(())
    }

    fn in_order(&self, rules: &Rules) -> Result<Vec<PermissionRule>, Failure> {
        let rule = |((party, capability), mode): (&(Party, CapabilityName), &CapabilityMode)| {
            Ok(PermissionRule {
                grantee: self.ids.grantee(party)?,
                capability: capability.clone(),
                mode: mode.clone(),
            })
        };
        rules.iter().map(rule).collect()
    }

    fn delete_rule(
        &self,
        project: &Id<Project>,
        kind: Option<&ContentKind>,
        rule: PermissionRule,
    ) -> Result<(), Error> {
        let PermissionRule {
            grantee,
            capability,
            mode,
        } = rule;
        let projects = self.site.projects();
        match kind {
            None => projects
                .permissions(project)
                .delete(&grantee, capability, mode)
                .send(),
            Some(kind) => {
                let defaults = projects.default_permissions(project, kind.clone());
                defaults.delete(&grantee, capability, mode).send()
            }
        }
    }
}

/// A refusal that says that it is so already is none: the step may have been done by an earlier run.
fn unless(done: ErrorKind, result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(error) if error.kind() == done => Ok(()),
        other => other,
    }
}

fn misplaced() -> Failure {
    Failure::Local("the step is about another kind of item".to_owned())
}
