//! The kinds of items of which effective permissions are known: their capabilities, and where an item is.

use tableau_wire::resource::{CapabilityName, GetPermissions, HasPermissions, Permissions};
use tableau_wire::rest::{
    Database, Datasource, Flow, Location, Project, Table, User, View, VirtualConnection, Workbook,
};
use tableau_wire::{Get, Id};

use super::super::Site;
use crate::error::{Error, ErrorKind};
use crate::mode::Mode;

/// An item as permissions need it.
#[derive(Debug, Clone, Default)]
#[doc(hidden)]
pub struct Place {
    /// Who owns it.
    pub(super) owner: Option<Id<User>>,
    /// The project that it is in, or is.
    pub(super) project: Option<Id<Project>>,
    /// Of a view, the workbook that shows its views as tabs: its rules are those of the view.
    tabs_of: Option<Id<Workbook>>,
}

impl Place {
    /// The rules that apply to an item that is here.
    pub(super) async fn permissions<R: Decidable, M: Mode>(
        &self,
        site: &Site<M>,
        id: &Id<R::One>,
    ) -> Result<Permissions, Error> {
        match &self.tabs_of {
            Some(workbook) => site.send(GetPermissions::<Workbook>::new(workbook.clone())).await,
            None => site.send(GetPermissions::<R>::new(id.clone())).await,
        }
    }

    /// The place of an item in a project.
    fn of(owner: Option<Id<User>>, project: Option<Id<Project>>) -> Self {
        Self {
            owner,
            project,
            tabs_of: None,
        }
    }

    /// The place of what has no owner, and is in a project only if it was moved there.
    fn located(location: Option<&Location>) -> Self {
        let project = location.filter(|location| location.r#type.as_deref() == Some("Project"));
        let id = project.and_then(|project| project.id.as_ref());
        Self::of(None, id.map(|id| Id::new(id.as_str())))
    }
}

/// A kind of item of which effective permissions are known.
pub trait Decidable: HasPermissions + Sized {
    /// The capabilities that its items have.
    const CAPABILITIES: &'static [CapabilityName];

    /// Finds where an item is.
    #[doc(hidden)]
    fn place<M: Mode>(
        site: &Site<M>,
        id: &Id<Self::One>,
    ) -> impl Future<Output = Result<Place, Error>> + Send;
}

/// The capabilities of a kind, and the place of one of its items, which is asked for.
macro_rules! decidable {
    ($($resource:ident: $($capability:ident)*, |$item:ident| $place:expr;)*) => {$(
        impl Decidable for $resource {
            const CAPABILITIES: &'static [CapabilityName] = &[$(CapabilityName::$capability),*];

            async fn place<M: Mode>(site: &Site<M>, id: &Id<Self>) -> Result<Place, Error> {
                let $item = site.send(Get::<Self>::new(id.clone())).await?;
                Ok($place)
            }
        }
    )*};
}

/// The place of an item that says its owner and its project.
macro_rules! in_project {
    ($item:expr) => {
        Place::of(
            $item.owner.map(|owner| owner.into_inner().id),
            $item.project.map(|project| project.into_inner().id),
        )
    };
}

decidable! {
    Workbook: Read Filter ViewComments AddComment ExportImage ExportData ShareView ViewUnderlyingData WebAuthoring RunExplainData Write ExportXml
        CreateRefreshMetrics ExtractRefresh ChangeHierarchy Delete ChangePermissions, |workbook| in_project!(workbook);
    Datasource: Read Connect VizqlDataApiAccess Write ExportXml ExtractRefresh SaveAs ChangeHierarchy Delete ChangePermissions,
        |datasource| in_project!(datasource);
    Flow: Read ExportXml Execute Write WebAuthoringForFlows ChangeHierarchy Delete ChangePermissions, |answer| in_project!(answer.flow);
    VirtualConnection: Read Connect Write ChangeHierarchy Delete ChangePermissions, |connection| in_project!(connection);
    Database: Read Write ChangeHierarchy ChangePermissions, |database| Place::located(database.location.as_deref());
    Table: Read Write ChangeHierarchy ChangePermissions, |table| Place::located(table.location.as_deref());
}

impl Decidable for View {
    const CAPABILITIES: &'static [CapabilityName] = &[
        CapabilityName::Read,
        CapabilityName::Filter,
        CapabilityName::ViewComments,
        CapabilityName::AddComment,
        CapabilityName::ExportImage,
        CapabilityName::ExportData,
        CapabilityName::ShareView,
        CapabilityName::ViewUnderlyingData,
        CapabilityName::WebAuthoring,
        CapabilityName::Write,
        CapabilityName::ExportXml,
        CapabilityName::Delete,
        CapabilityName::ChangePermissions,
    ];

    /// A view is where its workbook is, and has the owner of its workbook.
    async fn place<M: Mode>(site: &Site<M>, id: &Id<Self>) -> Result<Place, Error> {
        let view = site.send(Get::<Self>::new(id.clone())).await?;
        let workbook = view.workbook.ok_or_else(|| {
            let message = "the server answered with a view without its workbook";
            Error::new(ErrorKind::Decode, message.to_owned())
        })?;
        let workbook = site.send(Get::<Workbook>::new(workbook.id.clone())).await?;
        Ok(Place {
            tabs_of: (workbook.show_tabs == Some(true)).then(|| workbook.id.clone()),
            ..in_project!(workbook)
        })
    }
}

impl Decidable for Project {
    const CAPABILITIES: &'static [CapabilityName] = &[
        CapabilityName::Read,
        CapabilityName::Write,
        CapabilityName::ProjectLeader,
    ];

    /// Who owns a project is in the list of projects, which is read for those around it anyway.
    async fn place<M: Mode>(_: &Site<M>, id: &Id<Self>) -> Result<Place, Error> {
        Ok(Place::of(None, Some(id.clone())))
    }
}
