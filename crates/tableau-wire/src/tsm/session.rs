//! Signing in and out.

use serde::{Deserialize, Serialize};

use super::json;
use crate::codec::{DecodeError, EncodeError, Format, Root};
use crate::document::Document;
use crate::value::Secret;
use crate::{Entry, endpoint};

/// Signs in: the answer sets the cookies that every later call needs.
///
/// Documented. The cookie was seen to be called `AUTH_COOKIE` by one program; nothing says that it is the only one.
// A retry leaves a second session behind, which expires by itself.
#[endpoint(POST, "login", family = tsm, since = "0.5", scope = open, retry = idempotent)]
pub struct Login {
    /// Who signs in.
    #[body]
    pub authentication: Authentication,
}

impl Login {
    /// Signs in an account of the operating system.
    pub fn with_password(name: impl Into<String>, password: Secret) -> Self {
        Self {
            authentication: Authentication {
                name: name.into(),
                password,
            },
        }
    }
}

/// Signs out: the cookie of the request is invalid afterwards.
///
/// Documented with status 204; one program expects 200.
#[endpoint(POST, "logout", family = tsm, since = "0.5", retry = idempotent)]
pub struct Logout;

/// Signs out all sessions: every cookie is invalid afterwards.
///
/// Documented.
#[endpoint(POST, "logout/all", family = tsm, since = "0.5", retry = idempotent)]
pub struct LogoutAll;

/// Who signs in: an account of the operating system of the server, not a user of Tableau Server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authentication {
    /// The account's name, without a domain.
    pub name: String,
    /// The account's password.
    pub password: Secret,
}

#[derive(Serialize, Deserialize)]
struct InMember<T> {
    authentication: T,
}

// Not a `Json`, which would keep the password where it can be printed.
impl Document for Authentication {
    fn encode(&self, _: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        json::write(&InMember { authentication: self }, format)
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        json::read(bytes, format).map(|InMember { authentication }| authentication)
    }
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<Login>(),
    Entry::of::<Logout>(),
    Entry::of::<LogoutAll>(),
];
