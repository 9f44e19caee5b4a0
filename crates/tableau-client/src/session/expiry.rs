//! Likely causes of a session that the server no longer accepts.

use tableau_wire::Operation;

use super::Session;
use crate::core::IDLE_LIMIT_CLOUD;
use crate::credentials::{Credentials, Scopes};
use crate::error::Error;

/// What is known of a call that was answered with 401002.
pub(crate) struct Circumstances<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) session: Option<&'a Session>,
    pub(crate) credentials: Option<&'a Credentials>,
    /// A session that had just been begun for it was refused as well.
    pub(crate) just_renewed: bool,
}

impl Circumstances<'_> {
    /// Whether the scopes of the session's JWT do not allow the call.
    pub(crate) fn lacks_scope(&self) -> bool {
        matches!(
            (self.scopes(), self.operation.jwt_scope),
            (Scopes::Known(scopes), Some(needed)) if !scopes.iter().any(|scope| opens(scope, needed))
        )
    }

    fn scopes(&self) -> Scopes {
        self.credentials.map_or(Scopes::Unknown, Credentials::scopes)
    }

    /// The same error with its likely causes, if it says that the session is over.
    pub(crate) fn explain(&self, error: Error) -> Error {
        match (error.code(), self.missing_scope()) {
            (Some("401002"), Some(cause)) => error
                .with_causes(vec![cause])
                .with_hint("Ask for the scope where the JWT is made: signing in again gives a session that lacks it too."),
            (Some("401002"), None) => error.with_causes(self.causes()),
            _ => error,
        }
    }

    /// The causes, the likeliest first.
    fn causes(&self) -> Vec<String> {
        let age = self.session.and_then(Session::age);
        let scope = self.scope();
        let elsewhere = (self.credentials.is_none_or(Credentials::has_one_session)).then(|| {
            let which = match self.credentials {
                Some(credentials) => format!("the same {credentials}"),
                None => "the same personal access token".to_owned(),
            };
            format!("something else signed in with {which}, which ends the session before")
        });
        let idle = "the session was idle for too long (240 minutes on Server, 120 on Cloud, unless changed)"
            .to_owned();
        let idle = match age {
            Some(age) => format!("{idle}; it is {} minutes old", age.as_secs() / 60),
            None => idle,
        };
        let signed_out = "the session was signed out, or ended by an administrator".to_owned();

        // A session that has just begun was not idle and, as a rule, not ended by others.
        let is_old = age.is_some_and(|age| age >= IDLE_LIMIT_CLOUD);
        let mut causes: Vec<(u8, String)> = vec![
            (
                if self.just_renewed {
                    9
                } else if is_old {
                    0
                } else {
                    5
                },
                idle,
            ),
            (if self.just_renewed { 8 } else { 6 }, signed_out),
        ];
        causes.extend(elsewhere.map(|text| (2, text)));
        causes.extend(scope.map(|text| (if self.just_renewed { 0 } else { 7 }, text)));
        causes.sort_by_key(|(rank, _)| *rank);
        causes.into_iter().map(|(_, text)| text).collect()
    }

    /// The scope that is known to be missing.
    fn missing_scope(&self) -> Option<String> {
        let needed = self.operation.jwt_scope.filter(|_| self.lacks_scope())?;
        Some(format!(
            "the session's JWT did not ask for the scope `{needed}`, which this call needs"
        ))
    }

    /// A scope that may be missing, unless all needed scopes are known to be there.
    fn scope(&self) -> Option<String> {
        let needed = match self.operation.jwt_scope {
            Some(needed) => format!("`{needed}`"),
            None => "the one for this call".to_owned(),
        };
        match self.scopes() {
            Scopes::All => None,
            Scopes::Known(_) | Scopes::Unknown => Some(format!(
                "a session from a JWT can do only what its scopes say, and {needed} may be missing"
            )),
        }
    }
}

/// Whether a scope covers another: the same one, or all actions of the same resource (`tableau:workbooks:*`).
fn opens(scope: &str, needed: &str) -> bool {
    let resource = |text: &str| text.rsplit_once(':').map(|(resource, _)| resource.to_owned());
    scope == needed || (scope.ends_with(":*") && resource(scope) == resource(needed))
}
