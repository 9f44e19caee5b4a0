//! Pulse: what was created, and what was changed of what the sandbox has for each data source.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tableau_wire::rest::pulse;
use uuid::Uuid;

/// A metric definition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PulseDefinition {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    /// The data source that it measures.
    pub(crate) datasource: Uuid,
    /// Whether the sandbox had it for a data source, and it was changed.
    pub(crate) is_given: bool,
    /// What answers show of it, without its metrics; none of a given one that was deleted.
    pub(crate) shown: Option<pulse::MetricDefinition>,
}

/// A metric.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PulseMetric {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) datasource: Uuid,
    pub(crate) definition: Uuid,
    /// Whether the sandbox had it for a data source.
    pub(crate) is_given: bool,
    pub(crate) shown: pulse::PulseMetric,
}

/// A user or a group that follows a metric.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PulseFollowing {
    /// Derived from the metric and the follower.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) datasource: Uuid,
    pub(crate) metric: Uuid,
    /// The user or the group.
    pub(crate) follower: Uuid,
    pub(crate) is_group: bool,
    /// Since when; none of a user who no longer follows what all follow.
    pub(crate) since: Option<Timestamp>,
}
