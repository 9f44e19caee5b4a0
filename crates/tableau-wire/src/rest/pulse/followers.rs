//! Who follows which metric.

use crate::rest::{Group, User};
use crate::value::Id;
use crate::{document, part};

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
