//! The scopes of JWTs that calls name are those that Tableau documents.

use std::collections::HashSet;

/// The resources of scopes, each with its actions, as Tableau's page "Access Scopes for Connected Apps" listed them in September 2026.
const DOCUMENTED: &str = include_str!("scopes.txt");

/// A scope that the page does not have. Tableau's MCP server asks for it.
const OTHERS: [&str; 1] = ["tableau:viz_data_service:read"];

/// A server refuses a JWT with a scope that it does not know.
#[test]
fn every_scope_is_a_documented_one() {
    let documented: HashSet<String> = DOCUMENTED
        .lines()
        .filter_map(|line| line.split_once(' '))
        .flat_map(|(resource, actions)| {
            actions
                .split(' ')
                .map(move |action| format!("tableau:{resource}:{action}"))
        })
        .collect();
    assert!(documented.len() > 200, "{}", documented.len());
    let unknown: Vec<_> = tableau_wire::endpoints()
        .filter_map(|entry| Some((entry.operation.full_name(), entry.operation.jwt_scope?)))
        .filter(|(_, scope)| !documented.contains(*scope) && !OTHERS.contains(scope))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
