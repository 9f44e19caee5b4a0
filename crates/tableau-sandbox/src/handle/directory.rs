//! A directory of users and groups, in place of Active Directory: groups are imported from it, and synchronized with it.

use std::sync::LazyLock;

use serde::Deserialize;
use tableau_wire::rest::groups::{GrantLicenseMode, GroupImport};
use tableau_wire::value::SiteRole;

use super::groups;
use super::people::{self, Person};
use crate::refusal::Refusal;
use crate::store::row::{Row, SiteRow, UserRow};
use crate::store::rules::Membership;
use crate::store::unshown::{Counts, Product};
use crate::store::{Transaction, luid};

/// The directory: one domain.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Directory {
    pub(super) name: String,
    /// The short name of the domain.
    pub(super) nickname: String,
    groups: Vec<DirectoryGroup>,
}

#[derive(Debug, Deserialize)]
struct DirectoryGroup {
    name: String,
    users: Vec<DirectoryUser>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DirectoryUser {
    name: String,
    full_name: String,
    email: String,
}

/// A directory that cannot be read is empty: a test reads it.
pub(super) static DIRECTORY: LazyLock<Directory> =
    LazyLock::new(|| serde_json::from_str(include_str!("../seed/directory.json")).unwrap_or_default());

/// Checks that a group can be imported; the code for Tableau Cloud, which has no directory, is documented for servers without one.
pub(super) fn check(site: &SiteRow, name: &str, import: &GroupImport) -> Result<(), Refusal> {
    if site.product() == Product::Cloud {
        return Err(Refusal::forbidden(
            "403011",
            "Active Directory is not configured.",
        ));
    }
    let source = import.source.as_deref().unwrap_or("ActiveDirectory");
    if !source.eq_ignore_ascii_case("ActiveDirectory") {
        return Err(Refusal::bad_request(
            "400019",
            format_args!("Groups are imported from 'ActiveDirectory', not from '{source}'."),
        ));
    }
    let domain = import.domain_name.as_deref().unwrap_or_default();
    let directory = &*DIRECTORY;
    if ![&directory.name, &directory.nickname]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(domain))
    {
        return Err(Refusal::not_found("404016", "Domain", domain));
    }
    if group(name).is_none() {
        return Err(Refusal::not_found("404017", "Active Directory group", name));
    }
    if import
        .site_role
        .as_ref()
        .is_some_and(|role| matches!(role, SiteRole::Other(_)))
    {
        return Err(Refusal::bad_request("400013", "Invalid site role."));
    }
    Ok(())
}

fn group(name: &str) -> Option<&'static DirectoryGroup> {
    let mut groups = DIRECTORY.groups.iter();
    groups.find(|group| group.name.eq_ignore_ascii_case(name))
}

/// Makes the users of a group those that the directory has, adds those to the site that it lacks, and gives them the least role of the group.
pub(super) fn synchronize(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    of: &Row<tableau_wire::rest::Group>,
    now: jiff::Timestamp,
) -> Result<Counts, Refusal> {
    let mut counts = Counts::default();
    let Some(group) = group(&of.shown.name) else {
        return Ok(counts);
    };
    let at_once = of.grant_mode() != Some(&GrantLicenseMode::OnLogin);
    let role = of.least_role().filter(|_| at_once);
    let mut inside = Vec::new();
    for person in &group.users {
        counts.add("CountOfUsersProcessed");
        counts.add("CountOfUsersInActiveDirectoryGroup");
        let mut user = match people::named(transaction, site.id, &person.name) {
            Some(user) => user,
            None => {
                counts.add("CountOfUsersAddedToSite");
                add(transaction, site, person, now)?
            }
        };
        inside.push(user.id);
        match groups::raise(transaction, site, &mut user, role) {
            Ok(true) => counts.add("CountOfUsersSiteRoleUpdated"),
            Ok(false) => {}
            Err(_) => counts.add("CountOfUsersWithInsufficientLicenses"),
        }
        if groups::join(transaction, of, user.id)? {
            counts.add("CountOfUsersAddedToGroup");
        }
    }
    let gone: Vec<_> = transaction
        .memberships
        .within(of.id)
        .filter(|membership| !inside.contains(&membership.user))
        .map(|membership| luid::<Membership>(&[&of.id.to_string(), &membership.user.to_string()]))
        .collect();
    for membership in gone {
        transaction.remove::<Membership>(membership);
        counts.add("CountOfUsersRemovedFromGroup");
    }
    Ok(counts)
}

fn add(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    person: &DirectoryUser,
    now: jiff::Timestamp,
) -> Result<UserRow, Refusal> {
    let person = Person {
        name: &person.name,
        domain: Some(&DIRECTORY.name),
        full_name: Some(&person.full_name),
        email: Some(&person.email),
        role: SiteRole::Unlicensed,
        auth_setting: None,
        idp_configuration_id: None,
    };
    people::add(transaction, site, person, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_can_be_read() {
        let directory: Directory = serde_json::from_str(include_str!("../seed/directory.json")).unwrap();
        assert!(directory.groups.iter().all(|group| !group.users.is_empty()));
    }
}
