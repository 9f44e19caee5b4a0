//! Files on this machine: what they are called, what they are, and how a download becomes one.

mod name;
mod part;
mod whole;

pub(crate) use name::from_disposition;
pub use name::harmless_file_name;
pub use part::Saved;
pub(crate) use part::{Named, Saving, check_target};
pub use whole::FileKind;
