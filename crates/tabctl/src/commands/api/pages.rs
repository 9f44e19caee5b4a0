//! Every page of a list, as one document.

use serde_json::Value;
use tableau_client::wire::Announced;
use tableau_client::{Blocking, Identities, ListReader, Site};

use super::Request;
use crate::commands::call::pages::warn_of;
use crate::failure::Failure;
use crate::terminal::progress::Progress;

/// As many as servers give at once.
const PAGE_SIZE: u64 = 1000;

/// Gets page after page; the document is that of the first with the items of all.
pub(super) fn get(
    site: &Site<Blocking>,
    request: &Request,
    allow_incomplete: bool,
) -> Result<Vec<u8>, Failure> {
    let mut request = request.clone();
    if !request.has_query("pageSize") {
        request.query.push(("pageSize".to_owned(), PAGE_SIZE.to_string()));
    }
    // A size that is no number is refused with the first page.
    let size = request.query.iter().rev().find(|(name, _)| name == "pageSize");
    let size = size.and_then(|(_, size)| size.parse().ok()).unwrap_or(PAGE_SIZE);
    let mut reader = ListReader::new(1, size);
    if allow_incomplete {
        reader.allow_incomplete();
    }
    let mut progress = Progress::new(false);
    let (mut document, mut all) = (Value::Null, Vec::new());
    let mut have_ids = false;
    while let Some(number) = reader.next() {
        let mut page = request.clone();
        page.query.push(("pageNumber".to_owned(), number.to_string()));
        let answer = match site.request(page.build(site)?) {
            Ok(answer) => answer,
            Err(error) => {
                reader.refused(error)?;
                continue;
            }
        };
        let mut page: Value = serde_json::from_slice(answer.body())
            .map_err(|error| Failure::Local(format!("--paginate: the answer is not JSON: {error}")))?;
        let came = items(&mut page).map(std::mem::take).unwrap_or_default();
        let identities = Identities::Listed(identities(&came, &mut have_ids));
        let fresh = reader.take(announced(&page), came, &identities)?;
        progress.add(fresh.len());
        all.extend(fresh);
        if document.is_null() {
            document = page;
        }
    }
    drop(progress);
    if let Some(reason) = reader.incomplete() {
        warn_of(reason);
    }
    Ok(settled(document, all))
}

/// The totals of a page.
fn announced(page: &Value) -> Announced {
    let count = |name| {
        let count = page.get("pagination")?.get(name)?;
        count.as_u64().or_else(|| count.as_str()?.parse().ok())
    };
    Announced {
        page_number: count("pageNumber"),
        page_size: count("pageSize"),
        total_available: count("totalAvailable"),
    }
}

/// The identifiers of the items. A list by hand may be of anything: if any item has one, each should.
fn identities(items: &[Value], have_ids: &mut bool) -> Vec<Option<String>> {
    let identity = |item: &Value| Some(item.get("id")?.as_str()?.to_owned());
    let identities: Vec<_> = items.iter().map(identity).collect();
    *have_ids |= identities.iter().any(Option::is_some);
    let or_missing = |identity: Option<String>| identity.or_else(|| have_ids.then(String::new));
    identities.into_iter().map(or_missing).collect()
}

/// The items of a page: the one list there is beside the totals, or in the one object there is beside them.
fn items(page: &mut Value) -> Option<&mut Vec<Value>> {
    let members = page.as_object_mut()?;
    let (_, wrapper) = members.iter_mut().find(|(name, _)| *name != "pagination")?;
    match wrapper {
        Value::Array(items) => Some(items),
        Value::Object(wrapper) => wrapper.values_mut().find_map(Value::as_array_mut),
        _ => None,
    }
}

/// One page with everything on it.
fn settled(mut document: Value, all: Vec<Value>) -> Vec<u8> {
    let length = all.len();
    if let Some(items) = items(&mut document) {
        *items = all;
    }
    if let Some(pagination) = document.get_mut("pagination").and_then(Value::as_object_mut) {
        for (name, value) in [("pageNumber", 1), ("pageSize", length)] {
            pagination.insert(name.to_owned(), Value::from(value.to_string()));
        }
    }
    document.to_string().into_bytes()
}
