//! The server itself, and the session of the caller.

use tableau_wire::rest::server::{GetCurrentSession, GetServerInfo, Session};
use tableau_wire::rest::{ServerInfo, Site, User};
use tableau_wire::{Text, Version};

use crate::auth::Caller;
use crate::fault::Fault;
use crate::listing::{Scene, only};
use crate::service::Call;
use crate::well_known;

#[expect(clippy::unnecessary_wraps, reason = "a handler may refuse")]
pub(crate) fn server_info(_: &Call<'_>, _: &GetServerInfo) -> Result<ServerInfo, Fault> {
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
) -> Result<Session, Fault> {
    let state = call.store.read();
    let scene = Scene {
        state: &state,
        origin: call.origin,
    };
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
    session.site = Box::new(only::<Site>(&caller.site, &scene, &site));
    session.user = Box::new(only::<User>(&caller.user, &scene, &user));
    Ok(session)
}
