//! User names and passwords.

use tableau_wire::value::UserAuthSetting;

use super::proven::Proven;
use super::{account_id, idle_limit, user_of};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::SiteRow;
use crate::store::unshown::Product;

/// Checks a user name and password.
pub(super) fn verify(state: &State, site: &SiteRow, name: &str, password: &str) -> Result<Proven, Refusal> {
    // Cloud wants a second factor, which this form does not have.
    if site.product() == Product::Cloud {
        return Err(Refusal::signin());
    }
    let account = state
        .accounts
        .get(account_id(name))
        .filter(|account| account.password.expose() == password)
        .ok_or_else(Refusal::signin)?;
    // Documented: users with single sign-on cannot use a password on either product.
    let single_sign_on = user_of(state, site, account.id).is_some_and(|user| {
        matches!(
            user.shown.auth_setting,
            Some(UserAuthSetting::Saml | UserAuthSetting::OpenId)
        )
    });
    if single_sign_on {
        return Err(Refusal::signin());
    }
    Ok(Proven::of(account.id, idle_limit(site)))
}
