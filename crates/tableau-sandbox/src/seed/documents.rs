//! Rows that are seeded from documents of the wire: each with the content URL of its site and the name of its owner.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::luid;
use crate::kept::crud::{Kept, begin};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::record::{Site, User};

/// Puts in every row of a list of documents.
pub(super) fn fill<R: Kept>(
    transaction: &mut Transaction<'_>,
    documents: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    let documents: Vec<Map<String, Value>> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for mut document in documents {
        let text = |name: &str| document.get(name).and_then(Value::as_str).unwrap_or_default();
        let site = luid::<Site>(&[text("site")]);
        let owner = luid::<User>(&[text("site"), text("owner")]);
        let Some(Value::Object(members)) = document.remove(R::ELEMENT) else {
            return Err(Refusal::internal(format_args!(
                "a seeded row has no '{}'",
                R::ELEMENT
            )));
        };
        let row = begin::<R>(site, Some(owner), members, now)?;
        row.shown.check()?;
        transaction.put(row)?;
    }
    Ok(())
}
