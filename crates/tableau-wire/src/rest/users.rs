//! Users of a site.

use super::{Flow, Group, Job, Workbook};
use crate::body::{Multipart, Payload};
use crate::codec::{DecodeError, EncodeError, Format, Root};
use crate::endpoint::calls;
use crate::page::Page;
use crate::query::{Fields, Filter, Sort};
use crate::value::{Id, Items, Secret, SiteRole, Timestamp, UserAuthSetting};
use crate::{Document, QueryOptions, document, element, endpoint, part, resource};

/// A user on a site (schema: `userType`).
///
/// The same person has another id on each site.
#[resource(
    "users",
    element = "user",
    missing = "404002",
    since = "2.0",
    jwt = "tableau:users:read",
    jwt_writes = "users",
    filter(
        domainName: eq in, email: eq in, friendlyName: eq in, isLocal: eq, lastLogin: range, luid:
        eq in, name: eq in cieq, siteRole: eq in
    ),
    fields(
        default = "domain externalAuthUserId id lastLogin name siteRole",
        more = "authSetting email fullName idpConfigurationId",
        one = "authSetting domain email fullName idpConfigurationId"
    ),
    list,
    get,
    create(NewUser { name, site_role, auth_setting?, email?, idp_configuration_id? }),
    update(UserPatch),
    delete(RemoveOptions)
)]
pub struct User {
    /// The identifier; empty if the server was asked for other fields only.
    pub id: Id<User>,
    /// The name; empty if the server was asked for other fields only.
    pub name: String,
    /// How the user signs in.
    pub auth_setting: Option<UserAuthSetting>,
    /// Whether the user administers content (before site roles).
    pub content_admin: Option<bool>,
    /// The address for subscriptions and alerts.
    pub email: Option<String>,
    /// The identifier at the identity provider.
    pub external_auth_user_id: Option<String>,
    /// The name that is shown.
    pub full_name: Option<String>,
    /// The least role that a group grants at sign-in.
    pub glsi_minimum_site_role: Option<SiteRole>,
    /// The identifier in the identity pool.
    pub identifier: Option<String>,
    /// The identity pool, by name.
    pub identity_pool_name: Option<String>,
    /// The identity pool.
    pub identity_pool_uuid: Option<String>,
    /// The identity in the pool.
    pub identity_uuid: Option<String>,
    /// The configuration of the identity provider.
    pub idp_configuration_id: Option<String>,
    /// The configuration of the identity provider, by name.
    pub idp_configuration_name: Option<String>,
    /// The language of the interface.
    pub language: Option<String>,
    /// When the user last signed in.
    pub last_login: Option<Timestamp>,
    /// The locale for numbers and dates.
    pub locale: Option<String>,
    /// The user that takes over the content.
    pub new_user_id: Option<Id<User>>,
    /// Whether the user owns content.
    pub owns_content: Option<bool>,
    /// Whether the user may publish (before site roles).
    pub publish: Option<bool>,
    /// The licence (before site roles).
    pub role: Option<String>,
    /// What the user may do on the site.
    pub site_role: Option<SiteRole>,
    /// Whether the introduction is not shown.
    pub suppress_getting_started: Option<bool>,
    /// The domain of the user name.
    pub domain: Option<Domain>,
    /// The groups that the user is in.
    pub groups: Option<Items<Group>>,
    /// How much the user may publish.
    pub publishing_limits: Option<Box<PublishingLimits>>,
}

/// How much a user may publish (schema: `publishingLimitsType`).
#[part]
pub struct PublishingLimits {
    /// Whether data sources need extracts.
    pub extracts_required: Option<bool>,
    /// How many data sources there are.
    pub published_datasource_count: Option<i64>,
    /// How many there may be.
    pub published_datasource_limit: Option<i64>,
    /// How many more there may be.
    pub published_datasources_available: Option<i64>,
    /// The greatest number of rows.
    pub row_limit: Option<i64>,
    /// The storage that is free, in megabytes.
    #[serde(rename = "storageAvailableMB")]
    pub storage_available: Option<i64>,
    /// The storage that there is, in megabytes.
    #[serde(rename = "storageLimitMB")]
    pub storage_limit: Option<i64>,
    /// The storage that is used, in megabytes.
    #[serde(rename = "storageUsedMB")]
    pub storage_used: Option<i64>,
}

/// What may be changed about a user; what is not given stays.
///
/// On Tableau Cloud only the role and the ways to sign in can be changed.
#[element("user", new)]
pub struct UserPatch {
    /// The name that is shown.
    pub full_name: Option<String>,
    /// The address for subscriptions and alerts.
    pub email: Option<String>,
    /// The password; for servers that keep passwords themselves.
    pub password: Option<Secret>,
    /// What the user may do on the site.
    pub site_role: Option<SiteRole>,
    /// How the user signs in.
    pub auth_setting: Option<UserAuthSetting>,
    /// The configuration of the identity provider.
    pub idp_configuration_id: Option<String>,
}

/// Query options of removing a user.
#[derive(Debug, Clone, PartialEq, Eq, Default, QueryOptions)]
pub struct RemoveOptions {
    /// The user who takes over the content; without one, users who own content cannot be removed.
    pub map_assets_to: Option<Id<User>>,
}

/// A domain of user names: `local`, or one of a directory (schema: `domainDirectiveType`).
#[element("domain", list = "domainList")]
pub struct Domain {
    /// The identifier.
    pub id: Option<String>,
    /// The name.
    pub name: String,
    /// The short name.
    pub short_name: Option<String>,
}

impl User {
    /// The name with the domain before it, where that is known: `example\jsmith`.
    #[must_use]
    pub fn qualified_name(&self) -> String {
        match &self.domain {
            Some(domain) => format!("{}\\{}", domain.name, self.name),
            None => self.name.clone(),
        }
    }
}

impl Domain {
    /// Whether it is meant by a name: its own in full or short, or the first part of it (`EAST` for `east.example.com`), in any case.
    ///
    /// A domain without a name is meant by any: servers that do not tell domains have one only.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let first = self.name.split('.').next().unwrap_or_default();
        let known = [
            self.name.as_str(),
            self.short_name.as_deref().unwrap_or_default(),
            first,
        ];
        self.name.is_empty() || !name.is_empty() && known.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Lists the personal access tokens of a user, without their secrets.
#[endpoint(GET, "users/{user_id}/personal-access-tokens", since = "3.21", only = cloud, reply = Items<PersonalAccessToken>)]
pub struct ListPersonalAccessTokens {
    /// The user.
    pub user_id: Id<User>,
}

/// Revokes a personal access token of a user: it cannot sign in any more, and its session ends.
///
/// The call exists; its address is inferred from that of the list.
#[endpoint(DELETE, "users/{user_id}/personal-access-tokens/{token_guid}", since = "3.21", only = cloud)]
pub struct RevokePersonalAccessToken {
    /// The user.
    pub user_id: Id<User>,
    /// The token.
    pub token_guid: Id<PersonalAccessToken>,
}

/// A personal access token without its secret (schema: `personalAccessTokenType`).
#[element("personalAccessToken")]
pub struct PersonalAccessToken {
    /// The identifier.
    #[serde(skip_serializing_if = "Id::is_empty")]
    pub token_guid: Id<PersonalAccessToken>,
    /// The name.
    pub token_name: String,
    /// When it was last used to sign in.
    pub last_used_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// Lists the workbooks that a user may see, a page at a time.
#[endpoint(GET, "users/{user_id}/workbooks", since = "2.0", jwt = "tableau:content:read", reply = Page<Workbook>)]
pub struct ListWorkbooks {
    /// The user.
    pub user_id: Id<User>,
    /// Whether only those come that the user owns.
    pub owned_by: Option<bool>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of workbooks on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
    /// Which workbooks: `field:operator:value`, separated by commas.
    pub filter: Option<Filter>,
    /// In which order: `field:asc` or `field:desc`, separated by commas.
    pub sort: Option<Sort>,
    /// With which fields: `_default_`, `_all_`, or names.
    pub fields: Option<Fields>,
}

/// Lists the flows that a user may see, a page at a time.
#[endpoint(GET, "users/{user_id}/flows", since = "3.3", jwt = "tableau:flows:read", reply = Page<Flow>)]
pub struct ListFlows {
    /// The user.
    pub user_id: Id<User>,
    /// Whether only those come that the user owns.
    pub owned_by: Option<bool>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of flows on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// Lists the groups that a user is in, a page at a time.
#[endpoint(GET, "users/{user_id}/groups", since = "3.7", jwt = "tableau:users:read", reply = Page<Group>)]
pub struct ListGroups {
    /// The user.
    pub user_id: Id<User>,
    /// The page, from 1; the first if not given.
    pub page_number: Option<u64>,
    /// The greatest number of groups on a page, from 1 to 1000; 100 if not given.
    pub page_size: Option<u64>,
}

/// Adds the users in a CSV file to the site, and changes those that there are: a job does it.
///
/// The file has no header. Its columns are user name, password, full name, licence (`Creator`, `Explorer`, `Viewer`, `Unlicensed`),
/// administrator (`System`, `Site`, `None`), publisher (`1`, `0`), email, and how the user signs in.
#[endpoint(
    POST,
    "users/import",
    since = "3.15",
    retry = never,
    jwt = "tableau:users:create",
    status = 200,
    reply = Job
)]
pub struct ImportUsers {
    /// What the file does not say of its users, and the file.
    #[body]
    pub body: Multipart<Option<UserImport>>,
}

/// What a CSV file of users does not say of them.
#[document(file = "tableau_user_import", new)]
pub struct UserImport {
    /// The users of the file, by name.
    #[serde(rename = "user", skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<ImportedUser>,
}

/// A user of a CSV file.
#[part(new)]
pub struct ImportedUser {
    /// The name, as in the file; none means every user of the file.
    pub name: Option<String>,
    /// How the user signs in.
    pub auth_setting: Option<UserAuthSetting>,
    /// The configuration of the identity provider, in place of how the user signs in.
    pub idp_configuration_id: Option<String>,
}

/// Removes the users in a CSV file from the site: a job does it. Those who own content become unlicensed instead.
#[endpoint(
    POST,
    "users/delete",
    since = "3.15",
    retry = never,
    jwt = "tableau:users:delete",
    status = 200,
    reply = Option<Job>
)]
pub struct DeleteUsers {
    /// The file: its first column has the names of the users.
    #[body]
    pub body: Multipart<UserRemoval>,
}

/// Beside a CSV file of users to remove stands no document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UserRemoval;

impl Document for UserRemoval {
    const EMPTY: bool = true;

    fn encode(&self, _: Root, _: Format) -> Result<Vec<u8>, EncodeError> {
        Ok(Vec::new())
    }

    fn decode(_: &[u8], _: Format) -> Result<Self, DecodeError> {
        Ok(Self)
    }
}

impl Payload for UserRemoval {
    const FILE_PART: &'static str = "tableau_user_delete";
    // As in Tableau's own library.
    const HAS_DOCUMENT: bool = false;
}

/// A user by identifier, in a list.
#[element("user", exhaustive)]
pub struct ListedUser {
    /// The identifier.
    pub id: Id<User>,
}

calls!(
    User;
    ListPersonalAccessTokens, RevokePersonalAccessToken, ListWorkbooks, ListFlows, ListGroups, ImportUsers, DeleteUsers
);
