//! User names and passwords.

use std::fmt;

use tableau_wire::{Secret, rest::auth};

use super::fingerprint::{Fingerprint, SlowDigest};

/// A user's name and password: for Tableau Server, and for users without single sign-on.
///
/// Tableau Cloud asks for a second factor, which this kind does not have.
#[derive(Debug, Clone)]
pub struct UserPassword {
    name: String,
    password: Secret,
    /// Identifies them in a session store.
    digest: SlowDigest,
}

impl UserPassword {
    /// A user by name and password.
    pub fn new(name: impl Into<String>, password: impl Into<Secret>) -> Self {
        let (name, password) = (name.into(), password.into());
        let digest = SlowDigest::new(name.clone(), password.clone());
        Self {
            name,
            password,
            digest,
        }
    }

    pub(super) fn is_like(&self, other: &Self) -> bool {
        (&self.name, &self.password) == (&other.name, &other.password)
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of_password(&self.digest)
    }

    /// Visible reasons for which a server would refuse it.
    pub(super) fn suspicions(&self, is_cloud: bool) -> Vec<String> {
        let mut found = Vec::new();
        if is_cloud {
            // Documented: refused with the second factor, which is mandatory for Tableau's own accounts, and with single sign-on.
            found.push(
                "Tableau Cloud wants a second factor, which a name and a password do not have: a personal access token or a JWT is needed"
                    .to_owned(),
            );
        }
        let password = self.password.expose();
        if password.trim_end_matches(['\r', '\n']) != password {
            found.push("the password ends with the end of a line, as files do".to_owned());
        }
        found
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
