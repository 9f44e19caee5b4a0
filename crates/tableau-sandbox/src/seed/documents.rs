//! Rows that are seeded from documents of the wire, each with the names of its site, its owner, its project and its parent.

use jiff::Timestamp;
use serde_json::{Map, Value};
use tableau_wire::Scope;
use tableau_wire::rest::{View, Workbook};
use uuid::Uuid;

use super::luid;
use crate::auth::parse_id;
use crate::kept::Kept;
use crate::kept::row::{References, begin, put};
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
    let documents: Vec<Map<String, Value>> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for mut document in documents {
        let Some(Value::Object(members)) = document.remove(R::ELEMENT) else {
            return Err(incomplete(R::ELEMENT));
        };
        let mut row = row::<R>(transaction, &document, members, now)?;
        if !complete(&mut row) {
            continue;
        }
        put(transaction, row)?;
    }
    Ok(())
}

fn row<R: Kept>(
    transaction: &Transaction<'_>,
    document: &Map<String, Value>,
    members: Map<String, Value>,
    now: Timestamp,
) -> Result<Row<R>, Refusal> {
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let content_url = text("site").unwrap_or_default();
    let site = match R::SCOPE {
        Scope::Site => luid::<SiteRow>(&[content_url]),
        Scope::Server | Scope::Open => Uuid::nil(),
    };
    let parent = text("parent").zip(R::PARENT);
    // A view is known by its workbook.
    let parent = parent.map(|(name, parent)| match text("workbook") {
        Some(workbook) => view(content_url, workbook, name),
        None => rng::luid(parent.element, &[content_url, name]),
    });
    let references = References {
        owner: text("owner").map(|name| luid::<UserRow>(&[content_url, name])),
        project: text("project").map(|path| rng::luid("project", &[content_url, path])),
        parent: Some(parent),
    };
    let own = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let id = match (parse_id(own("id")), text("key"), parent) {
        (Some(id), ..) => id,
        (None, Some(key), _) if site.is_nil() => luid::<Row<R>>(&[key]),
        (None, Some(key), _) => luid::<Row<R>>(&[content_url, key]),
        (None, None, Some(parent)) => luid::<Row<R>>(&[&parent.to_string(), own("name")]),
        (None, None, None) => luid::<Row<R>>(&[content_url, own("name")]),
    };
    let shown = serde_json::from_value(Value::Object(members)).map_err(Refusal::internal)?;
    let mut row = begin(transaction, site, Some(id), references, shown, now)?;
    if let Some(unshown) = document.get("unshown") {
        row.unshown = serde_json::from_value(unshown.clone()).map_err(Refusal::internal)?;
    }
    Ok(row)
}

/// The identifier of a seeded view.
pub(super) fn view(site: &str, workbook: &str, name: &str) -> Uuid {
    let workbook = luid::<Row<Workbook>>(&[site, workbook]);
    luid::<Row<View>>(&[&workbook.to_string(), name])
}

pub(super) fn incomplete(element: &str) -> Refusal {
    Refusal::internal(format_args!("a seeded row has no '{element}'"))
}
