//! `tabctl tsm status`, `nodes` and `licenses`.

use serde_json::{Value, json};
use tableau_client::tsm::TsmSession;

use super::connect::Connector;
use super::print::{self, add, items, text};
use crate::args::tsm::{Licenses, Nodes, Status};
use crate::commands::style;
use crate::failure::Failure;
use crate::output::Column;

const NODES_AS_A_WHOLE: &[Column] = &[
    Column::titled("node", "nodeId"),
    Column::titled("status", "rollupStatus"),
    Column::titled("requested", "rollupRequestedDeploymentState"),
];
const SERVICES: &[Column] = &[
    Column::titled("node", "nodeId"),
    Column::titled("service", "serviceName"),
    Column::titled("status", "rollupStatus"),
    Column::of("processes"),
];

pub(super) fn status(connector: &Connector, args: Status, no_pager: bool) -> Result<(), Failure> {
    let status = connector.run(async |session| Ok(session.status().await?))?;
    if print::is_whole(&args.output) {
        return print::document(status.raw());
    }
    let style = style::settle(args.output, no_pager);
    let cluster = status.raw().get("clusterStatus").cloned().unwrap_or_default();
    let nodes = items(&cluster, "/nodes");
    if !args.verbose {
        let mut rows = vec![named(&cluster, "cluster")];
        rows.extend_from_slice(nodes);
        return print::list(style, NODES_AS_A_WHOLE, &rows, |_| {});
    }
    let mut rows = Vec::new();
    for node in nodes {
        let id = text(node, "nodeId");
        let services = items(node, "/services").iter();
        rows.extend(services.map(|service| named(service, &id)));
    }
    print::list(style, SERVICES, &rows, |row| {
        let instances = items(row, "/instances").iter();
        let processes: Vec<_> = instances.map(|process| text(process, "processStatus")).collect();
        add(row, "processes", processes.join(","));
    })
}

/// The same with the identifier of a node.
fn named(row: &Value, node_id: &str) -> Value {
    let mut row = row.clone();
    add(&mut row, "nodeId", node_id);
    row
}

// Memory in megabytes and disks in gigabytes: inferred from a program that shows them.
const NODES: &[Column] = &[
    Column::titled("node", "nodeId"),
    Column::of("address"),
    Column::titled("processors", "processorCount"),
    Column::titled("memory", "availableMemory"),
    Column::titled("disk", "totalDiskSpace"),
];

pub(super) fn nodes(connector: &Connector, args: Nodes, no_pager: bool) -> Result<(), Failure> {
    let rows = connector.run(node_infos)?;
    print::list(style::settle(args.output, no_pager), NODES, &rows, |_| {})
}

async fn node_infos(session: &TsmSession) -> Result<Vec<Value>, Failure> {
    let nodes = session.nodes().await?;
    let mut rows = Vec::new();
    for id in &nodes.nodes {
        let node = session.node(id.as_str()).await?;
        let info = node.raw().get("nodeInfo").cloned().unwrap_or_else(|| json!({}));
        rows.push(named(&info, id));
    }
    Ok(rows)
}

const KEYS: &[Column] = &[
    Column::titled("key", "serial"),
    Column::titled("active", "isActive"),
    Column::of("valid"),
    Column::of("expiration"),
    Column::of("maintenance"),
];

pub(super) fn licenses(connector: &Connector, args: Licenses, no_pager: bool) -> Result<(), Failure> {
    let keys = connector.run(async |session| Ok(session.product_keys().await?))?;
    let mut rows = items(keys.raw(), "/productKeys/items").to_vec();
    if !args.show_keys {
        for serial in rows.iter_mut().filter_map(|row| row.get_mut("serial")) {
            *serial = serial.as_str().map_or(Value::Null, |key| end_of(key).into());
        }
    }
    print::list(style::settle(args.output, no_pager), KEYS, &rows, |_| {})
}

/// The end of a product key, which tells it from others; the word `trial` is not a key.
fn end_of(key: &str) -> String {
    let hidden = key.chars().count().saturating_sub(4);
    match key.contains('-') {
        true => format!("…{}", key.chars().skip(hidden).collect::<String>()),
        false => key.to_owned(),
    }
}
