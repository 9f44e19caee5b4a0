//! A world on a site of the sandbox.

use support::InProcess;
use tableau_client::wire::rest::group_sets::NewGroupSet;
use tableau_client::wire::rest::groups::NewGroup;
use tableau_client::wire::rest::projects::{NewProject, ProjectPatch};
use tableau_client::wire::rest::publishing::Published;
use tableau_client::wire::rest::users::NewUser;
use tableau_client::wire::rest::{Group, GroupSet};
use tableau_client::{
    Client, Grantee, Id, PermissionRule, PersonalAccessToken, Project, Site, User, UserPassword,
};
use tableau_sandbox::well_known::{PASSWORD, PAT_NAME, PAT_SECRET};
use tableau_sandbox::{Sandbox, Service};

use super::item::Item;
use super::world::{Container, Kind, Of, Rule, World};

/// The world on a site of the sandbox.
pub(super) struct Built {
    pub(super) service: Service,
    pub(super) site: Site,
    pub(super) users: Vec<Id<User>>,
    pub(super) item: Item,
}

pub(super) async fn sign_in(service: &Service, as_user: Option<&Id<User>>) -> Site {
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
            .sign_in(UserPassword::new("admin", PASSWORD).impersonate(user))
            .await
            .unwrap(),
    }
}

pub(super) async fn build(world: &World) -> Built {
    let service = Sandbox::builder().build().unwrap();
    let site = sign_in(&service, None).await;
    let parties = Parties::create(&site, world).await;
    let outer = site.projects().create(NewProject::new("outer")).await.unwrap().id;
    let inner = inner_project(&site, world.kind, &outer).await;
    let item = Item::within(&site, world.kind, &inner).await;
    let own = site.session().user_id().clone();
    let owner = world.owner.map_or(&own, |owner| &parties.users[owner]);
    item.give_to(&site, owner).await;
    // The rules of a view can be set while its workbook shows no tabs, and those of a table while its database has them not locked.
    item.set_parent(&site, Vec::new(), false).await;
    item.set_rules(&site, parties.rules(&world.rules)).await;
    let parent = &world.parent;
    item.set_parent(&site, parties.rules(&parent.rules), parent.decides)
        .await;
    // The inner one first: inside a locked project nothing can be set.
    for (id, container) in [(&inner, &world.inner), (&outer, &world.outer)] {
        furnish(&site, id, container, &parties, world.kind).await;
    }
    Built {
        service,
        site,
        users: parties.users,
        item,
    }
}

/// A project inside another: with workbooks, if the item is one of them; for databases the one that they are in.
async fn inner_project(site: &Site, kind: Kind, outer: &Id<Project>) -> Id<Project> {
    let projects = site.projects();
    if matches!(kind, Kind::Database | Kind::Table) {
        let all = projects.list().page_size(1000).await.unwrap().items;
        let sales = all.into_iter().find(|project| project.name == "Sales").unwrap();
        let patch = ProjectPatch::new().with(|patch| patch.parent_project_id = Some(outer.clone()));
        return projects.update(&sales.id, patch).await.unwrap().id;
    }
    let new = NewProject::new("inner").with(|new| new.parent_project_id = Some(outer.clone()));
    let has_workbooks = matches!(kind, Kind::Workbook | Kind::View);
    let create = projects
        .create(new)
        .with(|create| create.options.publish_samples = Some(has_workbooks));
    create.await.unwrap().id
}

async fn furnish(site: &Site, id: &Id<Project>, container: &Container, parties: &Parties, kind: Kind) {
    let own = parties.rules(&container.own);
    site.projects().permissions(id).set_exactly(own).await.unwrap();
    if let Some(kind) = kind.content() {
        let defaults = site.projects().default_permissions(id, kind);
        let rules = parties.rules(&container.default);
        let change = defaults.set_exactly(rules.clone()).await.unwrap();
        assert_eq!(change.added.len(), rules.len() - change.unchanged);
        // The same again changes nothing.
        assert!(defaults.set_exactly(rules).await.unwrap().is_empty());
    }
    let patch = ProjectPatch::new().with(|patch| {
        patch.content_permissions = Some(container.mode.clone());
        patch.owner = container.owner.map(|owner| parties.users[owner].clone().into());
    });
    site.projects().update(id, patch).await.unwrap();
}

/// The grantees of rules.
struct Parties {
    users: Vec<Id<User>>,
    groups: Vec<Id<Group>>,
    everyone: Id<Group>,
    set: Id<GroupSet>,
}

impl Parties {
    async fn create(site: &Site, world: &World) -> Self {
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
        Self {
            users,
            groups,
            everyone,
            set,
        }
    }

    fn rules(&self, rules: &[Rule]) -> Vec<PermissionRule> {
        let rule = |rule: &Rule| {
            let grantee = match rule.of {
                Of::User(user) => Grantee::user(&self.users[user]),
                Of::Group(group) => Grantee::group(&self.groups[group]),
                Of::Everyone => Grantee::group(&self.everyone),
                Of::Set => Grantee::group_set(&self.set),
            };
            match rule.allow {
                true => PermissionRule::allow(grantee, rule.capability.clone()),
                false => PermissionRule::deny(grantee, rule.capability.clone()),
            }
        };
        rules.iter().map(rule).collect()
    }
}
