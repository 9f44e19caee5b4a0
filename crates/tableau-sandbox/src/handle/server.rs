//! The server itself, and its sessions.

use tableau_wire::rest::server::{
    DeleteSession, GetCurrentSession, GetServerInfo, ListDomains, Session, UpdateDomain,
};
use tableau_wire::rest::users::Domain;
use tableau_wire::rest::{ServerInfo, Site, User};
use tableau_wire::{Items, Text, Version};
use uuid::Uuid;

use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::kept::{Plan, verbs};
use crate::refusal::Refusal;
use crate::store::{State, record};
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

/// The name and the identifier of the one domain: a number, as documented.
const LOCAL: (&str, &str) = ("local", "1");

/// The domain of the server itself. The directory that groups are imported from is not listed: its names cannot change.
fn local(state: &State) -> Domain {
    let stored = state.local_domain.get(Uuid::nil());
    let mut domain = Domain::default();
    domain.id = Some(LOCAL.1.to_owned());
    domain.name = LOCAL.0.to_owned();
    domain.short_name = stored.map(|stored| stored.short_name.clone());
    domain
}

fn admit_to_domains(caller: &Caller) -> Result<(), Refusal> {
    if caller.is_server_administrator() {
        return Ok(());
    }
    Err(Refusal::forbidden(
        "403004",
        "Only server administrators can see and change domains.",
    ))
}

pub(crate) fn domains(call: &Call<'_>, caller: &Caller, _: &ListDomains) -> Result<Items<Domain>, Refusal> {
    admit_to_domains(caller)?;
    Ok(vec![local(&call.store.read())].into())
}

/// Changes the short name of the domain. That its name cannot change is inferred: it is no domain of Active Directory.
pub(crate) fn update_domain(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateDomain,
) -> Result<Domain, Refusal> {
    admit_to_domains(caller)?;
    let given = &update.domain;
    let is_blank = |text: &Option<String>| text.as_ref().is_some_and(|text| text.trim().is_empty());
    if given.id.is_empty() || is_blank(&given.name) || is_blank(&given.short_name) {
        return Err(Refusal::incomplete_payload());
    }
    // Documented for the calls about groups.
    if given.id != LOCAL.1 {
        return Err(Refusal::not_found("404016", "Domain", &given.id));
    }
    if let Some(name) = &given.name
        && !name.eq_ignore_ascii_case(LOCAL.0)
    {
        return Err(Refusal::bad_request(
            "400000",
            format_args!("The domain 'local' is the server's own and cannot be renamed to '{name}'."),
        ));
    }
    call.store.write(|transaction| {
        if let Some(short_name) = &given.short_name {
            transaction.put(record::LocalDomain {
                id: Uuid::nil(),
                short_name: short_name.clone(),
            })?;
        }
        Ok(local(transaction))
    })
}
