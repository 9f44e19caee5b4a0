//! Which services run on which node.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_with::skip_serializing_none;

use super::configurations::RequestedVersion;
use super::json::{Json, Payload};
use super::loose;
use crate::{Entry, endpoint};

/// Lists links to the existing topologies.
///
/// Observed; what a link looks like is not known.
#[endpoint(GET, "topologies", family = tsm, since = "0.5", reply = Json<Links>)]
pub struct ListTopologies;

/// Gets the version of the topology that was requested last, applied or not.
///
/// Observed.
#[endpoint(GET, "topologies/requested/version", family = tsm, since = "0.5", reply = Json<RequestedVersion>)]
pub struct GetRequestedVersion;

/// Gets a version of the topology.
///
/// Observed, though probably never in use.
#[derive(Copy)]
#[endpoint(GET, "topologies/{version}", family = tsm, since = "0.5", reply = Json<Topology>)]
pub struct GetTopology {
    /// The version of the topology.
    pub version: u64,
}

/// Links to other addresses of the API.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Links {
    /// Each link, untyped.
    #[serde(deserialize_with = "loose::or_empty")]
    pub items: Vec<Value>,
}

impl Payload for Links {
    const MEMBER: Option<&'static str> = Some("links");
}

/// What runs where.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Topology {
    /// The nodes by their identifiers.
    #[serde(deserialize_with = "loose::or_empty")]
    pub nodes: BTreeMap<String, TopologyNode>,
}

impl Topology {
    /// A topology of these nodes.
    #[must_use]
    pub fn new(nodes: BTreeMap<String, TopologyNode>) -> Self {
        Self { nodes }
    }
}

impl Payload for Topology {
    const MEMBER: Option<&'static str> = Some("topologyVersion");
}

/// What runs on a node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TopologyNode {
    /// The services by their names.
    #[serde(deserialize_with = "loose::or_empty")]
    pub services: BTreeMap<String, TopologyService>,
}

/// The processes of a service on a node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TopologyService {
    /// Each process.
    #[serde(deserialize_with = "loose::or_empty")]
    pub instances: Vec<TopologyInstance>,
}

/// A process of a service.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopologyInstance {
    /// Which of the service's processes on this node: `0`.
    #[serde(deserialize_with = "loose::text")]
    pub instance_id: Option<String>,
    /// The release that it is of.
    #[serde(deserialize_with = "loose::text")]
    pub binary_version: Option<String>,
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<ListTopologies>(),
    Entry::of::<GetRequestedVersion>(),
    Entry::of::<GetTopology>(),
];
