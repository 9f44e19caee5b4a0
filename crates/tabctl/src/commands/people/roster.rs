//! The users of a site, found by the names in files: `name`, or `DOMAIN\name`.

use std::cell::RefCell;
use std::collections::HashMap;

use tableau_client::{Blocking, Fields, Id, Site, User};

use crate::failure::Failure;

/// The users of a site by their names without domains, in small letters.
pub(super) struct Roster {
    users: HashMap<String, Vec<User>>,
    site: Site<Blocking>,
    /// Users who were asked for, as lists may be without their domains.
    asked: RefCell<HashMap<Id<User>, User>>,
}

impl Roster {
    pub(super) fn of(site: &Site<Blocking>) -> Result<Self, Failure> {
        let mut users: HashMap<String, Vec<User>> = HashMap::new();
        for user in site.users().list().fields(Fields::all()).all() {
            let user = user?;
            users.entry(bare(&user.name)).or_default().push(user);
        }
        Ok(Self {
            users,
            site: site.clone(),
            asked: RefCell::default(),
        })
    }

    /// The user of this name, or why none is meant.
    pub(super) fn user(&self, typed: &str) -> Result<&User, String> {
        let absent = || self.absent(typed, "there is no such user on the site");
        self.find(typed)?.ok_or_else(absent)
    }

    /// What is said of a name that no user has, or none of that domain: a domain may have another name on the server.
    pub(super) fn absent(&self, typed: &str, what: &str) -> String {
        let others = self
            .users
            .get(&bare(typed))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let others: Vec<_> = others.iter().map(full_name).collect();
        match others.is_empty() {
            true => what.to_owned(),
            false => format!("{what}; of this name there is {}", others.join(", ")),
        }
    }

    /// The user of this name, if there is one. Users of different domains may have the same name: of several, none is meant.
    pub(super) fn find(&self, typed: &str) -> Result<Option<&User>, String> {
        let named = self
            .users
            .get(&bare(typed))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut found = Vec::new();
        for user in named {
            let is_meant = match typed.rsplit_once('\\') {
                Some((domain, _)) => self.is_in(user, domain)?,
                None => true,
            };
            found.extend(is_meant.then_some(user));
        }
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

    fn is_in(&self, user: &User, domain: &str) -> Result<bool, String> {
        let fits = |user: &User| {
            let of = user.domain.as_ref();
            of.is_none_or(|of| of.is_called(domain))
        };
        if user.domain.is_some() {
            return Ok(fits(user));
        }
        if let Some(known) = self.asked.borrow().get(&user.id) {
            return Ok(fits(known));
        }
        let got = self
            .site
            .users()
            .get(&user.id)
            .send()
            .map_err(|error| error.to_string())?;
        let is_in = fits(&got);
        self.asked.borrow_mut().insert(user.id.clone(), got);
        Ok(is_in)
    }
}

/// A name without its domain, in small letters.
pub(super) fn bare(name: &str) -> String {
    let name = name.rsplit_once('\\').map_or(name, |(_, name)| name);
    name.to_lowercase()
}

fn full_name(user: &User) -> String {
    format!("{} {}", user.qualified_name(), user.id)
}
