//! Personal access tokens: sign-in, limits, expiry and revocation.

use jiff::{SignedDuration, Timestamp};
use tableau_wire::value::SiteRole;
use uuid::Uuid;

use super::proven::Proven;
use crate::refusal::Refusal;
use crate::store::record::{PersonalAccessToken, Session};
use crate::store::{State, Transaction};

/// A token that was not used for this long expires.
const UNUSED: SignedDuration = SignedDuration::from_hours(15 * 24);
/// The maximum age of a token.
pub(crate) const MAX_AGE: SignedDuration = SignedDuration::from_hours(365 * 24);
/// The maximum number of tokens of a user. The API cannot create tokens, so only seeding can reach it.
const MAX_PER_USER: usize = 10;

/// Checks the name and secret of a token.
pub(super) fn verify(state: &State, name: &str, secret: &str, now: Timestamp) -> Result<Proven, Refusal> {
    // Names of tokens are unique per user only.
    let mut named = state.personal_access_tokens.named(Uuid::nil(), name);
    let token = named
        .find(|token| token.secret.expose() == secret)
        .ok_or_else(Refusal::signin)?;
    let expires_in = expires_in(token, now).ok_or_else(Refusal::signin)?;
    Ok(Proven {
        token: Some(token.clone()),
        ..Proven::of(token.account, expires_in)
    })
}

/// The remaining life of a token that is used now and never again; `None` if it has expired.
pub(super) fn expires_in(token: &PersonalAccessToken, now: Timestamp) -> Option<SignedDuration> {
    let unused = now.duration_since(token.last_used_at.unwrap_or(token.created_at));
    let left = token.expires_at.duration_since(now);
    (unused < UNUSED && left.is_positive()).then(|| left.min(UNUSED))
}

/// The token that a session comes from.
pub(super) fn of_session(state: &State, session: Uuid) -> Option<PersonalAccessToken> {
    state
        .personal_access_tokens
        .of(session)
        .find(|token| token.session == Some(session))
        .cloned()
}

/// Adds a token, unless its user has the maximum number. The code is inferred.
pub(crate) fn create(transaction: &mut Transaction<'_>, token: PersonalAccessToken) -> Result<(), Refusal> {
    let of_user = |other: &&PersonalAccessToken| other.account == token.account;
    let tokens = transaction.personal_access_tokens.of(token.account);
    if tokens.filter(of_user).count() >= MAX_PER_USER {
        return Err(Refusal::forbidden(
            "403004",
            format_args!("A user can have {MAX_PER_USER} personal access tokens at most."),
        ));
    }
    transaction.put(token)
}

/// Revokes a token: later sign-ins are refused, and its session ends.
pub(crate) fn revoke(transaction: &mut Transaction<'_>, token: &PersonalAccessToken) {
    if let Some(of) = token.session {
        transaction.remove::<Session>(of);
    }
    transaction.remove::<PersonalAccessToken>(token.id);
}

/// Revokes every token of every server administrator.
pub(crate) fn revoke_of_server_administrators(transaction: &mut Transaction<'_>) {
    let administers = |token: &&PersonalAccessToken| {
        transaction
            .users
            .iter()
            .any(|user| user.account() == token.account && *user.role() == SiteRole::ServerAdministrator)
    };
    let tokens: Vec<_> = transaction
        .personal_access_tokens
        .iter()
        .filter(administers)
        .cloned()
        .collect();
    for token in &tokens {
        revoke(transaction, token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::account_id;
    use crate::store::Store;

    #[test]
    fn a_user_has_ten_tokens_at_most() {
        let store = Store::in_memory();
        let token = |number: u128| PersonalAccessToken {
            id: Uuid::from_u128(number),
            account: account_id("admin"),
            name: number.to_string(),
            secret: "secret".into(),
            created_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::MAX,
            last_used_at: None,
            session: None,
        };
        for number in 1..=10 {
            store
                .write(|transaction| create(transaction, token(number)))
                .unwrap();
        }
        let refusal = store
            .write(|transaction| create(transaction, token(11)))
            .unwrap_err();
        assert_eq!(refusal.error.code, "403004");
        let other = PersonalAccessToken {
            account: account_id("anita.silva"),
            ..token(12)
        };
        store.write(|transaction| create(transaction, other)).unwrap();
    }
}
