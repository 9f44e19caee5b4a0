//! Pulse, on Tableau Cloud: metric definitions, metrics, who follows them, and insights.
//!
//! It speaks JSON only, with names of its own and errors of its own (`code`, `message`). Specifications are passed on as they are: they are
//! the same in definitions, metrics and requests for insights.

mod followers;
mod insights;

use super::User;
use crate::endpoint::calls;
use crate::value::{Id, Json, open_enum};
use crate::{document, endpoint, part};

pub use followers::{MetricFollower, MetricSubscription, MetricSubscriptions};
pub use insights::{BriefRequest, BundleAnswer, BundleRequest, BundleResult, InsightBrief, InsightBundle};

/// Lists the metric definitions of the site.
#[endpoint(
    GET,
    "pulse/definitions",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:insight_definitions_metrics:read",
    reply = DefinitionPage
)]
pub struct ListDefinitions {
    /// Which metrics come with each definition; none if not given.
    pub view: Option<DefinitionView>,
    /// The greatest number of definitions.
    #[param("page_size")]
    pub page_size: Option<u64>,
    /// The page, by the token in the answer before it; the first if not given.
    #[param("page_token")]
    pub page_token: Option<String>,
}

open_enum! {
    /// Which metrics come with a definition.
    DefinitionView {
        /// None.
        Basic = "DEFINITION_VIEW_BASIC",
        /// All of them.
        Full = "DEFINITION_VIEW_FULL",
        /// The default one.
        Default = "DEFINITION_VIEW_DEFAULT",
    }
}

/// Gets some metric definitions.
#[endpoint(
    POST,
    "pulse/definitions:batchGet",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:insight_definitions_metrics:read",
    retry = idempotent,
    status = 200,
    reply = Definitions
)]
pub struct BatchGetDefinitions {
    /// Which metrics come with each definition; none if not given.
    pub view: Option<DefinitionView>,
    /// Which definitions.
    #[body]
    pub ids: DefinitionIds,
}

/// Gets a metric definition.
#[endpoint(
    GET,
    "pulse/definitions/{id}",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:insight_definitions_metrics:read",
    reply = DefinitionAnswer
)]
pub struct GetDefinition {
    /// The definition.
    pub id: String,
    /// Which metrics come with it; none if not given.
    pub view: Option<DefinitionView>,
}

/// Lists the metrics of a definition.
#[endpoint(
    GET,
    "pulse/definitions/{id}/metrics",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:insight_definitions_metrics:read",
    reply = Metrics
)]
pub struct ListMetrics {
    /// The definition.
    pub id: String,
}

/// Gets some metrics.
#[endpoint(
    POST,
    "pulse/metrics:batchGet",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:insight_metrics:read",
    retry = idempotent,
    status = 200,
    reply = Metrics
)]
pub struct BatchGetMetrics {
    /// Which metrics.
    #[body]
    pub ids: MetricIds,
}

/// Gets a metric.
#[endpoint(
    GET,
    "pulse/metrics/{id}",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:insight_metrics:read",
    reply = MetricAnswer
)]
pub struct GetMetric {
    /// The metric.
    pub id: String,
}

/// Lists who follows metrics: the subscriptions of a user, or of everyone the caller may see.
#[endpoint(
    GET,
    "pulse/subscriptions",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:metric_subscriptions:read",
    reply = MetricSubscriptions
)]
pub struct ListSubscriptions {
    /// The user; the caller if not given.
    #[param("user_id")]
    pub user_id: Option<Id<User>>,
    /// The metric: only its subscriptions.
    #[param("metric_id")]
    pub metric_id: Option<String>,
    /// How many are given at once: at most 1000.
    #[param("page_size")]
    pub page_size: Option<u64>,
    /// The token of the page, from the page before.
    #[param("page_token")]
    pub page_token: Option<String>,
}

/// Makes a bundle of insights about a metric.
#[endpoint(
    POST,
    "pulse/insights/{bundle_type}",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:insights:read",
    retry = idempotent,
    status = 200,
    slow,
    reply = InsightBundle
)]
pub struct GenerateInsightBundle {
    /// How much is told: `ban` (the value alone), `springboard`, `basic` or `detail`.
    pub bundle_type: String,
    /// The metric.
    #[body]
    pub request: BundleRequest,
}

/// Answers a question about metrics in words.
#[endpoint(
    POST,
    "pulse/insights/brief",
    since = "3.21",
    root = services,
    scope = server,
    only = cloud,
    format = json,
    jwt = "tableau:insight_brief:create",
    retry = idempotent,
    status = 200,
    slow,
    reply = InsightBrief
)]
pub struct GenerateInsightBrief {
    /// The question, and the metrics that it is about.
    #[body]
    pub request: BriefRequest,
}

/// A page of metric definitions.
#[document]
pub struct DefinitionPage {
    /// The definitions.
    pub definitions: Vec<MetricDefinition>,
    /// The token of the next page, if there is one.
    #[serde(rename = "next_page_token")]
    pub next_page_token: Option<String>,
    /// The position of the first definition, from 0.
    pub offset: Option<i64>,
    /// How many there are on all pages.
    #[serde(rename = "total_available")]
    pub total_available: Option<i64>,
}

/// Some metric definitions.
#[document]
pub struct Definitions {
    /// The definitions.
    pub definitions: Vec<MetricDefinition>,
}

/// One metric definition.
#[document]
pub struct DefinitionAnswer {
    /// The definition.
    pub definition: MetricDefinition,
}

/// The identifiers of metric definitions.
#[document(new)]
pub struct DefinitionIds {
    /// The identifiers.
    #[serde(rename = "definition_ids")]
    pub definition_ids: Vec<String>,
}

/// The identifiers of metrics.
#[document(new)]
pub struct MetricIds {
    /// The identifiers.
    #[serde(rename = "metric_ids")]
    pub metric_ids: Vec<String>,
}

/// A metric definition: what is measured.
#[part]
pub struct MetricDefinition {
    /// What it is called.
    pub metadata: DefinitionMetadata,
    /// What is measured: data source, measure, time dimension, filters.
    pub specification: Json,
    /// The dimensions and periods that metrics may have.
    #[serde(rename = "extension_options")]
    pub extension_options: Json,
    /// Its metrics, as far as they were asked for.
    pub metrics: Vec<PulseMetric>,
    /// How many metrics it has.
    #[serde(rename = "total_metrics")]
    pub total_metrics: Option<i64>,
    /// How values are shown.
    #[serde(rename = "representation_options")]
    pub representation_options: Json,
    /// Which insights are made.
    #[serde(rename = "insights_options")]
    pub insights_options: Json,
    /// What values are compared with.
    pub comparisons: Json,
    /// Goals that come from data.
    #[serde(rename = "datasource_goals")]
    pub datasource_goals: Vec<Json>,
}

/// What a metric definition is called.
#[part]
pub struct DefinitionMetadata {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The description.
    pub description: String,
    /// The version of its form.
    #[serde(rename = "schema_version")]
    pub schema_version: String,
    /// The version of its metrics.
    #[serde(rename = "metric_version")]
    pub metric_version: Option<i64>,
    /// The version of itself.
    #[serde(rename = "definition_version")]
    pub definition_version: Option<i64>,
}

/// A metric: a definition with filters, a period and a comparison.
#[part]
pub struct PulseMetric {
    /// The identifier.
    pub id: String,
    /// Filters, period and comparison.
    pub specification: Json,
    /// The definition.
    #[serde(rename = "definition_id")]
    pub definition_id: String,
    /// Whether it is the one that a definition is shown with.
    #[serde(rename = "is_default")]
    pub is_default: Option<bool>,
    /// The version of its form.
    #[serde(rename = "schema_version")]
    pub schema_version: String,
    /// The version of itself.
    #[serde(rename = "metric_version")]
    pub metric_version: Option<i64>,
    /// Its goals.
    pub goals: Option<Json>,
    /// Whether the caller follows it.
    #[serde(rename = "is_followed")]
    pub is_followed: Option<bool>,
    /// The data source.
    #[serde(rename = "datasource_luid")]
    pub datasource_luid: String,
}

/// Some metrics.
#[document]
pub struct Metrics {
    /// The metrics.
    pub metrics: Vec<PulseMetric>,
    /// How many there are.
    #[serde(rename = "total_available")]
    pub total_available: Option<i64>,
}

/// One metric.
#[document]
pub struct MetricAnswer {
    /// The metric.
    pub metric: PulseMetric,
}

calls!(; ListDefinitions, BatchGetDefinitions, GetDefinition, ListMetrics, BatchGetMetrics, GetMetric, ListSubscriptions,
    GenerateInsightBundle, GenerateInsightBrief);
