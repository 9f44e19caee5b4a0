//! The contents of a workbook: its file, its views, its connections.

use std::fmt::Write as _;
use std::io::BufReader;

use tableau_wire::Delete;
use tableau_wire::Items;
use tableau_wire::rest::publishing as wire;
use tableau_wire::rest::workbooks::{Download, ListConnections, ListViews};
use tableau_wire::rest::{Datasource, View, Workbook};

use super::id;
use crate::aside::aside;
use crate::auth::{Caller, parse_id};
use crate::call::{self, Call};
use crate::files::{Content, Spool};
use crate::kept::rights::{Protected, may};
use crate::kept::{Context, Plan, Selection, missing};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::record;
use crate::workbook_file::{FileType, SheetKind, without_extracts};

/// The media type of a downloaded file.
const OCTETS: &str = "application/octet-stream";

/// Downloads the published file: the same bytes, unless the extracts are left out.
pub(crate) fn download(
    call: &Call<'_>,
    caller: &Caller,
    download: &Download,
) -> Result<call::Download, Refusal> {
    let (workbook, views) = {
        let state = call.store.read();
        let workbook = workbook(&state, caller, download.id.as_str())?;
        if !allowed(&state, caller, workbook, "ExportXml") {
            return Err(Refusal::forbidden(
                "403019",
                "The user is not allowed to download this workbook.",
            ));
        }
        (workbook.clone(), views(&state, workbook))
    };
    let file_type = if workbook.packaged {
        FileType::Twbx
    } else {
        FileType::Twb
    };
    let content = match &workbook.file {
        None => Content::of_bytes(document(&views)),
        Some(file) => call.store.files.content(file).map_err(Refusal::internal)?,
    };
    let content = match file_type {
        FileType::Twbx if download.include_extract == Some(false) && workbook.has_extracts => {
            stripped(&content, call.store.files.spool())?
        }
        _ => content,
    };
    Ok(call::Download {
        content,
        part: "tableau_workbook",
        file_name: format!("{}.{}", harmless(&workbook.name), file_type.as_str()),
        media_type: OCTETS,
    })
}

pub(crate) fn list_views(call: &Call<'_>, caller: &Caller, list: &ListViews) -> Result<Items<View>, Refusal> {
    let state = call.store.read();
    let workbook = workbook(&state, caller, list.id.as_str())?;
    if !allowed(&state, caller, workbook, "Read") {
        return Err(Refusal::forbidden(
            "403004",
            "The user is not allowed to see this workbook.",
        ));
    }
    let asked: &[&str] = if list.include_usage_statistics == Some(true) {
        &["usage"]
    } else {
        &[]
    };
    let plan = Plan::<View>::new(&Selection::of_list(None), asked);
    let context = Context {
        state: &state,
        origin: call.origin,
    };
    let found = workbook.views.iter().filter_map(|view| state.views.get(*view));
    Ok(found
        .map(|view| plan.show(view, &context))
        .collect::<Vec<_>>()
        .into())
}

pub(crate) fn list_connections(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListConnections,
) -> Result<Items<wire::Connection>, Refusal> {
    let state = call.store.read();
    let workbook = workbook(&state, caller, list.id.as_str())?;
    if !allowed(&state, caller, workbook, "Read") {
        return Err(Refusal::forbidden(
            "403021",
            "The user is not allowed to see the connections of this workbook.",
        ));
    }
    Ok(workbook
        .connections
        .iter()
        .map(connection)
        .collect::<Vec<_>>()
        .into())
}

/// Deletes a workbook with its views. The refusals of real servers are not documented for this call.
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &Delete<Workbook>) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let workbook = workbook(transaction, caller, delete.id.as_str())?.clone();
        if !allowed(transaction, caller, &workbook, "Delete") {
            return Err(Refusal::forbidden(
                "403004",
                "The user is not allowed to delete this workbook.",
            ));
        }
        for view in &workbook.views {
            transaction.remove::<record::View>(*view);
        }
        transaction.remove::<crate::store::rules::Rules>(workbook.id);
        transaction.remove::<record::Workbook>(workbook.id);
        if let Some(file) = workbook.file {
            transaction.release(file);
        }
        Ok(())
    })
}

pub(super) fn workbook<'s>(
    state: &'s State,
    caller: &Caller,
    text: &str,
) -> Result<&'s record::Workbook, Refusal> {
    parse_id(text)
        .and_then(|id| state.workbooks.get(id))
        .filter(|workbook| workbook.site == caller.site.id)
        .ok_or_else(|| missing::<Workbook>(text))
}

fn allowed(state: &State, caller: &Caller, workbook: &record::Workbook, capability: &str) -> bool {
    workbook
        .item(state)
        .is_some_and(|item| may(state, caller, &item, capability))
}

fn views(state: &State, workbook: &record::Workbook) -> Vec<record::View> {
    workbook
        .views
        .iter()
        .filter_map(|view| state.views.get(*view))
        .cloned()
        .collect()
}

fn connection(connection: &record::Connection) -> wire::Connection {
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let mut datasource = Datasource::default();
    datasource.name.clone_from(&connection.datasource);
    let mut shown = wire::Connection::default();
    shown.id = id(connection.id);
    shown.r#type = Some(connection.class.clone());
    shown.server_address = Some(connection.server.clone());
    shown.server_port = given(&connection.port);
    shown.user_name = Some(connection.user_name.clone());
    shown.embed_password = Some(connection.embed_password);
    shown.datasource = Some(Box::new(datasource));
    shown
}

fn stripped(content: &Content, mut spool: Spool) -> Result<Content, Refusal> {
    let reader = BufReader::new(content.reader());
    let written = aside(|| spool.write_with(|file| without_extracts(reader, file)));
    written.map_err(Refusal::internal)?.map_err(Refusal::internal)?;
    Content::of(spool).map_err(Refusal::internal)
}

/// A name that is a valid file name on every system.
fn harmless(name: &str) -> String {
    let kept = |c: char| !c.is_control() && !"/\\:*?\"<>|".contains(c);
    name.chars().map(|c| if kept(c) { c } else { '_' }).collect()
}

/// The document of a workbook that was seeded: its sheets, over no data.
fn document(views: &[record::View]) -> String {
    let (mut worksheets, mut dashboards, mut windows) = (String::new(), String::new(), String::new());
    for view in views {
        let name = quick_xml::escape::escape(&view.name);
        let (class, into) = match view.sheet_type.as_str() {
            kind if kind == SheetKind::Story.sheet_type() => ("storyboard", &mut dashboards),
            kind if kind == SheetKind::Dashboard.sheet_type() => ("dashboard", &mut dashboards),
            _ => ("worksheet", &mut worksheets),
        };
        // Writing to a `String` does not fail.
        let _ = match class {
            "storyboard" => writeln!(into, "    <dashboard name='{name}' type='storyboard' />"),
            "dashboard" => writeln!(into, "    <dashboard name='{name}' />"),
            _ => writeln!(into, "    <worksheet name='{name}' />"),
        };
        let _ = writeln!(windows, "    <window class='{class}' name='{name}' />");
    }
    format!(
        "<?xml version='1.0' encoding='utf-8' ?>\n<workbook version='18.1'>\n  <datasources />\n  <worksheets>\n{worksheets}  </worksheets>\n  \
         <dashboards>\n{dashboards}  </dashboards>\n  <windows>\n{windows}  </windows>\n</workbook>\n"
    )
}
