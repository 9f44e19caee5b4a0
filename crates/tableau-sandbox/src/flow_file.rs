//! Reading a published flow: a `.tfl`, or a `.tflx` with its data. Both are zips with a member `flow`, in JSON.
//!
//! The input is not trusted. The layout is not documented; that of nodes and connections is what Tableau Prep writes, that of parameters is inferred.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Seek, Write};

use serde::{Deserialize, Serialize};
use tableau_wire::rest::flows::{FlowOutputStep, FlowParameter};
use tableau_wire::rest::publishing::Connection;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::auth::parse_id;
use crate::package::{self, Unreadable};
use crate::rng;
use crate::xml_text;

/// The member of a package that is the flow.
const FLOW: &str = "flow";
/// The maximum size of the flow, in bytes.
const MAX_FLOW: u64 = 16 * 1024 * 1024;
/// The types of its files, by the names of `flowType` and of file names.
const FILE_TYPES: [&str; 2] = ["tfl", "tflx"];

/// The type of a flow's file, if the name is one.
pub(crate) fn file_type(name: &str) -> Option<&'static str> {
    FILE_TYPES
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(name))
}

/// The flow in a file, as far as it is looked into.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FlowFile {
    nodes: BTreeMap<String, Node>,
    #[serde(default)]
    connections: BTreeMap<String, FlowConnection>,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Node {
    name: String,
    node_type: String,
    /// `input`, `transform`, `output`, ….
    base_type: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FlowConnection {
    name: String,
    connection_type: String,
    connection_attributes: ConnectionAttributes,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct ConnectionAttributes {
    class: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Parameters {
    parameters: BTreeMap<String, Parameter>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Parameter {
    name: String,
    description: Option<String>,
    data_type: Option<String>,
    current_value: Option<String>,
    is_required: bool,
}

/// Why a file is not a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotAFlow(String);

impl NotAFlow {
    fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for NotAFlow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the flow in a file.
pub(crate) fn read(file: impl Read + Seek) -> Result<FlowFile, NotAFlow> {
    let mut package = package::open(file).map_err(NotAFlow::new)?;
    let names = package::names(&package).map_err(NotAFlow::new)?;
    if !names.iter().any(|name| name == FLOW) {
        return Err(NotAFlow::new("there is no flow in the package"));
    }
    let entry = package
        .by_name(FLOW)
        .map_err(|error| NotAFlow::new(Unreadable::new(error)))?;
    if entry.size() > MAX_FLOW {
        return Err(NotAFlow::new("the flow is too large"));
    }
    let mut json = Vec::new();
    // What an entry announces is not always what it has.
    let length = entry.take(MAX_FLOW + 1).read_to_end(&mut json);
    let length = length.map_err(|error| NotAFlow::new(Unreadable::new(error)))?;
    if length as u64 > MAX_FLOW {
        return Err(NotAFlow::new("the flow is too large"));
    }
    let unreadable = |error: &dyn fmt::Display| {
        NotAFlow::new(format_args!("the flow in the package cannot be read: {error}"))
    };
    let flow: FlowFile = serde_json::from_slice(&json).map_err(|error| unreadable(&error))?;
    xml_text::check_texts(&flow).map_err(|error| unreadable(&error))?;
    Ok(flow)
}

impl FlowFile {
    /// A flow with these steps and connections, and nothing between them.
    pub(crate) fn with(steps: &[FlowOutputStep], connections: &[&Connection]) -> Self {
        let node = |step: &FlowOutputStep| {
            let node = Node {
                name: step.name.clone(),
                node_type: ".v1.PublishExtract".to_owned(),
                base_type: "output".to_owned(),
            };
            (step.id.to_string(), node)
        };
        let connection = |connection: &&Connection| {
            let attributes = ConnectionAttributes {
                class: connection.r#type.clone().unwrap_or_default(),
                server: connection.server_address.clone(),
                port: connection.server_port.clone(),
                username: connection.user_name.clone(),
            };
            let connection_of_flow = FlowConnection {
                name: connection.server_address.clone().unwrap_or_default(),
                connection_type: ".v1.SqlConnection".to_owned(),
                connection_attributes: attributes,
            };
            (connection.id.to_string(), connection_of_flow)
        };
        Self {
            nodes: steps.iter().map(node).collect(),
            connections: connections.iter().map(connection).collect(),
            parameters: Parameters::default(),
        }
    }

    /// The bytes of its `.tfl`.
    pub(crate) fn package(&self) -> std::io::Result<Vec<u8>> {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(FLOW, SimpleFileOptions::default())?;
        zip.write_all(&serde_json::to_vec(self)?)?;
        Ok(zip.finish()?.into_inner())
    }

    /// The steps that write data; `flow` is the identifier of the flow, which makes those of its steps unique.
    pub(crate) fn output_steps(&self, flow: &str) -> Vec<FlowOutputStep> {
        let outputs = self.nodes.iter().filter(|(_, node)| node.base_type == "output");
        let step = |(id, node): (&String, &Node)| {
            let mut step = FlowOutputStep::default();
            step.id = identifier("flowOutputStep", flow, id).into();
            step.name.clone_from(&node.name);
            step
        };
        outputs.map(step).collect()
    }

    pub(crate) fn parameters(&self, flow: &str) -> Vec<FlowParameter> {
        let parameter = |(id, of): (&String, &Parameter)| {
            let mut parameter = FlowParameter::default();
            parameter.id = identifier("flowParameter", flow, id).into();
            parameter.name.clone_from(&of.name);
            parameter.description.clone_from(&of.description);
            parameter.r#type.clone_from(&of.data_type);
            parameter.value.clone_from(&of.current_value);
            parameter.is_required = Some(of.is_required);
            parameter
        };
        self.parameters.parameters.iter().map(parameter).collect()
    }

    /// The connections to databases and files, without identifiers.
    pub(crate) fn connections(&self) -> Vec<Connection> {
        let connection = |of: &FlowConnection| {
            let attributes = &of.connection_attributes;
            let mut connection = Connection::default();
            connection.r#type = Some(attributes.class.clone());
            connection.server_address = Some(attributes.server.clone().unwrap_or_default());
            connection.server_port.clone_from(&attributes.port);
            connection.user_name = Some(attributes.username.clone().unwrap_or_default());
            connection.embed_password = Some(false);
            connection
        };
        self.connections.values().map(connection).collect()
    }
}

/// The identifier that the file gives a part of a flow, if it has the form of one.
fn identifier(kind: &str, flow: &str, id: &str) -> String {
    parse_id(id)
        .unwrap_or_else(|| rng::luid(kind, &[flow, id]))
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn packaged(name: &str, content: &[u8]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap().into_inner()
    }

    fn reason(bytes: &[u8]) -> String {
        read(Cursor::new(bytes)).unwrap_err().to_string()
    }

    const TEXT: &str = r#"{"nodes": {"1": {"name": "In", "nodeType": ".v1.LoadCsv", "baseType": "input"}, "2": {"name": "Out", "baseType": "output", "nextNodes": []}},
        "connections": {"c": {"connectionAttributes": {"class": "sqlserver", "server": "dwh.example.com", "port": "1433"}}},
        "parameters": {"parameters": {"p": {"name": "Year", "dataType": "integer", "currentValue": "2026"}}}, "documentId": "d"}"#;

    #[test]
    fn steps_connections_and_parameters_are_found() {
        let flow = read(Cursor::new(packaged("flow", TEXT.as_bytes()))).unwrap();
        let steps: Vec<_> = flow.output_steps("f").into_iter().map(|step| step.name).collect();
        assert_eq!(steps, ["Out"]);
        let [connection] = flow.connections().try_into().unwrap();
        assert_eq!(connection.server_address.as_deref(), Some("dwh.example.com"));
        assert_eq!(flow.parameters("f")[0].value.as_deref(), Some("2026"));
    }

    #[test]
    fn a_package_that_is_written_is_read() {
        let mut step = FlowOutputStep::default();
        step.id = "0f3c2a9e-6b6e-4b7f-9a53-2a0a4a1d3e01".into();
        step.name = "Orders".to_owned();
        let written = FlowFile::with(std::slice::from_ref(&step), &[])
            .package()
            .unwrap();
        assert_eq!(read(Cursor::new(written)).unwrap().output_steps("f"), [step]);
    }

    #[test]
    fn other_files_are_not_flows() {
        let whole = packaged("flow", TEXT.as_bytes());
        let cut_off = &whole[..whole.len() - 10];
        assert!(reason(cut_off).contains("cut off"));
        assert!(reason(b"").contains("cut off"));
        assert!(reason(TEXT.as_bytes()).contains("not a zip"));
        assert!(reason(&packaged("other", TEXT.as_bytes())).contains("no flow"));
        assert!(reason(&packaged("../flow", TEXT.as_bytes())).contains("leads out"));
        assert!(reason(&packaged("flow", b"[]")).contains("cannot be read"));
        assert!(reason(&packaged("flow", b"{}")).contains("nodes"));
    }

    #[test]
    fn a_flow_that_unpacks_to_more_than_the_limit_is_refused() {
        let bomb = packaged("flow", &vec![b' '; usize::try_from(MAX_FLOW).unwrap() + 1]);
        assert!(bomb.len() < 1024 * 1024);
        assert!(reason(&bomb).contains("too large"));
    }
}
