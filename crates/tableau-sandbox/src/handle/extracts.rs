//! Extracts of workbooks and data sources: created, refreshed and deleted by jobs.

use std::collections::HashSet;

use jiff::Timestamp;
use tableau_wire::resource::{
    CreateExtracts, DeleteExtracts, ExtractSources, HasExtracts, HasRefresh, Refresh,
};
use tableau_wire::rest::{Datasource, Job, Workbook};
use uuid::Uuid;

use super::jobs::queue;
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::time;
use crate::kept::{Kept, Rights, row, set};
use crate::refusal::Refusal;
use crate::store::unshown::{Extracted, JobOf};
use crate::store::{State, Transaction};

/// A kind of content with extracts.
pub(crate) trait Extractable: HasExtracts + HasRefresh + Kept {
    /// One of it, as jobs name it.
    fn extracted(id: Uuid) -> Extracted;
    /// The job that refreshes one.
    fn refresh(id: Uuid) -> JobOf;
    fn has_extracts(&self) -> bool;
}

impl Extractable for Workbook {
    fn extracted(id: Uuid) -> Extracted {
        Extracted::Workbook(id)
    }

    fn refresh(id: Uuid) -> JobOf {
        JobOf::Workbook(id)
    }

    fn has_extracts(&self) -> bool {
        self.has_extracts == Some(true)
    }
}

impl Extractable for Datasource {
    fn extracted(id: Uuid) -> Extracted {
        Extracted::Datasource(id)
    }

    fn refresh(id: Uuid) -> JobOf {
        JobOf::Datasource(id)
    }

    fn has_extracts(&self) -> bool {
        self.has_extracts == Some(true)
    }
}

/// Queues a refresh, one at a time. That it needs the capability to refresh extracts is inferred.
///
/// An incremental refresh needs an extract (the code is documented for the call, the reason is inferred). A full refresh of content
/// without extracts succeeds without effect; what a real server does is not known.
pub(crate) fn refresh<R: Extractable>(
    call: &Call<'_>,
    caller: &Caller,
    refresh: &Refresh<R>,
) -> Result<Job, Refusal> {
    let how = refresh.request.extract_refresh.as_ref();
    let is_incremental = how.is_some_and(|how| how.incremental == Some(true));
    call.store.write(|transaction| {
        let may = Rights::Capability("ExtractRefresh");
        let refusal = ("403032", "refresh");
        let item = row::allowed::<R>(transaction, caller, refresh.id.as_str(), may, refusal)?;
        if is_incremental && !item.shown.has_extracts() {
            return Err(Refusal::bad_request(
                "400000",
                format_args!(
                    "This {} has no extract that could be refreshed incrementally.",
                    R::NOUN
                ),
            ));
        }
        let of = R::refresh(item.id);
        queue(transaction, call, caller, of)
    })
}

/// Queues the creation of extracts.
pub(crate) fn create<R: Extractable>(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateExtracts<R>,
) -> Result<Option<Job>, Refusal> {
    let encrypt = create.encrypt == Some(true);
    call.store.write(|transaction| {
        let (id, had) = item::<R>(transaction, caller, create.id.as_str())?;
        let all = are_all(transaction, id, create.sources.as_ref())?;
        if had && all {
            return Err(conflict(format_args!("This {} has extracts already.", R::NOUN)));
        }
        let of = R::extracted(id);
        queue(transaction, call, caller, JobOf::CreateExtracts { of, encrypt }).map(Some)
    })
}

/// Queues the deletion of extracts.
pub(crate) fn delete<R: Extractable>(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteExtracts<R>,
) -> Result<Option<Job>, Refusal> {
    call.store.write(|transaction| {
        let (id, had) = item::<R>(transaction, caller, delete.id.as_str())?;
        let all = are_all(transaction, id, delete.sources.as_ref())?;
        if !had {
            return Err(conflict(format_args!("This {} has no extracts.", R::NOUN)));
        }
        let of = R::extracted(id);
        queue(transaction, call, caller, JobOf::DeleteExtracts { of, all }).map(Some)
    })
}

// The list of all codes has it for these calls without a cause; the causes and the texts are inferred.
fn conflict(detail: std::fmt::Arguments<'_>) -> Refusal {
    Refusal::new("409070", "Resource Conflict", detail)
}

/// The item, for a caller who may change it, and whether it has extracts. The code of the refusal is inferred.
fn item<R: Extractable>(state: &State, caller: &Caller, id: &str) -> Result<(Uuid, bool), Refusal> {
    let refusal = (R::UNCHANGED.write, "change the extracts of");
    let item = row::allowed::<R>(state, caller, id, R::MAY_WRITE, refusal)?;
    Ok((item.id, item.shown.has_extracts()))
}

/// Whether all data sources of an item are meant; each that is named has to be one of them.
fn are_all(state: &State, item: Uuid, sources: Option<&ExtractSources>) -> Result<bool, Refusal> {
    let Some(sources) = sources.and_then(|sources| sources.datasources.as_ref()) else {
        return Ok(true);
    };
    if sources.include_all == Some(true) {
        return Ok(true);
    }
    let connections = state.connections.within(item);
    let embedded = connections.filter_map(|connection| connection.shown.datasource.as_ref());
    let embedded: HashSet<_> = embedded.map(|datasource| datasource.id.as_str()).collect();
    let named: HashSet<_> = sources.datasource.iter().map(|named| named.id.as_str()).collect();
    if named.is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    match named.iter().find(|id| !embedded.contains(*id)) {
        Some(unknown) => Err(Refusal::not_found("404004", "Data source", unknown)),
        None => Ok(named.len() == embedded.len()),
    }
}

/// Does what a job did that has succeeded; content that was deleted in the meantime is left alone.
pub(super) fn settle(transaction: &mut Transaction<'_>, of: &JobOf, now: Timestamp) -> Result<(), Refusal> {
    let (of, has_extracts) = match of {
        JobOf::CreateExtracts { of, encrypt } => (*of, Some((true, *encrypt))),
        JobOf::DeleteExtracts { of, all: true } => (*of, Some((false, false))),
        _ => match of.extracted() {
            Some(of) => (of, None),
            None => return Ok(()),
        },
    };
    match of {
        Extracted::Workbook(id) => change::<Workbook>(transaction, id, has_extracts, now),
        Extracted::Datasource(id) => change::<Datasource>(transaction, id, has_extracts, now),
    }
}

/// Sets whether an item has extracts and whether they are encrypted, if that changes; where only their rows have changed, the time.
fn change<R: Extractable>(
    transaction: &mut Transaction<'_>,
    id: Uuid,
    extracts: Option<(bool, bool)>,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Some(mut item) = R::table(transaction).get(id).cloned() else {
        return Ok(());
    };
    if extracts.is_none() && !item.shown.has_extracts() {
        return Ok(());
    }
    if let Some((has, encrypted)) = extracts {
        set(&mut item.shown, "hasExtracts", Some(has));
        set(&mut item.shown, "encryptExtracts", Some(encrypted));
    }
    set(&mut item.shown, "updatedAt", Some(time(now)));
    transaction.put(item)
}
