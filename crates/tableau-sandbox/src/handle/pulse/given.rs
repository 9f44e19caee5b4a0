//! What the sandbox has for each data source, until it is changed.

use serde_json::{Value, json};
use tableau_wire::rest::Datasource;
use tableau_wire::rest::pulse::{DefinitionMetadata, MetricDefinition, PulseMetric};
use tableau_wire::value::Json;
use uuid::Uuid;

use crate::data_service::Measured;
use crate::rng;
use crate::store::row::Row;

/// The field and its value of the metric that is no default.
const REGION: (&str, &str) = ("Region", "East");
/// The version of the form of definitions and metrics.
pub(super) const SCHEMA: &str = "1.0.0";

/// The identifier of a data source's definition.
pub(super) fn id(datasource: Uuid) -> Uuid {
    rng::luid("pulse", &["definition", &datasource.to_string()])
}

/// The definition of a data source, without its metrics.
pub(super) fn definition(row: &Row<Datasource>, of: &Measured) -> MetricDefinition {
    let mut metadata = DefinitionMetadata::default();
    metadata.id = id(row.id).to_string();
    metadata.name = format!("{} of {}", of.measure, row.shown.name);
    metadata.description = format!("The sum of {} in {}.", of.measure, row.shown.name);
    metadata.schema_version = SCHEMA.to_owned();
    metadata.metric_version = Some(1);
    metadata.definition_version = Some(1);
    let mut definition = MetricDefinition::default();
    definition.metadata = metadata;
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
    definition.representation_options = representation();
    definition.insights_options = insights();
    definition.comparisons = comparisons();
    definition
}

/// How values are shown if nothing is said.
pub(super) fn representation() -> Json {
    Json(json!({
        "type": "NUMBER_FORMAT_TYPE_NUMBER",
        "number_units": { "singular_noun": "", "plural_noun": "" },
        "sentiment_type": "SENTIMENT_TYPE_UP_IS_GOOD",
    }))
}

/// Which insights are made if nothing is said.
pub(super) fn insights() -> Json {
    Json(json!({ "show_insights": true, "settings": [] }))
}

/// What values are compared with if nothing is said.
pub(super) fn comparisons() -> Json {
    Json(json!({ "comparisons": [
        { "compare_config": { "comparison": "TIME_COMPARISON_PREVIOUS_PERIOD" }, "index": 0 },
    ]}))
}

/// The specification of a default metric.
pub(super) fn specification(granularity: &str, filters: &Value) -> Json {
    Json(json!({
        "filters": filters,
        "measurement_period": { "granularity": granularity, "range": "RANGE_CURRENT_PARTIAL" },
        "comparison": { "comparison": "TIME_COMPARISON_PREVIOUS_PERIOD" },
    }))
}

/// The default metric of a data source's definition, and that of a region if it has regions.
pub(super) fn metrics(row: &Row<Datasource>, of: &Measured) -> Vec<(Uuid, PulseMetric)> {
    let (field, value) = REGION;
    let has_regions = of.dimensions.iter().any(|dimension| dimension == field);
    let filter = json!([{
        "field": field, "operator": "OPERATOR_EQUAL", "categorical_values": [{ "string_value": value }],
    }]);
    let of_region = has_regions.then_some((value, filter));
    let all = std::iter::once(("", json!([]))).chain(of_region);
    let metric = |(region, filters): (&str, Value)| {
        let id = rng::luid("pulse", &["metric", &row.id.to_string(), region]);
        let specification = specification("GRANULARITY_BY_MONTH", &filters);
        let mut metric = metric(id, self::id(row.id), row.id, specification);
        metric.is_default = Some(region.is_empty());
        (id, metric)
    };
    all.map(metric).collect()
}

/// A metric that is no default.
pub(super) fn metric(id: Uuid, definition: Uuid, datasource: Uuid, specification: Json) -> PulseMetric {
    let mut metric = PulseMetric::default();
    metric.id = id.to_string();
    metric.definition_id = definition.to_string();
    metric.is_default = Some(false);
    metric.schema_version = SCHEMA.to_owned();
    metric.metric_version = Some(1);
    metric.datasource_luid = datasource.to_string();
    metric.specification = specification;
    metric
}
