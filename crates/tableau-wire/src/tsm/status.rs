//! The status of the cluster.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::json::{Json, Payload};
use super::loose;
use super::time::EpochMillis;
use super::word::{DeploymentState, ProcessStatus, RollupStatus};
use crate::{Entry, endpoint};

/// Gets the status of the cluster, its nodes, their services and each process.
///
/// Observed, and named in Tableau's reference.
#[endpoint(GET, "status", family = tsm, since = "0.5", reply = Json<ClusterStatus>)]
pub struct GetStatus;

/// The status of the cluster.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ClusterStatus {
    /// Its status as a whole.
    #[serde(deserialize_with = "loose::word")]
    pub rollup_status: Option<RollupStatus>,
    /// The requested state.
    #[serde(deserialize_with = "loose::word")]
    pub rollup_requested_deployment_state: Option<DeploymentState>,
    /// Its nodes.
    #[serde(deserialize_with = "loose::or_empty")]
    pub nodes: Vec<NodeStatus>,
}

impl Payload for ClusterStatus {
    const MEMBER: Option<&'static str> = Some("clusterStatus");
}

/// The status of a node.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct NodeStatus {
    /// The node: `node1`.
    #[serde(deserialize_with = "loose::text")]
    pub node_id: Option<String>,
    /// Its status as a whole.
    #[serde(deserialize_with = "loose::word")]
    pub rollup_status: Option<RollupStatus>,
    /// The requested state.
    #[serde(deserialize_with = "loose::word")]
    pub rollup_requested_deployment_state: Option<DeploymentState>,
    /// Its services.
    #[serde(deserialize_with = "loose::or_empty")]
    pub services: Vec<ServiceStatus>,
}

/// The status of a service on a node.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ServiceStatus {
    /// The service: `vizqlserver`.
    #[serde(deserialize_with = "loose::text")]
    pub service_name: Option<String>,
    /// Its status as a whole.
    #[serde(deserialize_with = "loose::word")]
    pub rollup_status: Option<RollupStatus>,
    /// The requested state.
    #[serde(deserialize_with = "loose::word")]
    pub rollup_requested_deployment_state: Option<DeploymentState>,
    /// Its processes.
    #[serde(deserialize_with = "loose::or_empty")]
    pub instances: Vec<InstanceStatus>,
}

/// The status of a process of a service.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct InstanceStatus {
    /// Which of the service's processes on this node: `0`.
    #[serde(deserialize_with = "loose::text")]
    pub instance_id: Option<String>,
    /// Its status.
    #[serde(deserialize_with = "loose::word")]
    pub process_status: Option<ProcessStatus>,
    /// Whether it is meant to run.
    #[serde(deserialize_with = "loose::word")]
    pub current_deployment_state: Option<DeploymentState>,
    /// When the status was reported.
    #[serde(deserialize_with = "loose::time")]
    pub timestamp_utc: Option<EpochMillis>,
    /// The message with it.
    #[serde(deserialize_with = "loose::text")]
    pub message: Option<String>,
    /// The code of the problem.
    #[serde(deserialize_with = "loose::text")]
    pub code: Option<String>,
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[Entry::of::<GetStatus>()];
