//! Flows of Tableau Prep.

use tableau_wire::Get;
use tableau_wire::rest::Flow;
use tableau_wire::rest::flows::{FlowDetails, Publish};
use tableau_wire::rest::publishing::{Connection, NewConnection, NewFlow};
use uuid::Uuid;

use super::file_uploads::{admit_publisher, publish_file};
use super::{harmless, projects};
use crate::aside::aside;
use crate::auth::Caller;
use crate::call::{self, Call};
use crate::clock::time;
use crate::files::{Content, FileId, Spool};
use crate::flow_file::{self, FlowFile};
use crate::kept::row::References;
use crate::kept::{self, Kept, Plan, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::row::{Row, RowFile};
use crate::store::{State, Transaction};
use crate::token;

const FLOW: kept::Content = kept::Content {
    kind: "flows",
    capabilities: &[
        "ChangeHierarchy",
        "ChangePermissions",
        "Delete",
        "Execute",
        "ExportXml",
        "Read",
        "WebAuthoringForFlows",
        "Write",
    ],
    template: &["Read"],
};

impl Kept for Flow {
    const MAY_READ: Rights = Rights::Capability("Read");
    const UNSEEN: Option<&'static str> = Some("403004");
    const MAY_WRITE: Rights = Rights::Capability("Write");
    const MAY_DELETE: Rights = Rights::Capability("Delete");
    const CONTENT: Option<&'static kept::Content> = Some(&FLOW);

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.description.get_or_insert_default();
        shown.file_type.get_or_insert_with(|| "tfl".to_owned());
        shown.tags.get_or_insert_default();
        shown.parameters.get_or_insert_default();
    }

    fn check(row: &Row<Self>, state: &State) -> Result<(), Refusal> {
        if row.shown.name.trim().is_empty() {
            return Err(Refusal::bad_request("400089", "A flow needs a name."));
        }
        match row
            .project
            .and_then(|project| named(state, project, &row.shown.name))
        {
            Some(other) if other.id != row.id => Err(already_there(&row.shown.name)),
            _ => Ok(()),
        }
    }
}

// The text is inferred.
fn already_there(name: &str) -> Refusal {
    Refusal::new(
        "409041",
        "Resource Conflict",
        format_args!("There is a flow '{name}' in the project."),
    )
}

fn named<'s>(state: &'s State, project: Uuid, name: &str) -> Option<&'s Row<Flow>> {
    state.flows.named(project, name).next()
}

pub(crate) fn get(call: &Call<'_>, caller: &Caller, get: &Get<Flow>) -> Result<FlowDetails, Refusal> {
    let state = call.store.read();
    let flow = row::seen::<Flow>(&state, caller, get.id.as_str())?;
    Ok(details(call, &state, flow))
}

fn details(call: &Call<'_>, state: &State, flow: &Row<Flow>) -> FlowDetails {
    let mut details = FlowDetails::default();
    details.flow_output_steps = Some(flow.unshown.output_steps.clone().into());
    details.flow = Plan::of_one(&[]).show(flow, &verbs::context(call, state));
    details
}

/// Downloads the published file; that of a seeded flow is made from its steps and connections.
pub(crate) fn download(
    call: &Call<'_>,
    caller: &Caller,
    download: &tableau_wire::resource::Download<Flow>,
) -> Result<call::Download, Refusal> {
    let state = call.store.read();
    let may = Rights::Capability("ExportXml");
    let flow = row::allowed::<Flow>(&state, caller, download.id.as_str(), may, ("403097", "download"))?;
    let (content, extension) = match &flow.file {
        Some(file) => (
            call.store.files.content(&file.id).map_err(Refusal::internal)?,
            file.extension.as_str(),
        ),
        None => {
            let connections: Vec<_> = state.connections.within(flow.id).map(|row| &row.shown).collect();
            let made = FlowFile::with(&flow.unshown.output_steps, &connections).package();
            (Content::of_bytes(made.map_err(Refusal::internal)?), "tfl")
        }
    };
    Ok(call::Download {
        content,
        part: "tableau_flow",
        file_name: format!("{}.{extension}", harmless(&flow.shown.name)),
        media_type: "application/octet-stream",
    })
}

pub(crate) fn publish(call: &Call<'_>, caller: &Caller, publish: &Publish) -> Result<FlowDetails, Refusal> {
    admit_publisher(caller)?;
    if publish.body.document.name.trim().is_empty() {
        return Err(Refusal::bad_request("400089", "A flow needs a name."));
    }
    // Checked before the file is read, and again when the flow is stored.
    target(&call.store.read(), caller, publish)?;
    let in_request = publish.body.file.is_some();
    publish_file(
        call,
        caller,
        publish.upload_session_id.as_ref(),
        in_request,
        |file| store_file(call, caller, publish, file),
    )
}

/// Publishes a file; it is taken only after the last check.
fn store_file(
    call: &Call<'_>,
    caller: &Caller,
    publish: &Publish,
    file: &mut Option<Spool>,
) -> Result<FlowDetails, Refusal> {
    let missing = || Refusal::bad_request("400090", "There is no file with the flow.");
    let spool = file.as_mut().ok_or_else(missing)?;
    let extension = file_type(publish)?;
    let read = aside(|| flow_file::read(spool.reader())).map_err(|reason| {
        Refusal::bad_request("400086", format_args!("The file is not a flow: {reason}."))
    })?;
    let bytes = spool.length();
    let file_id = aside(|| FileId::of(spool)).map_err(Refusal::internal)?;
    call.store.write(|transaction| {
        let (project, before) = target(transaction, caller, publish)?;
        let mut flow = match before {
            Some(before) => before,
            None => fresh(transaction, call, caller, &publish.body.document.name, project)?,
        };
        let id = flow.id.to_string();
        let shown = &mut flow.shown;
        if publish.body.document.description.is_some() {
            shown.description.clone_from(&publish.body.document.description);
        }
        shown.file_type = Some(extension.to_owned());
        shown.parameters = Some(read.parameters(&id).into());
        shown.updated_at = Some(time(call.clock.now()));
        flow.unshown.output_steps = read.output_steps(&id);
        let kept = file.take().map(|file| call.store.files.keep(file, file_id));
        flow.file = kept.transpose().map_err(Refusal::internal)?.map(|id| RowFile {
            id,
            extension: extension.to_owned(),
            bytes,
        });
        put(
            transaction,
            flow.clone(),
            connections(&flow, &read, &publish.body.document)?,
        )?;
        Ok(details(call, transaction, &flow))
    })
}

/// The type of the file, by the parameter or by its name.
fn file_type(publish: &Publish) -> Result<&'static str, Refusal> {
    let of_file = || {
        let file_name = &publish.body.file.as_ref()?.file_name;
        file_name.rsplit_once('.').map(|(_, extension)| extension)
    };
    let named = publish.flow_type.as_deref().or_else(of_file);
    named.and_then(flow_file::file_type).ok_or_else(|| {
        Refusal::bad_request(
            "400086",
            "The file type is missing, or not one of flows: set flowType to tfl or tflx.",
        )
    })
}

/// The project that a flow is published to, and the flow that it replaces.
fn target(state: &State, caller: &Caller, publish: &Publish) -> Result<(Uuid, Option<Row<Flow>>), Refusal> {
    let NewFlow { name, project, .. } = &publish.body.document;
    let write = Rights::Capability("Write");
    let project = projects::published_to(state, caller, &project.id)?;
    let before = named(state, project, name);
    match before {
        Some(_) if publish.overwrite != Some(true) => Err(already_there(name)),
        Some(before) if !write.allow(before, state, caller) => Err(Refusal::forbidden(
            "403007",
            "The user is not allowed to overwrite this flow.",
        )),
        _ => Ok((project, before.cloned())),
    }
}

fn fresh(
    state: &State,
    call: &Call<'_>,
    caller: &Caller,
    name: &str,
    project: Uuid,
) -> Result<Row<Flow>, Refusal> {
    let mut shown = Flow::default();
    name.clone_into(&mut shown.name);
    let references = References {
        owner: Some(caller.user.id),
        project: Some(project),
        parent: None,
    };
    row::begin(state, caller.site.id, None, references, shown, call.clock.now())
}

/// The connections of the file, with what the request says about those at the same address.
fn connections(
    flow: &Row<Flow>,
    read: &FlowFile,
    document: &NewFlow,
) -> Result<Vec<Row<Connection>>, Refusal> {
    let said = document
        .connections
        .as_deref()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let connection = |mut shown: Connection| {
        let same = |said: &&NewConnection| {
            said.server_address.is_some() && said.server_address == shown.server_address
        };
        if let Some(said) = said.iter().find(same) {
            let credentials = said.connection_credentials.as_ref();
            if let Some(name) = credentials.and_then(|credentials| credentials.name.clone()) {
                shown.user_name = Some(name);
            }
            shown.embed_password =
                Some(credentials.is_some_and(|credentials| credentials.embed == Some(true)));
            shown.server_port = said.server_port.clone().or(shown.server_port);
        }
        let id = token::identifier()?;
        shown.id = id.to_string().into();
        Ok(Row::inside(flow, id, shown))
    };
    read.connections().into_iter().map(connection).collect()
}

/// Stores a flow with its connections; those that it had are removed.
fn put(
    transaction: &mut Transaction<'_>,
    flow: Row<Flow>,
    connections: Vec<Row<Connection>>,
) -> Result<(), Refusal> {
    let former: Vec<_> = transaction
        .connections
        .within(flow.id)
        .map(|row| row.id)
        .collect();
    for connection in former {
        transaction.remove::<Row<Connection>>(connection);
    }
    row::put(transaction, flow)?;
    connections
        .into_iter()
        .try_for_each(|connection| transaction.put(connection))
}
