//! Three nodes with their services, and their status.

use tableau_wire::tsm::topologies::{TopologyInstance, TopologyNode, TopologyService};
use tableau_wire::tsm::{
    ClusterStatus, DeploymentState, EpochMillis, InstanceStatus, NodeInfo, NodeStatus, ProcessStatus,
    RollupStatus, ServiceStatus, Topology,
};

use super::state::{State, World};
use crate::well_known;

/// The names are those that were seen on real servers.
const NODES: [(&str, &[(&str, usize)]); 3] = [
    (
        "node1",
        &[
            ("tabadmincontroller", 1),
            ("tabadminagent", 1),
            ("appzookeeper", 1),
            ("clientfileservice", 1),
            ("licenseservice", 1),
            ("activemqserver", 1),
            ("authnservice", 1),
            ("backgrounder", 2),
            ("backuprestore", 1),
            ("cacheserver", 2),
            ("clustercontroller", 1),
            ("databasemaintenance", 1),
            ("dataengine", 1),
            ("dataserver", 2),
            ("elasticserver", 1),
            ("filestore", 1),
            ("flowprocessor", 1),
            ("gateway", 1),
            ("interactive", 1),
            ("noninteractive", 1),
            ("pgsql", 1),
            ("searchserver", 1),
            ("statsservice", 1),
            ("vizportal", 1),
            ("vizqlserver", 2),
        ],
    ),
    (
        "node2",
        &[
            ("tabadminagent", 1),
            ("appzookeeper", 1),
            ("cacheserver", 2),
            ("clustercontroller", 1),
            ("dataengine", 1),
            ("dataserver", 2),
            ("filestore", 1),
            ("gateway", 1),
            ("pgsql", 1),
            ("vizportal", 1),
            ("vizqlserver", 4),
        ],
    ),
    (
        "node3",
        &[
            ("tabadminagent", 1),
            ("appzookeeper", 1),
            ("backgrounder", 4),
            ("clustercontroller", 1),
            ("gateway", 1),
        ],
    ),
];
/// The services of TSM itself. That they run while the server is stopped is assumed.
const OF_TSM: [&str; 5] = [
    "tabadmincontroller",
    "tabadminagent",
    "appzookeeper",
    "clientfileservice",
    "licenseservice",
];
/// Services that run on demand and are disabled and stopped otherwise (observed).
const ON_DEMAND: [&str; 2] = ["backuprestore", "databasemaintenance"];
/// The database; of several one is active and the others are standby.
const REPOSITORY: &str = "pgsql";

pub(super) fn topology() -> Topology {
    let instance = |index: usize| TopologyInstance {
        instance_id: Some(index.to_string()),
        binary_version: Some(well_known::BUILD.to_owned()),
    };
    let service = |(name, count): &(&str, usize)| {
        let instances = (0..*count).map(instance).collect();
        ((*name).to_owned(), TopologyService { instances })
    };
    let node = |(id, services): (&str, &[(&str, usize)])| {
        let services = services.iter().map(service).collect();
        (id.to_owned(), TopologyNode { services })
    };
    Topology::new(NODES.into_iter().map(node).collect())
}

/// The hardware of a node; all nodes are alike.
pub(super) fn node_info(id: &str) -> NodeInfo {
    let mut info = NodeInfo::default();
    info.address = Some(host(id));
    info.processor_count = Some(8);
    info.available_memory = Some(64_000);
    info.total_disk_space = Some(500);
    info
}

/// The name of a node's machine.
pub(super) fn host(node: &str) -> String {
    format!("{node}.sandbox.example")
}

/// The node of the active repository: the first node that has one.
pub(super) fn repository(topology: &Topology) -> Option<&str> {
    let mut nodes = topology.nodes.iter();
    let (id, _) = nodes.find(|(_, node)| node.services.contains_key(REPOSITORY))?;
    Some(id)
}

/// The status of the cluster; how it follows from its parts is assumed.
pub(super) fn status(state: &State, now: i64) -> ClusterStatus {
    let world = state.world(now);
    let mut cluster = ClusterStatus::default();
    if let Some(topology) = state.topology(world.topology) {
        let master = repository(topology);
        let node = |(id, node): (&String, &TopologyNode)| {
            let look = Look {
                state,
                world: &world,
                node: id,
                is_master: master == Some(id),
                now,
            };
            look.node(node)
        };
        cluster.nodes = topology.nodes.iter().map(node).collect();
    }
    let nodes = cluster.nodes.iter().map(|node| &node.rollup_status);
    cluster.rollup_status = Some(whole(&world, nodes));
    cluster.rollup_requested_deployment_state = Some(deployment(world.enabled));
    cluster
}

/// A node and the state that its status follows from.
struct Look<'s> {
    state: &'s State,
    world: &'s World,
    node: &'s str,
    is_master: bool,
    now: i64,
}

impl Look<'_> {
    fn node(&self, node: &TopologyNode) -> NodeStatus {
        let services = node.services.iter();
        let mut status = NodeStatus::default();
        status.node_id = Some(self.node.to_owned());
        status.services = services
            .map(|(name, service)| self.service(name, service))
            .collect();
        let rollups = status.services.iter().map(|service| &service.rollup_status);
        status.rollup_status = Some(whole(self.world, rollups));
        status.rollup_requested_deployment_state = Some(deployment(self.world.enabled));
        status
    }

    fn service(&self, name: &str, service: &TopologyService) -> ServiceStatus {
        let of_tsm = OF_TSM.contains(&name);
        let on_demand = ON_DEMAND.contains(&name);
        let enabled = of_tsm || (self.world.enabled && !on_demand);
        let runs = of_tsm || (self.world.running && !on_demand);
        let put = self.state.processes.get(&(self.node.to_owned(), name.to_owned()));
        let process = match put {
            Some(status) => status.clone(),
            None if !runs => ProcessStatus::Stopped,
            None if name == REPOSITORY && !self.is_master => ProcessStatus::Passive,
            None => ProcessStatus::Active,
        };
        let mut status = ServiceStatus::default();
        status.service_name = Some(name.to_owned());
        status.rollup_status = Some(match &process {
            process if process.is_ok() => RollupStatus::Running,
            ProcessStatus::Stopped => RollupStatus::Stopped,
            ProcessStatus::Degraded | ProcessStatus::Warning => RollupStatus::Degraded,
            _ => RollupStatus::Error,
        });
        status.rollup_requested_deployment_state = Some(deployment(enabled));
        let instances = service.instances.iter().map(|instance| {
            let mut status = InstanceStatus::default();
            status.instance_id = instance.instance_id.clone();
            status.process_status = Some(process.clone());
            status.current_deployment_state = Some(deployment(enabled));
            status.timestamp_utc = Some(EpochMillis(self.now));
            status
        });
        status.instances = instances.collect();
        status
    }
}

/// The worst status of the parts, ignoring stopped ones; `Stopped` while the server is stopped.
fn whole<'r>(world: &World, parts: impl Iterator<Item = &'r Option<RollupStatus>>) -> RollupStatus {
    if !world.running {
        return RollupStatus::Stopped;
    }
    let parts: Vec<_> = parts.flatten().collect();
    let worst = [RollupStatus::Error, RollupStatus::Degraded];
    let worst = worst.into_iter().find(|status| parts.contains(&status));
    worst.unwrap_or(RollupStatus::Running)
}

fn deployment(enabled: bool) -> DeploymentState {
    if enabled {
        DeploymentState::Enabled
    } else {
        DeploymentState::Disabled
    }
}
