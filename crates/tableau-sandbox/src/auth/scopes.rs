//! What a session from a JWT may do: the scopes that the JWT lists, and nothing else.

use tableau_wire::rest::auth::SignOut;
use tableau_wire::rest::server::GetCurrentSession;
use tableau_wire::{Endpoint, Operation};

/// Whether a session with these scopes (all rights if there is no list) may make a call.
pub(super) fn allow(scopes: Option<&[String]>, operation: &Operation) -> bool {
    let Some(scopes) = scopes else {
        return true;
    };
    match operation.jwt_scope {
        Some(needed) => scopes.iter().any(|scope| covers(scope, needed)),
        // Documented: a JWT without a scope for a call cannot make it. A session that could not sign out or name its user would be useless, so
        // these two calls need no scope (inferred).
        None => [SignOut::OPERATION, GetCurrentSession::OPERATION].contains(operation),
    }
}

/// Whether a scope covers another: the same scope, or all actions of its resource. A wildcard stands for an action only.
fn covers(scope: &str, needed: &str) -> bool {
    scope == needed
        || scope.strip_suffix('*').is_some_and(|resource| {
            resource.ends_with(':') && needed.rsplit_once(':').map(|(of, _)| of) == resource.strip_suffix(':')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_the_action_only() {
        for (scope, covered) in [
            ("tableau:workbooks:read", true),
            ("tableau:workbooks:*", true),
            ("tableau:workbooks:update", false),
            ("tableau:views:*", false),
            ("tableau:*:*", false),
            ("tableau:*:read", false),
            ("tableau:*", false),
            ("*", false),
            ("", false),
            ("tableau:workbooks:re*", false),
            ("tableau:workbooks", false),
            ("Tableau:workbooks:read", false),
        ] {
            assert_eq!(covers(scope, "tableau:workbooks:read"), covered, "{scope}");
        }
    }
}
