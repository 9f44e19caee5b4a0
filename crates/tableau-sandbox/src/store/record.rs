//! The records of the sandbox: each fact in one place. Answers are put together on request.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tableau_wire::Secret;
use tableau_wire::value::{ContentPermissions, SiteRole, UserAuthSetting};
use uuid::Uuid;

use super::State;
use super::table::Table;
use crate::files::FileId;

/// A kind of record; the parent module has the table of all kinds.
pub(crate) trait Record: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of the kind in a database; it never changes.
    const KIND: &'static str;
    fn id(&self) -> Uuid;
    /// The site it belongs to; nil for records of the server.
    fn site(&self) -> Uuid;
    fn table(state: &State) -> &Table<Self>;
    fn table_mut(state: &mut State) -> &mut Table<Self>;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Site {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) content_url: String,
    pub(crate) product: Product,
}

/// The product whose rules a site follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Product {
    Server,
    Cloud,
}

/// A person, known to the whole server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Derived from the name without regard to case, so that a name is taken once.
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) full_name: String,
    pub(crate) email: String,
    /// The domain of the name: `local`, or that of a directory.
    pub(crate) domain: String,
    pub(crate) password: Secret,
}

/// A person on one site.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) account: Uuid,
    pub(crate) site_role: SiteRole,
    pub(crate) auth_setting: UserAuthSetting,
    pub(crate) last_login: Option<Timestamp>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PersonalAccessToken {
    pub(crate) id: Uuid,
    pub(crate) account: Uuid,
    pub(crate) name: String,
    pub(crate) secret: Secret,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    pub(crate) last_used_at: Option<Timestamp>,
    /// The one session it has; the next sign-in ends it.
    pub(crate) session: Option<Uuid>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    /// The identifier, which is the first part of the token.
    pub(crate) id: Uuid,
    pub(crate) token: Secret,
    pub(crate) site: Uuid,
    pub(crate) user: Uuid,
    pub(crate) last_used_at: Timestamp,
    /// The kind of credential that it was begun with.
    #[serde(default)]
    pub(crate) credential: Uuid,
    /// Which of the sessions of its credential it is, from 1.
    #[serde(default)]
    pub(crate) generation: u64,
    /// The scopes of its JWT; without a list it has all rights of the user.
    #[serde(default)]
    pub(crate) scopes: Option<Vec<String>>,
}

/// The ways to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CredentialKind {
    /// User name and password.
    Password,
    /// Name and secret of a personal access token.
    PersonalAccessToken,
    /// A JWT of a connected app or of an external authorization server.
    Jwt,
    /// A unified access token.
    UnifiedAccessToken,
}

impl CredentialKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PersonalAccessToken => "personal_access_token",
            Self::Jwt => "jwt",
            Self::UnifiedAccessToken => "unified_access_token",
        }
    }
}

/// A credential that begins sessions: a personal access token, or an account with one way to sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Credential {
    /// Derived from the kind and from the token or the account.
    pub(crate) id: Uuid,
    pub(crate) kind: CredentialKind,
    /// How many sessions it has had.
    pub(crate) sessions: u64,
}

/// A connected app with direct trust.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ConnectedApp {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    /// The client identifier. Unlike the identifier it may be the same on two sites, as it is for the seeded apps.
    pub(crate) client_id: Uuid,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) domain_safelist: String,
    pub(crate) unrestricted_embedding: bool,
    pub(crate) secrets: Vec<AppSecret>,
    pub(crate) created_at: Timestamp,
}

/// A secret that a connected app signs with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AppSecret {
    pub(crate) id: Uuid,
    pub(crate) value: Secret,
    pub(crate) created_at: Timestamp,
}

/// An external authorization server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AuthorizationServer {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) issuer_url: String,
    /// Where its keys are; found from the issuer if not given.
    pub(crate) jwks_uri: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// A JWT that has signed in, kept until it expires.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UsedJwt {
    /// Derived from its site, its issuer and its `jti`.
    pub(crate) id: Uuid,
    pub(crate) expires_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Project {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) parent: Option<Uuid>,
    pub(crate) owner: Uuid,
    pub(crate) content_permissions: ContentPermissions,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Workbook {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    /// The number in addresses for a browser.
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) content_url: String,
    pub(crate) description: String,
    pub(crate) project: Uuid,
    pub(crate) owner: Uuid,
    pub(crate) show_tabs: bool,
    pub(crate) size: u64,
    pub(crate) has_extracts: bool,
    pub(crate) has_alerts: bool,
    pub(crate) favorites_total: u64,
    pub(crate) subscriptions_total: u64,
    pub(crate) tags: Vec<String>,
    /// Its views in the order of their tabs.
    pub(crate) views: Vec<Uuid>,
    /// The published file; a seeded workbook has none, and its file is generated on request.
    #[serde(default)]
    pub(crate) file: Option<FileId>,
    #[serde(default)]
    pub(crate) packaged: bool,
    #[serde(default)]
    pub(crate) connections: Vec<Connection>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// A connection of a workbook, from its file and its publishing request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) id: Uuid,
    /// The name of the data source in the workbook.
    pub(crate) datasource: String,
    /// The kind: `sqlserver`, `hyper`, ….
    pub(crate) class: String,
    pub(crate) server: String,
    pub(crate) port: String,
    pub(crate) user_name: String,
    pub(crate) embed_password: bool,
}

/// A workbook that a job publishes, with its views.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Pending {
    pub(crate) workbook: Workbook,
    pub(crate) views: Vec<View>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct View {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) workbook: Uuid,
    pub(crate) name: String,
    pub(crate) view_url_name: String,
    pub(crate) sheet_type: String,
    pub(crate) sheet_number: u64,
    pub(crate) total_view_count: u64,
    pub(crate) favorites_total: u64,
    pub(crate) tags: Vec<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Datasource {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    /// The number in addresses for a browser.
    pub(crate) number: u64,
    pub(crate) name: String,
    pub(crate) content_url: String,
    pub(crate) description: String,
    pub(crate) project: Uuid,
    pub(crate) owner: Uuid,
    /// The kind of its connection: `sqlserver`, `excel-direct`, ….
    pub(crate) connection: String,
    pub(crate) server_name: String,
    pub(crate) database_name: String,
    pub(crate) size: u64,
    pub(crate) has_extracts: bool,
    pub(crate) is_certified: bool,
    pub(crate) certification_note: String,
    pub(crate) favorites_total: u64,
    pub(crate) connected_workbooks_count: u64,
    pub(crate) tags: Vec<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// A background job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    /// The user who queued it.
    pub(crate) user: Uuid,
    #[serde(alias = "refreshes")]
    pub(crate) of: JobOf,
    pub(crate) created_at: Timestamp,
    /// When it begins to run, unless it is cancelled before.
    pub(crate) starts_at: Timestamp,
    /// When it ends, and how, unless it is cancelled before; `None` if it hangs.
    pub(crate) end: Option<(Timestamp, JobEnding)>,
    /// The time to which it has advanced.
    pub(crate) seen_at: Timestamp,
}

/// How a job ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum JobEnding {
    Succeeded,
    Failed { notes: String },
    Cancelled,
}

/// The action of a job, and its object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum JobOf {
    /// Refreshes the extracts of a workbook.
    Workbook(Uuid),
    /// Refreshes the extract of a data source.
    Datasource(Uuid),
    /// Publishes a workbook, which exists once the job has succeeded.
    Publishing(Box<Pending>),
    /// Published a workbook, or tried to.
    Published { name: String },
}

/// Content with an owner, directly or through its container.
pub(crate) trait Owned {
    fn owner<'s>(&'s self, state: &'s State) -> Option<&'s User>;
}

/// Content in a project, directly or through its container.
pub(crate) trait Filed {
    fn project<'s>(&'s self, state: &'s State) -> Option<&'s Project>;
}

macro_rules! owned_and_filed {
    ($($record:ty),*) => {$(
        impl Owned for $record {
            fn owner<'s>(&'s self, state: &'s State) -> Option<&'s User> {
                state.users.get(self.owner)
            }
        }

        impl Filed for $record {
            fn project<'s>(&'s self, state: &'s State) -> Option<&'s Project> {
                state.projects.get(self.project)
            }
        }
    )*};
}

owned_and_filed!(Workbook, Datasource);

impl Owned for Project {
    fn owner<'s>(&'s self, state: &'s State) -> Option<&'s User> {
        state.users.get(self.owner)
    }
}

impl Owned for View {
    fn owner<'s>(&'s self, state: &'s State) -> Option<&'s User> {
        state.workbooks.get(self.workbook)?.owner(state)
    }
}

impl Filed for View {
    fn project<'s>(&'s self, state: &'s State) -> Option<&'s Project> {
        state.workbooks.get(self.workbook)?.project(state)
    }
}
