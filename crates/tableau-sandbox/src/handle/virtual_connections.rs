//! Virtual connections: their definition is JSON, which is kept as a file.

use std::fmt;
use std::io::Read as _;

use serde::Deserialize;
use serde_json::json;
use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::virtual_connections::{
    GetRevision, ListConnections, Publish, SourceConnection, UpdateConnection,
};
use tableau_wire::rest::{User, VirtualConnection};
use tableau_wire::{Get, Page, Pagination, Text};
use uuid::Uuid;

use super::file_uploads::admit_publisher;
use super::{connections, projects, revisions};
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::time;
use crate::files::FileId;
use crate::kept::row::References;
use crate::kept::{Content, Kept, Paging, Plan, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::row::{Row, RowFile};
use crate::store::{State, Transaction};
use crate::token;
use crate::xml_text;

const VIRTUAL_CONNECTION: Content = Content {
    kind: "virtualConnections",
    capabilities: &[
        "ChangeHierarchy",
        "ChangePermissions",
        "Connect",
        "Delete",
        "Overwrite",
        "Read",
        "Write",
    ],
    template: &["Read", "Connect"],
};

impl Kept for VirtualConnection {
    const MAY_READ: Rights = Rights::Capability("Read");
    const MAY_WRITE: Rights = Rights::Capability("Write");
    const MAY_DELETE: Rights = Rights::Capability("Delete");
    const CONTENT: Option<&'static Content> = Some(&VIRTUAL_CONNECTION);

    fn begin(row: &mut Row<Self>, _: &State) {
        let shown = &mut row.shown;
        shown.is_certified.get_or_insert_default();
        shown.has_extracts.get_or_insert_default();
        shown.tags.get_or_insert_default();
    }

    fn check(row: &Row<Self>, state: &State) -> Result<(), Refusal> {
        if row.shown.name.trim().is_empty() {
            return Err(Refusal::incomplete_payload());
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

fn already_there(name: &str) -> Refusal {
    Refusal::conflict(format_args!(
        "There is a virtual connection '{name}' in the project."
    ))
}

fn named<'s>(state: &'s State, project: Uuid, name: &str) -> Option<&'s Row<VirtualConnection>> {
    state.virtual_connections.named(project, name).next()
}

/// The part of a definition that is looked into. That its connections stand there is inferred.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Definition {
    revision: DefinedRevision,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct DefinedRevision {
    connections: Vec<SourceConnection>,
}

impl Definition {
    fn read(text: &str) -> Result<Self, Refusal> {
        let malformed = |error: &dyn fmt::Display| {
            Refusal::bad_request(
                "400000",
                format_args!("The definition of the virtual connection cannot be read: {error}"),
            )
        };
        serde_json::from_str::<serde_json::Map<_, _>>(text).map_err(|error| malformed(&error))?;
        let definition: Self = serde_json::from_str(text).map_err(|error| malformed(&error))?;
        xml_text::check_texts(&definition.revision.connections).map_err(|error| malformed(&error))?;
        Ok(definition)
    }
}

pub(crate) fn get(
    call: &Call<'_>,
    caller: &Caller,
    get: &Get<VirtualConnection>,
) -> Result<VirtualConnection, Refusal> {
    let state = call.store.read();
    let row = row::seen::<VirtualConnection>(&state, caller, get.id.as_str())?;
    show(call, &state, row, row.file.as_ref())
}

pub(crate) fn get_revision(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetRevision,
) -> Result<VirtualConnection, Refusal> {
    let state = call.store.read();
    let refusal = ("403004", "see the revisions of");
    let row = row::allowed::<VirtualConnection>(
        &state,
        caller,
        get.id.as_str(),
        VirtualConnection::MAY_WRITE,
        refusal,
    )?;
    let revision = revisions::find(&state, row, get.revision_number)?;
    show(call, &state, row, revision.file.as_ref())
}

/// A virtual connection with the definition in a file; that of a seeded one is made from its connections.
fn show(
    call: &Call<'_>,
    state: &State,
    row: &Row<VirtualConnection>,
    file: Option<&RowFile>,
) -> Result<VirtualConnection, Refusal> {
    let mut definition = String::new();
    match file {
        Some(file) => {
            let content = call.store.files.content(&file.id).map_err(Refusal::internal)?;
            content
                .reader()
                .read_to_string(&mut definition)
                .map_err(Refusal::internal)?;
        }
        None => {
            let connections: Vec<_> = state.connections.within(row.id).map(source).collect();
            let made = json!({"policyCollection": {"policies": []}, "revision": {"connections": connections, "tables": []}});
            definition = made.to_string();
        }
    }
    let mut shown = Plan::of_one(&[]).show(row, &verbs::context(call, state));
    shown.content = Some(Text(definition));
    Ok(shown)
}

/// Publishes a virtual connection. A draft is published like any other: the sandbox has no drafts.
pub(crate) fn publish(
    call: &Call<'_>,
    caller: &Caller,
    publish: &Publish,
) -> Result<VirtualConnection, Refusal> {
    admit_publisher(caller)?;
    let new = &publish.connection;
    if new.name.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    let text = &new.content.0;
    let definition = Definition::read(text)?;
    let mut spool = call.store.files.spool();
    spool.append(text.as_bytes()).map_err(Refusal::internal)?;
    let file_id = FileId::of(&mut spool).map_err(Refusal::internal)?;
    call.store.write(|transaction| {
        let (project, owner, before) = target(transaction, caller, publish)?;
        let now = call.clock.now();
        let mut row = match before {
            Some(before) => before,
            None => {
                let mut shown = VirtualConnection::default();
                shown.name.clone_from(&new.name);
                let references = References {
                    owner: Some(owner),
                    project: Some(project),
                    parent: None,
                };
                row::begin(transaction, caller.site.id, None, references, shown, now)?
            }
        };
        row.shown.updated_at = Some(time(now));
        let id = call.store.files.keep(spool, file_id).map_err(Refusal::internal)?;
        row.file = Some(RowFile {
            id,
            extension: "json".to_owned(),
            bytes: text.len() as u64,
        });
        put(transaction, &row, definition.revision.connections)?;
        revisions::add(transaction, &row)?;
        show(call, transaction, &row, row.file.as_ref())
    })
}

/// The project and the owner of a published virtual connection, and the one that it replaces.
fn target(
    state: &State,
    caller: &Caller,
    publish: &Publish,
) -> Result<(Uuid, Uuid, Option<Row<VirtualConnection>>), Refusal> {
    let new = &publish.connection;
    let write = Rights::Capability("Write");
    let project = projects::published_to(state, caller, &new.project.id)?;
    let owner = row::find::<User>(state, caller, new.owner.id.as_str())?.id;
    let before = named(state, project, &new.name);
    match before {
        Some(_) if publish.overwrite != Some(true) => Err(already_there(&new.name)),
        Some(before) if !write.allow(before, state, caller) => Err(Refusal::forbidden(
            "403007",
            "The user is not allowed to overwrite this virtual connection.",
        )),
        _ => Ok((project, owner, before.cloned())),
    }
}

/// Stores a virtual connection with its connections; those that it had are removed.
fn put(
    transaction: &mut Transaction<'_>,
    row: &Row<VirtualConnection>,
    sources: Vec<SourceConnection>,
) -> Result<(), Refusal> {
    let former: Vec<_> = transaction.connections.within(row.id).map(|row| row.id).collect();
    for connection in former {
        transaction.remove::<Row<Connection>>(connection);
    }
    row::put(transaction, row.clone())?;
    for source in sources {
        let id = token::identifier()?;
        let mut shown = Connection::default();
        shown.id = id.to_string().into();
        shown.r#type.clone_from(&source.db_class);
        shown.db_class = source.db_class;
        shown.server_address = source.server;
        shown.server_port = source.port;
        shown.user_name = source.username;
        transaction.put(Row::inside(row, id, shown))?;
    }
    Ok(())
}

fn source(row: &Row<Connection>) -> SourceConnection {
    let mut source = SourceConnection::default();
    source.connection_id = row.id.to_string().into();
    source.db_class.clone_from(&row.shown.r#type);
    source.server.clone_from(&row.shown.server_address);
    source.port.clone_from(&row.shown.server_port);
    source.username.clone_from(&row.shown.user_name);
    source
}

pub(crate) fn list_connections(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListConnections,
) -> Result<Page<SourceConnection>, Refusal> {
    let paging = Paging::new(list.page_number, list.page_size)?;
    let state = call.store.read();
    let all = connections::of::<VirtualConnection>(&state, caller, list.id.as_str())?;
    let all: Vec<_> = all.map(source).collect();
    let total = all.len();
    let window = paging.window(total)?;
    Ok(Page::new(
        all.into_iter().skip(window.start).take(window.len()).collect(),
        Pagination {
            page_number: paging.number,
            page_size: paging.size,
            total_available: total as u64,
        },
    ))
}

pub(crate) fn update_connection(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateConnection,
) -> Result<Connection, Refusal> {
    let id = update.connection_id.as_str();
    call.store.write(|transaction| {
        let item = connections::changed::<VirtualConnection>(transaction, call, caller, update.id.as_str())?;
        connections::change(transaction, item, id, &update.connection)
    })
}
