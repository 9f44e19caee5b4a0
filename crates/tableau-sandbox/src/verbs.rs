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
    let table = S::Record::table(&state);
    let plan = Plan::<S>::new(&Selection::of_list(list.fields.as_ref()), S::asked(&list.options));
    let scene = Scene {
        state: &state,
        origin: call.origin,
    };
    let (total, items) = if list.filter.is_none() && list.sort.is_none() {
        let rows = table.of_site(site);
        let total = rows.len();
        let (skip, take) = paging.window(total)?;
        (
            total,
            rows.skip(skip)
                .take(take)
                .map(|record| plan.show(record, &scene))
                .collect(),
        )
    } else {
        let rows = select(
            table.of_site(site),
            S::COLUMNS,
            list.filter.as_ref(),
            list.sort.as_ref(),
            &state,
        )?;
        let (skip, take) = paging.window(rows.len())?;
        (
            rows.len(),
            rows.iter()
                .skip(skip)
                .take(take)
                .map(|record| plan.show(record, &scene))
                .collect(),
        )
    };
    let pagination = Pagination {
        page_number: paging.number,
        page_size: paging.size,
        total_available: total as u64,
    };
    Ok(Page::new(items, pagination))
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
