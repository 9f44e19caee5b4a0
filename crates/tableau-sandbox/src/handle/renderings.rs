//! Renderings of views and workbooks: pictures, PDFs, data, slides.

use tableau_wire::resource;
use tableau_wire::resource::{
    Data, HasData, HasImage, HasPdf, Image, ImageFormat, Orientation, PageType, Pdf, Resolution,
};
use tableau_wire::rest::views::{Excel, PreviewImage};
use tableau_wire::rest::workbooks::Powerpoint;
use tableau_wire::rest::{CustomView, View, Workbook};

use super::harmless;
use super::workbooks::views_of;
use crate::aside::aside;
use crate::auth::Caller;
use crate::call::{Call, Download};
use crate::files::Content;
use crate::kept::{Kept, Rights, missing, row};
use crate::refusal::Refusal;
use crate::render::{self, PREVIEW, Page, Rendered, SCREEN, Sheet};
use crate::store::State;
use crate::store::row::Row;

/// Tableau's capability for pictures and PDFs.
const EXPORT_IMAGE: Rights = Rights::Capability("ExportImage");
/// Tableau's capability for data.
const EXPORT_DATA: Rights = Rights::Capability("ExportData");
type Filters = [(String, String)];

/// A file that is rendered.
#[derive(Clone, Copy)]
struct Kind {
    extension: &'static str,
    media_type: &'static str,
}

const PNG: Kind = Kind {
    extension: "png",
    media_type: "image/png",
};
const SVG: Kind = Kind {
    extension: "svg",
    media_type: "image/svg+xml",
};
const PDF: Kind = Kind {
    extension: "pdf",
    media_type: "application/pdf",
};
const CSV: Kind = Kind {
    extension: "csv",
    media_type: "text/csv",
};
const XLSX: Kind = Kind {
    extension: "xlsx",
    media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
const PPTX: Kind = Kind {
    extension: "pptx",
    media_type: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
};

pub(crate) fn image<R: Viewed + HasImage>(
    call: &Call<'_>,
    caller: &Caller,
    image: &Image<R>,
) -> Result<Download, Refusal> {
    let (name, sheet) = view::<R>(
        call,
        caller,
        image.id.as_str(),
        EXPORT_IMAGE,
        "403068",
        &image.filters,
    )?;
    let (width, height) = size(image.viz_width, image.viz_height, "400080")?;
    match &image.format {
        Some(ImageFormat::Svg) => file(&name, SVG, || Ok(sheet.svg((width, height)))),
        Some(ImageFormat::Png) | None => {
            // A high resolution has two pixels for one of the screen, in each direction (inferred).
            let scale = if image.resolution == Some(Resolution::High) {
                2
            } else {
                1
            };
            file(&name, PNG, || sheet.png((width * scale, height * scale)))
        }
        Some(other) => Err(Refusal::bad_request(
            "400080",
            format_args!("The format is PNG or SVG, and not {}.", other.as_str()),
        )),
    }
}

pub(crate) fn pdf<R: Viewed + HasPdf>(
    call: &Call<'_>,
    caller: &Caller,
    pdf: &Pdf<R>,
) -> Result<Download, Refusal> {
    let (name, sheet) = view::<R>(
        call,
        caller,
        pdf.id.as_str(),
        EXPORT_IMAGE,
        "403032",
        &pdf.filters,
    )?;
    let page = page(pdf, "400080")?;
    file(&name, PDF, || render::pdf(&[sheet], page))
}

pub(crate) fn data<R: Viewed + HasData>(
    call: &Call<'_>,
    caller: &Caller,
    data: &Data<R>,
) -> Result<Download, Refusal> {
    let (name, sheet) = view::<R>(
        call,
        caller,
        data.id.as_str(),
        EXPORT_DATA,
        "403032",
        &data.filters,
    )?;
    file(&name, CSV, || Ok(sheet.csv()))
}

pub(crate) fn view_excel(call: &Call<'_>, caller: &Caller, excel: &Excel) -> Result<Download, Refusal> {
    let (name, sheet) = view::<View>(
        call,
        caller,
        excel.id.as_str(),
        EXPORT_DATA,
        "403105",
        &excel.filters,
    )?;
    file(&name, XLSX, || sheet.xlsx())
}

pub(crate) fn view_preview(
    call: &Call<'_>,
    caller: &Caller,
    preview: &PreviewImage,
) -> Result<Download, Refusal> {
    let (name, sheet) = {
        let state = call.store.read();
        let workbook = row::find::<Workbook>(&state, caller, preview.workbook_id.as_str())?;
        let id = preview.id.as_str();
        let view = row::allowed::<View>(&state, caller, id, View::MAY_READ, ("403004", "see"))?;
        if view.parent != Some(workbook.id) {
            return Err(missing::<View>(id));
        }
        (view.shown.name.clone(), sheet(view, &[]))
    };
    file(&name, PNG, || sheet.png(PREVIEW))
}

pub(crate) fn workbook_preview(
    call: &Call<'_>,
    caller: &Caller,
    preview: &resource::PreviewImage<Workbook>,
) -> Result<Download, Refusal> {
    let id = preview.id.as_str();
    let (name, sheets) = workbook(call, caller, id, Workbook::MAY_READ, ("403004", "see"), &[])?;
    // A workbook shows its first view.
    let first = sheets.first().cloned();
    let first = first.unwrap_or_else(|| Sheet::new(&name, id, &[]));
    file(&name, PNG, || first.png(PREVIEW))
}

pub(crate) fn workbook_pdf(
    call: &Call<'_>,
    caller: &Caller,
    pdf: &Pdf<Workbook>,
) -> Result<Download, Refusal> {
    let (id, refusal) = (pdf.id.as_str(), ("403105", "export"));
    let (name, sheets) = workbook(call, caller, id, EXPORT_IMAGE, refusal, &pdf.filters)?;
    let page = page(pdf, "400101")?;
    file(&name, PDF, || render::pdf(&sheets, page))
}

pub(crate) fn workbook_powerpoint(
    call: &Call<'_>,
    caller: &Caller,
    slides: &Powerpoint,
) -> Result<Download, Refusal> {
    let (id, refusal) = (slides.id.as_str(), ("403105", "export"));
    let (name, sheets) = workbook(call, caller, id, EXPORT_IMAGE, refusal, &[])?;
    file(&name, PPTX, || render::pptx(&name, &sheets))
}

/// An item that is rendered as one view.
pub(crate) trait Viewed: Kept {
    /// The name of an item that the caller sees, and the identifier of its view.
    fn named(state: &State, caller: &Caller, id: &str) -> Result<(String, String), Refusal>;
}

impl Viewed for View {
    fn named(state: &State, caller: &Caller, id: &str) -> Result<(String, String), Refusal> {
        let name = row::find::<View>(state, caller, id)?.shown.name.clone();
        Ok((name, id.to_owned()))
    }
}

impl Viewed for CustomView {
    fn named(state: &State, caller: &Caller, id: &str) -> Result<(String, String), Refusal> {
        let row = row::seen::<CustomView>(state, caller, id)?;
        let view = row.parent.ok_or_else(|| missing::<CustomView>(id))?;
        Ok((row.shown.name.clone(), view.to_string()))
    }
}

/// The name of an item, and its view with the data that filters leave of it.
fn view<R: Viewed>(
    call: &Call<'_>,
    caller: &Caller,
    id: &str,
    rights: Rights,
    code: &str,
    filters: &Filters,
) -> Result<(String, Sheet), Refusal> {
    let state = call.store.read();
    let (name, id) = R::named(&state, caller, id)?;
    let view = row::allowed::<View>(&state, caller, &id, rights, (code, "export"))?;
    Ok((name, sheet(view, filters)))
}

/// The name of a workbook, and its views in the order of their tabs, as far as the caller may see them.
fn workbook(
    call: &Call<'_>,
    caller: &Caller,
    id: &str,
    rights: Rights,
    refusal: (&str, &str),
    filters: &Filters,
) -> Result<(String, Vec<Sheet>), Refusal> {
    let state: &State = &call.store.read();
    let workbook = row::allowed::<Workbook>(state, caller, id, rights, refusal)?;
    let views = views_of(state, workbook.id).into_iter();
    let seen = views.filter(|view| View::MAY_READ.allow(view, state, caller));
    let sheets = seen.map(|view| sheet(view, filters)).collect();
    Ok((workbook.shown.name.clone(), sheets))
}

fn sheet(view: &Row<View>, filters: &Filters) -> Sheet {
    Sheet::new(&view.shown.name, &view.id.to_string(), filters)
}

/// Renders a file away from the tasks that serve others.
fn file(name: &str, kind: Kind, render: impl FnOnce() -> Rendered) -> Result<Download, Refusal> {
    let bytes = aside(render).map_err(Refusal::internal)?;
    Ok(Download {
        content: Content::of_bytes(bytes),
        part: "file",
        file_name: format!("{}.{}", harmless(name), kind.extension),
        media_type: kind.media_type,
    })
}

/// The size of a view in pixels; width and height are given together.
fn size(width: Option<u64>, height: Option<u64>, code: &str) -> Result<(u32, u32), Refusal> {
    let pixels = |length: u64| u32::try_from(length).ok().filter(|length| *length > 0);
    match (width, height) {
        (None, None) => Ok(SCREEN),
        (Some(width), Some(height)) => pixels(width).zip(pixels(height)).ok_or_else(|| {
            Refusal::bad_request(code, "vizWidth and vizHeight are numbers of pixels, at least 1.")
        }),
        _ => Err(Refusal::bad_request(
            code,
            "vizWidth and vizHeight are given together.",
        )),
    }
}

fn page<R: HasPdf>(pdf: &Pdf<R>, code: &str) -> Result<Page, Refusal> {
    let size = size(pdf.viz_width, pdf.viz_height, code)?;
    let is_landscape = match &pdf.orientation {
        None | Some(Orientation::Portrait) => false,
        Some(Orientation::Landscape) => true,
        Some(other) => {
            let other = other.as_str();
            return Err(Refusal::bad_request(
                code,
                format_args!("The orientation is portrait or landscape, and not {other}."),
            ));
        }
    };
    let name = pdf.r#type.as_ref().unwrap_or(&PageType::Legal).as_str();
    Page::new(name, is_landscape, size).ok_or_else(|| {
        Refusal::bad_request(
            code,
            format_args!("There is no type of pages that is called {name}."),
        )
    })
}
