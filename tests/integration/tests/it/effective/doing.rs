//! What users do with the item of a world, capability by capability.

use tableau_client::wire::resource::CapabilityName as Name;
use tableau_client::wire::rest::databases::DatabasePatch;
use tableau_client::wire::rest::datasources::DatasourcePatch;
use tableau_client::wire::rest::flows::FlowPatch;
use tableau_client::wire::rest::projects::ProjectPatch;
use tableau_client::wire::rest::tables::TablePatch;
use tableau_client::wire::rest::virtual_connections::VirtualConnectionPatch;
use tableau_client::wire::rest::workbooks::WorkbookPatch;
use tableau_client::{Error, ErrorKind, Site, Source};

use super::item::{Item, update};
use crate::content::TDS;

impl Item {
    /// Whether the sandbox lets the user of a session do what a capability is for; `None` if no call depends on it.
    pub(super) async fn allows(&self, site: &Site, capability: &Name) -> Option<bool> {
        let refused = match capability {
            Name::Read => match self {
                Self::Project(project) => {
                    let all = site.projects().list().page_size(1000).await.unwrap().items;
                    return Some(all.iter().any(|shown| shown.id == *project));
                }
                _ => self.read(site).await,
            },
            Name::Write => match self {
                Self::Project(project) => {
                    let publish = site.datasources().publish(Source::bytes(TDS), project);
                    publish
                        .name(site.session().user_id().as_str())
                        .overwrite()
                        .await
                        .map(drop)
                }
                _ => self.change(site).await,
            },
            Name::ProjectLeader => self.change(site).await,
            Name::ExportXml | Name::ExportImage | Name::ExportData => self.export(site, capability).await,
            Name::ChangePermissions => self.see_permissions(site).await,
            _ => return None,
        };
        if let Err(error) = &refused {
            let is_hidden = *capability == Name::Read && error.kind() == ErrorKind::NotFound;
            assert!(is_hidden || error.kind() == ErrorKind::Forbidden, "{error}");
        }
        Some(refused.is_ok())
    }

    async fn read(&self, site: &Site) -> Result<(), Error> {
        match self {
            Self::Workbook(id) => site.workbooks().get(id).await.map(drop),
            Self::Datasource(id) => site.datasources().get(id).await.map(drop),
            Self::Flow(id) => site.flows().get(id).await.map(drop),
            Self::View(id, _) => site.views().get(id).await.map(drop),
            Self::VirtualConnection(id) => site.virtual_connections().get(id).await.map(drop),
            Self::Database(id) => site.databases().get(id).await.map(drop),
            Self::Table(id, _) => site.tables().get(id).await.map(drop),
            Self::Project(_) => unreachable!("a project is read from the list"),
        }
    }

    async fn export(&self, site: &Site, capability: &Name) -> Result<(), Error> {
        match (self, capability) {
            (Self::Workbook(id), Name::ExportXml) => site.workbooks().download(id).await.map(drop),
            (Self::Datasource(id), Name::ExportXml) => site.datasources().download(id).await.map(drop),
            (Self::Flow(id), Name::ExportXml) => site.flows().download(id).await.map(drop),
            (Self::View(id, _), Name::ExportImage) => site.views().image(id).await.map(drop),
            (Self::View(id, _), Name::ExportData) => site.views().data(id).await.map(drop),
            _ => unreachable!("{self:?} has no {capability}"),
        }
    }

    /// Changes something that decides about nothing.
    async fn change(&self, site: &Site) -> Result<(), Error> {
        let text = || Some("changed".to_owned());
        match self {
            Self::Workbook(id) => {
                update!(site.workbooks(), id, WorkbookPatch.show_tabs = Some(true)).map(drop)
            }
            Self::Datasource(id) => {
                update!(site.datasources(), id, DatasourcePatch.description = text()).map(drop)
            }
            Self::Flow(id) => update!(site.flows(), id, FlowPatch.description = text()).map(drop),
            Self::Project(id) => update!(site.projects(), id, ProjectPatch.description = text()).map(drop),
            Self::VirtualConnection(id) => update!(
                site.virtual_connections(),
                id,
                VirtualConnectionPatch.certification_note = text()
            )
            .map(drop),
            Self::Database(id) => update!(site.databases(), id, DatabasePatch.description = text()).map(drop),
            Self::Table(id, _) => update!(site.tables(), id, TablePatch.description = text()).map(drop),
            Self::View(..) => unreachable!("no call changes a view"),
        }
    }
}
