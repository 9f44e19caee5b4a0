//! Metrics of definitions.

use tableau_wire::rest::pulse::{
    BatchError, BatchGetMetrics, CreateMetric, DeleteMetric, GetMetric, GetOrCreateMetric, GetSomeMetrics,
    ListMetrics, MetricAnswer, MetricPage, Metrics, SureMetric, UpdateMetric,
};
use tableau_wire::value::Json;
use uuid::Uuid;

use super::there::{self, Definition, Metric};
use super::{Part, admit_author, checks, followers, given, ids, in_use, refuse_filter, taken};
use crate::auth::Caller;
use crate::call::Call;
use crate::refusal::Refusal;
use crate::store::{State, Transaction, pulse};
use crate::token;

/// Why something that was asked for is not in an answer.
pub(super) fn not_there(id: &str, refusal: &Refusal) -> BatchError {
    let mut error = BatchError::default();
    id.clone_into(&mut error.id);
    error.error.clone_from(&refusal.error.detail.0);
    error
}

/// Sorts metrics. They have no names of their own: they are called as their definition and their filters are (inferred).
fn sort(state: &State, caller: &Caller, metrics: &mut [Metric]) {
    let name = |metric: &Metric| {
        let definition = there::definition(state, caller, &metric.shown.definition_id);
        let name = definition.map(|definition| definition.shown.metadata.name);
        let filters = metric.shown.specification.get("filters");
        (name.unwrap_or_default(), filters.map(ToString::to_string))
    };
    metrics.sort_by_cached_key(name);
}

pub(crate) fn list(call: &Call<'_>, caller: &Caller, list: &ListMetrics) -> Result<MetricPage, Refusal> {
    refuse_filter(list.filter.as_deref())?;
    let state = call.store.read();
    let mut all = there::definition(&state, caller, &list.id)?.into_metrics();
    if list.exclude_metrics_without_followers == Some(true) {
        all.retain(|metric| followers::count(&state, caller, metric) > 0);
    }
    if list.enable_sorting == Some(true) {
        sort(&state, caller, &mut all);
    }
    let part = Part::of(all, list.page_token.as_deref(), list.page_size)?;
    let metrics = part.items.iter();
    let mut page = MetricPage::default();
    page.metrics = metrics.map(|metric| metric.shown_to(&state, caller)).collect();
    page.next_page_token = part.next;
    page.offset = part.offset;
    page.total_available = part.total;
    Ok(page)
}

/// Some metrics; those that are not there are said beside them.
fn several<'i>(
    call: &Call<'_>,
    caller: &Caller,
    ids: impl Iterator<Item = &'i str>,
    sorted: Option<bool>,
) -> Metrics {
    let state = call.store.read();
    let (mut found, mut answer) = (Vec::new(), Metrics::default());
    for id in ids {
        match there::metric(&state, caller, id) {
            Ok(metric) => found.push(metric),
            Err(refusal) => answer.errors.push(not_there(id, &refusal)),
        }
    }
    if sorted == Some(true) {
        sort(&state, caller, &mut found);
    }
    let found = found.iter();
    answer.metrics = found.map(|metric| metric.shown_to(&state, caller)).collect();
    answer
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every handler")]
pub(crate) fn batch(call: &Call<'_>, caller: &Caller, batch: &BatchGetMetrics) -> Result<Metrics, Refusal> {
    let ids = batch.ids.metric_ids.iter().map(String::as_str);
    Ok(several(call, caller, ids, batch.enable_sorting))
}

#[expect(clippy::unnecessary_wraps, reason = "the form of every handler")]
pub(crate) fn some(call: &Call<'_>, caller: &Caller, some: &GetSomeMetrics) -> Result<Metrics, Refusal> {
    let ids = ids(some.metric_ids.as_deref());
    Ok(several(call, caller, ids, some.enable_sorting))
}

pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &GetMetric) -> Result<MetricAnswer, Refusal> {
    let state = call.store.read();
    let metric = there::metric(&state, caller, &get.id)?;
    Ok(answer(&metric, &state, caller))
}

fn answer(metric: &Metric, state: &State, caller: &Caller) -> MetricAnswer {
    let mut answer = MetricAnswer::default();
    answer.metric = metric.shown_to(state, caller);
    answer
}

/// The metric of a definition that has this specification.
fn alike<'d>(definition: &'d Definition, specification: &Json) -> Option<&'d Metric> {
    let mut metrics = definition.metrics().iter();
    metrics.find(|metric| checks::whole_metric(&metric.shown.specification) == *specification)
}

/// Stores a new metric of a definition. A user who sees the definition may create one (inferred).
fn make(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    definition: &Definition,
    specification: Json,
) -> Result<Metric, Refusal> {
    checks::metric(&definition.shown, &specification)?;
    there::keep(transaction, caller, &definition.id.to_string())?;
    let id = token::identifier()?;
    let made = Metric {
        id,
        datasource: definition.datasource,
        definition: definition.id,
        is_given: false,
        shown: given::metric(id, definition.id, definition.datasource, specification),
    };
    transaction.put(made.clone().record(caller.site.id))?;
    Ok(made)
}

/// Creates a metric. That there are not two with one specification is inferred.
pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &CreateMetric,
) -> Result<MetricAnswer, Refusal> {
    let new = &create.metric;
    call.store.write(|transaction| {
        let definition = there::definition(transaction, caller, &new.definition_id)?;
        let specification = checks::whole_metric(&new.specification);
        if let Some(there) = alike(&definition, &specification) {
            return Err(taken(format_args!(
                "The metric '{}' has this specification.",
                there.id
            )));
        }
        let made = make(transaction, caller, &definition, specification)?;
        Ok(answer(&made, transaction, caller))
    })
}

pub(crate) fn get_or_create(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetOrCreateMetric,
) -> Result<SureMetric, Refusal> {
    let new = &get.metric;
    call.store.write(|transaction| {
        let definition = there::definition(transaction, caller, &new.definition_id)?;
        let specification = checks::whole_metric(&new.specification);
        let found = alike(&definition, &specification).cloned();
        let mut answer = SureMetric::default();
        answer.is_metric_created = found.is_none();
        let metric = match found {
            Some(metric) => metric,
            None => make(transaction, caller, &definition, specification)?,
        };
        answer.metric = metric.shown_to(transaction, caller);
        Ok(answer)
    })
}

pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateMetric,
) -> Result<MetricAnswer, Refusal> {
    admit_author(caller, "change a metric")?;
    call.store.write(|transaction| {
        let mut metric = there::metric(transaction, caller, &update.id)?;
        let definition = there::keep(transaction, caller, &metric.shown.definition_id)?;
        let specification = checks::whole_metric(&update.metric.specification);
        checks::metric(&definition.shown, &specification)?;
        if let Some(there) = alike(&definition, &specification).filter(|other| other.id != metric.id) {
            return Err(taken(format_args!(
                "The metric '{}' has this specification.",
                there.id
            )));
        }
        metric.shown.specification = specification;
        let version = metric.shown.metric_version.unwrap_or_default();
        metric.shown.metric_version = Some(version.saturating_add(1));
        transaction.put(metric.clone().record(caller.site.id))?;
        Ok(answer(&metric, transaction, caller))
    })
}

/// Deletes a metric; that a default one stays is inferred.
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &DeleteMetric) -> Result<(), Refusal> {
    admit_author(caller, "delete a metric")?;
    call.store.write(|transaction| {
        let metric = there::metric(transaction, caller, &delete.id)?;
        if metric.shown.is_default == Some(true) {
            return Err(in_use("The default metric is deleted only with its definition."));
        }
        there::keep(transaction, caller, &metric.shown.definition_id)?;
        remove(transaction, &metric);
        Ok(())
    })
}

/// Removes a stored metric with those who follow it.
pub(super) fn remove(transaction: &mut Transaction<'_>, metric: &Metric) {
    for following in followings(transaction, metric) {
        transaction.remove::<pulse::PulseFollowing>(following.id);
    }
    transaction.remove::<pulse::PulseMetric>(metric.id);
}

fn followings(state: &State, metric: &Metric) -> Vec<pulse::PulseFollowing> {
    state.pulse_followings.of(metric.id).cloned().collect()
}

/// Lets a stored metric measure another data source.
pub(super) fn measure(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    metric: &Metric,
    datasource: Uuid,
) -> Result<(), Refusal> {
    for following in followings(transaction, metric) {
        transaction.put(pulse::PulseFollowing {
            datasource,
            ..following
        })?;
    }
    let mut metric = metric.clone();
    metric.datasource = datasource;
    metric.shown.datasource_luid = datasource.to_string();
    transaction.put(metric.record(caller.site.id))
}
