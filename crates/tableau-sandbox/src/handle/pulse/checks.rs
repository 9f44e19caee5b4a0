//! What Pulse takes as a specification. Its words grow with its versions, so a word is known by how it begins.

use serde_json::{Map, Value, json};
use tableau_wire::rest::Datasource;
use tableau_wire::rest::pulse::MetricDefinition;
use tableau_wire::value::Json;
use uuid::Uuid;

use super::{absent, unfit};
use crate::auth::Caller;
use crate::data_service::Fields;
use crate::handle::data_service;
use crate::kept::row;
use crate::refusal::Refusal;
use crate::store::State;

/// The specification of a definition: gives the data source and its fields.
pub(super) fn specification(
    state: &State,
    caller: &Caller,
    given: &Value,
) -> Result<(Uuid, Fields), Refusal> {
    let given = object(given, "specification")?;
    let id = given.get("datasource").and_then(|source| source.get("id"));
    let id = id.and_then(Value::as_str);
    let id = id.ok_or_else(|| unfit("the specification has no datasource.id"))?;
    let row = row::seen::<Datasource>(state, caller, id).map_err(|_| absent("data source", id))?;
    let fields = data_service::fields(state, row);
    match (
        given.get("basic_specification").filter(|given| !given.is_null()),
        given
            .get("viz_state_specification")
            .filter(|given| !given.is_null()),
    ) {
        (Some(basic), None) => basic_specification(basic, &fields)?,
        (None, Some(viz)) => {
            let state = text(
                viz,
                "/viz_state_string",
                "viz_state_specification.viz_state_string",
            )?;
            if state.trim().is_empty() {
                return Err(unfit("the viz_state_string is empty"));
            }
        }
        _ => {
            return Err(unfit(
                "a specification has either a basic_specification or a viz_state_specification",
            ));
        }
    }
    Ok((row.id, fields))
}

fn basic_specification(basic: &Value, fields: &Fields) -> Result<(), Refusal> {
    known(text(basic, "/measure/field", "measure.field")?, fields)?;
    word(basic, "/measure/aggregation", "AGGREGATION_")?;
    let time = text(basic, "/time_dimension/field", "time_dimension.field")?;
    known(time, fields)?;
    if !fields.has_times(time) {
        return Err(unfit(format_args!("the field '{time}' has no dates")));
    }
    filters(basic.get("filters"), |field| known(field, fields))
}

/// The dimensions and periods that metrics may have.
pub(super) fn extensions(given: &Value, fields: &Fields) -> Result<(), Refusal> {
    let given = object(given, "extension_options")?;
    for dimension in list(given.get("allowed_dimensions"), "allowed_dimensions")? {
        let dimension = dimension.as_str();
        known(
            dimension.ok_or_else(|| unfit("an allowed dimension is no text"))?,
            fields,
        )?;
    }
    for granularity in list(given.get("allowed_granularities"), "allowed_granularities")? {
        word(granularity, "", "GRANULARITY_")?;
    }
    Ok(())
}

/// The specification of a definition with what every one has: no filter and no running total, if it does not say so (inferred).
pub(super) fn whole_definition(given: &Json) -> Json {
    let mut whole = completed(given, [("is_running_total", json!(false))]);
    if let Some(basic) = whole
        .0
        .get_mut("basic_specification")
        .and_then(Value::as_object_mut)
    {
        basic.entry("filters").or_insert_with(|| json!([]));
    }
    whole
}

/// The specification of a metric with what every one has: no filter and no comparison, if it does not say so (inferred).
pub(super) fn whole_metric(given: &Json) -> Json {
    let comparison = json!({ "comparison": "TIME_COMPARISON_NONE" });
    completed(given, [("filters", json!([])), ("comparison", comparison)])
}

/// A document with these members, and without those that have no value.
fn completed<const N: usize>(given: &Json, always: [(&str, Value); N]) -> Json {
    let mut whole = given.clone();
    if let Some(members) = whole.0.as_object_mut() {
        members.retain(|_, value| !value.is_null());
        for (name, value) in always {
            members.entry(name).or_insert(value);
        }
    }
    whole
}

/// The specification of a metric. That it keeps to what its definition allows is inferred.
pub(super) fn metric(definition: &MetricDefinition, given: &Value) -> Result<(), Refusal> {
    object(given, "specification")?;
    let granularity = word(given, "/measurement_period/granularity", "GRANULARITY_")?;
    word(given, "/measurement_period/range", "RANGE_")?;
    word(given, "/comparison/comparison", "TIME_COMPARISON_")?;
    let allowed = |name: &str| definition.extension_options.get(name).and_then(Value::as_array);
    if let Some(allowed) = allowed("allowed_granularities").filter(|allowed| !allowed.is_empty())
        && !allowed.iter().any(|one| one == granularity)
    {
        return Err(unfit(format_args!("the definition does not allow {granularity}")));
    }
    let dimensions = allowed("allowed_dimensions");
    filters(given.get("filters"), |field| {
        if dimensions.is_some_and(|allowed| allowed.iter().any(|one| one == field)) {
            return Ok(());
        }
        Err(unfit(format_args!(
            "the definition does not allow filters by '{field}'"
        )))
    })
}

fn filters(given: Option<&Value>, mut admit: impl FnMut(&str) -> Result<(), Refusal>) -> Result<(), Refusal> {
    for filter in list(given, "filters")? {
        admit(text(filter, "/field", "field of a filter")?)?;
        word(filter, "/operator", "OPERATOR_")?;
        list(filter.get("categorical_values"), "categorical_values")?;
    }
    Ok(())
}

fn known(field: &str, fields: &Fields) -> Result<(), Refusal> {
    if fields.has(field) {
        return Ok(());
    }
    Err(unfit(format_args!("the data source has no field '{field}'")))
}

pub(super) fn object<'v>(given: &'v Value, what: &str) -> Result<&'v Map<String, Value>, Refusal> {
    let object = given.as_object();
    object.ok_or_else(|| unfit(format_args!("the {what} is no object")))
}

fn list<'v>(given: Option<&'v Value>, what: &str) -> Result<&'v [Value], Refusal> {
    match given {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(unfit(format_args!("the {what} are no list"))),
    }
}

fn text<'v>(given: &'v Value, path: &str, what: &str) -> Result<&'v str, Refusal> {
    let text = given.pointer(path).and_then(Value::as_str);
    text.ok_or_else(|| unfit(format_args!("there is no {what}")))
}

/// A word of Pulse that begins in a way and does not leave open what it says.
fn word<'v>(given: &'v Value, path: &str, beginning: &str) -> Result<&'v str, Refusal> {
    let what = format!("word that begins with {beginning}");
    let given = text(given, path, &what)?;
    let rest = given.strip_prefix(beginning).unwrap_or_default();
    if rest.is_empty() || rest == "UNSPECIFIED" {
        return Err(unfit(format_args!("'{given}' is no {what}")));
    }
    Ok(given)
}
