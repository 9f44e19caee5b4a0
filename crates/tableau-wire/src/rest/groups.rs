//! Groups of users.

use super::publishing::Published;
use super::users::{Domain, ListedUser};
use super::{User, auth::UserId};
use crate::endpoint::calls;
use crate::page::Page;
use crate::value::{Id, Items, Shared, SiteRole, open_enum};
use crate::{QueryOptions, document, endpoint, part, resource};

/// A group of users (schema: `groupType`).
///
/// Tableau has no call that gets one group: list with a filter instead.
#[resource(
    "groups",
    element = "group",
    missing = "404012",
    since = "2.0",
    jwt = "tableau:groups:read",
    jwt_writes = "groups",
    filter(
        domainName: eq in, domainNickname: eq in, isExternalUserEnabled: eq, isLocal: eq, luid: eq in, minimumSiteRole:
        eq in, name: eq in cieq, userCount: range
    ),
    fields(default = "domain externalUserEnabled id import minimumSiteRole name", more = "userCount"),
    list,
    create(
        NewGroup { name, minimum_site_role?, external_user_enabled?, import? },
        options = GroupOptions,
        answer = Published<Group>
    ),
    update(
        GroupPatch { name, minimum_site_role, external_user_enabled, import },
        options = GroupOptions,
        answer = Published<Group>
    ),
    delete
)]
pub struct Group {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<Group>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// The least role on the site that its users get.
    pub minimum_site_role: Option<SiteRole>,
    /// Whether people without a user on the site may be in it, and get access on demand (Cloud).
    pub external_user_enabled: Option<bool>,
    /// How many users are in it.
    pub user_count: Option<u64>,
    /// When its users get its least role, where servers have that beside `import`.
    pub grant_license_mode: Option<GrantLicenseMode>,
    /// The least role on the site that its users get, where servers have that beside `import`.
    pub site_role: Option<SiteRole>,
    /// `local`, or the domain of the directory that it comes from.
    pub domain: Option<Domain>,
    /// The directory that it comes from, and what its users get.
    pub import: Option<GroupImport>,
}

/// How a group is imported from a directory (schema: `importDirectiveType`).
#[part]
pub struct GroupImport {
    /// `ActiveDirectory`; not in answers.
    pub source: Option<String>,
    /// The domain of the directory.
    pub domain_name: Option<String>,
    /// The least role on the site that its users get.
    pub site_role: Option<SiteRole>,
    /// When they get it; when it is synchronized if not given.
    pub grant_license_mode: Option<GrantLicenseMode>,
}

impl GroupImport {
    /// A group of Active Directory.
    pub fn active_directory(domain: impl Into<String>) -> Self {
        Self {
            source: Some("ActiveDirectory".to_owned()),
            domain_name: Some(domain.into()),
            ..Self::default()
        }
    }
}

open_enum! {
    /// When users of a group get its least role.
    GrantLicenseMode {
        /// When they sign in.
        OnLogin = "onLogin",
        /// When the group is synchronized.
        OnSync = "onSync",
    }
}

/// Query options of creating and updating a group.
#[derive(Debug, Clone, PartialEq, Eq, Default, QueryOptions)]
pub struct GroupOptions {
    /// Whether the server answers at once, with a job that imports the group; for groups of a directory.
    pub as_job: Option<bool>,
}

/// Lists the users of a group, a page at a time.
#[endpoint(GET, "groups/{group_id}/users", since = "2.0", jwt = "tableau:groups:read", reply = Page<User>)]
pub struct ListUsers {
    /// The group.
    pub group_id: Id<Group>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of users on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// Adds a user to a group, or several (from version 3.21).
#[endpoint(
    POST,
    "groups/{group_id}/users",
    since = "2.0",
    retry = idempotent,
    jwt = "tableau:groups:update",
    status = 200,
    reply = AddedUsers
)]
pub struct AddUsers {
    /// The group.
    pub group_id: Id<Group>,
    /// The users.
    #[body]
    pub users: UsersToAdd,
}

/// A user, or several, to add to a group: one of the members is given.
#[document(new)]
pub struct UsersToAdd {
    /// The user.
    pub user: Option<UserId>,
    /// The users (from version 3.21).
    pub users: Option<Items<ListedUser>>,
}

impl UsersToAdd {
    /// One user.
    pub fn one(user: impl Into<Id<User>>) -> Self {
        Self {
            user: Some(UserId { id: user.into() }),
            users: None,
        }
    }

    /// Several users.
    pub fn many(users: impl IntoIterator<Item = Id<User>>) -> Self {
        Self {
            user: None,
            users: Some(users.into_iter().map(|id| ListedUser { id }).collect()),
        }
    }
}

/// The users that were added to a group: as they were named, one or several.
#[document]
pub struct AddedUsers {
    /// The user.
    pub user: Option<Shared<User>>,
    /// The users.
    pub users: Option<Items<User>>,
}

/// Removes a user from a group.
#[endpoint(
    DELETE,
    "groups/{group_id}/users/{user_id}",
    since = "2.0",
    jwt = "tableau:groups:update"
)]
pub struct RemoveUser {
    /// The group.
    pub group_id: Id<Group>,
    /// The user.
    pub user_id: Id<User>,
}

/// Removes several users from a group.
// The answer is not documented; that it is empty is inferred.
#[endpoint(
    PUT,
    "groups/{group_id}/users/remove",
    since = "3.21",
    jwt = "tableau:groups:update",
    status = 200
)]
pub struct RemoveUsers {
    /// The group.
    pub group_id: Id<Group>,
    /// The users.
    #[body]
    pub users: Items<ListedUser>,
}

calls!(Group; ListUsers, AddUsers, RemoveUser, RemoveUsers);
