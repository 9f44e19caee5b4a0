//! The scalars of the wire: identifiers, versions, times, text, and lists in their wrapper.

mod id;
mod items;
mod json;
mod named;
mod open_enum;
mod secret;
mod shared;
mod text;
mod time;
mod version;

pub use id::Id;
pub(crate) use id::is_harmless;
pub use items::Items;
pub use json::Json;
pub use named::{Choice, Named};
pub(crate) use open_enum::open_enum;
pub use open_enum::{ContentPermissions, JobStatus, SiteRole, SiteState, UserAuthSetting};
pub use secret::Secret;
pub(crate) use shared::OneDocument;
pub use shared::Shared;
pub(crate) use text::bool_as_text;
pub use text::{Text, Value};
pub use time::{InvalidTimestamp, Timestamp};
pub use version::{InvalidVersion, Version};
