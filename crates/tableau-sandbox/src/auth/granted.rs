//! Roles that groups grant at sign-in.

use tableau_wire::rest::groups::GrantLicenseMode;

use crate::licenses;
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::store::row::{SiteRow, UserRow};

/// The user with the highest role of the groups that grant theirs at sign-in, if that is more than they have and a licence is left.
pub(super) fn granted(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    mut user: UserRow,
) -> Result<UserRow, Refusal> {
    let inside = transaction.memberships.within(user.id);
    let groups = inside.filter_map(|membership| transaction.groups.get(membership.group));
    let roles = groups
        .filter(|group| group.grant_mode() == Some(&GrantLicenseMode::OnLogin))
        .filter_map(|group| group.least_role());
    let highest = roles.max_by_key(|role| licenses::rank(role)).cloned();
    let Some(role) = highest.filter(|role| licenses::rank(role) > licenses::rank(user.role())) else {
        return Ok(user);
    };
    if licenses::check(transaction, site, Some(&user), &role).is_ok() {
        user.shown.site_role = Some(role);
        transaction.put(user.clone())?;
    }
    Ok(user)
}
