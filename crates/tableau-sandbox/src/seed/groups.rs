//! Groups, and who is in them.

use serde::Deserialize;
use tableau_wire::rest::{Group, GroupSet};

use super::luid;
use crate::auth::parse_id;
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::row::{Row, SiteRow, UserRow};
use crate::store::rules::{Membership, SetMembership};

/// A group by the content URL of its site, with the names of its users; that of all users names none.
#[derive(Deserialize)]
struct Seeded {
    site: String,
    group: Group,
    #[serde(default)]
    members: Vec<String>,
}

/// A group set by the content URL of its site, with the names of its groups.
#[derive(Deserialize)]
struct SeededSet {
    site: String,
    #[serde(rename = "groupSet")]
    set: GroupSet,
    groups: Vec<String>,
}

pub(super) fn fill_sets(transaction: &mut Transaction<'_>, documents: &str) -> Result<(), Refusal> {
    let sets: Vec<SeededSet> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for SeededSet {
        site: content_url,
        mut set,
        groups,
    } in sets
    {
        let site = luid::<SiteRow>(&[&content_url]);
        let id = luid::<Row<GroupSet>>(&[&content_url, &set.name]);
        set.id = id.to_string().into();
        transaction.put(Row::new(id, site, set))?;
        for name in groups {
            let group = luid::<Row<Group>>(&[&content_url, &name]);
            transaction.put(SetMembership {
                id: luid::<SetMembership>(&[&id.to_string(), &group.to_string()]),
                site,
                set: id,
                group,
            })?;
        }
    }
    Ok(())
}

pub(super) fn fill(transaction: &mut Transaction<'_>, documents: &str) -> Result<(), Refusal> {
    let groups: Vec<Seeded> = serde_json::from_str(documents).map_err(Refusal::internal)?;
    for Seeded {
        site: content_url,
        mut group,
        members,
    } in groups
    {
        let site = luid::<SiteRow>(&[&content_url]);
        let id =
            parse_id(group.id.as_str()).unwrap_or_else(|| luid::<Row<Group>>(&[&content_url, &group.name]));
        group.id = id.to_string().into();
        transaction.put(Row::new(id, site, group))?;
        for name in members {
            let user = luid::<UserRow>(&[&content_url, &name]);
            transaction.put(Membership {
                id: luid::<Membership>(&[&id.to_string(), &user.to_string()]),
                site,
                group: id,
                user,
            })?;
        }
    }
    Ok(())
}
