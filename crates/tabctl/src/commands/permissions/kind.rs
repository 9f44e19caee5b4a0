//! Work on an item of a kind that is known when the command runs.

use tableau_client::wire::rest::{Database, Flow, Table, VirtualConnection};
use tableau_client::{Blocking, Datasource, Decidable, Project, Site, View, Workbook};

use crate::args::ItemKind;
use crate::commands::reference::{Collection, Finder};
use crate::failure::Failure;

/// What is done with an item, whatever its kind.
pub(super) trait OfAnyKind {
    /// What comes of it.
    type Result;

    /// Does it with the item of this LUID.
    fn of<R: Decidable>(self, site: &Site<Blocking>, id: &str) -> Result<Self::Result, Failure>;
}

/// Finds an item of a kind, and does something with it.
pub(super) fn with_item<W: OfAnyKind>(
    work: W,
    kind: ItemKind,
    item: &str,
    finder: &Finder<'_>,
) -> Result<W::Result, Failure> {
    let site = finder.site;
    let id = |group| finder.id(Collection::of(group)?, item);
    match kind {
        ItemKind::Workbook => work.of::<Workbook>(site, &id("workbooks")?),
        ItemKind::View => work.of::<View>(site, &id("views")?),
        ItemKind::Datasource => work.of::<Datasource>(site, &id("datasources")?),
        ItemKind::Flow => work.of::<Flow>(site, &id("flows")?),
        ItemKind::Project => work.of::<Project>(site, &id("projects")?),
        ItemKind::VirtualConnection => work.of::<VirtualConnection>(site, &id("virtual_connections")?),
        ItemKind::Database => work.of::<Database>(site, &id("databases")?),
        ItemKind::Table => work.of::<Table>(site, &id("tables")?),
    }
}
