//! The machines of the cluster.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::json::{Json, Payload};
use super::loose;
use crate::{Entry, endpoint};

/// Lists the nodes of the cluster.
///
/// Observed.
#[endpoint(GET, "nodes", family = tsm, since = "0.5", reply = Json<ClusterNodes>)]
pub struct ListNodes;

/// Gets a node's address and hardware.
///
/// Observed.
#[endpoint(GET, "nodes/{node_id}", family = tsm, since = "0.5", reply = Json<NodeInfo>)]
pub struct GetNode {
    /// The node: `node1`.
    pub node_id: String,
}

/// The nodes of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClusterNodes {
    /// Their identifiers: `node1`.
    #[serde(deserialize_with = "loose::or_empty")]
    pub nodes: Vec<String>,
}

impl Payload for ClusterNodes {
    const MEMBER: Option<&'static str> = Some("clusterNodes");
}

/// A node's address and hardware.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct NodeInfo {
    /// Its name or address in the network.
    #[serde(deserialize_with = "loose::text")]
    pub address: Option<String>,
    /// Its processors.
    #[serde(deserialize_with = "loose::number")]
    pub processor_count: Option<u64>,
    /// Its memory; in megabytes, inferred from a program that shows it.
    #[serde(deserialize_with = "loose::number")]
    pub available_memory: Option<u64>,
    /// Its disks; in gigabytes, inferred from a program that shows it.
    #[serde(deserialize_with = "loose::number")]
    pub total_disk_space: Option<u64>,
}

impl Payload for NodeInfo {
    const MEMBER: Option<&'static str> = Some("nodeInfo");
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[Entry::of::<ListNodes>(), Entry::of::<GetNode>()];
