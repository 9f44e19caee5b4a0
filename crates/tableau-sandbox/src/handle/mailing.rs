//! Who gets mails.

use crate::auth::Caller;

/// The mail address of a user, if there is one.
pub(super) fn address(user: &Caller) -> Option<String> {
    let address = user.user.shown.email.as_deref()?.trim();
    (!address.is_empty()).then(|| address.to_owned())
}
