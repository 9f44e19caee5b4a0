//! Rows that are seeded from documents of the wire, each with the names of its site, its owner, its project and its parent.

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::value::RawValue;
use tableau_wire::rest::{View, Workbook};
use tableau_wire::{Document, Format, Scope};
use uuid::Uuid;

use super::luid;
use crate::auth::parse_id;
use crate::kept::row::{References, begin, put};
use crate::kept::{Kept, name};
use crate::refusal::Refusal;
use crate::rng;
use crate::store::Transaction;
use crate::store::row::{Row, SiteRow, UserRow};

/// Puts in every row of a list of documents.
pub(super) fn fill<R: Kept>(
    transaction: &mut Transaction<'_>,
    documents: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    fill_with::<R>(transaction, documents, now, |_| true)
}

/// Puts in the rows of a list of documents that are wanted, each completed before.
pub(super) fn fill_with<R: Kept>(
    transaction: &mut Transaction<'_>,
    documents: &str,
    now: Timestamp,
    mut complete: impl FnMut(&mut Row<R>) -> bool,
) -> Result<(), Refusal> {
    let documents: Vec<&RawValue> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for document in documents {
        let mut row = row::<R>(transaction, document.get(), now)?;
        if complete(&mut row) {
            put(transaction, row)?;
        }
    }
    Ok(())
}

fn row<R: Kept>(transaction: &Transaction<'_>, document: &str, now: Timestamp) -> Result<Row<R>, Refusal> {
    let mut shown = R::decode(document.as_bytes(), Format::Json).map_err(Refusal::internal)?;
    let members: HashMap<&str, &RawValue> = serde_json::from_str(document).map_err(Refusal::internal)?;
    // The element itself may have the name of one of them: a project is in a `project`.
    let text = |name: &str| serde_json::from_str::<String>(members.get(name)?.get()).ok();
    let content_url = &*text("site").unwrap_or_default();
    let site = match R::SCOPE {
        Scope::Site => luid::<SiteRow>(&[content_url]),
        Scope::Server | Scope::Open => Uuid::nil(),
    };
    let parent = text("parent").zip(R::PARENT);
    // A view is known by its workbook.
    let parent = parent.map(|(name, parent)| match text("workbook") {
        Some(workbook) => view(content_url, &workbook, &name),
        None => rng::luid(parent.element, &[content_url, &name]),
    });
    let references = References {
        owner: text("owner").map(|name| luid::<UserRow>(&[content_url, &name])),
        project: text("project").map(|path| rng::luid("project", &[content_url, &path])),
        parent: Some(parent),
    };
    let id = match (parse_id(shown.id().as_str()), text("key"), parent) {
        (Some(id), ..) => id,
        (None, Some(key), _) if site.is_nil() => luid::<Row<R>>(&[&key]),
        (None, Some(key), _) => luid::<Row<R>>(&[content_url, &key]),
        (None, None, Some(parent)) => luid::<Row<R>>(&[&parent.to_string(), name(&mut shown)]),
        (None, None, None) => luid::<Row<R>>(&[content_url, name(&mut shown)]),
    };
    let mut row = begin(transaction, site, Some(id), references, shown, now)?;
    if let Some(unshown) = members.get("unshown") {
        row.unshown = serde_json::from_str(unshown.get()).map_err(Refusal::internal)?;
    }
    Ok(row)
}

/// The identifier of a seeded view.
pub(super) fn view(site: &str, workbook: &str, name: &str) -> Uuid {
    let workbook = luid::<Row<Workbook>>(&[site, workbook]);
    luid::<Row<View>>(&[&workbook.to_string(), name])
}
