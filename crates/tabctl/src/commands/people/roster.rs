//! The users of a site, found by the names in files: `name`, or `DOMAIN\name`.

use std::collections::HashMap;

use tableau_client::{Blocking, Fields, Site, User};

use crate::failure::Failure;

/// The users of a site by their names without domains, in small letters.
pub(super) struct Roster(HashMap<String, Vec<User>>);

impl Roster {
    pub(super) fn of(site: &Site<Blocking>) -> Result<Self, Failure> {
        let mut users: HashMap<String, Vec<User>> = HashMap::new();
        for user in site.users().list().fields(Fields::all()).all() {
            let user = user?;
            users.entry(bare(&user.name)).or_default().push(user);
        }
        Ok(Self(users))
    }

    /// The user of this name, if there is one. Users of different domains may have the same name: of several, none is meant.
    pub(super) fn find(&self, typed: &str) -> Result<Option<&User>, String> {
        let named = self.0.get(&bare(typed)).into_iter().flatten();
        let found: Vec<_> = match typed.rsplit_once('\\') {
            Some((domain, _)) => named.filter(|user| is_in(user, domain)).collect(),
            None => named.collect(),
        };
        match found.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            several => {
                let names: Vec<_> = several.iter().map(|user| full_name(user)).collect();
                Err(format!(
                    "{} users have this name: write it with the domain ({})",
                    several.len(),
                    names.join(", ")
                ))
            }
        }
    }
}

/// A name without its domain, in small letters.
pub(super) fn bare(name: &str) -> String {
    let name = name.rsplit_once('\\').map_or(name, |(_, name)| name);
    name.to_lowercase()
}

/// Whether a user is of a domain, which is written in full or short (`EAST` for `east.example.com`). Servers that do not say have one only.
fn is_in(user: &User, domain: &str) -> bool {
    user.domain.as_ref().is_none_or(|of| {
        let first = of.name.split('.').next().unwrap_or_default();
        let names = [Some(of.name.as_str()), of.short_name.as_deref(), Some(first)];
        names
            .into_iter()
            .flatten()
            .any(|name| name.eq_ignore_ascii_case(domain))
    })
}

fn full_name(user: &User) -> String {
    match &user.domain {
        Some(domain) => format!("{}\\{} {}", domain.name, user.name, user.id),
        None => format!("{} {}", user.name, user.id),
    }
}

#[cfg(test)]
mod tests {
    use tableau_client::wire::rest::users::Domain;

    use super::*;

    fn user(name: &str, domain: Option<&str>) -> User {
        let mut user = User::default();
        user.name = name.to_owned();
        user.id = format!("{name} of {domain:?}").into();
        user.domain = domain.map(|domain| {
            let mut of = Domain::default();
            of.name = domain.to_owned();
            of
        });
        user
    }

    #[test]
    fn a_name_is_that_of_one_user_or_of_none() {
        let east = Some("east.example.com");
        let users = [
            user("bob", east),
            user("Bob", Some("west")),
            user("carl", east),
            user("dora", None),
        ];
        let mut roster = Roster(HashMap::new());
        for user in users {
            roster.0.entry(bare(&user.name)).or_default().push(user);
        }
        for (typed, found) in [
            ("EAST\\BOB", Some("bob")),
            ("west\\bob", Some("Bob")),
            ("east.example.com\\bob", Some("bob")),
            ("north\\bob", None),
            ("west\\carl", None),
            ("carl", Some("carl")),
            ("any\\dora", Some("dora")),
            ("emil", None),
        ] {
            let user = roster.find(typed).unwrap();
            assert_eq!(user.map(|user| user.name.as_str()), found, "{typed}");
        }
        let several = roster.find("bob").unwrap_err();
        assert!(
            several.contains("east.example.com\\bob") && several.contains("west\\Bob"),
            "{several}"
        );
    }
}
