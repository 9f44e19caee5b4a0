//! Renderings of views: pictures, pages, data and slides, as files that other programs open.
//!
//! Everything here is a function of what is given: the name of a view, the seed of its data, and filters. Nothing knows the state of the sandbox.

mod csv;
mod data;
mod page;
mod scene;
mod svg;
#[cfg(test)]
mod tests;
#[cfg_attr(not(feature = "render"), path = "unwritten.rs")]
mod written;

pub(crate) use data::{Row, amount};
pub(crate) use page::Page;

use data::Table;
use scene::Scene;

/// The size of a picture of a view whose size is not asked for, in pixels.
pub(crate) const SCREEN: (u32, u32) = (800, 600);
/// The size of a preview image, in pixels. Inferred from what servers show.
pub(crate) const PREVIEW: (u32, u32) = (192, 192);
/// The greatest width and height of a picture, in pixels, so that no request takes all memory. The limit of real servers is not known.
const LARGEST: u32 = 4096;

/// A rendering, or why it failed.
pub(crate) type Rendered = Result<Vec<u8>, String>;

/// A view that is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    title: String,
    /// The filters that have an effect, as they are shown.
    filters: Vec<String>,
    table: Table,
}

impl Sheet {
    /// A view by its name, with the data of a seed; of it, what the filters (`Region` and `East,West`) leave.
    ///
    /// Filters for fields that it does not have are ignored, and so are values of parameters.
    pub(crate) fn new(title: &str, seed: &str, filters: &[(String, String)]) -> Self {
        let mut table = Table::of(seed);
        let mut applied = Vec::new();
        for (field, values) in filters {
            let values = data::values(values);
            if let Some(field) = table.keep(field, &values) {
                applied.push(format!("{field}: {}", values.join(", ")));
            }
        }
        Self {
            title: title.to_owned(),
            filters: applied,
            table,
        }
    }

    /// A PNG of this size in pixels.
    pub(crate) fn png(&self, (width, height): (u32, u32)) -> Rendered {
        let (width, height) = (width.clamp(1, LARGEST), height.clamp(1, LARGEST));
        written::png(self, width, height)
    }

    /// An SVG of this size in pixels.
    pub(crate) fn svg(&self, (width, height): (u32, u32)) -> Vec<u8> {
        svg::write(&self.scene(width as f32, height as f32)).into_bytes()
    }

    /// The data as CSV.
    pub(crate) fn csv(&self) -> Vec<u8> {
        csv::write(&self.table).into_bytes()
    }

    /// A crosstab of the data as an Excel workbook.
    pub(crate) fn xlsx(&self) -> Rendered {
        written::xlsx(self)
    }

    /// The marks of the view, each with its value in cents.
    pub(crate) fn marks(&self) -> Vec<(&'static str, i64)> {
        self.table.bars()
    }

    fn scene(&self, width: f32, height: f32) -> Scene {
        Scene::of(&self.title, &self.filters, &self.table.bars(), width, height)
    }
}

/// The rows of a seed.
pub(crate) fn rows(seed: &str) -> impl Iterator<Item = Row> {
    Table::of(seed).rows.into_iter()
}

/// A PDF with a page for each view.
pub(crate) fn pdf(sheets: &[Sheet], page: Page) -> Rendered {
    written::pdf(sheets, page)
}

/// A PowerPoint presentation with a slide for each view.
pub(crate) fn pptx(title: &str, sheets: &[Sheet]) -> Rendered {
    written::pptx(title, sheets)
}
