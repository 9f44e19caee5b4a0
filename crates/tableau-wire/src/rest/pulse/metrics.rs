//! Metrics: definitions with filters, a period and a comparison.

use super::BatchError;
use crate::value::Json;
use crate::{document, endpoint, part};

/// Lists the metrics of a definition.
#[endpoint(
    GET,
    "pulse/definitions/{id}/metrics",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_definitions_metrics:read",
    reply = MetricPage
)]
pub struct ListMetrics {
    /// The definition.
    pub id: String,
    /// Which metrics, by an expression of Pulse.
    pub filter: Option<String>,
    /// In which order.
    #[param("order_by")]
    pub order_by: Option<String>,
    /// Whether metrics are sorted by name.
    #[param("enable_sorting")]
    pub enable_sorting: Option<bool>,
    /// Whether metrics without followers are left out.
    #[param("exclude_metrics_without_followers")]
    pub exclude_metrics_without_followers: Option<bool>,
    /// The greatest number of metrics.
    #[param("page_size")]
    pub page_size: Option<u64>,
    /// The page, by the token in the answer before it; the first if not given.
    #[param("page_token")]
    pub page_token: Option<String>,
}

/// Gets some metrics. Those that cannot be given are among the errors of the answer.
#[endpoint(
    POST,
    "pulse/metrics:batchGet",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_metrics:read",
    retry = idempotent,
    status = 200,
    reply = Metrics
)]
pub struct BatchGetMetrics {
    /// Whether metrics are sorted by name.
    #[param("enable_sorting")]
    pub enable_sorting: Option<bool>,
    /// Which metrics.
    #[body]
    pub ids: MetricIds,
}

/// Gets some metrics that the address names. Those that cannot be given are among the errors of the answer.
#[endpoint(
    GET,
    "pulse/metrics:batchGet",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_metrics:read",
    reply = Metrics
)]
pub struct GetSomeMetrics {
    /// Which metrics: their identifiers, separated by commas.
    #[param("metric_ids")]
    pub metric_ids: Option<String>,
    /// Whether metrics are sorted by name.
    #[param("enable_sorting")]
    pub enable_sorting: Option<bool>,
}

/// Gets a metric.
#[endpoint(
    GET,
    "pulse/metrics/{id}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_metrics:read",
    reply = MetricAnswer
)]
pub struct GetMetric {
    /// The metric.
    pub id: String,
}

/// Creates a metric of a definition.
#[endpoint(
    POST,
    "pulse/metrics",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_metrics:create",
    status = 201,
    reply = MetricAnswer
)]
pub struct CreateMetric {
    /// The metric.
    #[body]
    pub metric: NewMetric,
}

/// Gets the metric of a definition that has a specification; if there is none, it is created. A metric that was there is answered with 200.
#[endpoint(
    POST,
    "pulse/metrics:getOrCreate",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_metrics:create",
    retry = idempotent,
    status = 201,
    reply = SureMetric
)]
pub struct GetOrCreateMetric {
    /// The metric.
    #[body]
    pub metric: NewMetric,
}

/// Changes the specification of a metric.
#[endpoint(
    PATCH,
    "pulse/metrics/{id}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_metrics:update",
    status = 200,
    reply = MetricAnswer
)]
pub struct UpdateMetric {
    /// The metric.
    pub id: String,
    /// What is changed.
    #[body]
    pub metric: MetricPatch,
}

/// Deletes a metric, and so for all who follow it.
#[endpoint(
    DELETE,
    "pulse/metrics/{id}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_metrics:delete"
)]
pub struct DeleteMetric {
    /// The metric.
    pub id: String,
}

/// A metric: a definition with filters, a period and a comparison.
#[part(snake_case)]
pub struct PulseMetric {
    /// The identifier.
    pub id: String,
    /// Filters, period and comparison.
    pub specification: Json,
    /// The definition.
    pub definition_id: String,
    /// Whether it is the one that a definition is shown with.
    pub is_default: Option<bool>,
    /// The version of its form.
    pub schema_version: String,
    /// The version of itself.
    pub metric_version: Option<i64>,
    /// Its goals.
    pub goals: Option<Json>,
    /// Whether the caller follows it.
    pub is_followed: Option<bool>,
    /// The data source.
    pub datasource_luid: String,
}

/// A page of metrics.
#[document(snake_case)]
pub struct MetricPage {
    /// The metrics.
    pub metrics: Vec<PulseMetric>,
    /// The token of the next page, if there is one.
    pub next_page_token: Option<String>,
    /// The position of the first metric, from 0.
    pub offset: Option<i64>,
    /// How many there are on all pages.
    pub total_available: Option<i64>,
}

/// Some metrics.
#[document]
pub struct Metrics {
    /// The metrics.
    pub metrics: Vec<PulseMetric>,
    /// Why others that were asked for are not there.
    pub errors: Vec<BatchError>,
}

/// One metric.
#[document]
pub struct MetricAnswer {
    /// The metric.
    pub metric: PulseMetric,
}

/// A metric that there is for sure.
#[document(snake_case)]
pub struct SureMetric {
    /// The metric.
    pub metric: PulseMetric,
    /// Whether it was created; otherwise it was there.
    pub is_metric_created: bool,
}

/// The identifiers of metrics.
#[document(new, snake_case)]
pub struct MetricIds {
    /// The identifiers.
    pub metric_ids: Vec<String>,
}

/// A metric that is created.
#[document(new, snake_case)]
pub struct NewMetric {
    /// The definition.
    pub definition_id: String,
    /// Filters, period and comparison.
    pub specification: Json,
}

/// What is changed of a metric.
#[document(new)]
pub struct MetricPatch {
    /// Filters, period and comparison, as a whole.
    pub specification: Json,
}
