//! List, get, create, update and delete of resources that are stored as they are shown, each written once.
//!
//! Creates and updates are merged in JSON, member by member, so no resource lists its members.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tableau_wire::{
    Create, Created, Delete, Deleted, Document, Fetched, Format, Get, List, Listed, Page, Pagination,
    Resource, Update, Updated, codec,
};
use uuid::Uuid;

use super::page::Paging;
use super::served::missing;
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::refusal::Refusal;
use crate::store::row::{Row, Stored};
use crate::store::{State, Transaction};
use crate::token;

/// A resource that is stored as it is shown.
pub(crate) trait Kept: Resource<One = Self> + Stored + Default {
    /// Sets what the server adds to a new one, apart from its identifier.
    fn begin(&mut self, _now: Timestamp) {}

    /// Sets what the server changes at every update.
    fn touch(&mut self, _now: Timestamp) {}

    /// Checks it before it is stored.
    fn check(&self) -> Result<(), Refusal> {
        Ok(())
    }
}

pub(crate) fn list<R: Kept + Listed>(
    call: &Call<'_>,
    caller: &Caller,
    list: &List<R>,
) -> Result<Page<R>, Refusal> {
    // No resource of this kind has filters yet.
    const { assert!(R::FILTERS.is_empty()) };
    admit::<R>(caller)?;
    if list.filter.is_some() {
        return Err(Refusal::unknown_key());
    }
    if let Some((field, _)) = list.sort.as_ref().and_then(|sort| sort.keys.first()) {
        return Err(Refusal::sort(format_args!(
            "The list cannot be sorted by '{field}'."
        )));
    }
    let paging = Paging::new(list.page_number, list.page_size)?;
    let state = call.store.read();
    let rows = R::table(&state).of_site(caller.site.id);
    let (total, window) = (rows.len(), paging.window(rows.len())?);
    let rows = rows.skip(window.start).take(window.len());
    let items = rows.map(|row| show(&state, row)).collect::<Result<_, _>>()?;
    Ok(Page::new(
        items,
        Pagination {
            page_number: paging.number,
            page_size: paging.size,
            total_available: total as u64,
        },
    ))
}

pub(crate) fn get<R: Kept + Fetched>(call: &Call<'_>, caller: &Caller, get: &Get<R>) -> Result<R, Refusal> {
    admit::<R>(caller)?;
    let state = call.store.read();
    show(&state, row::<R>(&state, caller, get.id.as_str())?)
}

pub(crate) fn create<R: Kept + Created>(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<R>,
) -> Result<R, Refusal> {
    admit::<R>(caller)?;
    let new = members::<R>(&create.item)?;
    call.store.write(|transaction| {
        let row = begin(caller.site.id, Some(caller.user.id), new, call.clock.now())?;
        keep(transaction, row)
    })
}

pub(crate) fn update<R: Kept + Updated>(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<R>,
) -> Result<R, Refusal> {
    admit::<R>(caller)?;
    let patch = members::<R>(&update.patch)?;
    call.store.write(|transaction| {
        let row = row::<R>(transaction, caller, update.id.as_str())?.clone();
        let mut shown = merged(&row.shown, patch)?;
        shown.touch(call.clock.now());
        keep(transaction, Row { shown, ..row })
    })
}

pub(crate) fn delete<R: Kept + Deleted>(
    call: &Call<'_>,
    caller: &Caller,
    delete: &Delete<R>,
) -> Result<(), Refusal> {
    admit::<R>(caller)?;
    call.store.write(|transaction| {
        let id = row::<R>(transaction, caller, delete.id.as_str())?.id;
        transaction.remove::<Row<R>>(id);
        Ok(())
    })
}

/// A new row from the members of a document.
pub(crate) fn begin<R: Kept>(
    site: Uuid,
    owner: Option<Uuid>,
    mut members: Map<String, Value>,
    now: Timestamp,
) -> Result<Row<R>, Refusal> {
    let id = match members.get("id").and_then(Value::as_str).and_then(parse_id) {
        Some(seeded) => seeded,
        None => token::identifier()?,
    };
    members.insert("id".to_owned(), json!(id));
    let mut shown = merged(&R::default(), members)?;
    shown.begin(now);
    shown.touch(now);
    Ok(Row {
        id,
        site,
        owner,
        shown,
    })
}

/// The row with an identifier.
pub(crate) fn row<'s, R: Kept>(state: &'s State, caller: &Caller, id: &str) -> Result<&'s Row<R>, Refusal> {
    let row = parse_id(id).and_then(|id| R::table(state).get(id));
    row.filter(|row| row.site == caller.site.id)
        .ok_or_else(|| missing::<R>(id))
}

fn keep<R: Kept>(transaction: &mut Transaction<'_>, row: Row<R>) -> Result<R, Refusal> {
    row.shown.check()?;
    let shown = show(transaction, &row)?;
    transaction.put(row)?;
    Ok(shown)
}

/// The row with its owner, as answers show it.
fn show<R: Kept>(state: &State, row: &Row<R>) -> Result<R, Refusal> {
    let owner = row.owner.and_then(|owner| state.users.get(owner));
    let Some((owner, account)) = owner.and_then(|owner| Some((owner, state.account(owner)?))) else {
        return Ok(row.shown.clone());
    };
    let owner = json!({ "id": owner.id, "name": account.name });
    merged(&row.shown, Map::from_iter([("owner".to_owned(), owner)]))
}

/// What is kept so belongs to administrators: no resource of another kind is kept so yet.
pub(crate) fn admit<R: Resource>(caller: &Caller) -> Result<(), Refusal> {
    if caller.is_administrator() {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "403004",
        format_args!("Only administrators can manage {}.", R::NOUNS),
    ))
}

/// The members that a document gives, in the spelling of the wire.
fn members<R: Resource>(document: &impl Document) -> Result<Map<String, Value>, Refusal> {
    let json = document
        .encode(codec::Root::Request, Format::Json)
        .map_err(Refusal::internal)?;
    let mut json: Map<String, Value> = serde_json::from_slice(&json).map_err(Refusal::internal)?;
    match json.remove(R::ELEMENT) {
        Some(Value::Object(members)) => Ok(members),
        _ => Err(Refusal::incomplete_payload()),
    }
}

/// The resource with members replaced; decoding takes `"true"` for a boolean, as in a request.
fn merged<R: Kept>(shown: &R, members: Map<String, Value>) -> Result<R, Refusal> {
    let mut json = serde_json::to_value(shown).map_err(Refusal::internal)?;
    if let Value::Object(of) = &mut json {
        of.extend(members);
    }
    let document = json!({ R::ELEMENT: json });
    R::decode(document.to_string().as_bytes(), Format::Json).map_err(|_| Refusal::incomplete_payload())
}
