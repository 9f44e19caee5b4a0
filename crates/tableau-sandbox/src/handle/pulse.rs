//! Pulse: a metric definition for each published data source, with metrics and insights over its rows.
//!
//! Definitions follow from the data sources: no call makes them. Each has its default metric and one for a region; the caller follows the default ones.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tableau_wire::rest::Datasource;
use tableau_wire::rest::pulse::{
    BatchGetDefinitions, BatchGetMetrics, BundleAnswer, DefinitionAnswer, DefinitionMetadata, DefinitionPage,
    DefinitionView, Definitions, GenerateInsightBrief, GenerateInsightBundle, GetDefinition, GetMetric,
    InsightBrief, InsightBundle, ListDefinitions, ListMetrics, ListSubscriptions, MetricAnswer,
    MetricDefinition, MetricFollower, MetricSubscription, MetricSubscriptions, Metrics, PulseMetric,
};
use tableau_wire::value::Json;

use super::data_service;
use super::insights::{self, Insight};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::data_service::Measured;
use crate::kept::{Kept, row};
use crate::refusal::Refusal;
use crate::rng;
use crate::store::State;
use crate::store::row::Row;

/// The greatest number of definitions on a page, and how many there are if nothing is said.
const MOST: u64 = 1000;
/// The field and its value of the metric that is no default.
const REGION: (&str, &str) = ("Region", "East");

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListDefinitions,
) -> Result<DefinitionPage, Refusal> {
    let (offset, size) = part(list.page_token.as_deref(), list.page_size)?;
    let state = call.store.read();
    let all: Vec<_> = datasources(&state, caller).collect();
    let mut page = DefinitionPage::default();
    page.definitions = all
        .iter()
        .skip(offset)
        .take(size)
        .map(|source| definition(source, list.view.as_ref()))
        .collect();
    let next = offset.saturating_add(size);
    page.next_page_token = (next < all.len()).then(|| next.to_string());
    page.offset = i64::try_from(offset).ok();
    page.total_available = i64::try_from(all.len()).ok();
    Ok(page)
}

/// Where a page begins, and how many are on it.
fn part(token: Option<&str>, size: Option<u64>) -> Result<(usize, usize), Refusal> {
    let offset = match token.filter(|token| !token.is_empty()) {
        None => 0,
        Some(token) => token
            .parse()
            .map_err(|_| unfit(format_args!("'{token}' is not the token of a page")))?,
    };
    let size = size.unwrap_or(MOST).clamp(1, MOST);
    Ok((offset, usize::try_from(size).map_err(Refusal::internal)?))
}

pub(crate) fn batch(
    call: &Call<'_>,
    caller: &Caller,
    batch: &BatchGetDefinitions,
) -> Result<Definitions, Refusal> {
    let state = call.store.read();
    let ids = batch.ids.definition_ids.iter();
    let found = ids.map(|id| find(&state, caller, id).map(|source| definition(&source, batch.view.as_ref())));
    let mut answer = Definitions::default();
    answer.definitions = found.collect::<Result<_, _>>()?;
    Ok(answer)
}

pub(crate) fn get(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetDefinition,
) -> Result<DefinitionAnswer, Refusal> {
    let state = call.store.read();
    let mut answer = DefinitionAnswer::default();
    answer.definition = definition(&find(&state, caller, &get.id)?, get.view.as_ref());
    Ok(answer)
}

pub(crate) fn metrics(call: &Call<'_>, caller: &Caller, list: &ListMetrics) -> Result<Metrics, Refusal> {
    let state = call.store.read();
    Ok(some(metrics_of(&find(&state, caller, &list.id)?)))
}

pub(crate) fn batch_metrics(
    call: &Call<'_>,
    caller: &Caller,
    batch: &BatchGetMetrics,
) -> Result<Metrics, Refusal> {
    let state = call.store.read();
    let ids = batch.ids.metric_ids.iter();
    let found = ids.map(|id| metric(&state, caller, id));
    Ok(some(found.collect::<Result<_, _>>()?))
}

pub(crate) fn get_metric(call: &Call<'_>, caller: &Caller, get: &GetMetric) -> Result<MetricAnswer, Refusal> {
    let mut answer = MetricAnswer::default();
    answer.metric = metric(&call.store.read(), caller, &get.id)?;
    Ok(answer)
}

/// The subscriptions of the caller; those of others are not shown to them (inferred).
pub(crate) fn subscriptions(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListSubscriptions,
) -> Result<MetricSubscriptions, Refusal> {
    let (offset, size) = part(list.page_token.as_deref(), list.page_size)?;
    let state = call.store.read();
    let user = list.user_id.as_ref().and_then(|id| parse_id(id.as_str()));
    let mut answer = MetricSubscriptions::default();
    if list.user_id.is_some() && user != Some(caller.user.id) {
        return Ok(answer);
    }
    let followed = datasources(&state, caller).flat_map(|source| metrics_of(&source));
    let is_asked = |metric: &PulseMetric| list.metric_id.as_ref().is_none_or(|id| *id == metric.id);
    let followed = followed.filter(|metric| metric.is_followed == Some(true) && is_asked(metric));
    let mut followed: Vec<_> = followed.skip(offset).take(size.saturating_add(1)).collect();
    if followed.len() > size {
        followed.truncate(size);
        answer.next_page_token = Some(offset.saturating_add(size).to_string());
    }
    let subscription = |metric: PulseMetric| {
        let mut subscription = MetricSubscription::default();
        subscription.id = rng::luid("pulse", &[&caller.user.id.to_string(), &metric.id]).to_string();
        subscription.metric_id = metric.id;
        let mut follower = MetricFollower::default();
        follower.user_id = Some(caller.user.shown.id.clone());
        subscription.follower = Some(follower);
        subscription
    };
    answer.subscriptions = followed.into_iter().map(subscription).collect();
    Ok(answer)
}

pub(crate) fn bundle(
    call: &Call<'_>,
    caller: &Caller,
    bundle: &GenerateInsightBundle,
) -> Result<InsightBundle, Refusal> {
    let kinds = ["ban", "springboard", "basic", "detail"];
    if !kinds.contains(&bundle.bundle_type.as_str()) {
        return Err(absent("bundle", &bundle.bundle_type));
    }
    let input = bundle.request.bundle_request.get("input");
    let metric = input.and_then(|input| input.get("metric"));
    let metric = metric.ok_or_else(|| unfit("the request has no bundle_request.input.metric"))?;
    let insight = insight(call, caller, metric, None)?;
    let mut answer = BundleAnswer::default();
    answer.result.insight_groups = insight
        .groups(bundle.bundle_type != "ban")
        .into_iter()
        .map(Json)
        .collect();
    insight
        .characterization()
        .clone_into(&mut answer.result.characterization);
    let mut whole = InsightBundle::default();
    whole.bundle_response = answer;
    Ok(whole)
}

/// Tells of each metric that the last question is about. Nothing is made up: the words are those of the insights.
pub(crate) fn brief(
    call: &Call<'_>,
    caller: &Caller,
    brief: &GenerateInsightBrief,
) -> Result<InsightBrief, Refusal> {
    let request = &brief.request;
    let last = request
        .messages
        .last()
        .ok_or_else(|| unfit("the request has no messages"))?;
    let context = last.get("metric_group_context").and_then(Value::as_array);
    let context = context.map(Vec::as_slice).unwrap_or_default();
    let mut answer = InsightBrief::default();
    let mut told = Vec::new();
    for group in context {
        let metric = group.get("metric").unwrap_or(&Value::Null);
        let insight = insight(call, caller, metric, request.now.as_deref())?;
        let name = group
            .pointer("/metadata/name")
            .and_then(Value::as_str)
            .unwrap_or("The metric");
        told.push(format!("{name}: {}", insight.text()));
        answer.source_insights.push(Json(insight.source()));
    }
    let ids: Vec<_> = told.iter().map(String::as_str).collect();
    answer.generation_id = rng::luid("pulse", &ids).to_string();
    answer.group_context = context.iter().cloned().map(Json).collect();
    answer.not_enough_information = told.is_empty();
    answer.markup = told.join("\n");
    answer.follow_up_questions = context
        .iter()
        .filter_map(|group| group.pointer("/metadata/name")?.as_str())
        .map(|name| Json(json!({ "content": format!("What contributes most to {name}?") })))
        .collect();
    Ok(answer)
}

/// The insight about a metric as a request describes it.
fn insight(call: &Call<'_>, caller: &Caller, metric: &Value, now: Option<&str>) -> Result<Insight, Refusal> {
    let datasource = metric
        .pointer("/definition/datasource/id")
        .and_then(Value::as_str);
    let datasource = datasource.ok_or_else(|| unfit("the metric has no definition.datasource.id"))?;
    let row = row::seen::<Datasource>(&call.store.read(), caller, datasource)
        .map_err(|_| absent("data source", datasource))?
        .clone();
    let data = data_service::data(call, &row)?;
    let today: Option<Date> = now.and_then(|now| now.get(..10)?.parse().ok());
    let today = today.unwrap_or_else(|| call.clock.now().to_zoned(TimeZone::UTC).date());
    insights::of(&data, metric, today).map_err(unfit)
}

/// A data source that the caller sees, with what its metrics are made of.
struct Source<'s> {
    row: &'s Row<Datasource>,
    of: Measured,
}

/// The data sources that the caller sees; one without a measure or a date has no metrics.
fn datasources<'s>(state: &'s State, caller: &'s Caller) -> impl Iterator<Item = Source<'s>> {
    let all = state.datasources.of_site(caller.site.id);
    let seen = all.filter(move |row| Datasource::MAY_READ.allow(row, state, caller));
    seen.filter_map(move |row| {
        let of = data_service::fields(state, row).measured()?;
        Some(Source { row, of })
    })
}

fn definition_id(row: &Row<Datasource>) -> String {
    rng::luid("pulse", &["definition", &row.id.to_string()]).to_string()
}

fn find<'s>(state: &'s State, caller: &'s Caller, id: &str) -> Result<Source<'s>, Refusal> {
    let mut all = datasources(state, caller);
    all.find(|source| definition_id(source.row) == id)
        .ok_or_else(|| absent("definition", id))
}

fn metric(state: &State, caller: &Caller, id: &str) -> Result<PulseMetric, Refusal> {
    let mut all = datasources(state, caller).flat_map(|source| metrics_of(&source));
    all.find(|metric| metric.id == id)
        .ok_or_else(|| absent("metric", id))
}

fn some(metrics: Vec<PulseMetric>) -> Metrics {
    let mut answer = Metrics::default();
    answer.total_available = i64::try_from(metrics.len()).ok();
    answer.metrics = metrics;
    answer
}

fn definition(source: &Source<'_>, view: Option<&DefinitionView>) -> MetricDefinition {
    let Source { row, of } = source;
    let metrics = metrics_of(source);
    let mut metadata = DefinitionMetadata::default();
    metadata.id = definition_id(row);
    metadata.name = format!("{} of {}", of.measure, row.shown.name);
    metadata.description = format!("The sum of {} in {}.", of.measure, row.shown.name);
    metadata.schema_version = "1.0.0".to_owned();
    metadata.metric_version = Some(1);
    metadata.definition_version = Some(1);
    let mut definition = MetricDefinition::default();
    definition.metadata = metadata;
    definition.total_metrics = i64::try_from(metrics.len()).ok();
    definition.specification = Json(json!({
        "datasource": { "id": row.id },
        "basic_specification": {
            "measure": { "field": of.measure, "aggregation": "AGGREGATION_SUM" },
            "time_dimension": { "field": of.time },
            "filters": [],
        },
        "is_running_total": false,
    }));
    definition.extension_options = Json(json!({
        "allowed_dimensions": of.dimensions,
        "allowed_granularities": ["GRANULARITY_BY_MONTH", "GRANULARITY_BY_QUARTER", "GRANULARITY_BY_YEAR"],
        "offset_from_today": 0,
    }));
    definition.representation_options = Json(json!({
        "type": "NUMBER_FORMAT_TYPE_NUMBER",
        "number_units": { "singular_noun": "", "plural_noun": "" },
        "sentiment_type": "SENTIMENT_TYPE_UP_IS_GOOD",
    }));
    definition.insights_options = Json(json!({ "show_insights": true, "settings": [] }));
    definition.comparisons = Json(json!({ "comparisons": [
        { "compare_config": { "comparison": "TIME_COMPARISON_PREVIOUS_PERIOD" }, "index": 0 },
    ]}));
    definition.metrics = match view {
        Some(DefinitionView::Full) => metrics,
        Some(DefinitionView::Default) => metrics.into_iter().take(1).collect(),
        _ => Vec::new(),
    };
    definition
}

/// The default metric of a data source's definition, and that of a region if it has regions.
fn metrics_of(source: &Source<'_>) -> Vec<PulseMetric> {
    let row = source.row;
    let (field, value) = REGION;
    let has_regions = source.of.dimensions.iter().any(|dimension| dimension == field);
    let filter = json!([{
        "field": field, "operator": "OPERATOR_EQUAL", "categorical_values": [{ "string_value": value }],
    }]);
    let of_region = has_regions.then_some((value, filter));
    let all = std::iter::once(("", json!([]))).chain(of_region);
    let metric = |(region, filters): (&str, Value)| {
        let mut metric = PulseMetric::default();
        metric.id = rng::luid("pulse", &["metric", &row.id.to_string(), region]).to_string();
        metric.definition_id = definition_id(row);
        metric.is_default = Some(region.is_empty());
        metric.is_followed = Some(region.is_empty());
        metric.schema_version = "1.0.0".to_owned();
        metric.metric_version = Some(1);
        metric.datasource_luid = row.id.to_string();
        metric.specification = Json(json!({
            "filters": filters,
            "measurement_period": { "granularity": "GRANULARITY_BY_MONTH", "range": "RANGE_CURRENT_PARTIAL" },
            "comparison": { "comparison": "TIME_COMPARISON_PREVIOUS_PERIOD" },
        }));
        metric
    };
    all.map(metric).collect()
}

/// The codes of the service are those of gRPC.
fn unfit(reason: impl std::fmt::Display) -> Refusal {
    Refusal::of_service(
        400,
        "3",
        format_args!("The request cannot be answered: {reason}."),
    )
}

fn absent(what: &str, id: &str) -> Refusal {
    Refusal::of_service(404, "5", format_args!("There is no {what} '{id}'."))
}
