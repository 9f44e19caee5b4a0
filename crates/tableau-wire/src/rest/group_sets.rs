//! Group sets: groups that permissions name together.

use super::Group;
use crate::endpoint::calls;
use crate::value::{Id, open_enum};
use crate::{QueryOptions, endpoint, resource};

/// A set of groups (schema: `groupSetType`): a rule of permissions for it is one for the users who are in all of its groups.
#[resource(
    "groupsets",
    element = "groupSet",
    collection = "groupSets",
    since = "3.22",
    jwt = "tableau:groupsets:read",
    jwt_writes = "groupsets",
    filter(luid: eq in, name: eq in cieq),
    list(ListOptions),
    get,
    create(NewGroupSet { name }),
    update(GroupSetPatch { name }),
    delete
)]
pub struct GroupSet {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<GroupSet>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// How many groups are in it.
    pub group_count: Option<u64>,
    /// The number that the server counts it by.
    pub local_id: Option<u64>,
    /// The groups in it.
    #[serde(rename = "group", skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<Group>,
}

/// Query options of listing group sets.
#[derive(Debug, Clone, PartialEq, Eq, Default, QueryOptions)]
pub struct ListOptions {
    /// How much each shows; its groups if not given.
    pub resultlevel: Option<ResultLevel>,
}

open_enum! {
    /// How much of a group set lists show.
    ResultLevel {
        /// The group set alone.
        Local = "local",
        /// Its groups too.
        Members = "members",
    }
}

/// Adds a group to a group set.
#[endpoint(
    PUT,
    "groupsets/{group_set_id}/groups/{group_id}",
    since = "3.22",
    jwt = "tableau:groupsets:update",
    status = 200
)]
pub struct AddGroup {
    /// The group set.
    pub group_set_id: Id<GroupSet>,
    /// The group.
    pub group_id: Id<Group>,
}

/// Removes a group from a group set.
#[endpoint(
    DELETE,
    "groupsets/{group_set_id}/groups/{group_id}",
    since = "3.22",
    jwt = "tableau:groupsets:update"
)]
pub struct RemoveGroup {
    /// The group set.
    pub group_set_id: Id<GroupSet>,
    /// The group.
    pub group_id: Id<Group>,
}

calls!(GroupSet; AddGroup, RemoveGroup);
