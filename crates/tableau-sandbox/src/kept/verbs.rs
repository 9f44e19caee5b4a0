//! List, get, create, update and delete: each written once, for every resource.

use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use serde_json::{Map, Value};
use tableau_wire::endpoint::{Query, reply_format, reply_with};
use tableau_wire::{
    Create, Created, Delete, Deleted, Fetched, Get, List, Listed, Page, Scope, Update, Updated, codec,
};
use uuid::Uuid;

use super::page::Paging;
use super::plan::Plan;
use super::resource::{Context, Kept, Rights, missing};
use super::row::{self, References};
use super::selection::Selection;
use super::writer::{Writer, WrittenPage};
use crate::auth::Caller;
use crate::call::Call;
use crate::lists::{Asked, AskedPage, Seen};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::Row;

/// A page of all rows of a site that the caller may see, filtered and sorted, as it is written; kept for further requests as long as nothing
/// changes.
pub(crate) fn list<R: Kept + Listed>(
    call: &Call<'_>,
    caller: &Caller,
    list: &List<R>,
    query: &Query,
) -> Result<Response<Bytes>, Refusal> {
    R::MAY_LIST.admit::<R>(caller)?;
    let site = match R::SCOPE {
        Scope::Site => caller.site.id,
        Scope::Server | Scope::Open => Uuid::nil(),
    };
    let state = call.store.read();
    let plan = plan(list);
    let mut seen = seen::<R>(&state);
    if plan.shows_last_login() {
        seen.others = seen.others.wrapping_add(state.users.changes());
    }
    let asked = AskedPage {
        kind: R::ELEMENT,
        site,
        user: caller.user.id,
        query: query.clone(),
        version: call.version,
        format: call.format,
    };
    let document = match call.lists.page(&asked, seen) {
        Some(document) => document,
        None => {
            let document = Bytes::from(written(call, caller, &state, site, (list, plan))?);
            call.lists.put_page(asked, seen, document.clone());
            document
        }
    };
    reply_with::<List<R>>(document, call.format).map_err(Refusal::internal)
}

/// The document of a page.
fn written<R: Kept + Listed>(
    call: &Call<'_>,
    caller: &Caller,
    state: &State,
    site: Uuid,
    (list, plan): (&List<R>, Plan<R>),
) -> Result<Vec<u8>, Refusal> {
    let paging = Paging::new(list.page_number, list.page_size)?;
    let (table, context) = (R::table(state), context(call, state));
    let (total, rows): (usize, Vec<_>) =
        if list.filter.is_none() && list.sort.is_none() && caller.is_administrator() {
            // An unfiltered, unsorted list is not looked through for one page of it.
            let rows = table.of_site(site);
            let (total, window) = (rows.len(), paging.window(rows.len())?);
            (total, rows.skip(window.start).take(window.len()).collect())
        } else {
            let numbers = found(call, caller, &context, site, list)?;
            let window = numbers.get(paging.window(numbers.len())?).unwrap_or_default();
            let rows = window.iter().filter_map(|number| table.numbered(site, *number));
            (numbers.len(), rows.collect())
        };
    let page = WrittenPage {
        pagination: paging.pagination(total),
        rows: &rows,
        writer: &Writer::new(plan),
        context: &context,
    };
    let root = codec::Root::Response(call.version);
    codec::encode(&page, root, reply_format::<List<R>>(call.format)).map_err(Refusal::internal)
}

/// Which members the rows of a list have.
fn plan<R: Kept + Listed>(list: &List<R>) -> Plan<R> {
    Plan::of_list(list.fields.as_ref(), R::asked(&list.options)).without(R::unwanted(&list.options))
}

/// The state of what a list shows.
fn seen<R: Kept>(state: &State) -> Seen {
    let table = R::table(state);
    Seen {
        rows: table.changes(),
        others: state.version().wrapping_sub(table.counted_changes()),
    }
}

/// A page of rows: those that the caller may see, filtered and sorted.
pub(crate) fn page<'s, R: Kept + Listed>(
    call: &Call<'_>,
    caller: &Caller,
    state: &'s State,
    rows: impl ExactSizeIterator<Item = &'s Row<R>>,
    list: &List<R>,
) -> Result<Page<R>, Refusal> {
    let paging = Paging::new(list.page_number, list.page_size)?;
    let context = context(call, state);
    // An unfiltered, unsorted list is not copied for one page of it.
    if list.filter.is_none() && list.sort.is_none() && caller.is_administrator() {
        let (total, window) = (rows.len(), paging.window(rows.len())?);
        let rows = rows.skip(window.start).take(window.len());
        return Ok(shown(list, paging, total, rows, &context));
    }
    let selection = Selection::<R>::new(list.filter.as_ref(), list.sort.as_ref())?;
    let rows = selection.of(rows, &context, caller);
    let window = rows.get(paging.window(rows.len())?).unwrap_or_default();
    Ok(shown(list, paging, rows.len(), window.iter().copied(), &context))
}

/// The numbers of the rows of a list that the caller may see, filtered and sorted: found with its first page, and then kept up to date.
fn found<R: Kept + Listed>(
    call: &Call<'_>,
    caller: &Caller,
    context: &Context<'_>,
    site: Uuid,
    list: &List<R>,
) -> Result<Arc<Vec<u64>>, Refusal> {
    let (state, table) = (context.state, R::table(context.state));
    let asked = Asked {
        kind: R::ELEMENT,
        site,
        user: caller.user.id,
        filter: list.filter.clone(),
        sort: list.sort.clone(),
    };
    let now = seen::<R>(state);
    let known = call.lists.get(&asked);
    if let Some((seen, numbers)) = &known
        && *seen == now
    {
        return Ok(Arc::clone(numbers));
    }
    let selection = Selection::<R>::new(list.filter.as_ref(), list.sort.as_ref())?;
    let known = known.filter(|(seen, _)| seen.others == now.others || selection.is_of_rows_alone(caller));
    let changed = known.and_then(|(seen, numbers)| Some((table.changed_since(site, seen.rows)?, numbers)));
    let numbers = match changed {
        Some((changed, mut numbers)) => {
            if !changed.is_empty() {
                selection.update(Arc::make_mut(&mut numbers), changed, (context, site, caller));
            }
            numbers
        }
        None => Arc::new(selection.find(context, site, caller)),
    };
    call.lists.put(asked, now, Arc::clone(&numbers));
    Ok(numbers)
}

/// A page with these rows.
fn shown<'s, R: Kept + Listed>(
    list: &List<R>,
    paging: Paging,
    total: usize,
    rows: impl Iterator<Item = &'s Row<R>>,
    context: &Context<'_>,
) -> Page<R> {
    let plan = plan(list);
    Page::new(
        rows.map(|row| plan.show(row, context)).collect(),
        paging.pagination(total),
    )
}

pub(crate) fn get<R: Kept<One = R> + Fetched>(
    call: &Call<'_>,
    caller: &Caller,
    get: &Get<R>,
) -> Result<R, Refusal> {
    let state = call.store.read();
    let row = row::seen::<R>(&state, caller, get.id.as_str())?;
    let plan = Plan::of_one(R::asked(&get.options));
    Ok(plan.show(row, &context(call, &state)))
}

pub(crate) fn create<R: Kept<One = R> + Created<Answer = R>>(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<R>,
) -> Result<R, Refusal> {
    R::MAY_CREATE.admit::<R>(caller)?;
    let mut members = row::members::<R>(&create.item)?;
    call.store.write(|transaction| {
        let mut references = References::take::<R>(&mut members, transaction, caller.site.id)?;
        references.owner = references.owner.or(Some(caller.user.id));
        let row = row::begin::<R>(
            transaction,
            caller.site.id,
            None,
            references,
            row::shown(members)?,
            call.clock.now(),
        )?;
        row::admit_into(&row, transaction, caller, ("403004", "create"))?;
        let id = row.id;
        row::put(transaction, row)?;
        one(call, transaction, id)
    })
}

pub(crate) fn update<R: Kept<One = R> + Updated<Answer = R>>(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<R>,
) -> Result<R, Refusal> {
    let members = row::members::<R>(&update.patch)?;
    call.store.write(|transaction| {
        let row = changed::<R>(call, transaction, caller, update.id.as_str(), members)?;
        let id = row.id;
        row::put(transaction, row)?;
        one(call, transaction, id)
    })
}

/// A row with members replaced, for a caller who may do that; it is not stored yet.
///
/// To move content it takes the right to move it, and that to add to the other project; only its owner, leaders of its project and
/// administrators give it another owner (from the documentation of permissions).
pub(crate) fn changed<R: Kept>(
    call: &Call<'_>,
    state: &State,
    caller: &Caller,
    id: &str,
    mut members: Map<String, Value>,
) -> Result<Row<R>, Refusal> {
    let codes = R::UNCHANGED;
    let before = row::allowed::<R>(state, caller, id, R::MAY_WRITE, (codes.write, "change"))?;
    let references = References::take::<R>(&mut members, state, caller.site.id)?;
    let row = row::changed(before, state, references, members, call.clock.now())?;
    let can = |capability| R::CONTENT.is_some_and(|content| content.capabilities.contains(&capability));
    if row.owner != before.owner && R::CONTENT.is_some() {
        let refusal = (codes.owner, "change the owner of");
        row::allowed::<R>(state, caller, id, Rights::OwnerOrLeaders, refusal)?;
    }
    if (row.project, row.parent) != (before.project, before.parent) {
        if can("ChangeHierarchy") {
            let may = Rights::Capability("ChangeHierarchy");
            row::allowed::<R>(state, caller, id, may, (codes.project, "move"))?;
        }
        row::admit_into(&row, state, caller, (codes.project, "move"))?;
    }
    Ok(row)
}

pub(crate) fn delete<R: Kept<One = R> + Deleted>(
    call: &Call<'_>,
    caller: &Caller,
    delete: &Delete<R>,
) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let id = delete.id.as_str();
        let id = row::allowed::<R>(transaction, caller, id, R::MAY_DELETE, ("403004", "delete"))?.id;
        row::remove::<R>(transaction, id);
        Ok(())
    })
}

/// The answer about one row.
pub(crate) fn one<R: Kept>(call: &Call<'_>, state: &State, id: Uuid) -> Result<R, Refusal> {
    let row = R::table(state).get(id);
    let row = row.ok_or_else(|| missing::<R>(&id.to_string()))?;
    Ok(Plan::of_one(&[]).show(row, &context(call, state)))
}

pub(crate) fn context<'s>(call: &Call<'s>, state: &'s State) -> Context<'s> {
    Context {
        state,
        origin: call.origin,
    }
}
