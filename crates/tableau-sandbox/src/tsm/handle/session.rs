//! Signing in and out.

use http::header::CONTENT_TYPE;
use tableau_wire::tsm::{Login, Logout, LogoutAll};

use super::Call;
use crate::tsm::refusal::Refusal;

pub(crate) fn login(call: &mut Call<'_>, Login { authentication, .. }: Login) -> Result<(), Refusal> {
    let media_type = call
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let media_type = media_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    if !media_type.trim().eq_ignore_ascii_case("application/json") {
        return Err(Refusal::no_json());
    }
    let now = call.now;
    let mut accounts = call.state.accounts.iter();
    let account = accounts
        .find(|account| account.name == authentication.name && account.password == authentication.password)
        .ok_or_else(Refusal::wrong_password)?;
    if !call.state.may_administer(account, now) {
        return Err(Refusal::not_in_group());
    }
    let lifetime = call.state.session_lifetime(now);
    call.begun = Some(call.state.sessions.begin(now, lifetime)?);
    Ok(())
}

pub(crate) fn logout(call: &mut Call<'_>, _: Logout) -> Result<(), Refusal> {
    if let Some(token) = &call.session {
        call.state.sessions.end(token);
    }
    Ok(())
}

pub(crate) fn logout_all(call: &mut Call<'_>, _: LogoutAll) -> Result<(), Refusal> {
    call.state.sessions.end_all(call.now);
    Ok(())
}
