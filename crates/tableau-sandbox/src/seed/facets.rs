//! What belongs to seeded content: connections, revisions, favorites.

use jiff::Timestamp;
use serde::Deserialize;
use tableau_wire::rest::publishing::Connection;

use super::documents::view;
use crate::handle::{catalog, favorites, revisions};
use crate::kept::Kept;
use crate::refusal::Refusal;
use crate::rng;
use crate::store::model::FileModel;
use crate::store::row::{Row, SiteRow, UserRow};
use crate::store::{Transaction, luid, record};

/// A connection, and the content that has it.
#[derive(Deserialize)]
struct OfContent {
    site: String,
    /// The kind, as a database names it: `flow`.
    of: String,
    /// The name of the content.
    item: String,
    connection: Connection,
}

/// Puts in the connections of content that has no file.
pub(super) fn connections(transaction: &mut Transaction<'_>, documents: &str) -> Result<(), Refusal> {
    let documents: Vec<OfContent> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for (number, document) in documents.into_iter().enumerate() {
        let item = rng::luid(&document.of, &[&document.site, &document.item]);
        let id = luid::<Row<Connection>>(&[&item.to_string(), &number.to_string()]);
        let mut row = Row::new(id, luid::<SiteRow>(&[&document.site]), document.connection);
        row.shown.id = id.to_string().into();
        row.parent = Some(item);
        transaction.put(row)?;
    }
    Ok(())
}

/// Gives the seeded content of a kind its first revision, without a file.
pub(super) fn first_revisions<R: Kept>(transaction: &mut Transaction<'_>) -> Result<(), Refusal> {
    let all: Vec<Row<R>> = R::table(transaction).iter().cloned().collect();
    all.iter().try_for_each(|row| revisions::add(transaction, row))
}

/// What the file of content names that has none.
#[derive(Deserialize)]
struct Named {
    site: String,
    /// The kind, as a database names it: `workbook`.
    of: String,
    /// The name of the content.
    item: String,
    model: FileModel,
}

/// Connects seeded content to databases and tables, as its files would.
pub(super) fn models(transaction: &mut Transaction<'_>, documents: &str) -> Result<(), Refusal> {
    let documents: Vec<Named> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for Named {
        site,
        of,
        item,
        model,
    } in documents
    {
        let id = rng::luid(&of, &[&site, &item]);
        if let Some(workbook) = transaction.workbooks.get(id).cloned() {
            catalog::link(transaction, &workbook, model, true)?;
        } else if let Some(datasource) = transaction.datasources.get(id).cloned() {
            catalog::link(transaction, &datasource, model, false)?;
        }
    }
    Ok(())
}

/// A favorite of a user.
#[derive(Deserialize)]
struct OfUser {
    site: String,
    user: String,
    /// The kind of the item, as in addresses: `workbooks`.
    kind: String,
    /// The name of the item.
    item: String,
    /// The workbook of an item that is a view.
    workbook: Option<String>,
    label: String,
}

/// Puts in favorites, of items that are there.
pub(super) fn favorites(
    transaction: &mut Transaction<'_>,
    documents: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let documents: Vec<OfUser> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for (document, position) in documents.into_iter().zip(0..) {
        let site = document.site.as_str();
        let user = luid::<UserRow>(&[site, &document.user]);
        let item = match &document.workbook {
            Some(workbook) => view(site, workbook, &document.item),
            None => rng::luid(favorites::element(&document.kind), &[site, &document.item]),
        };
        if favorites::exists(transaction, &document.kind, item) {
            transaction.put(record::Favorite {
                id: favorites::id(user, item),
                site: luid::<SiteRow>(&[site]),
                user,
                kind: document.kind,
                item,
                label: document.label,
                added_at: now,
                position,
            })?;
        }
    }
    Ok(())
}
