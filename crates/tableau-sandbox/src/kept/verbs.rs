//! The verbs that resources share: each is written once, over the tables of a resource.

use tableau_wire::{Filter, Get, List, Page, Pagination, Resource as _, Scope};
use uuid::Uuid;

use super::fields::{Context, Plan, Selection};
use super::page::Paging;
use super::select;
use super::served::{Gettable, Listable, Served, missing};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::refusal::Refusal;
use crate::store::Record;

pub(crate) fn list<S: Listable>(
    call: &Call<'_>,
    caller: &Caller,
    list: &List<S>,
) -> Result<Page<S>, Refusal> {
    S::admit(caller)?;
    let paging = Paging::new(list.page_number, list.page_size)?;
    let site = match S::SCOPE {
        Scope::Site => caller.site.id,
        Scope::Server | Scope::Open => Uuid::nil(),
    };
    let state = call.store.read();
    let plan = Plan::<S>::new(&Selection::of_list(list.fields.as_ref()), S::asked(&list.options));
    let context = Context {
        state: &state,
        origin: call.origin,
    };
    let rows = S::Record::table(&state).of_site(site);
    let show = |record: &S::Record| plan.show(record, &context);
    // An unfiltered, unsorted list is not copied for one page of it.
    let (total, items) = if list.filter.is_none() && list.sort.is_none() && caller.is_administrator() {
        let (total, window) = (rows.len(), paging.window(rows.len())?);
        (
            total,
            rows.skip(window.start).take(window.len()).map(show).collect(),
        )
    } else {
        let filter = list.filter.as_ref().map(meant::<S>);
        let rows = rows.filter(|record| S::is_seen(record, &state, caller));
        let rows = select(rows, S::COLUMNS, filter.as_ref(), list.sort.as_ref(), &state)?;
        let page = rows.get(paging.window(rows.len())?).unwrap_or_default();
        (rows.len(), page.iter().copied().map(show).collect())
    };
    let Paging {
        number: page_number,
        size: page_size,
    } = paging;
    Ok(Page::new(
        items,
        Pagination {
            page_number,
            page_size,
            total_available: total as u64,
        },
    ))
}

pub(crate) fn get<S: Gettable>(call: &Call<'_>, caller: &Caller, get: &Get<S::Of>) -> Result<S, Refusal> {
    let id = parse_id(get.id.as_str());
    S::admit(caller, id)?;
    let state = call.store.read();
    let record = id
        .and_then(|id| S::Record::table(&state).get(id))
        .filter(|record| record.site() == caller.site.id)
        .ok_or_else(|| missing::<S::Of>(get.id.as_str()))?;
    if !S::is_seen(record, &state, caller) {
        return Err(Refusal::forbidden(
            S::UNSEEN,
            format_args!("The user is not allowed to see this {}.", S::Of::NOUN),
        ));
    }
    let plan = Plan::<S>::new(&Selection::of_one(), S::asked(&get.options));
    Ok(plan.show(
        record,
        &Context {
            state: &state,
            origin: call.origin,
        },
    ))
}

/// The filter with its texts replaced by the values that they stand for.
fn meant<S: Served>(filter: &Filter) -> Filter {
    let mut filter = filter.clone();
    for condition in &mut filter.conditions {
        for value in &mut condition.values {
            let meant = S::meant(&condition.field, value);
            if meant != value {
                *value = meant.to_owned();
            }
        }
    }
    filter
}
