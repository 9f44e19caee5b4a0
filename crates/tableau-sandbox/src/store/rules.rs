//! Stored permission rules.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The rules of an item, once they differ from the default rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rules {
    /// The item.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) rules: Vec<Rule>,
}

/// A capability that is allowed or denied to a user, a group or a group set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub(crate) grantee: Grantee,
    /// Its name in the schema: `ExportImage`.
    pub(crate) capability: String,
    pub(crate) allow: bool,
}

/// The grantee of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Grantee {
    User(Uuid),
    Group(Uuid),
    GroupSet(Uuid),
}

/// The group that every user of a site is in.
pub(crate) fn all_users(site: Uuid) -> Grantee {
    Grantee::Group(crate::rng::luid("group", &[&site.to_string(), "All Users"]))
}

/// A user in a group other than that of all users.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Membership {
    /// Derived from the group and the user.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) group: Uuid,
    pub(crate) user: Uuid,
}

/// A group in a group set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SetMembership {
    /// Derived from the group set and the group.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) set: Uuid,
    pub(crate) group: Uuid,
}

/// The identifier of the rules that a project gives to content of a kind.
pub(crate) fn default_rules(project: Uuid, kind: &str) -> Uuid {
    crate::rng::luid("defaultRules", &[&project.to_string(), kind])
}
