//! Groups of users.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::Element;
use crate::value::{Id, SiteRole};

/// A group of users (schema: `groupType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Element)]
#[element("group")]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Group {
    /// The identifier; empty if the server was asked for other fields only.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub id: Id<Group>,
    /// The name; empty if the server was asked for other fields only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The least role on the site that its users get.
    pub minimum_site_role: Option<SiteRole>,
}
