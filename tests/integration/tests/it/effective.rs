//! What a user may do: the client's answer, the sandbox's decision, and Tableau's published rules, step by step, say the same.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use support::InProcess;
use tableau_client::wire::resource::{CapabilityName as Name, ContentKind};
use tableau_client::wire::rest::datasources::DatasourcePatch;
use tableau_client::wire::rest::flows::FlowPatch;
use tableau_client::wire::rest::group_sets::NewGroupSet;
use tableau_client::wire::rest::groups::NewGroup;
use tableau_client::wire::rest::projects::{NewProject, ProjectPatch};
use tableau_client::wire::rest::publishing::Published;
use tableau_client::wire::rest::users::NewUser;
use tableau_client::wire::rest::workbooks::WorkbookPatch;
use tableau_client::wire::rest::{Flow, Group, GroupSet};
use tableau_client::wire::value::{ContentPermissions, SiteRole};
use tableau_client::{
    Client, Datasource, Effective, Error, Grantee, Id, PermissionRule, PersonalAccessToken, Project, Site,
    User, Workbook,
};
use tableau_sandbox::well_known::{PAT_NAME, PAT_SECRET};
use tableau_sandbox::{Sandbox, Service};

/// Pseudorandom numbers from a seed, which a failure names.
struct Random(u64);

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
/// The capabilities that calls of the sandbox depend on.
const CAPABILITIES: [Name; 4] = [Name::Read, Name::ExportXml, Name::Write, Name::ChangePermissions];

/// The grantee of a rule: a user, one of the two groups, or the set of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    User(usize),
    Group(usize),
    Everyone,
    Set,
}

#[derive(Debug, Clone)]
struct Rule {
    of: Of,
    capability: Name,
    allow: bool,
}

#[derive(Debug, Clone)]
struct Container {
    mode: ContentPermissions,
    /// The user who owns it; the administrator if none.
    owner: Option<usize>,
    /// Rules for the project itself, and those for items inside it.
    own: Vec<Rule>,
    default: Vec<Rule>,
}

/// A kind of item that has a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Workbook,
    Datasource,
    Flow,
}

impl Kind {
    /// The kind of the default permissions that a project gives it.
    fn content(self) -> ContentKind {
        match self {
            Self::Workbook => ContentKind::Workbooks,
            Self::Datasource => ContentKind::Datasources,
            Self::Flow => ContentKind::Flows,
        }
    }
}

/// An item in a project in a project, and who may have something to do with them.
#[derive(Debug)]
struct World {
    kind: Kind,
    roles: Vec<SiteRole>,
    /// The groups of each user.
    groups: Vec<BTreeSet<usize>>,
    outer: Container,
    inner: Container,
    owner: Option<usize>,
    rules: Vec<Rule>,
}

const USERS: usize = 4;

impl World {
    fn new(random: &mut Random) -> Self {
        let roles: Vec<_> = (0..USERS).map(|_| random.one(&ROLES).clone()).collect();
        let groups = (0..USERS)
            .map(|_| (0..2).filter(|_| random.chance(50)).collect())
            .collect();
        let (outer, inner) = (container(random, &roles), container(random, &roles));
        Self {
            kind: *random.one(&[Kind::Workbook, Kind::Datasource, Kind::Flow]),
            outer,
            inner,
            owner: random.chance(40).then(|| random.below(USERS)),
            rules: rules(random, &CAPABILITIES),
            roles,
            groups,
        }
    }
}

fn container(random: &mut Random, roles: &[SiteRole]) -> Container {
    let owner = random.chance(30).then(|| random.below(USERS));
    Container {
        mode: random.one(&MODES).clone(),
        owner: owner.filter(|user| can_lead(&roles[*user])),
        own: rules(random, &[Name::Read, Name::ProjectLeader]),
        default: rules(random, &CAPABILITIES),
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

// The reference: Tableau's help on effective permissions, with what its table of site roles says.

fn can_lead(role: &SiteRole) -> bool {
    !matches!(role, SiteRole::Viewer | SiteRole::Explorer)
}

fn role_permits(role: &SiteRole, capability: &Name) -> bool {
    match role {
        SiteRole::Viewer => *capability == Name::Read,
        SiteRole::Explorer => *capability != Name::Write,
        _ => true,
    }
}

fn applies(world: &World, of: Of, user: usize) -> bool {
    match of {
        Of::User(named) => named == user,
        Of::Group(group) => world.groups[user].contains(&group),
        Of::Everyone => true,
        Of::Set => world.groups[user].len() == 2,
    }
}

fn by_rules(world: &World, rules: &[Rule], user: usize, capability: &Name) -> bool {
    let of = |for_user: bool| {
        let about: Vec<bool> = rules
            .iter()
            .filter(|rule| rule.capability == *capability && applies(world, rule.of, user))
            .filter(|rule| matches!(rule.of, Of::User(_)) == for_user)
            .map(|rule| rule.allow)
            .collect();
        (!about.is_empty()).then(|| about.into_iter().all(|allow| allow))
    };
    of(true).or_else(|| of(false)).unwrap_or(false)
}

fn reference(world: &World, user: usize, capability: &Name) -> bool {
    let role = &world.roles[user];
    if *role == SiteRole::SiteAdministratorExplorer {
        return true;
    }
    if !role_permits(role, capability) {
        return false;
    }
    let outer_locks_all = world.outer.mode == ContentPermissions::LockedToProject;
    let locked = outer_locks_all || world.inner.mode != ContentPermissions::ManagedByOwner;
    if world.owner == Some(user) && !(locked && *capability == Name::ChangePermissions) {
        return true;
    }
    if can_lead(role) {
        let of_inner = if outer_locks_all {
            &world.outer.own
        } else {
            &world.inner.own
        };
        for (container, rules) in [(&world.inner, of_inner), (&world.outer, &world.outer.own)] {
            if container.owner == Some(user) || by_rules(world, rules, user, &Name::ProjectLeader) {
                return true;
            }
        }
    }
    let rules = match (outer_locks_all, locked) {
        (true, _) => &world.outer.default,
        (false, true) => &world.inner.default,
        (false, false) => &world.rules,
    };
    by_rules(world, rules, user, capability)
}

/// The world on a site of the sandbox.
struct Built {
    service: Service,
    site: Site,
    users: Vec<Id<User>>,
    item: Item,
}

/// The item that the rules are about.
#[derive(Debug, Clone)]
enum Item {
    Workbook(Id<Workbook>),
    Datasource(Id<Datasource>),
    Flow(Id<Flow>),
}

/// Calls of the collection that an item is in, which all kinds have alike.
macro_rules! of_its_kind {
    ($site:expr, $item:expr, |$collection:ident, $id:ident| $call:expr) => {
        match $item {
            Item::Workbook($id) => {
                let $collection = $site.workbooks();
                $call
            }
            Item::Datasource($id) => {
                let $collection = $site.datasources();
                $call
            }
            Item::Flow($id) => {
                let $collection = $site.flows();
                $call
            }
        }
    };
}

impl Item {
    /// One in a project: a workbook that was published there, or an item of the site that is moved there.
    async fn within(site: &Site, kind: Kind, project: &Id<Project>) -> Self {
        match kind {
            Kind::Workbook => {
                let workbooks = site.workbooks().list().page_size(1000).await.unwrap().items;
                let is_inside =
                    |workbook: &&Workbook| workbook.project.as_ref().is_some_and(|of| of.id == *project);
                Self::Workbook(workbooks.iter().find(is_inside).unwrap().id.clone())
            }
            Kind::Datasource => {
                let id = site.datasources().list().await.unwrap().items[0].id.clone();
                let item = Self::Datasource(id);
                item.update(site, Some(project), None, None).await.unwrap();
                item
            }
            Kind::Flow => {
                let item = Self::Flow(site.flows().list().await.unwrap().items[0].id.clone());
                item.update(site, Some(project), None, None).await.unwrap();
                item
            }
        }
    }

    /// Moves it, gives it to another owner, changes something about it.
    async fn update(
        &self,
        site: &Site,
        project: Option<&Id<Project>>,
        owner: Option<&Id<User>>,
        something: Option<bool>,
    ) -> Result<(), Error> {
        let (project, owner) = (project.cloned().map(Into::into), owner.cloned().map(Into::into));
        match self {
            Self::Workbook(id) => {
                let patch = WorkbookPatch::new().with(|patch| {
                    (patch.project, patch.owner, patch.show_tabs) = (project, owner, something);
                });
                site.workbooks().update(id, patch).await.map(drop)
            }
            Self::Datasource(id) => {
                let patch = DatasourcePatch::new().with(|patch| {
                    (patch.project, patch.owner) = (project, owner);
                    patch.description = something.map(|_| "changed".to_owned());
                });
                site.datasources().update(id, patch).await.map(drop)
            }
            Self::Flow(id) => {
                let patch = FlowPatch::new().with(|patch| {
                    (patch.project, patch.owner) = (project, owner);
                    patch.description = something.map(|_| "changed".to_owned());
                });
                site.flows().update(id, patch).await.map(drop)
            }
        }
    }

    async fn effective(&self, site: &Site, user: &Id<User>) -> Effective {
        of_its_kind!(site, self, |collection, id| {
            collection.permissions(id).effective(user).await.unwrap()
        })
    }
}

async fn sign_in(service: &Service, as_user: Option<&Id<User>>) -> Site {
    let client = Client::builder("https://sandbox.invalid")
        .transport(InProcess(service.clone()))
        .build()
        .unwrap();
    // By password, of which sessions do not end each other.
    match as_user {
        None => client
            .sign_in(PersonalAccessToken::new(PAT_NAME, PAT_SECRET))
            .await
            .unwrap(),
        Some(user) => client
            .sign_in(
                tableau_client::UserPassword::new("admin", tableau_sandbox::well_known::PASSWORD)
                    .impersonate(user),
            )
            .await
            .unwrap(),
    }
}

async fn build(world: &World) -> Built {
    let service = Sandbox::builder().build().unwrap();
    let site = sign_in(&service, None).await;
    let mut users = Vec::new();
    for (number, role) in world.roles.iter().enumerate() {
        let new = NewUser::new(format!("user{number}"), role.clone());
        users.push(site.users().create(new).await.unwrap().id);
    }
    let mut groups: Vec<Id<Group>> = Vec::new();
    for number in 0..2 {
        let new = NewGroup::new(format!("group{number}"));
        let created = match site.groups().create(new).await.unwrap() {
            Published::Item(group) => Some(group),
            Published::Job(_) => None,
        };
        let group = created.unwrap();
        for (user, inside) in users.iter().zip(&world.groups) {
            if inside.contains(&number) {
                site.groups().add_user(&group.id, user).await.unwrap();
            }
        }
        groups.push(group.id);
    }
    let set = site
        .group_sets()
        .create(NewGroupSet::new("both"))
        .await
        .unwrap()
        .id;
    for group in &groups {
        site.group_sets().add_group(&set, group).await.unwrap();
    }
    let everyone = site.groups().list().await.unwrap().items;
    let everyone = everyone
        .into_iter()
        .find(|group| group.name == "All Users")
        .unwrap()
        .id;
    let grantees = Grantees {
        users: &users,
        groups: &groups,
        everyone: &everyone,
        set: &set,
    };
    let outer = site.projects().create(NewProject::new("outer")).await.unwrap().id;
    let inner = NewProject::new("inner").with(|new| new.parent_project_id = Some(outer.clone()));
    let inner = site
        .projects()
        .create(inner)
        .with(|create| create.options.publish_samples = Some(true))
        .await
        .unwrap()
        .id;
    let item = Item::within(&site, world.kind, &inner).await;
    if let Some(owner) = world.owner {
        item.update(&site, None, Some(&users[owner]), None).await.unwrap();
    } else {
        let own = &site.session().user_id().clone();
        item.update(&site, None, Some(own), None).await.unwrap();
    }
    let rules = grantees.rules(&world.rules);
    of_its_kind!(site, &item, |collection, id| {
        collection.permissions(id).set_exactly(rules).await.unwrap()
    });
    // The inner one first: inside a locked project nothing can be set.
    for (id, container) in [(&inner, &world.inner), (&outer, &world.outer)] {
        furnish(&site, id, container, &grantees, world.kind).await;
    }
    Built {
        service,
        site,
        users,
        item,
    }
}

async fn furnish(site: &Site, id: &Id<Project>, container: &Container, grantees: &Grantees<'_>, kind: Kind) {
    let own = grantees.rules(&container.own);
    site.projects().permissions(id).set_exactly(own).await.unwrap();
    let defaults = site.projects().default_permissions(id, kind.content());
    let rules = grantees.rules(&container.default);
    let change = defaults.set_exactly(rules.clone()).await.unwrap();
    assert_eq!(change.added.len(), rules.len() - change.unchanged);
    // The same again changes nothing.
    assert!(defaults.set_exactly(rules).await.unwrap().is_empty());
    let patch = ProjectPatch::new().with(|patch| {
        patch.content_permissions = Some(container.mode.clone());
        patch.owner = container.owner.map(|owner| grantees.users[owner].clone().into());
    });
    site.projects().update(id, patch).await.unwrap();
}

struct Grantees<'g> {
    users: &'g [Id<User>],
    groups: &'g [Id<Group>],
    everyone: &'g Id<Group>,
    set: &'g Id<GroupSet>,
}

impl Grantees<'_> {
    fn rules(&self, rules: &[Rule]) -> Vec<PermissionRule> {
        let rule = |rule: &Rule| {
            let grantee = match rule.of {
                Of::User(user) => Grantee::user(&self.users[user]),
                Of::Group(group) => Grantee::group(&self.groups[group]),
                Of::Everyone => Grantee::group(self.everyone),
                Of::Set => Grantee::group_set(self.set),
            };
            match rule.allow {
                true => PermissionRule::allow(grantee, rule.capability.clone()),
                false => PermissionRule::deny(grantee, rule.capability.clone()),
            }
        };
        rules.iter().map(rule).collect()
    }
}

/// Whether the sandbox lets a user do what a capability is for.
async fn allows(site: &Site, item: &Item, capability: &Name) -> bool {
    let refused = match capability {
        Name::Read => of_its_kind!(site, item, |collection, id| collection.get(id).await.err()),
        Name::ExportXml => of_its_kind!(site, item, |collection, id| collection.download(id).await.err()),
        Name::Write => item.update(site, None, None, Some(true)).await.err(),
        _ => of_its_kind!(site, item, |collection, id| collection
            .permissions(id)
            .get()
            .await
            .err()),
    };
    if let Some(error) = &refused {
        assert_eq!(error.kind(), tableau_client::ErrorKind::Forbidden, "{error}");
    }
    refused.is_none()
}

#[tokio::test]
async fn client_sandbox_and_the_published_rules_decide_alike() {
    for seed in 0..60 {
        let world = World::new(&mut Random(seed));
        let built = build(&world).await;
        for (number, user) in built.users.iter().enumerate() {
            let effective = built.item.effective(&built.site, user).await;
            let site = sign_in(&built.service, Some(user)).await;
            for capability in &CAPABILITIES {
                let expected = reference(&world, number, capability);
                let decision = effective.of(capability);
                let found = allows(&site, &built.item, capability).await;
                assert!(
                    decision.allowed == expected && found == expected,
                    "seed {seed}, user {number}, {capability}: {expected} by the rules, {found} by the sandbox, {decision:?} by the client, in {world:#?}"
                );
            }
        }
    }
}
