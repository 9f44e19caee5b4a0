//! Steps of a plan, and the differences that they settle.

use tableau_client::wire::resource::{CapabilityName, ContentKind};
use tableau_client::wire::value::{ContentPermissions, SiteRole};

use super::RuleChange;
use crate::commands::state::model::{Party, ProjectPath, Rules};

/// What a step is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::state) enum Item {
    Group(String),
    Project(ProjectPath),
}

/// When a step is done: each stage needs those before it, and steps of one stage need none of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::commands::state) enum Stage {
    Groups,
    Members,
    /// By depth: a project is inside another.
    Projects(usize),
    Rules,
    RemoveProjects,
    RemoveGroups,
}

/// What is done in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::state) enum Deed {
    CreateGroup(GroupSettings),
    UpdateGroup(GroupSettings),
    AddMembers(Vec<String>),
    RemoveMembers(Vec<String>),
    DeleteGroup,
    CreateProject(ProjectSettings),
    UpdateProject(ProjectSettings),
    /// The rules of a project, or those for a kind of content.
    SetRules {
        kind: Option<ContentKind>,
        set: RuleSet,
    },
    DeleteProject,
}

/// The settings of a group that are set; the others stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::commands::state) struct GroupSettings {
    pub(in crate::commands::state) minimum_site_role: Option<SiteRole>,
    pub(in crate::commands::state) external_user_enabled: Option<bool>,
}

/// The settings of a project that are set; the others stay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::commands::state) struct ProjectSettings {
    pub(in crate::commands::state) description: Option<String>,
    pub(in crate::commands::state) content_permissions: Option<ContentPermissions>,
    pub(in crate::commands::state) owner: Option<String>,
}

/// How a set of rules becomes what is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::state) enum RuleSet {
    /// By this difference.
    Known(RuleChange),
    /// By a difference that is known only when the project is there, or is no longer locked: it takes over rules of others.
    Later { wanted: Rules, prune: bool },
}

/// What happens to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::commands::state) enum Action {
    Add,
    Change,
    Remove,
}

/// One difference, as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::state) struct Change {
    pub(in crate::commands::state) action: Action,
    /// The member of the item that differs; `None` for the item as a whole.
    pub(in crate::commands::state) member: Option<String>,
    /// What a rule is about.
    pub(in crate::commands::state) rule: Option<(Party, CapabilityName)>,
    pub(in crate::commands::state) from: Option<String>,
    pub(in crate::commands::state) to: Option<String>,
}

impl Change {
    pub(in crate::commands::state) fn whole(action: Action) -> Self {
        Self {
            action,
            member: None,
            rule: None,
            from: None,
            to: None,
        }
    }

    pub(in crate::commands::state) fn of(member: &str, from: Option<String>, to: Option<String>) -> Self {
        let action = match (&from, &to) {
            (None, _) => Action::Add,
            (_, None) => Action::Remove,
            _ => Action::Change,
        };
        Self {
            member: Some(member.to_owned()),
            from,
            to,
            ..Self::whole(action)
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::commands::state) struct Step {
    pub(in crate::commands::state) stage: Stage,
    pub(in crate::commands::state) item: Item,
    pub(in crate::commands::state) deed: Deed,
    /// The differences that it settles.
    pub(in crate::commands::state) changes: Vec<Change>,
}
