//! Groups of users.

use crate::element;
use crate::value::{Id, SiteRole};

/// A group of users (schema: `groupType`).
#[element("group")]
pub struct Group {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<Group>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// The least role on the site that its users get.
    pub minimum_site_role: Option<SiteRole>,
}
