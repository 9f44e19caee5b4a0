//! Groups, and who is in them.

use serde::Deserialize;
use tableau_wire::rest::Group;

use super::luid;
use crate::auth::parse_id;
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::row::{Row, SiteRow, UserRow};
use crate::store::rules::Membership;

/// A group by the content URL of its site, with the names of its users; that of all users names none.
#[derive(Deserialize)]
struct Seeded {
    site: String,
    group: Group,
    #[serde(default)]
    members: Vec<String>,
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
