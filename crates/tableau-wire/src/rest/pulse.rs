//! Pulse, on Tableau Cloud: metric definitions, metrics, who follows them, and insights.
//!
//! It speaks JSON only, with names of its own and errors of its own (`code`, `message`). Specifications are passed on as they are: they are
//! the same in definitions, metrics and requests for insights.

mod definitions;
mod followers;
mod insights;
mod metrics;

use crate::endpoint::calls;
use crate::part;

pub use definitions::{
    BatchGetDefinitions, CreateDefinition, DefinitionAnswer, DefinitionIds, DefinitionMetadata,
    DefinitionPage, DefinitionPatch, DefinitionView, Definitions, DeleteDefinition, GetDefinition,
    GetSomeDefinitions, ListDefinitions, MetricDefinition, NewDefinition, UpdateDefinition,
};
pub use followers::{
    BatchCreateSubscriptions, BatchGetMetricFollowerCounts, BatchGetSubscriptions, CreateSubscription,
    DeleteSubscription, FollowerCount, FollowerCounts, GetSubscription, ListSubscriptions, MetricFollower,
    MetricSubscription, MetricSubscriptions, NewSubscription, NewSubscriptions, SomeSubscriptions,
    SubscriptionAnswer,
};
pub use insights::{
    BriefRequest, BundleAnswer, BundleError, BundleRequest, BundleResult, GenerateInsightBrief,
    GenerateInsightBundle, InsightBrief, InsightBundle,
};
pub use metrics::{
    BatchGetMetrics, CreateMetric, DeleteMetric, GetMetric, GetOrCreateMetric, GetSomeMetrics, ListMetrics,
    MetricAnswer, MetricIds, MetricPage, MetricPatch, Metrics, NewMetric, PulseMetric, SureMetric,
    UpdateMetric,
};

/// Why one of several things is not in an answer, which is a success all the same.
#[part]
pub struct BatchError {
    /// What was asked for.
    pub id: String,
    /// Why it is not there.
    pub error: String,
}

calls!(;
    ListDefinitions, BatchGetDefinitions, GetSomeDefinitions, GetDefinition, CreateDefinition, UpdateDefinition, DeleteDefinition,
    ListMetrics, BatchGetMetrics, GetSomeMetrics, GetMetric, CreateMetric, GetOrCreateMetric, UpdateMetric, DeleteMetric,
    ListSubscriptions, BatchGetSubscriptions, GetSubscription, CreateSubscription, BatchCreateSubscriptions, DeleteSubscription,
    BatchGetMetricFollowerCounts,
    GenerateInsightBundle, GenerateInsightBrief,
);
