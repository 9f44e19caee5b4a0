//! Files on this machine: their names, their kinds, and how a download is saved.

mod expected;
mod name;
mod part;
mod whole;

pub(crate) use expected::Expected;
pub(crate) use name::from_disposition;
pub use name::harmless_file_name;
pub use part::Saved;
pub(crate) use part::{Named, Saving, check_target};
pub use whole::FileKind;
