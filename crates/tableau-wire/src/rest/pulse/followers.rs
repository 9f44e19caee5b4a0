//! Who follows which metric.

use crate::rest::{Group, User};
use crate::value::{Id, Timestamp};
use crate::{document, endpoint, part};

/// Lists who follows metrics: the subscriptions of a user, or of everyone the caller may see.
#[endpoint(
    GET,
    "pulse/subscriptions",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:metric_subscriptions:read",
    reply = MetricSubscriptions
)]
pub struct ListSubscriptions {
    /// The user; everyone the caller may see if not given.
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

/// Gets some subscriptions of metrics.
#[endpoint(
    GET,
    "pulse/subscriptions:batchGet",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:metric_subscriptions:read",
    reply = SomeSubscriptions
)]
pub struct BatchGetSubscriptions {
    /// Which subscriptions: their identifiers, separated by commas.
    #[param("subscription_ids")]
    pub subscription_ids: Option<String>,
}

/// Gets a subscription of a metric.
#[endpoint(
    GET,
    "pulse/subscriptions/{id}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:metric_subscriptions:read",
    reply = SubscriptionAnswer
)]
pub struct GetSubscription {
    /// The subscription.
    pub id: String,
}

/// Has a user or a group follow a metric.
#[endpoint(
    POST,
    "pulse/subscriptions",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:metric_subscriptions:create",
    status = 201,
    reply = SubscriptionAnswer
)]
pub struct CreateSubscription {
    /// The metric, and who follows it.
    #[body]
    pub subscription: NewSubscription,
}

/// Has several users and groups follow a metric.
#[endpoint(
    POST,
    "pulse/subscriptions:batchCreate",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:metric_subscriptions:create",
    status = 201,
    reply = SomeSubscriptions
)]
pub struct BatchCreateSubscriptions {
    /// The metric, and who follows it.
    #[body]
    pub subscriptions: NewSubscriptions,
}

/// Deletes a subscription: who had it no longer follows the metric.
#[endpoint(
    DELETE,
    "pulse/subscriptions/{id}",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:metric_subscriptions:delete"
)]
pub struct DeleteSubscription {
    /// The subscription.
    pub id: String,
}

/// Counts the users who follow metrics.
#[endpoint(
    GET,
    "pulse/subscriptions:batchGetMetricFollowerCounts",
    group = "pulse",
    since = "3.21",
    root = services,
    only = cloud,
    jwt = "tableau:metric_subscriptions:read",
    reply = FollowerCounts
)]
pub struct BatchGetMetricFollowerCounts {
    /// Which metrics: their identifiers, separated by commas; all that the caller may see if not given.
    #[param("metric_ids")]
    pub metric_ids: Option<String>,
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

/// Some subscriptions of metrics.
#[document]
pub struct SomeSubscriptions {
    /// The subscriptions.
    pub subscriptions: Vec<MetricSubscription>,
}

/// One subscription of a metric.
#[document]
pub struct SubscriptionAnswer {
    /// The subscription.
    pub subscription: MetricSubscription,
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
    /// When it was created.
    #[serde(rename = "create_time")]
    pub create_time: Option<Timestamp>,
    /// When it was last changed.
    #[serde(rename = "update_time")]
    pub update_time: Option<Timestamp>,
}

/// Who follows a metric: a user, or every user of a group.
#[part(new)]
pub struct MetricFollower {
    /// The user.
    #[serde(rename = "user_id")]
    pub user_id: Option<Id<User>>,
    /// The group.
    #[serde(rename = "group_id")]
    pub group_id: Option<Id<Group>>,
}

/// A subscription of a metric that is created.
#[document(new)]
pub struct NewSubscription {
    /// The metric.
    #[serde(rename = "metric_id")]
    pub metric_id: String,
    /// Who follows it.
    pub follower: MetricFollower,
}

/// Subscriptions of a metric that are created.
#[document(new)]
pub struct NewSubscriptions {
    /// The metric.
    #[serde(rename = "metric_id")]
    pub metric_id: String,
    /// Who follows it.
    pub followers: Vec<MetricFollower>,
}

/// How many users follow metrics.
#[document]
pub struct FollowerCounts {
    /// The numbers.
    #[serde(rename = "follower_counts")]
    pub follower_counts: Vec<FollowerCount>,
}

/// How many users follow a metric.
#[part]
pub struct FollowerCount {
    /// The metric.
    #[serde(rename = "metric_id")]
    pub metric_id: String,
    /// How many users follow it, by themselves or with a group.
    #[serde(rename = "follower_count")]
    pub follower_count: i64,
}
