//! The records of the sandbox: each fact in one place. Answers are put together on request.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tableau_wire::Secret;
use uuid::Uuid;

use super::State;
use super::table::Table;
use crate::files::FileId;

/// A kind of record; the parent module has the table of all kinds.
pub(crate) trait Record: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The name of the kind in a database; it never changes.
    const KIND: &'static str;
    /// Whether lists show it, or anything that follows from it.
    const SHOWN: bool = true;
    fn id(&self) -> Uuid;
    /// The site it belongs to; nil for records of the server.
    fn site(&self) -> Uuid;
    /// The records that it is within, and goes with when they are deleted.
    fn within(&self) -> [Option<Uuid>; 2] {
        [None, None]
    }
    /// The names by which it is found, each with what it is within: its project, its site.
    fn names(&self) -> [Option<(Uuid, &str)>; 2] {
        [None, None]
    }
    /// What it is of, and found by: an owner, an account.
    fn keys(&self) -> [Option<Uuid>; 2] {
        [None, None]
    }
    /// When it is due, to end or to be looked at again, and the group that it is due in.
    fn due(&self) -> Option<(Uuid, Timestamp)> {
        None
    }
    /// The user who owns it as content; others take it over when the user is removed.
    fn owner(&self) -> Option<Uuid> {
        None
    }
    /// The same record with another owner.
    #[must_use]
    fn owned_by(self, _owner: Uuid) -> Self
    where
        Self: Sized,
    {
        self
    }
    /// The file that belongs to it.
    fn file(&self) -> Option<&FileId> {
        None
    }
    fn table(state: &State) -> &Table<Self>;
    fn table_mut(state: &mut State) -> &mut Table<Self>;
}

/// A person, known to the whole server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Derived from the name without regard to case, so that a name is taken once.
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) password: Secret,
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

/// A JWT that has signed in, kept until it expires.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UsedJwt {
    /// Derived from its site, its issuer and its `jti`.
    pub(crate) id: Uuid,
    pub(crate) expires_at: Timestamp,
}

/// A favorite of a user: any item, with a label.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Favorite {
    /// Derived from the user and the item.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) user: Uuid,
    /// The kind of the item, as addresses have it: `workbooks`.
    pub(crate) kind: String,
    pub(crate) item: Uuid,
    pub(crate) label: String,
    pub(crate) added_at: Timestamp,
    /// The position in the list of the user.
    pub(crate) position: u64,
}

/// Which extensions may run on the server: one record, once it differs from what it is by itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ServerExtensions {
    /// Nil.
    pub(crate) id: Uuid,
    pub(crate) enabled: bool,
    /// The addresses of those that may not.
    pub(crate) blocked: Vec<String>,
}

/// The custom view that a user sees in place of a view.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DefaultView {
    /// Derived from the view and the user.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) custom_view: Uuid,
    pub(crate) user: Uuid,
}

/// The short name of the domain `local`: one record, once it was set.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LocalDomain {
    /// Nil.
    pub(crate) id: Uuid,
    pub(crate) short_name: String,
}

/// A view that a user does not want to be recommended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dismissal {
    /// Derived from the user and the view.
    pub(crate) id: Uuid,
    pub(crate) site: Uuid,
    pub(crate) user: Uuid,
    pub(crate) view: Uuid,
}
