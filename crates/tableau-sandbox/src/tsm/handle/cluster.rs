//! The server and its nodes.

use serde_json::{Map, Value, json};
use tableau_wire::tsm::nodes::{GetNode, ListNodes};
use tableau_wire::tsm::repository::GetCurrentMaster;
use tableau_wire::tsm::server::{GetServerInfo, GetSupportInfo};
use tableau_wire::tsm::status::GetStatus;
use tableau_wire::tsm::{
    ClusterNodes, ClusterStatus, Json, NodeInfo, RepositoryNode, ServerInfo, SupportInfo,
};

use super::Call;
use crate::tsm::cluster;
use crate::tsm::refusal::Refusal;
use crate::well_known;

pub(crate) fn status(call: &mut Call<'_>, _: GetStatus) -> Result<Json<ClusterStatus>, Refusal> {
    Ok(Json::new(cluster::status(call.state, call.now)))
}

pub(crate) fn nodes(call: &mut Call<'_>, _: ListNodes) -> Result<Json<ClusterNodes>, Refusal> {
    let topology = call.state.current_topology(call.now);
    let nodes = topology.map(|topology| topology.nodes.keys().cloned().collect());
    Ok(Json::new(ClusterNodes {
        nodes: nodes.unwrap_or_default(),
    }))
}

pub(crate) fn node(call: &mut Call<'_>, GetNode { node_id, .. }: GetNode) -> Result<Json<NodeInfo>, Refusal> {
    let topology = call.state.current_topology(call.now);
    if topology.is_some_and(|topology| topology.nodes.contains_key(&node_id)) {
        Ok(Json::new(cluster::node_info(&node_id)))
    } else {
        Err(Refusal::not_found("such node"))
    }
}

pub(crate) fn current_master(
    call: &mut Call<'_>,
    _: GetCurrentMaster,
) -> Result<Json<RepositoryNode>, Refusal> {
    /// The default port of the repository.
    const PORT: u16 = 8060;
    let topology = call.state.current_topology(call.now);
    let node = topology.and_then(cluster::repository);
    let node = node.ok_or_else(|| Refusal::not_found("repository"))?;
    let mut master = RepositoryNode::default();
    master.host_name = Some(cluster::host(node));
    master.port = Some(PORT);
    Ok(Json::new(master))
}

// These two are known to exist; their members are all assumed.
pub(crate) fn server_info(_: &mut Call<'_>, _: GetServerInfo) -> Result<Json<ServerInfo>, Refusal> {
    let members = [
        ("productVersion", well_known::PRODUCT_VERSION),
        ("build", well_known::BUILD),
    ];
    Ok(Json::new(ServerInfo(map(
        members.map(|(name, value)| (name, json!(value)))
    ))))
}

pub(crate) fn support_info(call: &mut Call<'_>, _: GetSupportInfo) -> Result<Json<SupportInfo>, Refusal> {
    let topology = call.state.current_topology(call.now);
    let members = [
        ("build", json!(well_known::BUILD)),
        (
            "nodeCount",
            json!(topology.map_or(0, |topology| topology.nodes.len())),
        ),
    ];
    Ok(Json::new(SupportInfo(map(members))))
}

fn map<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    let members = members.into_iter().map(|(name, value)| (name.to_owned(), value));
    members.collect()
}
