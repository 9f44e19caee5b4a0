//! Insights over the rows of a data source, in bundles and in words.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use tableau_wire::rest::Datasource;
use tableau_wire::rest::pulse::{
    BundleAnswer, BundleResult, GenerateInsightBrief, GenerateInsightBundle, InsightBrief, InsightBundle,
};
use tableau_wire::value::Json;

use super::{absent, unfit};
use crate::auth::Caller;
use crate::call::Call;
use crate::handle::data_service;
use crate::handle::insights::{self, Insight};
use crate::kept::row;
use crate::refusal::Refusal;
use crate::rng;

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
    let mut result = BundleResult::default();
    result.insight_groups = insight
        .groups(bundle.bundle_type != "ban")
        .into_iter()
        .map(Json)
        .collect();
    insight
        .characterization()
        .clone_into(&mut result.characterization);
    let mut answer = BundleAnswer::default();
    answer.result = Some(result);
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
