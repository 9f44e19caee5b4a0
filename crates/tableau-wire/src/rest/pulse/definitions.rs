//! Metric definitions: what is measured.

use super::{BatchError, PulseMetric};
use crate::value::{Json, open_enum};
use crate::{document, endpoint, part};

/// Lists the metric definitions of the site.
#[endpoint(
    GET,
    "pulse/definitions",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_definitions_metrics:read",
    reply = DefinitionPage
)]
pub struct ListDefinitions {
    /// Which metrics come with each definition; none if not given.
    pub view: Option<DefinitionView>,
    /// How many metrics come at most with each definition, where all of them do.
    #[param("number_of_metrics")]
    pub number_of_metrics: Option<u64>,
    /// Which definitions, by an expression of Pulse.
    pub filter: Option<String>,
    /// In which order.
    #[param("order_by")]
    pub order_by: Option<String>,
    /// A metric: only its definition is given, and of its metrics this one.
    #[param("metric_id")]
    pub metric_id: Option<String>,
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

/// Gets some metric definitions. Those that cannot be given are among the errors of the answer.
#[endpoint(
    POST,
    "pulse/definitions:batchGet",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_definitions_metrics:read",
    retry = idempotent,
    status = 200,
    reply = Definitions
)]
pub struct BatchGetDefinitions {
    /// Which metrics come with each definition; none if not given.
    pub view: Option<DefinitionView>,
    /// How many metrics come at most with each definition, where all of them do.
    #[param("number_of_metrics")]
    pub number_of_metrics: Option<u64>,
    /// Which definitions.
    #[body]
    pub ids: DefinitionIds,
}

/// Gets some metric definitions that the address names. Those that cannot be given are among the errors of the answer.
#[endpoint(
    GET,
    "pulse/definitions:batchGet",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_definitions_metrics:read",
    reply = Definitions
)]
pub struct GetSomeDefinitions {
    /// Which definitions: their identifiers, separated by commas.
    #[param("definition_ids")]
    pub definition_ids: Option<String>,
    /// Which metrics come with each definition; none if not given.
    pub view: Option<DefinitionView>,
    /// How many metrics come at most with each definition, where all of them do.
    #[param("number_of_metrics")]
    pub number_of_metrics: Option<u64>,
}

/// Gets a metric definition.
#[endpoint(
    GET,
    "pulse/definitions/{id}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_definitions_metrics:read",
    reply = DefinitionAnswer
)]
pub struct GetDefinition {
    /// The definition.
    pub id: String,
    /// Which metrics come with it; none if not given.
    pub view: Option<DefinitionView>,
    /// How many metrics come with it at most, where all of them do.
    #[param("number_of_metrics")]
    pub number_of_metrics: Option<u64>,
}

/// Creates a metric definition, with a default metric.
#[endpoint(
    POST,
    "pulse/definitions",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_definitions:create",
    status = 201,
    reply = DefinitionAnswer
)]
pub struct CreateDefinition {
    /// The definition.
    #[body]
    pub definition: NewDefinition,
}

/// Changes a metric definition: the members that are given, each as a whole.
#[endpoint(
    PATCH,
    "pulse/definitions/{id}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_definitions:update",
    status = 200,
    reply = DefinitionAnswer
)]
pub struct UpdateDefinition {
    /// The definition.
    pub id: String,
    /// What is changed.
    #[body]
    pub definition: DefinitionPatch,
}

/// Deletes a metric definition with its metrics, and so for all who follow them.
#[endpoint(
    DELETE,
    "pulse/definitions/{id}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:insight_definitions:delete"
)]
pub struct DeleteDefinition {
    /// The definition.
    pub id: String,
}

/// A page of metric definitions.
#[document(snake_case)]
pub struct DefinitionPage {
    /// The definitions.
    pub definitions: Vec<MetricDefinition>,
    /// The token of the next page, if there is one.
    pub next_page_token: Option<String>,
    /// The position of the first definition, from 0.
    pub offset: Option<i64>,
    /// How many there are on all pages.
    pub total_available: Option<i64>,
}

/// Some metric definitions.
#[document]
pub struct Definitions {
    /// The definitions.
    pub definitions: Vec<MetricDefinition>,
    /// Why others that were asked for are not there.
    pub errors: Vec<BatchError>,
}

/// One metric definition.
#[document]
pub struct DefinitionAnswer {
    /// The definition.
    pub definition: MetricDefinition,
}

/// The identifiers of metric definitions.
#[document(new, snake_case)]
pub struct DefinitionIds {
    /// The identifiers.
    pub definition_ids: Vec<String>,
}

/// A metric definition that is created.
#[document(new, snake_case)]
pub struct NewDefinition {
    /// What it is called.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// What is measured: data source, measure, time dimension, filters.
    pub specification: Json,
    /// The dimensions and periods that metrics may have.
    pub extension_options: Option<Json>,
    /// How values are shown.
    pub representation_options: Option<Json>,
    /// Which insights are made.
    pub insights_options: Option<Json>,
    /// What values are compared with.
    pub comparisons: Option<Json>,
    /// Goals that come from data.
    pub datasource_goals: Option<Vec<Json>>,
    /// Links to what belongs to it.
    pub related_links: Option<Vec<Json>>,
    /// Whether it is certified (`is_certified`), and why (`note`).
    pub certification: Option<Json>,
}

/// What is changed of a metric definition.
#[document(new, snake_case)]
pub struct DefinitionPatch {
    /// What it is called.
    pub name: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// What is measured: data source, measure, time dimension, filters.
    pub specification: Option<Json>,
    /// The dimensions and periods that metrics may have.
    pub extension_options: Option<Json>,
    /// How values are shown.
    pub representation_options: Option<Json>,
    /// Which insights are made.
    pub insights_options: Option<Json>,
    /// What values are compared with.
    pub comparisons: Option<Json>,
    /// Goals that come from data.
    pub datasource_goals: Option<Vec<Json>>,
    /// Links to what belongs to it.
    pub related_links: Option<Vec<Json>>,
    /// Whether it is certified (`is_certified`), and why (`note`).
    pub certification: Option<Json>,
}

/// A metric definition: what is measured.
#[part(snake_case)]
pub struct MetricDefinition {
    /// What it is called.
    pub metadata: DefinitionMetadata,
    /// What is measured: data source, measure, time dimension, filters.
    pub specification: Json,
    /// The dimensions and periods that metrics may have.
    pub extension_options: Json,
    /// Its metrics, as far as they were asked for.
    pub metrics: Vec<PulseMetric>,
    /// How many metrics it has.
    pub total_metrics: Option<i64>,
    /// How values are shown.
    pub representation_options: Json,
    /// Which insights are made.
    pub insights_options: Json,
    /// What values are compared with.
    pub comparisons: Json,
    /// Goals that come from data.
    pub datasource_goals: Vec<Json>,
    /// Whether it is certified (`is_certified`), by whom and why (`modified_by`, `modified_at`, `note`).
    pub certification: Option<Json>,
}

/// What a metric definition is called.
#[part(snake_case)]
pub struct DefinitionMetadata {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The description.
    pub description: String,
    /// The version of its form.
    pub schema_version: String,
    /// The version of its metrics.
    pub metric_version: Option<i64>,
    /// The version of itself.
    pub definition_version: Option<i64>,
    /// Links to what belongs to it.
    pub related_links: Option<Vec<Json>>,
}
