//! The server itself, and its sessions.

use tableau_wire::rest::server::{DeleteSession, GetCurrentSession, GetServerInfo, Session};
use tableau_wire::rest::{ServerInfo, Site, User};
use tableau_wire::{Text, Version};

use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::{Plan, verbs};
use crate::refusal::Refusal;
use crate::store::record;
use crate::well_known;

#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn server_info(_: &Call<'_>, _: &GetServerInfo) -> Result<ServerInfo, Refusal> {
    let mut info = ServerInfo::default();
    info.product_version.value = well_known::PRODUCT_VERSION.into();
    info.product_version.build = Some(well_known::BUILD.to_owned());
    info.rest_api_version = Some(Text(Version::NEWEST));
    Ok(info)
}

#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn current_session(
    call: &Call<'_>,
    caller: &Caller,
    _: &GetCurrentSession,
) -> Result<Session, Refusal> {
    let state = call.store.read();
    let context = verbs::context(call, &state);
    let site = [
        "id",
        "name",
        "contentUrl",
        "adminMode",
        "disableSubscriptions",
        "extractEncryptionMode",
    ];
    let user = [
        "id",
        "name",
        "siteRole",
        "authSetting",
        "lastLogin",
        "externalAuthUserId",
    ];
    let mut session = Session::default();
    session.site = Box::new(Plan::<Site>::with(&site).show(&caller.site, &context));
    session.user = Box::new(Plan::<User>::with(&user).show(&caller.user, &context));
    Ok(session)
}

/// Ends a session by its identifier, which is the first part of its token.
///
/// A real server has other identifiers, in its own database; the code 404003 for an unknown one is inferred.
pub(crate) fn delete_session(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteSession,
) -> Result<(), Refusal> {
    if !caller.is_server_administrator() {
        return Err(Refusal::forbidden(
            "403004",
            "Only server administrators can end the sessions of others.",
        ));
    }
    let id = delete.id.as_str();
    let ended = call
        .store
        .write(|transaction| Ok(parse_id(id).is_some_and(|id| transaction.remove::<record::Session>(id))))?;
    ended
        .then_some(())
        .ok_or_else(|| Refusal::not_found("404003", "Session", id))
}
