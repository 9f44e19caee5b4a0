//! Every page of a list, as one document.

use serde_json::Value;
use tableau_client::{Blocking, Site};

use super::Request;
use crate::failure::Failure;
use crate::terminal::progress::Progress;

/// As many as servers give at once.
const PAGE_SIZE: u64 = 1000;

/// Gets page after page; the document is that of the first with the items of all.
pub(super) fn get(site: &Site<Blocking>, request: &Request) -> Result<Vec<u8>, Failure> {
    let mut request = request.clone();
    if !request.has_query("pageSize") {
        request.query.push(("pageSize".to_owned(), PAGE_SIZE.to_string()));
    }
    let mut progress = Progress::new(false);
    let mut document: Option<Value> = None;
    let mut number = 0;
    loop {
        number += 1;
        let mut page = request.clone();
        page.query.push(("pageNumber".to_owned(), number.to_string()));
        let answer = match (site.request(page.build(site)?), document.take()) {
            (Ok(answer), read) => {
                document = read;
                answer
            }
            // A list that shrinks while it is read may end between two pages.
            (Err(error), Some(read)) if error.code() == Some("400006") => return Ok(settled(read)),
            (Err(error), _) => return Err(error.into()),
        };
        let page: Value = serde_json::from_slice(answer.body())
            .map_err(|error| Failure::Local(format!("--paginate: the answer is not JSON: {error}")))?;
        let last = is_last(&page);
        let (document, came) = match document.as_mut() {
            None => {
                let first = document.insert(page);
                let came = items(first).map_or(0, |items| items.len());
                (first, came)
            }
            Some(document) => {
                let came = append(document, page);
                (document, came)
            }
        };
        progress.add(came);
        // A list that shrinks while it is read has an empty page where it ends.
        if last || came == 0 {
            return Ok(settled(std::mem::take(document)));
        }
    }
}

fn count(page: &Value, name: &str) -> Option<u64> {
    let count = page.get("pagination")?.get(name)?;
    count.as_u64().or_else(|| count.as_str()?.parse().ok())
}

/// Whether no page follows; a document without totals has none.
fn is_last(page: &Value) -> bool {
    let counts = ["pageNumber", "pageSize", "totalAvailable"].map(|name| count(page, name));
    let [Some(number), Some(size), Some(total)] = counts else {
        return true;
    };
    number.saturating_mul(size) >= total
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

fn append(document: &mut Value, mut page: Value) -> usize {
    let more = items(&mut page).map(std::mem::take).unwrap_or_default();
    let came = more.len();
    if let Some(items) = items(document) {
        items.extend(more);
    }
    came
}

/// One page with everything on it.
fn settled(mut document: Value) -> Vec<u8> {
    let length = items(&mut document).map_or(0, |items| items.len());
    if let Some(pagination) = document.get_mut("pagination").and_then(Value::as_object_mut) {
        for (name, value) in [("pageNumber", 1), ("pageSize", length)] {
            pagination.insert(name.to_owned(), Value::from(value.to_string()));
        }
    }
    document.to_string().into_bytes()
}
