//! Personal access tokens.

use std::fmt;
use std::sync::Arc;

use tableau_wire::{Secret, rest::auth};

use super::pool::TokenLease;
use super::{Fingerprint, trimmed};
use crate::error::{Error, ErrorKind};

/// A personal access token, made in the account settings of Tableau's web pages.
///
/// A token gives one session: signing in with it again, anywhere, ends the previous session.
/// It expires after 15 days without use, and a year after it was created.
/// Source: "Personal Access Tokens" in Tableau's help.
#[derive(Debug, Clone)]
pub struct PersonalAccessToken {
    name: String,
    secret: Secret,
    /// The lease, if it is from a pool.
    lease: Option<Arc<TokenLease>>,
}

impl PersonalAccessToken {
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (&self.name, &self.secret) == (&other.name, &other.secret)
    }

    /// A token by its name and secret; white space around the secret, such as the end of a line in a file, is dropped.
    pub fn new(name: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self {
            name: name.into(),
            secret: trimmed(secret.into()),
            lease: None,
        }
    }

    pub(super) fn leased(&self, lease: Arc<TokenLease>) -> Self {
        Self {
            lease: Some(lease),
            ..self.clone()
        }
    }

    /// The document to sign in with; an error if the lease was lost, since signing in would end the new holder's session.
    pub(super) async fn request(&self, site: &str) -> Result<auth::Credentials, Error> {
        if let Some(lease) = &self.lease
            && !lease.keep().await
        {
            let message = format!("the {self} was leased from a pool, and another has it now");
            return Err(Error::new(ErrorKind::SessionEnded, message)
                .with_hint("Lease a token again. This happens to a program that was stopped for half a minute, or lost touch with the session store."));
        }
        Ok(auth::Credentials::personal_access_token(
            &self.name,
            self.secret.clone(),
            site,
        ))
    }

    pub(super) async fn give_back(&self) {
        if let Some(lease) = &self.lease {
            lease.give_back().await;
        }
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        match &self.lease {
            // A leased token's session is not shared.
            Some(lease) => Fingerprint::of_this_process("leased personal access token", lease.number),
            None => Fingerprint::of("personal access token", &[&self.name, self.secret.expose()]),
        }
    }

    /// Visible reasons for which a server would refuse this token.
    pub(super) fn suspicions(&self) -> Vec<String> {
        let (name, secret) = (self.name.as_str(), self.secret.expose());
        let mistake = if name.is_empty() {
            "the token's name is empty"
        } else if looks_like_secret(name) {
            "the token's name looks like a secret: name and secret are probably exchanged"
        } else if name.trim() != name {
            "the token's name has white space around it, such as the end of a line"
        } else if secret.starts_with(['"', '\'']) {
            "the token's secret has quotation marks around it, as files of variables may keep them"
        } else if secret.starts_with(['$', '%']) {
            "the token's secret is the name of a variable that was not replaced by its value"
        } else if !looks_like_secret(secret) {
            "the token's secret does not look like one (two parts with a colon between them): it may be cut short, or be something else"
        } else {
            return Vec::new();
        };
        vec![mistake.to_owned()]
    }
}

impl fmt::Display for PersonalAccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Name and secret may have been exchanged.
        let name = match looks_like_secret(&self.name) {
            true => "[…]",
            false => &self.name,
        };
        write!(f, "personal access token {name:?}")
    }
}

fn looks_like_secret(secret: &str) -> bool {
    secret
        .split_once(':')
        .is_some_and(|(first, second)| first.len() >= 16 && second.len() >= 16)
}
