//! Files that need other crates to be written, behind the feature `render`.

mod pdf;
mod png;
mod pptx;
mod xlsx;

pub(super) use pdf::write as pdf;
pub(super) use png::write as png;
pub(super) use pptx::write as pptx;
pub(super) use xlsx::write as xlsx;
