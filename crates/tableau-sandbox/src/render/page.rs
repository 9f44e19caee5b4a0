//! The pages of PDFs.

/// The size of a page, in points of 1/72 inch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Page {
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// The sizes that the parameter `type` names, the shorter side first.
const SIZES: [(&str, f32, f32); 13] = [
    ("a3", mm(297.0), mm(420.0)),
    ("a4", mm(210.0), mm(297.0)),
    ("a5", mm(148.0), mm(210.0)),
    ("b4", mm(250.0), mm(353.0)),
    ("b5", mm(176.0), mm(250.0)),
    ("executive", 522.0, 756.0),
    ("folio", 612.0, 936.0),
    ("ledger", 792.0, 1224.0),
    ("legal", 612.0, 1008.0),
    ("letter", 612.0, 792.0),
    ("note", 612.0, 792.0),
    ("quarto", 612.0, 780.0),
    ("tabloid", 792.0, 1224.0),
];
/// A type whose pages are as large as the view.
const UNSPECIFIED: &str = "unspecified";

const fn mm(length: f32) -> f32 {
    length * 72.0 / 25.4
}

impl Page {
    /// A page by the name of its type; `None` if there is no such type. The size of the view is in pixels.
    pub(crate) fn new(name: &str, is_landscape: bool, (width, height): (u32, u32)) -> Option<Self> {
        if name.eq_ignore_ascii_case(UNSPECIFIED) {
            // A pixel of a screen is 1/96 inch.
            let points = |pixels: u32| pixels as f32 * 0.75;
            return Some(Self {
                width: points(width),
                height: points(height),
            });
        }
        let mut sizes = SIZES.iter();
        let (_, shorter, longer) = sizes.find(|(known, ..)| known.eq_ignore_ascii_case(name))?;
        let (width, height) = if is_landscape {
            (*longer, *shorter)
        } else {
            (*shorter, *longer)
        };
        Some(Self { width, height })
    }
}
