//! User names and passwords.

use std::fmt;

use tableau_wire::{Secret, rest::auth};

use super::Fingerprint;

/// A user's name and password: for Tableau Server, and users who do not sign in by single sign-on.
///
/// Tableau Cloud asks for a second factor, which this kind does not have.
#[derive(Debug, Clone)]
pub struct UserPassword {
    name: String,
    password: Secret,
}

impl UserPassword {
    /// A user by name and password.
    pub fn new(name: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            name: name.into(),
            password: password.into(),
        }
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_password(&self.name, self.password.expose())
    }

    pub(super) fn request(&self, site: &str) -> auth::Credentials {
        auth::Credentials::user_and_password(&self.name, self.password.clone(), site)
    }
}

impl fmt::Display for UserPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "password of {:?}", self.name)
    }
}
