//! Who follows which metric.

use crate::rest::{Group, User};
use crate::value::Id;
use crate::{Endpoint, document, part};

/// Lists who follows metrics: the subscriptions of a user, or of everyone the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Default, Endpoint)]
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
#[non_exhaustive]
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

/// Subscriptions of metrics.
#[document]
pub struct MetricSubscriptions {
    /// The subscriptions.
    pub subscriptions: Vec<MetricSubscription>,
    /// The token of the next page, if there is one.
    #[serde(rename = "next_page_token")]
    pub next_page_token: Option<String>,
}

/// A subscription of a metric.
#[part]
pub struct MetricSubscription {
    /// The identifier.
    pub id: String,
    /// The metric.
    #[serde(rename = "metric_id")]
    pub metric_id: String,
    /// Who follows it.
    pub follower: Option<MetricFollower>,
}

/// Who follows a metric: a user, or every user of a group.
#[part]
pub struct MetricFollower {
    /// The user.
    #[serde(rename = "user_id")]
    pub user_id: Option<Id<User>>,
    /// The group.
    #[serde(rename = "group_id")]
    pub group_id: Option<Id<Group>>,
}
