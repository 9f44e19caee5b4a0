//! The contents of a workbook: its file, its views, its connections.

use std::fmt::Write as _;
use std::io::BufReader;
use std::sync::RwLockReadGuard;

use tableau_wire::Items;
use tableau_wire::resource::DownloadRevision;
use tableau_wire::rest::workbooks::{Download, ListViews};
use tableau_wire::rest::{View, Workbook};

use super::workbooks::views_of;
use super::{harmless, revisions};
use crate::aside::aside;
use crate::auth::Caller;
use crate::call::{self, Call};
use crate::files::{Content, Spool};
use crate::kept::{Kept, Plan, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{Row, RowFile};
use crate::workbook_file::{FileType, SheetKind, without_extracts};

const EXPORT: Rights = Rights::Capability("ExportXml");
/// The media type of a downloaded file.
const OCTETS: &str = "application/octet-stream";

/// Downloads the published file: the same bytes, unless the extracts are left out.
pub(crate) fn download(
    call: &Call<'_>,
    caller: &Caller,
    download: &Download,
) -> Result<call::Download, Refusal> {
    let state = call.store.read();
    let refusal = ("403019", "download");
    let workbook = row::allowed::<Workbook>(&state, caller, download.id.as_str(), EXPORT, refusal)?.clone();
    let file = workbook.file.clone();
    file_of(call, state, &workbook, file, download.options.include_extract)
}

/// Downloads the file of a revision, likewise.
pub(crate) fn download_revision(
    call: &Call<'_>,
    caller: &Caller,
    download: &DownloadRevision<Workbook>,
) -> Result<call::Download, Refusal> {
    let state = call.store.read();
    let refusal = ("403019", "download");
    let workbook = row::allowed::<Workbook>(&state, caller, download.id.as_str(), EXPORT, refusal)?.clone();
    let revision = revisions::find(&state, &workbook, download.revision_number)?;
    let file = revision.file.clone();
    file_of(call, state, &workbook, file, download.include_extract)
}

/// The file of a workbook or one of its revisions; that of a seeded workbook is made from its views.
fn file_of(
    call: &Call<'_>,
    state: RwLockReadGuard<'_, State>,
    workbook: &Row<Workbook>,
    file: Option<RowFile>,
    include_extract: Option<bool>,
) -> Result<call::Download, Refusal> {
    let document = document(&views_of(&state, workbook.id));
    // Nothing waits while the file is read.
    drop(state);
    let (content, extension) = match file {
        None => (Content::of_bytes(document), FileType::Twb.as_str().to_owned()),
        Some(file) => (
            call.store.files.content(&file.id).map_err(Refusal::internal)?,
            file.extension,
        ),
    };
    let has_extracts = workbook.shown.has_extracts == Some(true);
    let content = if include_extract == Some(false) && has_extracts && extension == FileType::Twbx.as_str() {
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
