//! The personal access tokens of a user.

use tableau_wire::Items;
use tableau_wire::rest::users::{self, ListPersonalAccessTokens, RevokePersonalAccessToken};
use uuid::Uuid;

use super::id;
use crate::auth::{Caller, parse_id, personal_access_token};
use crate::call::Call;
use crate::clock::time;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::record::PersonalAccessToken;
use crate::store::row::UserRow;

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListPersonalAccessTokens,
) -> Result<Items<users::PersonalAccessToken>, Refusal> {
    let state = call.store.read();
    let user = user(&state, caller, list.user_id.as_str())?;
    let tokens = state.personal_access_tokens.iter();
    let shown = tokens.filter(|token| token.account == user.account()).map(show);
    Ok(shown.collect::<Vec<_>>().into())
}

/// The code 404003 for an unknown token is inferred.
pub(crate) fn revoke(
    call: &Call<'_>,
    caller: &Caller,
    revoke: &RevokePersonalAccessToken,
) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let user = user(transaction, caller, revoke.user_id.as_str())?;
        let guid = revoke.token_guid.as_str();
        let token = parse_id(guid)
            .and_then(|id| transaction.personal_access_tokens.get(id))
            .filter(|token| token.account == user.account())
            .cloned()
            .ok_or_else(|| Refusal::not_found("404003", "Personal access token", guid))?;
        personal_access_token::revoke(transaction, &token);
        Ok(())
    })
}

/// The user, if the caller is an administrator or the user themselves.
fn user(state: &State, caller: &Caller, text: &str) -> Result<UserRow, Refusal> {
    let user: Option<Uuid> = parse_id(text);
    if !caller.is_administrator() && user != Some(caller.user.id) {
        return Err(Refusal::forbidden(
            "403004",
            "Only administrators can see and revoke the tokens of others.",
        ));
    }
    user.and_then(|id| state.users.get(id))
        .filter(|user| user.site == caller.site.id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("404002", "User", text))
}

fn show(token: &PersonalAccessToken) -> users::PersonalAccessToken {
    let mut shown = users::PersonalAccessToken::default();
    shown.token_guid = id(token.id);
    shown.token_name.clone_from(&token.name);
    shown.last_used_at = token.last_used_at.map(time);
    shown.expires_at = Some(time(token.expires_at));
    shown
}
