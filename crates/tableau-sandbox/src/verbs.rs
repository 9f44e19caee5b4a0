//! The verbs that resources share: each is written once, over the tables of a resource.

use tableau_wire::{Fetched, Get, List, Listed, Page, Pagination, Resource, Scope};
use uuid::Uuid;

use crate::auth::{Caller, parse_id};
use crate::fault::Fault;
use crate::listing::{Column, Member, Nested, Paging, Plan, Scene, Selection, select};
use crate::service::Call;
use crate::store::Record;

/// A resource that the sandbox serves: where its records are, and what of them is seen, filtered and sorted by.
pub(crate) trait Served: Resource + Default {
    type Record: Record;
    /// What lists are filtered and sorted by.
    const COLUMNS: &'static [Column<Self::Record>] = &[];
    /// What an answer says about one record.
    const MEMBERS: &'static [Member<Self>];
    /// What an answer says about what belongs to a record.
    const NESTED: &'static [Nested<Self>] = &[];
}

/// A resource whose lists are served.
pub(crate) trait Listable: Served + Listed {
    /// Whether the caller may list.
    fn admit(_: &Caller) -> Result<(), Fault> {
        Ok(())
    }

    /// The members that the options ask for.
    fn asked(_: &<Self as Listed>::Options) -> &'static [&'static str] {
        &[]
    }
}

/// A resource of which one is served.
pub(crate) trait Gettable: Served + Fetched {
    /// The code and the word for one that is not there.
    const MISSING: (&'static str, &'static str);

    /// Whether the caller may see the one.
    fn admit(_: &Caller, _: Option<Uuid>) -> Result<(), Fault> {
        Ok(())
    }

    /// The members that the options ask for.
    fn asked(_: &<Self as Fetched>::Options) -> &'static [&'static str] {
        &[]
    }
}

pub(crate) fn list<S: Listable>(call: &Call<'_>, caller: &Caller, list: &List<S>) -> Result<Page<S>, Fault> {
    S::admit(caller)?;
    let paging = Paging::new(list.page_number, list.page_size)?;
    let site = match S::SCOPE {
        Scope::Site => caller.site.id,
        Scope::Server | Scope::Open => Uuid::nil(),
    };
    let state = call.store.read();
    let plan = Plan::<S>::new(&Selection::of_list(list.fields.as_ref()), S::asked(&list.options));
    let scene = Scene {
        state: &state,
        origin: call.origin,
    };
    let rows = S::Record::table(&state).of_site(site);
    let show = |record: &S::Record| plan.show(record, &scene);
    // A list as it stands is not copied for one page of it.
    let (total, items) = if list.filter.is_none() && list.sort.is_none() {
        let (total, window) = (rows.len(), paging.window(rows.len())?);
        (
            total,
            rows.skip(window.start).take(window.len()).map(show).collect(),
        )
    } else {
        let rows = select(rows, S::COLUMNS, list.filter.as_ref(), list.sort.as_ref(), &state)?;
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

pub(crate) fn get<S: Gettable>(call: &Call<'_>, caller: &Caller, get: &Get<S>) -> Result<S, Fault> {
    let id = parse_id(get.id.as_str());
    S::admit(caller, id)?;
    let state = call.store.read();
    let record = id
        .and_then(|id| S::Record::table(&state).get(id))
        .filter(|record| record.site() == caller.site.id)
        .ok_or_else(|| Fault::not_found(S::MISSING.0, S::MISSING.1, get.id.as_str()))?;
    let plan = Plan::<S>::new(&Selection::of_one(), S::asked(&get.options));
    Ok(plan.show(
        record,
        &Scene {
            state: &state,
            origin: call.origin,
        },
    ))
}
