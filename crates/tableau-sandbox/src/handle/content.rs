//! What is in workbooks and data sources: their files, and the views of workbooks.

use std::io::BufReader;
use std::sync::RwLockReadGuard;

use tableau_wire::Items;
use tableau_wire::resource::{Download, DownloadOptions, DownloadRevision, HasContent, HasRevisionFiles};
use tableau_wire::rest::workbooks::ListViews;
use tableau_wire::rest::{View, Workbook};

use super::workbooks::views_of;
use super::{harmless, publish, revisions};
use crate::aside::aside;
use crate::auth::Caller;
use crate::call::{self, Call};
use crate::content_file::{FileType, without_extracts};
use crate::files::{Content, Spool};
use crate::kept::{Kept, Plan, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{Row, RowFile};

const EXPORT: Rights = Rights::Capability("ExportXml");
/// The media type of a downloaded file.
const OCTETS: &str = "application/octet-stream";

/// A kind of content whose files are downloaded.
pub(crate) trait Downloaded: Kept {
    /// The code of the refusal to download one.
    const REFUSED: &'static str;
    /// The name of the part that the file would be sent as.
    const PART: &'static str;
    /// The type of the file that is made for one that was seeded.
    const MADE: FileType;

    /// The document of one that was seeded.
    fn document(row: &Row<Self>, state: &State) -> String;
}

/// Downloads the published file: the same bytes, unless the extracts are left out.
pub(crate) fn download<R: Downloaded + HasContent<Options = DownloadOptions>>(
    call: &Call<'_>,
    caller: &Caller,
    download: &Download<R>,
) -> Result<call::Download, Refusal> {
    let state = call.store.read();
    let refusal = (R::REFUSED, "download");
    let item = row::allowed::<R>(&state, caller, download.id.as_str(), EXPORT, refusal)?.clone();
    let file = item.file.clone();
    file_of(call, state, &item, file, download.options.include_extract)
}

/// Downloads the file of a revision, likewise.
pub(crate) fn download_revision<R: Downloaded + HasRevisionFiles>(
    call: &Call<'_>,
    caller: &Caller,
    download: &DownloadRevision<R>,
) -> Result<call::Download, Refusal> {
    let state = call.store.read();
    let refusal = (R::REFUSED, "download");
    let item = row::allowed::<R>(&state, caller, download.id.as_str(), EXPORT, refusal)?.clone();
    let revision = revisions::find(&state, &item, download.revision_number)?;
    let file = revision.file.clone();
    file_of(call, state, &item, file, download.include_extract)
}

/// The file of an item or one of its revisions; that of a seeded item is made.
fn file_of<R: Downloaded>(
    call: &Call<'_>,
    state: RwLockReadGuard<'_, State>,
    item: &Row<R>,
    file: Option<RowFile>,
    include_extract: Option<bool>,
) -> Result<call::Download, Refusal> {
    let document = R::document(item, &state);
    // Nothing waits while the file is read.
    drop(state);
    let (content, extension) = match file {
        None => (Content::of_bytes(document), R::MADE.as_str().to_owned()),
        Some(file) => (
            call.store.files.content(&file.id).map_err(Refusal::internal)?,
            file.extension,
        ),
    };
    let is_package = FileType::named(&extension).is_some_and(FileType::is_package);
    let content = if include_extract == Some(false) && is_package {
        stripped(&content, call.store.files.spool())?
    } else {
        content
    };
    Ok(call::Download {
        content,
        part: R::PART,
        file_name: format!("{}.{extension}", harmless(&publish::name(&item.shown))),
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
