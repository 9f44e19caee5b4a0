//! The contents of a workbook: its file, its views, its connections.

use std::fmt::Write as _;
use std::io::BufReader;

use tableau_wire::Items;
use tableau_wire::rest::workbooks::{Download, ListViews};
use tableau_wire::rest::{View, Workbook};

use super::harmless;
use super::workbooks::views_of;
use crate::aside::aside;
use crate::auth::Caller;
use crate::call::{self, Call};
use crate::files::{Content, Spool};
use crate::kept::{Kept, Plan, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::row::Row;
use crate::workbook_file::{FileType, SheetKind, without_extracts};

/// The media type of a downloaded file.
const OCTETS: &str = "application/octet-stream";

/// Downloads the published file: the same bytes, unless the extracts are left out.
pub(crate) fn download(
    call: &Call<'_>,
    caller: &Caller,
    download: &Download,
) -> Result<call::Download, Refusal> {
    let (workbook, document) = {
        let state = call.store.read();
        let may = Rights::Capability("ExportXml");
        let id = download.id.as_str();
        let workbook = row::allowed::<Workbook>(&state, caller, id, may, ("403019", "download"))?;
        (workbook.clone(), document(&views_of(&state, workbook.id)))
    };
    let (content, extension) = match &workbook.file {
        None => (Content::of_bytes(document), FileType::Twb.as_str()),
        Some(file) => (
            call.store.files.content(&file.id).map_err(Refusal::internal)?,
            file.extension.as_str(),
        ),
    };
    let has_extracts = workbook.shown.has_extracts == Some(true);
    let content = if download.options.include_extract == Some(false)
        && has_extracts
        && extension == FileType::Twbx.as_str()
    {
        stripped(&content, call.store.files.spool())?
    } else {
        content
    };
    Ok(call::Download {
        content,
        part: "tableau_workbook",
        file_name: format!("{}.{extension}", harmless(&workbook.shown.name)),
        media_type: OCTETS,
    })
}

pub(crate) fn list_views(call: &Call<'_>, caller: &Caller, list: &ListViews) -> Result<Items<View>, Refusal> {
    let state = call.store.read();
    let refusal = ("403004", "see");
    let workbook = row::allowed::<Workbook>(&state, caller, list.id.as_str(), Workbook::MAY_READ, refusal)?;
    let asked: &[&str] = if list.include_usage_statistics == Some(true) {
        &["usage"]
    } else {
        &[]
    };
    let plan = Plan::<View>::of_list(None, asked);
    let context = verbs::context(call, &state);
    let views = views_of(&state, workbook.id).into_iter();
    let seen = views.filter(|view| View::MAY_READ.allow(view, &state, caller));
    Ok(seen.map(|view| plan.show(view, &context)).collect())
}

fn stripped(content: &Content, mut spool: Spool) -> Result<Content, Refusal> {
    let reader = BufReader::new(content.reader());
    let written = aside(|| spool.write_with(|file| without_extracts(reader, file)));
    written.map_err(Refusal::internal)?.map_err(Refusal::internal)?;
    Content::of(spool).map_err(Refusal::internal)
}

/// The document of a workbook that was seeded: its sheets, over no data.
fn document(views: &[&Row<View>]) -> String {
    let (mut worksheets, mut dashboards, mut windows) = (String::new(), String::new(), String::new());
    for view in views {
        let name = quick_xml::escape::escape(&view.shown.name);
        let (class, into) = match view.shown.sheet_type.as_deref().unwrap_or_default() {
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
