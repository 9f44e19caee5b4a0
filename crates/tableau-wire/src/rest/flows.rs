//! Flows of Tableau Prep.

use super::auth::UserId;
use super::content::Tag;
use super::jobs::Job;
use super::publishing::{NewFlow, ProjectId};
use super::{FileUpload, Project, Site, User};
use crate::body::Multipart;
use crate::endpoint::calls;
use crate::value::{Id, Items, Shared, Text, Timestamp, open_enum};
use crate::{document, element, endpoint, part, resource};

/// A published flow (schema: `flowType`).
#[resource(
    "flows",
    element = "flow",
    since = "3.3",
    missing = "404027",
    jwt = "tableau:content:read",
    jwt_writes = "flows",
    filter(
        createdAt: range, name: eq in, ownerName: eq, projectId: eq, projectName: eq in, updatedAt: range
    ),
    list,
    get(answer = FlowDetails, jwt = "tableau:flows:read"),
    update(FlowPatch { name, description, project: ProjectId, owner: UserId }),
    delete,
    permissions,
    tags(jwt = "tableau:flows:update"),
    connections(jwt = "flow_connections"),
    content,
    keychains
)]
pub struct Flow {
    pub id: Id<Flow>,
    pub name: String,
    /// What its owner says about it.
    pub description: Option<String>,
    /// What its file is: `tfl` or `tflx`.
    pub file_type: Option<String>,
    pub created_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    /// The address in a browser.
    pub webpage_url: Option<String>,
    /// The site it is on.
    pub site: Option<Shared<Site>>,
    /// The project it is in.
    pub project: Option<Shared<Project>>,
    pub owner: Option<Shared<User>>,
    /// Its tags.
    pub tags: Option<Items<Tag>>,
    /// The parameters that a run can set.
    pub parameters: Option<Items<FlowParameter>>,
}

/// A flow, and its output steps.
#[document]
pub struct FlowDetails {
    /// The steps that write data, any of which can be run alone.
    pub flow_output_steps: Option<Items<FlowOutputStep>>,
    /// The flow.
    pub flow: Flow,
}

/// A step of a flow that writes data (schema: `flowOutputStepType`).
#[element("flowOutputStep")]
pub struct FlowOutputStep {
    pub id: Id<FlowOutputStep>,
    pub name: String,
}

/// A parameter of a flow (schema: `flowParameterType`).
#[element("parameter")]
pub struct FlowParameter {
    pub id: Id<FlowParameter>,
    pub name: String,
    /// What it means.
    pub description: Option<String>,
    /// The type of its value.
    pub r#type: Option<String>,
    /// Its value where a run does not set it.
    pub value: Option<String>,
    /// Whether a run has to set it.
    pub is_required: Option<bool>,
    /// The values that it can have.
    pub domain: Option<FlowParameterDomain>,
}

/// The values that a parameter of a flow can have (schema: `flowParameterDomainType`).
#[part]
pub struct FlowParameterDomain {
    /// `any`, `binary`, `list`, `range` or `system`.
    pub domain_type: Option<String>,
    /// The greatest value.
    pub max_value: Option<String>,
    /// The least value.
    pub min_value: Option<String>,
    /// The distance between two values.
    pub step_size: Option<String>,
    /// The distance between two dates.
    pub date_value_increment: Option<String>,
    /// The values themselves.
    pub values: Option<FlowParameterValues>,
}

/// The values that a parameter of a flow can have (schema: `flowParameterListValueListType`).
#[part]
pub struct FlowParameterValues {
    /// The values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub value: Vec<Text<String>>,
}

/// Publishes a flow: from the file in the request, or from one that was uploaded before.
#[derive(Default)]
#[endpoint(
    POST,
    "flows",
    since = "3.3",
    retry = never,
    slow,
    jwt = "tableau:flows:create",
    status = 201,
    reply = FlowDetails
)]
pub struct Publish {
    /// What the file is: `tfl` or `tflx`. Wanted where the file was uploaded before; else its name tells.
    pub flow_type: Option<String>,
    /// Whether a flow of the same name in the same project is replaced.
    pub overwrite: Option<bool>,
    /// The upload that holds the file.
    pub upload_session_id: Option<Id<FileUpload>>,
    /// The flow's document, and its file.
    #[body]
    pub body: Multipart<NewFlow>,
}

/// Runs a flow: queues a job that does it.
///
/// It is refused with 409093 while such a job is queued already.
#[endpoint(POST, "flows/{id}/run", since = "3.3", jwt = "tableau:flows:run", reply = Job)]
pub struct Run {
    /// The flow.
    pub id: Id<Flow>,
    /// How.
    #[body]
    pub request: RunRequest,
}

/// The document that asks for a run of a flow; that of a full one of all steps has nothing in it.
#[document(new)]
pub struct RunRequest {
    /// How to run it.
    pub flow_run_spec: Option<FlowRunSpec>,
}

impl From<FlowRunSpec> for RunRequest {
    fn from(spec: FlowRunSpec) -> Self {
        Self {
            flow_run_spec: Some(spec),
        }
    }
}

/// How to run a flow (schema: `flowRunSpecType`).
#[part(new)]
pub struct FlowRunSpec {
    /// The flow.
    pub flow_id: Option<Id<Flow>>,
    /// Whether all data is made anew.
    pub run_mode: Option<RunMode>,
    /// The steps to run; without them, all.
    pub flow_output_steps: Option<Items<FlowOutputStep>>,
    /// The values of parameters.
    pub flow_parameter_specs: Option<Items<FlowParameterSpec>>,
}

/// The value of a parameter for one run (schema: `flowParameterSpecType`).
#[element("flowParameterSpec", exhaustive)]
pub struct FlowParameterSpec {
    /// The parameter.
    pub parameter_id: Option<Id<FlowParameter>>,
    /// Its value.
    pub override_value: Option<String>,
}

open_enum! {
    /// Whether a run makes all data anew.
    RunMode {
        /// It does.
        Full = "full",
        /// It adds what is new.
        Incremental = "incremental",
    }
}

calls!(Flow; Publish, Run);
