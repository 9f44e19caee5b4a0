//! Whom rules are for, as it was typed.

use tableau_client::Grantee;

use crate::commands::reference::{Collection, Finder};
use crate::failure::Failure;

/// The user, the group or the group set; `None` if none is named.
pub(super) fn find(
    finder: Finder<'_>,
    user: Option<&str>,
    group: Option<&str>,
    group_set: Option<&str>,
) -> Result<Option<Grantee>, Failure> {
    let id = |collection, name| finder.id(Collection::of(collection)?, name);
    Ok(match (user, group, group_set) {
        (Some(name), ..) => Some(Grantee::user(id("users", name)?)),
        (_, Some(name), _) => Some(Grantee::group(id("groups", name)?)),
        (.., Some(name)) => Some(Grantee::group_set(id("group_sets", name)?)),
        _ => None,
    })
}
