//! User names and passwords.

use tableau_wire::value::UserAuthSetting;

use super::sign_in::Proven;
use super::{account_id, idle_limit, user_of};
use crate::fault::Fault;
use crate::store::State;
use crate::store::record::{Product, Site};

/// Checks a user name and password.
pub(super) fn verify(state: &State, site: &Site, name: &str, password: &str) -> Result<Proven, Fault> {
    // Cloud wants a second factor, which this form does not have.
    if site.product == Product::Cloud {
        return Err(Fault::signin());
    }
    let account = state
        .accounts
        .get(account_id(name))
        .filter(|account| account.password.expose() == password)
        .ok_or_else(Fault::signin)?;
    // Documented: users with single sign-on cannot use a password on either product.
    let single_sign_on = user_of(state, site, account.id)
        .is_some_and(|user| matches!(user.auth_setting, UserAuthSetting::Saml | UserAuthSetting::OpenId));
    if single_sign_on {
        return Err(Fault::signin());
    }
    Ok(Proven::of(account.id, idle_limit(site)))
}
