//! Publishing a workbook.

use std::collections::HashSet;

use jiff::Timestamp;
use tableau_wire::rest::Workbook;
use tableau_wire::rest::publishing::{ConnectionCredentials, NewConnection, NewWorkbook, Published};
use tableau_wire::rest::workbooks::Publish;
use uuid::Uuid;

use super::file_uploads::may_publish;
use super::jobs;
use super::workbooks::show;
use crate::aside::aside;
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::content_url::content_url;
use crate::files::{FileId, Spool};
use crate::kept::missing;
use crate::kept::rights::{Protected, may};
use crate::refusal::Refusal;
use crate::store::record::{self, Connection, Pending};
use crate::store::{State, Transaction};
use crate::token;
use crate::workbook_file::{self, FileConnection, FileType, WorkbookFile};

/// The unit of content sizes: 1024 × 1024 bytes. No size is below one (inferred).
const MEGABYTE: u64 = 1024 * 1024;

pub(crate) fn publish(call: &Call<'_>, caller: &Caller, publish: &Publish) -> Result<Published, Refusal> {
    if !may_publish(&caller.user.site_role) {
        return Err(Refusal::forbidden(
            "403007",
            "The user is not allowed to publish on this site.",
        ));
    }
    if publish.body.document.name.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    // Checked before the file is read, and again when the workbook is stored.
    Target::find(&call.store.read(), caller, publish)?;
    let Some(upload) = &publish.upload_session_id else {
        return publish_file(call, caller, publish, &mut call.file.take());
    };
    if publish.body.file.is_some() {
        return Err(Refusal::bad_request(
            "400000",
            "The request has a file and names an upload session: it has to be one of them.",
        ));
    }
    let mut file = Some(call.uploads.take(upload.as_str(), caller)?);
    let published = publish_file(call, caller, publish, &mut file);
    match file {
        // The upload was not published.
        Some(file) => call.uploads.put_back(upload.as_str(), file),
        None => call.uploads.end(upload.as_str()),
    }
    published
}

/// Publishes a file; it is taken only after the last check.
fn publish_file(
    call: &Call<'_>,
    caller: &Caller,
    publish: &Publish,
    file: &mut Option<Spool>,
) -> Result<Published, Refusal> {
    let spool = file.as_mut().ok_or_else(Refusal::incomplete_payload)?;
    let file_type = file_type(publish)?;
    let read = read(spool, file_type)?;
    let file_id = aside(|| FileId::of(spool)).map_err(Refusal::internal)?;
    let new = New {
        document: &publish.body.document,
        read,
        length: spool.length(),
        packaged: file_type == FileType::Twbx,
        now: call.clock.now(),
    };
    call.store.write(|transaction| {
        let target = Target::find(transaction, caller, publish)?;
        let mut pending = target.pending(transaction, caller, new)?;
        let kept = file.take().map(|file| call.store.files.keep(file, file_id));
        pending.workbook.file = kept.transpose().map_err(Refusal::internal)?;
        let id = pending.workbook.id;
        if publish.as_job == Some(true) {
            let job = jobs::queue_publishing(transaction, call, caller, pending)?;
            return Ok(Published::Job(Box::new(job)));
        }
        put(transaction, pending)?;
        let workbook = transaction.workbooks.get(id);
        let workbook = workbook.ok_or_else(|| missing::<Workbook>(&id.to_string()))?;
        let shown = show(transaction, call.origin, workbook);
        Ok(Published::Workbook(Box::new(shown)))
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
    before: Option<record::Workbook>,
}

/// The parts that a workbook is made from.
struct New<'n> {
    document: &'n NewWorkbook,
    read: WorkbookFile,
    /// In bytes.
    length: u64,
    packaged: bool,
    now: Timestamp,
}

impl Target {
    fn find(state: &State, caller: &Caller, publish: &Publish) -> Result<Self, Refusal> {
        let NewWorkbook { name, project, .. } = &publish.body.document;
        let text = project.id.as_str();
        let found = parse_id(text)
            .and_then(|id| state.projects.get(id))
            .filter(|project| project.site == caller.site.id)
            .ok_or_else(|| Refusal::not_found("404005", "Project", text))?;
        let allowed =
            |item: Option<_>, capability| item.is_some_and(|item| may(state, caller, &item, capability));
        if !allowed(found.item(state), "Write") {
            return Err(Refusal::forbidden(
                "403007",
                "The user is not allowed to publish to this project.",
            ));
        }
        let mut workbooks = state.workbooks.of_site(caller.site.id);
        let before = workbooks.find(|workbook| workbook.project == found.id && workbook.name == *name);
        if let Some(before) = before {
            if publish.overwrite != Some(true) {
                return Err(Refusal::forbidden(
                    "403130",
                    format_args!(
                        "There is a workbook '{name}' in the project, and it is not to be overwritten."
                    ),
                ));
            }
            if !allowed(before.item(state), "Write") {
                return Err(Refusal::forbidden(
                    "403007",
                    "The user is not allowed to overwrite this workbook.",
                ));
            }
        }
        Ok(Self {
            project: found.id,
            before: before.cloned(),
        })
    }

    /// The workbook with its views, not yet stored.
    fn pending(self, state: &State, caller: &Caller, new: New<'_>) -> Result<Pending, Refusal> {
        let New {
            document,
            read,
            length,
            packaged,
            now,
        } = new;
        let before = match self.before {
            Some(before) => before,
            None => fresh(state, caller, &document.name, self.project, now)?,
        };
        let hidden: HashSet<&str> = document
            .views
            .iter()
            .flat_map(|views| views.iter())
            .filter(|view| view.hidden == Some(true))
            .map(|view| view.name.as_str())
            .collect();
        let mut views = Vec::new();
        for sheet in read
            .sheets
            .iter()
            .filter(|sheet| !hidden.contains(sheet.name.as_str()))
        {
            let kept = before.views.iter().filter_map(|view| state.views.get(*view));
            let kept = kept.clone().find(|view| view.name == sheet.name).cloned();
            let number = views.len() as u64 + 1;
            views.push(match kept {
                Some(view) => record::View {
                    sheet_type: sheet.kind.sheet_type().to_owned(),
                    sheet_number: number,
                    updated_at: now,
                    ..view
                },
                None => view(&before, &sheet.name, sheet.kind.sheet_type(), number, now)?,
            });
        }
        let connections = connections(&read.connections, document)?;
        let workbook = record::Workbook {
            description: document.description.clone().unwrap_or(before.description),
            show_tabs: document.show_tabs.unwrap_or(before.show_tabs),
            size: length.div_ceil(MEGABYTE).max(1),
            has_extracts: read.has_extracts,
            views: views.iter().map(|view| view.id).collect(),
            file: None,
            packaged,
            connections,
            updated_at: now,
            ..before
        };
        Ok(Pending { workbook, views })
    }
}

/// Stores a workbook and its views; its former views and file are removed.
pub(super) fn put(transaction: &mut Transaction<'_>, pending: Pending) -> Result<(), Refusal> {
    let Pending { workbook, views } = pending;
    if let Some(before) = transaction.workbooks.get(workbook.id).cloned() {
        for gone in before.views.iter().filter(|view| !workbook.views.contains(view)) {
            transaction.remove::<record::View>(*gone);
        }
        if let Some(file) = before.file {
            transaction.release(file);
        }
    }
    for view in views {
        transaction.put(view)?;
    }
    transaction.put(workbook)
}

fn fresh(
    state: &State,
    caller: &Caller,
    name: &str,
    project: Uuid,
    now: Timestamp,
) -> Result<record::Workbook, Refusal> {
    let site = caller.site.id;
    let workbooks = || state.workbooks.of_site(site);
    let taken: HashSet<&str> = workbooks()
        .map(|workbook| workbook.content_url.as_str())
        .collect();
    Ok(record::Workbook {
        id: token::identifier()?,
        site,
        number: workbooks()
            .map(|workbook| workbook.number)
            .max()
            .unwrap_or_default()
            + 1,
        name: name.to_owned(),
        content_url: free(&content_url(name), |url| !taken.contains(url)),
        description: String::new(),
        project,
        owner: caller.user.id,
        show_tabs: false,
        size: 0,
        has_extracts: false,
        has_alerts: false,
        favorites_total: 0,
        subscriptions_total: 0,
        tags: Vec::new(),
        views: Vec::new(),
        file: None,
        packaged: false,
        connections: Vec::new(),
        created_at: now,
        updated_at: now,
    })
}

/// The content URL, with a number appended if it is taken, in the form of real servers.
fn free(wanted: &str, is_free: impl Fn(&str) -> bool) -> String {
    if is_free(wanted) {
        return wanted.to_owned();
    }
    let numbered = (1u64..).map(|number| format!("{wanted}_{number}"));
    numbered.into_iter().find(|url| is_free(url)).unwrap_or_default()
}

fn view(
    workbook: &record::Workbook,
    name: &str,
    sheet_type: &str,
    sheet_number: u64,
    now: Timestamp,
) -> Result<record::View, Refusal> {
    Ok(record::View {
        id: token::identifier()?,
        site: workbook.site,
        workbook: workbook.id,
        name: name.to_owned(),
        view_url_name: content_url(name),
        sheet_type: sheet_type.to_owned(),
        sheet_number,
        total_view_count: 0,
        favorites_total: 0,
        tags: Vec::new(),
        created_at: now,
        updated_at: now,
    })
}

/// The connections of the file, with what the request says about those at the same address.
///
/// The sandbox connects to nothing: every connection passes the check, with or without `skipConnectionCheck`.
fn connections(read: &[FileConnection], document: &NewWorkbook) -> Result<Vec<Connection>, Refusal> {
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
        let of = |text: fn(&ConnectionCredentials) -> Option<&String>| credentials.and_then(text).cloned();
        Ok(Connection {
            id: token::identifier()?,
            datasource: file.datasource.clone(),
            class: file.class.clone(),
            server: file.server.clone(),
            port: said
                .and_then(|said| said.server_port.clone())
                .unwrap_or_else(|| file.port.clone()),
            user_name: of(|credentials| credentials.name.as_ref()).unwrap_or_else(|| file.user_name.clone()),
            embed_password: credentials.is_some_and(|credentials| credentials.embed == Some(true)),
        })
    };
    read.iter().map(connection).collect()
}
