//! Publishing a workbook.

use std::collections::HashSet;

use jiff::Timestamp;
use tableau_wire::rest::publishing::{Connection, NewConnection, NewWorkbook, Published};
use tableau_wire::rest::workbooks::Publish;
use tableau_wire::rest::{Datasource, Project, View, Workbook};
use uuid::Uuid;

use super::file_uploads::{admit_publisher, publish_file};
use super::{jobs, revisions};
use crate::aside::aside;
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::time;
use crate::content_url::content_url;
use crate::files::{FileId, Spool};
use crate::kept::row::References;
use crate::kept::{Kept, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::row::{Row, RowFile};
use crate::store::unshown::Pending;
use crate::store::{State, Transaction};
use crate::token;
use crate::workbook_file::{self, FileConnection, FileType, Sheet, WorkbookFile};

/// The unit of content sizes: 1024 × 1024 bytes. No size is below one (inferred).
const MEGABYTE: u64 = 1024 * 1024;

pub(crate) fn publish(
    call: &Call<'_>,
    caller: &Caller,
    publish: &Publish,
) -> Result<Published<Workbook>, Refusal> {
    admit_publisher(caller)?;
    if publish.body.document.name.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    // Checked before the file is read, and again when the workbook is stored.
    Target::find(&call.store.read(), caller, publish)?;
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
) -> Result<Published<Workbook>, Refusal> {
    let spool = file.as_mut().ok_or_else(Refusal::incomplete_payload)?;
    let file_type = file_type(publish)?;
    let read = read(spool, file_type)?;
    let file_id = aside(|| FileId::of(spool)).map_err(Refusal::internal)?;
    let new = New {
        document: &publish.body.document,
        read,
        length: spool.length(),
        now: call.clock.now(),
    };
    call.store.write(|transaction| {
        let target = Target::find(transaction, caller, publish)?;
        let mut pending = target.pending(transaction, caller, &new)?;
        let kept = file.take().map(|file| call.store.files.keep(file, file_id));
        let kept = kept.transpose().map_err(Refusal::internal)?;
        pending.workbook.file = kept.map(|id| RowFile {
            id,
            extension: file_type.as_str().to_owned(),
            bytes: new.length,
        });
        let id = pending.workbook.id;
        if publish.as_job == Some(true) {
            let job = jobs::queue_publishing(transaction, call, caller, pending)?;
            return Ok(Published::Job(Box::new(job)));
        }
        put(transaction, pending)?;
        let shown = verbs::one(call, transaction, id)?;
        Ok(Published::Item(Box::new(shown)))
    })
}

/// The type of the file, by the parameter or by its name.
fn file_type(publish: &Publish) -> Result<FileType, Refusal> {
    if let Some(name) = publish.workbook_type.as_deref() {
        return FileType::named(name).ok_or_else(|| {
            Refusal::bad_request(
                "400035",
                format_args!("The file type '{name}' is not one of workbooks: twb or twbx."),
            )
        });
    }
    let Some(file) = &publish.body.file else {
        return Err(Refusal::bad_request(
            "400035",
            "The file type is missing: set workbookType to twb or twbx.",
        ));
    };
    let extension = file.file_name.rsplit_once('.').map(|(_, extension)| extension);
    extension.and_then(FileType::named).ok_or_else(|| {
        Refusal::bad_request(
            "400020",
            format_args!(
                "The file name '{}' does not end in .twb or .twbx.",
                file.file_name
            ),
        )
    })
}

// The code is documented as "Publishing error"; the text is inferred.
fn read(file: &mut Spool, file_type: FileType) -> Result<WorkbookFile, Refusal> {
    aside(|| workbook_file::read(file.reader(), file_type)).map_err(|reason| {
        Refusal::bad_request(
            "400011",
            format_args!("There was a problem publishing the file: {reason}."),
        )
    })
}

/// The project that a workbook is published to.
struct Target {
    project: Uuid,
    /// The workbook that it replaces.
    before: Option<Row<Workbook>>,
}

/// The parts that a workbook is made from.
struct New<'n> {
    document: &'n NewWorkbook,
    read: WorkbookFile,
    /// In bytes.
    length: u64,
    now: Timestamp,
}

impl Target {
    fn find(state: &State, caller: &Caller, publish: &Publish) -> Result<Self, Refusal> {
        let NewWorkbook { name, project, .. } = &publish.body.document;
        let write = Rights::Capability("Write");
        let refusal = ("403007", "publish to");
        let project = row::allowed::<Project>(state, caller, project.id.as_str(), write, refusal)?.id;
        let mut workbooks = state.workbooks.within(project);
        let before = workbooks.find(|workbook| workbook.shown.name == *name);
        if let Some(before) = before {
            if publish.overwrite != Some(true) {
                return Err(Refusal::forbidden(
                    "403130",
                    format_args!(
                        "There is a workbook '{name}' in the project, and it is not to be overwritten."
                    ),
                ));
            }
            if !write.allow(before, state, caller) {
                return Err(Refusal::forbidden(
                    "403007",
                    "The user is not allowed to overwrite this workbook.",
                ));
            }
        }
        Ok(Self {
            project,
            before: before.cloned(),
        })
    }

    /// The workbook with its views and connections, not yet stored.
    fn pending(self, state: &State, caller: &Caller, new: &New<'_>) -> Result<Pending, Refusal> {
        let New {
            document,
            read,
            length,
            now,
        } = new;
        let mut workbook = match self.before {
            Some(before) => before,
            None => fresh(state, caller, &document.name, self.project, *now)?,
        };
        let shown = &mut workbook.shown;
        if document.description.is_some() {
            shown.description.clone_from(&document.description);
        }
        shown.show_tabs = document.show_tabs.or(shown.show_tabs);
        shown.size = Some(length.div_ceil(MEGABYTE).max(1));
        shown.has_extracts = Some(read.has_extracts);
        shown.updated_at = Some(time(*now));
        Ok(Pending {
            views: views(state, &workbook, new)?,
            connections: connections(&workbook, new)?,
            workbook,
        })
    }
}

/// The views of the sheets that are not hidden; those with the name of a former view take its place.
fn views(state: &State, workbook: &Row<Workbook>, new: &New<'_>) -> Result<Vec<Row<View>>, Refusal> {
    let said = new.document.views.iter().flat_map(|views| views.iter());
    let hidden: HashSet<&str> = said
        .filter(|view| view.hidden == Some(true))
        .map(|view| view.name.as_str())
        .collect();
    let visible = new
        .read
        .sheets
        .iter()
        .filter(|sheet| !hidden.contains(sheet.name.as_str()));
    let view = |(sheet, number): (&Sheet, u64)| {
        let mut before = state.views.within(workbook.id);
        let mut row = match before.find(|view| view.shown.name == sheet.name) {
            Some(before) => before.clone(),
            None => {
                let mut shown = View::default();
                shown.name.clone_from(&sheet.name);
                inside(state, workbook, shown, new.now)?
            }
        };
        row.shown.sheet_type = Some(sheet.kind.sheet_type().to_owned());
        row.shown.updated_at = Some(time(new.now));
        row.unshown.sheet_number = number;
        Ok(row)
    };
    visible.zip(1..).map(view).collect()
}

/// Stores a workbook with its views and connections, as a new revision; those that it had and its former file are removed.
pub(super) fn put(transaction: &mut Transaction<'_>, pending: Pending) -> Result<(), Refusal> {
    let Pending {
        workbook,
        views,
        connections,
    } = pending;
    let former = transaction.views.within(workbook.id).map(|view| view.id);
    let gone: Vec<_> = former
        .filter(|id| !views.iter().any(|view| view.id == *id))
        .collect();
    for view in gone {
        transaction.remove_whole::<Row<View>>(view);
    }
    let former = transaction.connections.within(workbook.id);
    let gone: Vec<_> = former.map(|connection| connection.id).collect();
    for connection in gone {
        transaction.remove::<Row<Connection>>(connection);
    }
    revisions::add(transaction, &workbook)?;
    row::put(transaction, workbook)?;
    for view in views {
        row::put(transaction, view)?;
    }
    connections
        .into_iter()
        .try_for_each(|connection| transaction.put(connection))
}

fn fresh(
    state: &State,
    caller: &Caller,
    name: &str,
    project: Uuid,
    now: Timestamp,
) -> Result<Row<Workbook>, Refusal> {
    let site = caller.site.id;
    let workbooks = state.workbooks.of_site(site);
    let taken: HashSet<_> = workbooks
        .filter_map(|workbook| workbook.shown.content_url.as_deref())
        .collect();
    let mut shown = Workbook::default();
    name.clone_into(&mut shown.name);
    shown.content_url = Some(free(&content_url(name), |url| !taken.contains(url)));
    let references = References {
        owner: Some(caller.user.id),
        project: Some(project),
        parent: None,
    };
    row::begin(state, site, None, references, shown, now)
}

/// A new row that is part of a workbook.
fn inside<R: Kept>(
    state: &State,
    workbook: &Row<Workbook>,
    shown: R,
    now: Timestamp,
) -> Result<Row<R>, Refusal> {
    let references = References {
        parent: Some(Some(workbook.id)),
        ..References::default()
    };
    row::begin(state, workbook.site, None, references, shown, now)
}

/// The content URL, with a number appended if it is taken, in the form of real servers.
fn free(wanted: &str, is_free: impl Fn(&str) -> bool) -> String {
    if is_free(wanted) {
        return wanted.to_owned();
    }
    let numbered = (1u64..).map(|number| format!("{wanted}_{number}"));
    numbered.into_iter().find(|url| is_free(url)).unwrap_or_default()
}

/// The connections of the file, with what the request says about those at the same address.
///
/// The sandbox connects to nothing: every connection passes the check, with or without `skipConnectionCheck`.
fn connections(workbook: &Row<Workbook>, new: &New<'_>) -> Result<Vec<Row<Connection>>, Refusal> {
    let document = new.document;
    let said = document
        .connections
        .iter()
        .flat_map(|connections| connections.iter());
    let connection = |file: &FileConnection| {
        let same = |said: &&NewConnection| {
            said.server_address
                .as_deref()
                .is_some_and(|address| address.eq_ignore_ascii_case(&file.server))
        };
        let said = said.clone().find(same);
        let credentials = said
            .and_then(|said| said.connection_credentials.as_ref())
            .or(document.connection_credentials.as_ref());
        let user_name = credentials.and_then(|credentials| credentials.name.clone());
        let port = said
            .and_then(|said| said.server_port.as_ref())
            .unwrap_or(&file.port);
        let mut datasource = Datasource::default();
        datasource.name.clone_from(&file.datasource);
        let id = token::identifier()?;
        let mut shown = Connection::default();
        shown.id = id.to_string().into();
        shown.r#type = Some(file.class.clone());
        shown.server_address = Some(file.server.clone());
        shown.server_port = Some(port.clone()).filter(|port| !port.is_empty());
        shown.user_name = Some(user_name.unwrap_or_else(|| file.user_name.clone()));
        shown.embed_password = Some(credentials.is_some_and(|credentials| credentials.embed == Some(true)));
        shown.datasource = Some(Box::new(datasource));
        Ok(Row::inside(workbook, id, shown))
    };
    new.read.connections.iter().map(connection).collect()
}
