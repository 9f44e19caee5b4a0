//! The definitions and metrics that there are for a caller: those given for data sources, and those that are stored.

use tableau_wire::rest::Datasource;
use tableau_wire::rest::pulse::{MetricDefinition, PulseMetric};
use uuid::Uuid;

use super::{absent, followers, given};
use crate::auth::{Caller, parse_id};
use crate::handle::data_service;
use crate::kept::Kept;
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::store::{State, Transaction, pulse};

/// A definition that the caller sees.
pub(super) struct Definition {
    pub(super) id: Uuid,
    pub(super) datasource: Uuid,
    pub(super) is_given: bool,
    /// What is shown of it, without its metrics.
    pub(super) shown: MetricDefinition,
    metrics: Vec<Metric>,
}

/// A metric of a definition that the caller sees.
#[derive(Clone)]
pub(super) struct Metric {
    pub(super) id: Uuid,
    pub(super) datasource: Uuid,
    pub(super) definition: Uuid,
    pub(super) is_given: bool,
    /// What is shown of it, but for whether the caller follows it.
    pub(super) shown: PulseMetric,
}

impl Definition {
    pub(super) fn into_metrics(self) -> Vec<Metric> {
        self.metrics
    }

    /// What answers show of its metrics.
    pub(super) fn shown_metrics(&self, state: &State, caller: &Caller) -> Vec<PulseMetric> {
        let metrics = self.metrics.iter();
        metrics.map(|metric| metric.shown_to(state, caller)).collect()
    }

    pub(super) fn metrics(&self) -> &[Metric] {
        &self.metrics
    }
}

impl Metric {
    pub(super) fn of(record: &pulse::PulseMetric) -> Self {
        Self {
            id: record.id,
            datasource: record.datasource,
            definition: record.definition,
            is_given: record.is_given,
            shown: record.shown.clone(),
        }
    }

    pub(super) fn shown_to(&self, state: &State, caller: &Caller) -> PulseMetric {
        let mut shown = self.shown.clone();
        shown.is_followed = Some(followers::follows(state, caller, self));
        shown
    }

    /// Whether everyone follows it who does not say otherwise.
    pub(super) fn is_followed_by_all(&self) -> bool {
        self.is_given && self.shown.is_default == Some(true)
    }

    pub(super) fn record(self, site: Uuid) -> pulse::PulseMetric {
        pulse::PulseMetric {
            id: self.id,
            site,
            datasource: self.datasource,
            definition: self.definition,
            is_given: self.is_given,
            shown: self.shown,
        }
    }
}

/// The definition of a data source; none if it has no measure or no date.
fn of_datasource(state: &State, row: &Row<Datasource>) -> Option<Definition> {
    let of = data_service::fields(state, row).measured()?;
    let id = given::id(row.id);
    let metrics = given::metrics(row, &of);
    let metrics = metrics.into_iter().map(|(metric, shown)| Metric {
        id: metric,
        datasource: row.id,
        definition: id,
        is_given: true,
        shown,
    });
    Some(Definition {
        id,
        datasource: row.id,
        is_given: true,
        shown: given::definition(row, &of),
        metrics: metrics.collect(),
    })
}

/// A stored definition with its metrics; none if it was deleted.
fn of_record(state: &State, record: &pulse::PulseDefinition) -> Option<Definition> {
    let metrics = state.pulse_metrics.within(record.id);
    Some(Definition {
        id: record.id,
        datasource: record.datasource,
        is_given: record.is_given,
        shown: record.shown.clone()?,
        metrics: metrics.map(Metric::of).collect(),
    })
}

/// The definitions of the data sources that the caller sees.
pub(super) fn definitions<'s>(
    state: &'s State,
    caller: &'s Caller,
) -> impl Iterator<Item = Definition> + use<'s> {
    let stored = state.pulse_definitions.of_site(caller.site.id);
    let stored = stored
        .filter(move |record| may_see(state, caller, record.datasource))
        .filter_map(|record| of_record(state, record));
    given(state, caller).chain(stored)
}

/// Those that were given for data sources, and not changed.
fn given<'s>(state: &'s State, caller: &'s Caller) -> impl Iterator<Item = Definition> + use<'s> {
    let all = state.datasources.of_site(caller.site.id);
    all.filter(|row| state.pulse_definitions.get(given::id(row.id)).is_none())
        .filter(|row| Datasource::MAY_READ.allow(row, state, caller))
        .filter_map(|row| of_datasource(state, row))
}

pub(super) fn definition(state: &State, caller: &Caller, id: &str) -> Result<Definition, Refusal> {
    let found = parse_id(id).and_then(|wanted| match state.pulse_definitions.get(wanted) {
        Some(record) => of_record(state, record).filter(|_| may_see(state, caller, record.datasource)),
        None => {
            let mut all = state.datasources.of_site(caller.site.id);
            let row = all.find(|row| given::id(row.id) == wanted)?;
            of_datasource(state, row).filter(|_| may_see(state, caller, row.id))
        }
    });
    found.ok_or_else(|| absent("definition", id))
}

/// Whether the caller sees what measures a data source.
fn may_see(state: &State, caller: &Caller, datasource: Uuid) -> bool {
    let row = state.datasources.get(datasource);
    row.is_some_and(|row| row.site == caller.site.id && Datasource::MAY_READ.allow(row, state, caller))
}

/// The metrics of all definitions that the caller sees.
pub(super) fn metrics<'s>(state: &'s State, caller: &'s Caller) -> impl Iterator<Item = Metric> + use<'s> {
    definitions(state, caller).flat_map(Definition::into_metrics)
}

pub(super) fn metric(state: &State, caller: &Caller, id: &str) -> Result<Metric, Refusal> {
    let wanted = parse_id(id);
    let stored = wanted.and_then(|id| state.pulse_metrics.get(id));
    if let Some(record) = stored {
        let is_seen = may_see(state, caller, record.datasource);
        return is_seen
            .then(|| Metric::of(record))
            .ok_or_else(|| absent("metric", id));
    }
    let mut all = given(state, caller).flat_map(Definition::into_metrics);
    all.find(|metric| Some(metric.id) == wanted)
        .ok_or_else(|| absent("metric", id))
}

/// Stores a definition with its metrics, if it is one that was given for a data source: from then on it can be changed.
pub(super) fn keep(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    id: &str,
) -> Result<Definition, Refusal> {
    let found = definition(transaction, caller, id)?;
    if transaction.pulse_definitions.get(found.id).is_some() {
        return Ok(found);
    }
    put(transaction, caller, &found)?;
    for metric in found.metrics() {
        transaction.put(metric.clone().record(caller.site.id))?;
    }
    Ok(found)
}

/// Stores what is shown of a definition.
pub(super) fn put(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    definition: &Definition,
) -> Result<(), Refusal> {
    transaction.put(pulse::PulseDefinition {
        id: definition.id,
        site: caller.site.id,
        datasource: definition.datasource,
        is_given: definition.is_given,
        shown: Some(definition.shown.clone()),
    })
}
