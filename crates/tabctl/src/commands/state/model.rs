//! What a file wants and what a site has, in names that both share.

use std::collections::BTreeMap;
use std::fmt;

use tableau_client::wire::Version;
use tableau_client::wire::resource::{CapabilityMode, CapabilityName, ContentKind};
use tableau_client::wire::value::{ContentPermissions, SiteRole};

/// The group that every user of a site is in.
pub(in crate::commands) const ALL_USERS: &str = "All Users";
/// The projects that a server has by itself and does not delete.
pub(super) const KEPT_PROJECTS: [&str; 2] = ["default", "external assets default project"];

/// A grantee of rules: a user, a group or a group set by its name, or by its LUID where the name is not unique.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Party {
    User(String),
    Group(String),
    GroupSet(String),
}

impl Party {
    /// From the form that files have: `group:Sales`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        let name = name.trim().to_owned();
        match kind.trim() {
            _ if name.is_empty() => None,
            "user" => Some(Self::User(name)),
            "group" => Some(Self::Group(name)),
            "groupSet" => Some(Self::GroupSet(name)),
            _ => None,
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "user:{name}"),
            Self::Group(name) => write!(f, "group:{name}"),
            Self::GroupSet(name) => write!(f, "groupSet:{name}"),
        }
    }
}

/// Rules, normalized: servers list them in any order, and one capability of one grantee has one mode.
pub(super) type Rules = BTreeMap<(Party, CapabilityName), CapabilityMode>;

/// The place of a project: the names of the projects around it, and its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ProjectPath(pub(super) Vec<String>);

impl ProjectPath {
    /// From the form that files have: `Finance/Monthly Close`; a slash in a name is written `\/`. `None` if a name is empty.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mut names, mut name) = (Vec::new(), String::new());
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => name.push(characters.next()?),
                '/' => names.push(std::mem::take(&mut name)),
                other => name.push(other),
            }
        }
        names.push(name);
        let whole = names.iter().all(|name| !name.trim().is_empty());
        whole.then_some(Self(names))
    }

    pub(super) fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        (!above.is_empty()).then(|| Self(above.to_vec()))
    }

    pub(super) fn name(&self) -> &str {
        self.0.last().map_or("", String::as_str)
    }

    /// The projects around it, the outermost first.
    pub(super) fn above(&self) -> impl Iterator<Item = Self> + '_ {
        (1..self.0.len()).filter_map(|depth| self.0.get(..depth).map(|names| Self(names.to_vec())))
    }

    /// The form by which paths are compared: servers do not distinguish case.
    pub(super) fn key(&self) -> Self {
        Self(self.0.iter().map(|name| folded(name)).collect())
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.len() > other.0.len() && self.0.starts_with(&other.0)
    }
}

impl fmt::Display for ProjectPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (depth, name) in self.0.iter().enumerate() {
            if depth > 0 {
                f.write_str("/")?;
            }
            f.write_str(&name.replace('\\', r"\\").replace('/', r"\/"))?;
        }
        Ok(())
    }
}

/// A name as it is compared.
pub(super) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

/// A value of a file, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Noted<T> {
    pub(super) value: T,
    pub(super) line: usize,
}

/// Something wrong at a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn new(line: usize, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { line, text }
    }
}

/// What a file names; `None` is what it leaves alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Desired {
    pub(super) groups: Vec<DesiredGroup>,
    pub(super) projects: Vec<DesiredProject>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DesiredGroup {
    pub(super) line: usize,
    pub(super) name: String,
    pub(super) minimum_site_role: Option<SiteRole>,
    pub(super) external_user_enabled: Option<bool>,
    pub(super) members: Option<Vec<Noted<String>>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DesiredProject {
    pub(super) line: usize,
    pub(super) path: ProjectPath,
    pub(super) description: Option<String>,
    pub(super) content_permissions: Option<ContentPermissions>,
    pub(super) owner: Option<Noted<String>>,
    pub(super) permissions: Option<Vec<DesiredRule>>,
    pub(super) default_permissions: BTreeMap<ContentKind, Vec<DesiredRule>>,
}

impl DesiredProject {
    /// The sets of rules that it names: its own, and those for kinds of content.
    pub(super) fn rule_sets(&self) -> impl Iterator<Item = (Option<&ContentKind>, &[DesiredRule])> {
        let own = self.permissions.iter().map(|rules| (None, rules.as_slice()));
        let defaults = self.default_permissions.iter();
        own.chain(defaults.map(|(kind, rules)| (Some(kind), rules.as_slice())))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DesiredRule {
    pub(super) line: usize,
    pub(super) party: Party,
    pub(super) capability: CapabilityName,
    pub(super) mode: CapabilityMode,
}

/// A user or a group set of a site: the name that files have for it, and its LUID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) id: String,
}

/// What a site has, as far as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Actual {
    /// The version of its API.
    pub(super) version: Option<Version>,
    pub(super) users: Vec<Known>,
    pub(super) group_sets: Vec<Known>,
    pub(super) groups: Vec<ActualGroup>,
    pub(super) projects: Vec<ActualProject>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ActualGroup {
    pub(super) name: String,
    pub(super) id: String,
    /// Whether a directory decides who is in it.
    pub(super) of_directory: bool,
    pub(super) minimum_site_role: Option<SiteRole>,
    pub(super) external_user_enabled: Option<bool>,
    /// The users in it, by the names of [`Actual::users`]; `None` if they were not read.
    pub(super) members: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ActualProject {
    pub(super) path: ProjectPath,
    pub(super) id: String,
    pub(super) description: String,
    pub(super) content_permissions: Option<ContentPermissions>,
    /// By the names of [`Actual::users`].
    pub(super) owner: Option<String>,
    /// Its own rules, at `None`, and those for kinds of content, as far as they were read.
    pub(super) rules: BTreeMap<Option<ContentKind>, Rules>,
}

impl Actual {
    /// The user that a file names, by name or LUID.
    pub(super) fn user(&self, name: &str) -> Option<&Known> {
        known(&self.users, name)
    }

    pub(super) fn group_set(&self, name: &str) -> Option<&Known> {
        known(&self.group_sets, name)
    }

    pub(super) fn group(&self, name: &str) -> Option<&ActualGroup> {
        let wanted = folded(name);
        let mut groups = self.groups.iter();
        groups.find(|group| folded(&group.name) == wanted || folded(&group.id) == wanted)
    }

    pub(super) fn project(&self, path: &ProjectPath) -> Option<&ActualProject> {
        let key = path.key();
        self.projects.iter().find(|project| project.path.key() == key)
    }
}

fn known<'k>(all: &'k [Known], name: &str) -> Option<&'k Known> {
    let wanted = folded(name);
    let mut all = all.iter();
    all.find(|known| folded(&known.name) == wanted || folded(&known.id) == wanted)
}

/// The project that decides about the permissions of another and of what is inside: the outermost around it that is locked with nested projects.
pub(super) fn controlling(
    path: &ProjectPath,
    mode: impl Fn(&ProjectPath) -> Option<ContentPermissions>,
) -> Option<ProjectPath> {
    let is_locked = |above: &ProjectPath| mode(above) == Some(ContentPermissions::LockedToProject);
    path.above().find(is_locked)
}
