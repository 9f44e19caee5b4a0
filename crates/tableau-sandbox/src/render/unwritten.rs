//! What stands in place of the files that the feature `render` writes.

use super::{Page, Rendered, Sheet};

fn unwritten() -> Rendered {
    Err("this sandbox was built without the feature `render`".to_owned())
}

pub(super) fn png(_: &Sheet, _: u32, _: u32) -> Rendered {
    unwritten()
}

pub(super) fn pdf(_: &[Sheet], _: Page) -> Rendered {
    unwritten()
}

pub(super) fn xlsx(_: &Sheet) -> Rendered {
    unwritten()
}

pub(super) fn pptx(_: &str, _: &[Sheet]) -> Rendered {
    unwritten()
}
