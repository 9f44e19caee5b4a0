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
#[document(snake_case)]
pub struct MetricSubscriptions {
    /// The subscriptions.
    pub subscriptions: Vec<MetricSubscription>,
    /// The token of the next page, if there is one.
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
#[part(snake_case)]
pub struct MetricSubscription {
    /// The identifier.
    pub id: String,
    /// The metric.
    pub metric_id: String,
    /// Who follows it.
    pub follower: Option<MetricFollower>,
    /// When it was created.
    pub create_time: Option<Timestamp>,
    /// When it was last changed.
    pub update_time: Option<Timestamp>,
}

/// Who follows a metric: a user, or every user of a group.
#[part(new, snake_case)]
pub struct MetricFollower {
    /// The user.
    pub user_id: Option<Id<User>>,
    /// The group.
    pub group_id: Option<Id<Group>>,
}

/// A subscription of a metric that is created.
#[document(new, snake_case)]
pub struct NewSubscription {
    /// The metric.
    pub metric_id: String,
    /// Who follows it.
    pub follower: MetricFollower,
}

/// Subscriptions of a metric that are created.
#[document(new, snake_case)]
pub struct NewSubscriptions {
    /// The metric.
    pub metric_id: String,
    /// Who follows it.
    pub followers: Vec<MetricFollower>,
}

/// How many users follow metrics.
#[document(snake_case)]
pub struct FollowerCounts {
    /// The numbers.
    pub follower_counts: Vec<FollowerCount>,
}

/// How many users follow a metric.
#[part(snake_case)]
pub struct FollowerCount {
    /// The metric.
    pub metric_id: String,
    /// How many users follow it, by themselves or with a group.
    pub follower_count: i64,
}
