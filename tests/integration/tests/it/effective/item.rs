//! The item of a world on a site of the sandbox, and its permissions.

use tableau_client::wire::resource::ContentKind;
use tableau_client::wire::rest::databases::DatabasePatch;
use tableau_client::wire::rest::datasources::DatasourcePatch;
use tableau_client::wire::rest::flows::FlowPatch;
use tableau_client::wire::rest::projects::{NewProject, ProjectPatch};
use tableau_client::wire::rest::virtual_connections::VirtualConnectionPatch;
use tableau_client::wire::rest::workbooks::WorkbookPatch;
use tableau_client::wire::rest::{Database, Flow, Table, VirtualConnection};
use tableau_client::{Datasource, Effective, Error, Id, PermissionRule, Project, Site, User, View, Workbook};

use super::world::Kind;

/// The item that the rules are about.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Workbook(Id<Workbook>),
    Datasource(Id<Datasource>),
    Flow(Id<Flow>),
    View(Id<View>, Id<Workbook>),
    Project(Id<Project>),
    VirtualConnection(Id<VirtualConnection>),
    Database(Id<Database>),
    Table(Id<Table>, Id<Database>),
}

/// A call about permissions, which all kinds have alike.
macro_rules! permissions {
    ($site:expr, $item:expr, |$permissions:ident| $call:expr) => {
        match $item {
            Item::Workbook(id) => permissions!(@ $site, Workbook, id, $permissions, $call),
            Item::Datasource(id) => permissions!(@ $site, Datasource, id, $permissions, $call),
            Item::Flow(id) => permissions!(@ $site, Flow, id, $permissions, $call),
            Item::View(id, _) => permissions!(@ $site, View, id, $permissions, $call),
            Item::Project(id) => permissions!(@ $site, Project, id, $permissions, $call),
            Item::VirtualConnection(id) => permissions!(@ $site, VirtualConnection, id, $permissions, $call),
            Item::Database(id) => permissions!(@ $site, Database, id, $permissions, $call),
            Item::Table(id, _) => permissions!(@ $site, Table, id, $permissions, $call),
        }
    };
    (@ $site:expr, $resource:ident, $id:ident, $permissions:ident, $call:expr) => {{
        let $permissions = $site.collection::<$resource>().permissions($id);
        $call
    }};
}

/// Changes a member of an item.
macro_rules! update {
    ($collection:expr, $id:expr, $patch:ident.$member:ident = $value:expr) => {{
        let patch = $patch::new().with(|patch| patch.$member = $value);
        $collection.update($id, patch).await
    }};
}
pub(super) use update;

impl Item {
    /// One in a project: what was published or is there already, or an item of the site that is moved there.
    pub(super) async fn within(site: &Site, kind: Kind, project: &Id<Project>) -> Self {
        let to_project = || Some(project.clone().into());
        match kind {
            Kind::Workbook => Self::Workbook(workbook_in(site, project).await),
            Kind::View => {
                let workbook = workbook_in(site, project).await;
                let views = site.workbooks().views(&workbook).await.unwrap();
                Self::View(views[0].id.clone(), workbook)
            }
            Kind::Datasource => {
                let id = site.datasources().list().await.unwrap().items[0].id.clone();
                update!(site.datasources(), &id, DatasourcePatch.project = to_project()).unwrap();
                Self::Datasource(id)
            }
            Kind::Flow => {
                let id = site.flows().list().await.unwrap().items[0].id.clone();
                update!(site.flows(), &id, FlowPatch.project = to_project()).unwrap();
                Self::Flow(id)
            }
            Kind::Project => {
                let new = NewProject::new("item").with(|new| new.parent_project_id = Some(project.clone()));
                Self::Project(site.projects().create(new).await.unwrap().id)
            }
            Kind::VirtualConnection => {
                let all = site.virtual_connections();
                let id = all.list().await.unwrap().items[0].id.clone();
                update!(all, &id, VirtualConnectionPatch.project = to_project()).unwrap();
                Self::VirtualConnection(id)
            }
            Kind::Database => Self::Database(database_in(site, project).await),
            Kind::Table => {
                let tables = site.tables().list().await.unwrap().items;
                let table = tables.iter().find(|table| table.name == "orders").unwrap();
                Self::Table(table.id.clone(), database_in(site, project).await)
            }
        }
    }

    /// Gives it to an owner; databases and tables have none.
    pub(super) async fn give_to(&self, site: &Site, owner: &Id<User>) {
        let owner = || Some(owner.clone().into());
        match self {
            Self::Workbook(id) | Self::View(_, id) => {
                update!(site.workbooks(), id, WorkbookPatch.owner = owner()).map(drop)
            }
            Self::Datasource(id) => {
                update!(site.datasources(), id, DatasourcePatch.owner = owner()).map(drop)
            }
            Self::Flow(id) => update!(site.flows(), id, FlowPatch.owner = owner()).map(drop),
            Self::Project(id) => update!(site.projects(), id, ProjectPatch.owner = owner()).map(drop),
            Self::VirtualConnection(id) => update!(
                site.virtual_connections(),
                id,
                VirtualConnectionPatch.owner = owner()
            )
            .map(drop),
            Self::Database(_) | Self::Table(..) => Ok(()),
        }
        .unwrap();
    }

    pub(super) async fn set_rules(&self, site: &Site, rules: Vec<PermissionRule>) {
        permissions!(site, self, |permissions| permissions
            .set_exactly(rules)
            .await
            .unwrap());
    }

    /// Sets the rules of what contains the item, and whether they are those of the item.
    pub(super) async fn set_parent(&self, site: &Site, rules: Vec<PermissionRule>, decides: bool) {
        match self {
            Self::View(_, workbook) => {
                let all = site.workbooks();
                all.permissions(workbook).set_exactly(rules).await.unwrap();
                update!(all, workbook, WorkbookPatch.show_tabs = Some(decides)).unwrap();
            }
            Self::Table(_, database) => {
                let all = site.databases();
                let given = all.default_permissions(database, ContentKind::Tables);
                given.set_exactly(rules).await.unwrap();
                let mode = if decides {
                    "LockedToDatabase"
                } else {
                    "ManagedByOwner"
                };
                update!(
                    all,
                    database,
                    DatabasePatch.content_permissions = Some(mode.to_owned())
                )
                .unwrap();
            }
            _ => {}
        }
    }

    /// The permissions of the item, as the user of a session may see them.
    pub(super) async fn see_permissions(&self, site: &Site) -> Result<(), Error> {
        permissions!(site, self, |permissions| permissions.get().await.map(drop))
    }

    pub(super) async fn effective(&self, site: &Site, user: &Id<User>) -> Effective {
        permissions!(site, self, |permissions| permissions
            .effective(user)
            .await
            .unwrap())
    }
}

/// A workbook that was published into a project.
async fn workbook_in(site: &Site, project: &Id<Project>) -> Id<Workbook> {
    let workbooks = site.workbooks().list().page_size(1000).await.unwrap().items;
    let is_inside = |workbook: &&Workbook| workbook.project.as_ref().is_some_and(|of| of.id == *project);
    workbooks.iter().find(is_inside).unwrap().id.clone()
}

/// The database `Sales`, whose project is the seeded one: no call moves a database.
async fn database_in(site: &Site, project: &Id<Project>) -> Id<Database> {
    let databases = site.databases().list().await.unwrap().items;
    let database = databases
        .into_iter()
        .find(|database| database.name == "Sales")
        .unwrap();
    let location = site
        .databases()
        .get(&database.id)
        .await
        .unwrap()
        .location
        .unwrap();
    assert_eq!(location.id.as_ref().unwrap().as_str(), project.as_str());
    database.id
}
