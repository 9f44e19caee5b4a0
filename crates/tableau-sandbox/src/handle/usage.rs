//! How often content is used: views by their counts, what holds or feeds them by theirs, flows by their runs.

use std::collections::BTreeSet;

use tableau_wire::rest::usage::{BatchCount, Count, ItemUsage, UsageCounts, UsageError, UsageOfItems};
use tableau_wire::rest::{Datasource, Flow, View, Workbook};
use uuid::Uuid;

use super::workbooks::views_of;
use crate::auth::Caller;
use crate::call::Call;
use crate::kept::{Kept, Rights, row};
use crate::refusal::Refusal;
use crate::store::State;

pub(crate) fn count(call: &Call<'_>, caller: &Caller, of: &Count) -> Result<UsageCounts, Refusal> {
    counts(&call.store.read(), caller, &of.content_type, &of.luid)
}

/// Some items; one that is not known does not keep the others back.
#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn batch(call: &Call<'_>, caller: &Caller, of: &BatchCount) -> Result<UsageOfItems, Refusal> {
    let state = call.store.read();
    let mut answer = UsageOfItems::default();
    for item in &of.items.content_items {
        match counts(&state, caller, &item.r#type, &item.luid) {
            Ok(counts) => {
                let mut usage = ItemUsage::default();
                (usage.content, usage.usage) = (item.clone(), counts);
                answer.content_items.push(usage);
            }
            Err(refusal) => {
                let mut error = UsageError::default();
                error.http_error_code = Some(refusal.status.into());
                error.message = refusal.error.detail.0;
                answer.errors.push(error);
            }
        }
    }
    Ok(answer)
}

/// A kind has one name in paths and another in documents (`workbooks`, `workbook`): either is taken.
fn counts(state: &State, caller: &Caller, kind: &str, luid: &str) -> Result<UsageCounts, Refusal> {
    let total = match kind.strip_suffix('s').unwrap_or(kind) {
        "view" => {
            let id = seen::<View>(state, caller, luid)?;
            state.views.get(id).map(|view| &view.shown).map_or(0, hits)
        }
        "workbook" => of_workbook(state, seen::<Workbook>(state, caller, luid)?),
        "datasource" => {
            let id = seen::<Datasource>(state, caller, luid)?.to_string();
            let connections = state.connections.of_site(caller.site.id).filter(|connection| {
                let to = connection.shown.datasource.as_deref();
                to.is_some_and(|to| to.id.as_str() == id)
            });
            // A workbook may have several connections to it.
            let workbooks: BTreeSet<Uuid> = connections.filter_map(|connection| connection.parent).collect();
            workbooks
                .into_iter()
                .map(|workbook| of_workbook(state, workbook))
                .sum()
        }
        "flow" => {
            let runs = state.flow_runs.count_within(seen::<Flow>(state, caller, luid)?);
            i64::try_from(runs).unwrap_or(i64::MAX)
        }
        _ => {
            return Err(Refusal::of_service(
                400,
                "3",
                format_args!("Usage statistics are not supported for '{kind}'."),
            ));
        }
    };
    let mut counts = UsageCounts::default();
    counts.hits_total = Some(total);
    // The sandbox does not know when: as if it had been evenly, in the last year.
    counts.hits_last_twelve_months_total = Some(total);
    counts.hits_last_three_months_total = Some(total / 4);
    counts.hits_last_one_month_total = Some(total / 12);
    counts.hits_last_two_weeks_total = Some(total / 26);
    Ok(counts)
}

/// How often a view was looked at.
pub(super) fn hits(view: &View) -> i64 {
    let count = view.usage.as_ref().and_then(|usage| usage.total_view_count);
    count.map_or(0, |count| i64::try_from(count).unwrap_or(i64::MAX))
}

fn of_workbook(state: &State, workbook: Uuid) -> i64 {
    let views = views_of(state, workbook).into_iter();
    views.map(|view| hits(&view.shown)).sum()
}

/// The item, if the caller may read it; what may not be seen is not there.
fn seen<R: Kept>(state: &State, caller: &Caller, luid: &str) -> Result<Uuid, Refusal> {
    let read = Rights::Capability("Read");
    let row = row::allowed::<R>(state, caller, luid, read, ("403004", "see"));
    let absent = |_| Refusal::of_service(404, "5", format_args!("There is no {} '{luid}'.", R::NOUN));
    row.map(|row| row.id).map_err(absent)
}
