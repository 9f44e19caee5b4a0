//! Renderings: images, PDFs and data of views. Facets of views and custom views, and in part of workbooks.

use super::{Resource, Verb};
use crate::endpoint;
use crate::endpoint::Content;
use crate::value::{Id, open_enum};

/// A resource whose items have a preview image.
pub trait HasPreview: Resource {
    /// The facts about it.
    const PREVIEW_IMAGE: Verb;
}

/// A resource whose items are rendered as images.
pub trait HasImage: Resource {
    /// The facts about it.
    const IMAGE: Verb;
}

/// A resource whose items are rendered as PDFs.
pub trait HasPdf: Resource {
    /// The facts about it.
    const PDF: Verb;
}

/// A resource whose items give their data.
pub trait HasData: Resource {
    /// The facts about it.
    const DATA: Verb;
}

/// Downloads the preview image of an item: a small PNG, made when it was published.
#[endpoint(GET, "{R}/{id}/previewImage", facts = R::PREVIEW_IMAGE, reply = Content)]
pub struct PreviewImage<R: HasPreview> {
    /// The item.
    pub id: Id<R::One>,
}

/// Renders an item as an image.
#[endpoint(GET, "{R}/{id}/image", facts = R::IMAGE, rendering, reply = Content)]
pub struct Image<R: HasImage> {
    /// The item.
    pub id: Id<R::One>,
    /// The greatest age in minutes of a rendering that may be used again; at least 1.
    pub max_age: Option<u64>,
    /// The resolution: high, or that of the screen if not given.
    pub resolution: Option<Resolution>,
    /// The format (from version 3.29); PNG if not given.
    pub format: Option<ImageFormat>,
    /// The height in pixels (from version 3.23).
    pub viz_height: Option<u64>,
    /// The width in pixels (from version 3.23).
    pub viz_width: Option<u64>,
    /// The language and region by which values are written: `de-DE`.
    pub language: Option<String>,
    /// Filters: the name of a field, and the values that are shown, separated by commas.
    #[prefix("vf_")]
    pub filters: Vec<(String, String)>,
}

/// Renders an item as a PDF.
#[endpoint(GET, "{R}/{id}/pdf", facts = R::PDF, rendering, reply = Content)]
pub struct Pdf<R: HasPdf> {
    /// The item.
    pub id: Id<R::One>,
    /// The greatest age in minutes of a rendering that may be used again; at least 1.
    pub max_age: Option<u64>,
    /// The size of the page; `legal` if not given.
    pub r#type: Option<PageType>,
    /// The orientation of the page; `portrait` if not given.
    pub orientation: Option<Orientation>,
    /// The height of the view in pixels.
    pub viz_height: Option<u64>,
    /// The width of the view in pixels.
    pub viz_width: Option<u64>,
    /// Filters: the name of a field, and the values that are shown, separated by commas.
    #[prefix("vf_")]
    pub filters: Vec<(String, String)>,
}

/// Gives the data of an item as CSV.
#[endpoint(GET, "{R}/{id}/data", facts = R::DATA, rendering, reply = Content)]
pub struct Data<R: HasData> {
    /// The item.
    pub id: Id<R::One>,
    /// The greatest age in minutes of data that may be used again; at least 1.
    pub max_age: Option<u64>,
    /// The language and region by which values are written: `de-DE`.
    pub language: Option<String>,
    /// Filters: the name of a field, and the values that are shown, separated by commas.
    #[prefix("vf_")]
    pub filters: Vec<(String, String)>,
}

open_enum! {
    /// The resolution of an image.
    Resolution {
        /// As many pixels as the server can give.
        High = "high",
        /// That of a screen.
        Standard = "standard",
    }
}

open_enum! {
    /// The format of an image.
    ImageFormat by str::eq_ignore_ascii_case {
        /// Portable network graphics.
        Png = "PNG",
        /// Scalable vector graphics.
        Svg = "SVG",
    }
}

open_enum! {
    /// The orientation of a page.
    Orientation by str::eq_ignore_ascii_case {
        /// Higher than wide.
        Portrait = "portrait",
        /// Wider than high.
        Landscape = "landscape",
    }
}

open_enum! {
    /// The size of a page of a PDF.
    PageType by str::eq_ignore_ascii_case {
        /// 297 by 420 mm.
        A3 = "a3",
        /// 210 by 297 mm.
        A4 = "a4",
        /// 148 by 210 mm.
        A5 = "a5",
        /// 250 by 353 mm.
        B4 = "b4",
        /// 176 by 250 mm.
        B5 = "b5",
        /// 7.25 by 10.5 inches.
        Executive = "executive",
        /// 8.5 by 13 inches.
        Folio = "folio",
        /// 17 by 11 inches.
        Ledger = "ledger",
        /// 8.5 by 14 inches.
        Legal = "legal",
        /// 8.5 by 11 inches.
        Letter = "letter",
        /// 8.5 by 11 inches.
        Note = "note",
        /// 8.5 by 10.8 inches.
        Quarto = "quarto",
        /// 11 by 17 inches.
        Tabloid = "tabloid",
        /// As large as the view.
        Unspecified = "unspecified",
    }
}
