//! Random worlds: an item, the projects around it, users, groups, and rules for all of them.

use std::collections::BTreeSet;

use tableau_client::wire::resource::{CapabilityName as Name, ContentKind};
use tableau_client::wire::value::{ContentPermissions, SiteRole};

/// Pseudorandom numbers from a seed, which a failure names.
pub(super) struct Random(pub(super) u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap()
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

const ROLES: [SiteRole; 5] = [
    SiteRole::Viewer,
    SiteRole::Explorer,
    SiteRole::ExplorerCanPublish,
    SiteRole::Creator,
    SiteRole::SiteAdministratorExplorer,
];
const MODES: [ContentPermissions; 3] = [
    ContentPermissions::ManagedByOwner,
    ContentPermissions::LockedToProject,
    ContentPermissions::LockedToProjectWithoutNested,
];

/// The grantee of a rule: a user, one of the two groups, or the set of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Of {
    User(usize),
    Group(usize),
    Everyone,
    Set,
}

#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) of: Of,
    pub(super) capability: Name,
    pub(super) allow: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Container {
    pub(super) mode: ContentPermissions,
    /// The user who owns it; the administrator if none.
    pub(super) owner: Option<usize>,
    /// Rules for the project itself, and those for items inside it.
    pub(super) own: Vec<Rule>,
    pub(super) default: Vec<Rule>,
}

/// A kind of item that permissions are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Workbook,
    Datasource,
    Flow,
    View,
    Project,
    VirtualConnection,
    Database,
    Table,
}

impl Kind {
    /// The kind of the default permissions that a project gives it; projects inside have none.
    pub(super) fn content(self) -> Option<ContentKind> {
        match self {
            Self::Workbook | Self::View => Some(ContentKind::Workbooks),
            Self::Datasource => Some(ContentKind::Datasources),
            Self::Flow => Some(ContentKind::Flows),
            Self::VirtualConnection => Some(ContentKind::VirtualConnections),
            Self::Database => Some(ContentKind::Databases),
            Self::Table => Some(ContentKind::Tables),
            Self::Project => None,
        }
    }

    /// The capabilities that rules are about.
    pub(super) fn capabilities(self) -> &'static [Name] {
        match self {
            Self::Workbook | Self::Datasource | Self::Flow => {
                &[Name::Read, Name::ExportXml, Name::Write, Name::ChangePermissions]
            }
            Self::View => &[
                Name::Read,
                Name::Filter,
                Name::ExportImage,
                Name::ExportData,
                Name::ChangePermissions,
            ],
            Self::Project => &[Name::Read, Name::Write, Name::ProjectLeader],
            Self::VirtualConnection => &[Name::Read, Name::Connect, Name::Write, Name::ChangePermissions],
            Self::Database | Self::Table => &[Name::Read, Name::Write, Name::ChangePermissions],
        }
    }

    /// Whether it has an owner.
    fn is_owned(self) -> bool {
        !matches!(self, Self::Database | Self::Table)
    }
}

/// An item in a project in a project, and who may have something to do with them.
#[derive(Debug)]
pub(super) struct World {
    pub(super) kind: Kind,
    pub(super) roles: Vec<SiteRole>,
    /// The groups of each user.
    pub(super) groups: Vec<BTreeSet<usize>>,
    pub(super) outer: Container,
    pub(super) inner: Container,
    pub(super) owner: Option<usize>,
    pub(super) rules: Vec<Rule>,
    /// What is around the item within the inner project: the workbook of a view, the database of a table.
    pub(super) parent: Parent,
}

/// What contains a view or a table.
#[derive(Debug)]
pub(super) struct Parent {
    /// Whether its rules are those of the item: the workbook shows its views as tabs, or the database has the permissions of its tables locked.
    pub(super) decides: bool,
    /// The rules of the workbook, or those that the database gives to its tables.
    pub(super) rules: Vec<Rule>,
}

pub(super) const USERS: usize = 4;

impl World {
    pub(super) fn new(kind: Kind, random: &mut Random) -> Self {
        let roles: Vec<_> = (0..USERS).map(|_| random.one(&ROLES).clone()).collect();
        let groups = (0..USERS)
            .map(|_| (0..2).filter(|_| random.chance(50)).collect())
            .collect();
        let (outer, inner) = (container(kind, random, &roles), container(kind, random, &roles));
        let owner = random.chance(40).then(|| random.below(USERS));
        Self {
            kind,
            outer,
            inner,
            // Servers refuse owners of projects who cannot lead one.
            owner: owner.filter(|user| kind.is_owned() && (kind != Kind::Project || can_lead(&roles[*user]))),
            rules: rules(random, kind.capabilities()),
            parent: Parent {
                decides: random.chance(40),
                rules: rules(random, kind.capabilities()),
            },
            roles,
            groups,
        }
    }
}

fn container(kind: Kind, random: &mut Random, roles: &[SiteRole]) -> Container {
    let owner = random.chance(30).then(|| random.below(USERS));
    Container {
        mode: random.one(&MODES).clone(),
        owner: owner.filter(|user| can_lead(&roles[*user])),
        own: rules(random, &[Name::Read, Name::ProjectLeader]),
        default: rules(random, kind.capabilities()),
    }
}

/// Rules, of which no two are about the same.
fn rules(random: &mut Random, capabilities: &[Name]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    for _ in 0..random.below(7) {
        let of = match random.below(5) {
            0 | 1 => Of::User(random.below(USERS)),
            2 => Of::Group(random.below(2)),
            3 => Of::Everyone,
            _ => Of::Set,
        };
        let capability = random.one(capabilities).clone();
        if !rules
            .iter()
            .any(|rule| rule.of == of && rule.capability == capability)
        {
            let allow = random.chance(65);
            rules.push(Rule {
                of,
                capability,
                allow,
            });
        }
    }
    rules
}

/// Whether users with a site role can lead and own projects.
pub(super) fn can_lead(role: &SiteRole) -> bool {
    !matches!(role, SiteRole::Viewer | SiteRole::Explorer)
}
