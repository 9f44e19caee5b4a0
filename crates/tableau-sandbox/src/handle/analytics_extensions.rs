//! Analytics extensions: whether they may be used, connections to services, and which of them a workbook uses. The sandbox calls no service.
//!
//! Inferred: the server may use them and a new site may not; while either may not, a workbook has no connection to choose from.

use tableau_wire::rest::Workbook;
use tableau_wire::rest::analytics_extensions::{
    AddConnection, AnalyticsConnection, AnalyticsConnectionSummary, AnalyticsConnections, AnalyticsService,
    AnalyticsSettings, DeleteConnection, DeleteSelectedConnection, GetConnection, GetSelectedConnection,
    GetServerSettings, GetSiteSettings, ListConnections, ListConnectionsForWorkbook, SelectedConnection,
    UpdateConnection, UpdateSelectedConnection, UpdateServerSettings, UpdateSiteSettings,
};
use uuid::Uuid;

use super::extensions::of_server;
use super::services::{absent, admit, changed, in_use, seen, taken, unfit};
use crate::auth::{Caller, parse_id};
use crate::call::Call;
use crate::refusal::Refusal;
use crate::store::record::{AnalyticsSelection, SiteAnalyticsConnection};
use crate::store::unshown::Product;
use crate::store::{State, luid};
use crate::token;

const CONFIGURE: &str = "see and change analytics extensions: only administrators are";

pub(crate) fn server(
    call: &Call<'_>,
    caller: &Caller,
    _: &GetServerSettings,
) -> Result<AnalyticsSettings, Refusal> {
    admit(caller.is_server_administrator(), CONFIGURE)?;
    Ok(AnalyticsSettings::new(of_server(&call.store.read()).analytics))
}

pub(crate) fn update_server(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateServerSettings,
) -> Result<AnalyticsSettings, Refusal> {
    admit(caller.is_server_administrator(), CONFIGURE)?;
    call.store.write(|transaction| {
        let mut settings = of_server(transaction);
        settings.analytics = update.settings.enabled;
        transaction.put(settings)
    })?;
    Ok(AnalyticsSettings::new(update.settings.enabled))
}

pub(crate) fn site(
    call: &Call<'_>,
    caller: &Caller,
    _: &GetSiteSettings,
) -> Result<AnalyticsSettings, Refusal> {
    admit(caller.is_administrator(), CONFIGURE)?;
    Ok(AnalyticsSettings::new(of_site(&call.store.read(), caller)))
}

fn of_site(state: &State, caller: &Caller) -> bool {
    let site = state.sites.get(caller.site.id).unwrap_or(&caller.site);
    site.unshown.extensions.analytics
}

pub(crate) fn update_site(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateSiteSettings,
) -> Result<AnalyticsSettings, Refusal> {
    admit(caller.is_administrator(), CONFIGURE)?;
    call.store.write(|transaction| {
        let site = transaction.sites.get(caller.site.id).unwrap_or(&caller.site);
        let mut site = site.clone();
        site.unshown.extensions.analytics = update.settings.enabled;
        transaction.put(site)
    })?;
    Ok(AnalyticsSettings::new(update.settings.enabled))
}

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    _: &ListConnections,
) -> Result<AnalyticsConnections, Refusal> {
    admit(caller.is_administrator(), CONFIGURE)?;
    Ok(all(&call.store.read(), caller.site.id))
}

fn all(state: &State, site: Uuid) -> AnalyticsConnections {
    list_of(state.analytics_connections.of_site(site))
}

fn list_of<'c>(connections: impl IntoIterator<Item = &'c SiteAnalyticsConnection>) -> AnalyticsConnections {
    let summary = |connection: &SiteAnalyticsConnection| {
        let mut summary = AnalyticsConnectionSummary::default();
        summary.connection_luid = connection.id.to_string();
        summary.connection_brief = connection.shown.connection_brief.clone();
        summary
    };
    let mut list = AnalyticsConnections::default();
    list.connection_metadata_list = connections.into_iter().map(summary).collect();
    list
}

/// The connection without its password.
fn show(connection: &SiteAnalyticsConnection) -> AnalyticsConnection {
    let mut shown = connection.shown.clone();
    shown.connection_luid = Some(connection.id.to_string());
    shown.password = None;
    shown
}

pub(crate) fn add(
    call: &Call<'_>,
    caller: &Caller,
    add: &AddConnection,
) -> Result<AnalyticsConnections, Refusal> {
    admit(caller.is_administrator(), CONFIGURE)?;
    call.store.write(|transaction| {
        let id = token::identifier()?;
        let connection = checked(transaction, caller, id, &add.connection)?;
        transaction.put(connection)?;
        Ok(all(transaction, caller.site.id))
    })
}

/// A connection as it is kept; the rules are documented.
fn checked(
    state: &State,
    caller: &Caller,
    id: Uuid,
    given: &AnalyticsConnection,
) -> Result<SiteAnalyticsConnection, Refusal> {
    let mut shown = given.clone();
    shown.connection_luid = None;
    let is_cloud = caller.site.product() == Product::Cloud;
    for always in [&mut shown.is_auth_enabled, &mut shown.is_ssl_enabled] {
        *always = Some(is_cloud || always.unwrap_or(false));
    }
    let brief = &shown.connection_brief;
    if let AnalyticsService::Other(kind) = &brief.connection_type {
        return Err(unfit(format_args!("'{kind}' is no kind of analytics extension")));
    }
    if brief.connection_name.trim().is_empty() {
        return Err(unfit("the connection has no name"));
    }
    if shown.host.trim().is_empty() || shown.host.chars().count() > 255 {
        return Err(unfit("the host has no characters, or more than 255"));
    }
    if !(1..=65535).contains(&shown.port) {
        return Err(unfit(format_args!("{} is not between 1 and 65535", shown.port)));
    }
    let has_name = shown.username.as_deref().is_some_and(|name| !name.is_empty());
    let has_password = shown
        .password
        .as_ref()
        .is_some_and(|secret| !secret.expose().is_empty());
    if shown.is_auth_enabled == Some(true) && !(has_name && has_password) {
        return Err(unfit("a user name and a password are required"));
    }
    let is_einstein = |brief: &AnalyticsService| *brief == AnalyticsService::EinsteinDiscovery;
    let mut others = state.analytics_connections.of_site(caller.site.id);
    if is_einstein(&brief.connection_type)
        && others.any(|other| other.id != id && is_einstein(&other.shown.connection_brief.connection_type))
    {
        return Err(taken("The site has a connection to Einstein Discovery already."));
    }
    Ok(SiteAnalyticsConnection {
        id,
        site: caller.site.id,
        shown,
    })
}

fn find<'s>(state: &'s State, caller: &Caller, luid: &str) -> Result<&'s SiteAnalyticsConnection, Refusal> {
    let found = parse_id(luid).and_then(|id| state.analytics_connections.get(id));
    found
        .filter(|connection| connection.site == caller.site.id)
        .ok_or_else(|| absent("analytics extension connection", luid))
}

pub(crate) fn get(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetConnection,
) -> Result<AnalyticsConnection, Refusal> {
    admit(caller.is_administrator(), CONFIGURE)?;
    find(&call.store.read(), caller, &get.connection_luid).map(show)
}

pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateConnection,
) -> Result<AnalyticsConnection, Refusal> {
    admit(caller.is_administrator(), CONFIGURE)?;
    call.store.write(|transaction| {
        let id = find(transaction, caller, &update.connection_luid)?.id;
        let connection = checked(transaction, caller, id, &update.connection)?;
        let shown = show(&connection);
        transaction.put(connection)?;
        Ok(shown)
    })
}

/// Deletes a connection; workbooks that used it use none (inferred).
pub(crate) fn delete(call: &Call<'_>, caller: &Caller, delete: &DeleteConnection) -> Result<(), Refusal> {
    admit(caller.is_administrator(), CONFIGURE)?;
    call.store.write(|transaction| {
        let id = find(transaction, caller, &delete.connection_luid)?.id;
        transaction.remove_whole::<SiteAnalyticsConnection>(id);
        Ok(())
    })
}

fn may_be_used(state: &State, caller: &Caller) -> bool {
    of_server(state).analytics && of_site(state, caller)
}

pub(crate) fn list_for_workbook(
    call: &Call<'_>,
    caller: &Caller,
    list: &ListConnectionsForWorkbook,
) -> Result<AnalyticsConnections, Refusal> {
    let state = call.store.read();
    seen::<Workbook>(&state, caller, list.workbook_luid.as_str())?;
    if may_be_used(&state, caller) {
        Ok(all(&state, caller.site.id))
    } else {
        Ok(AnalyticsConnections::default())
    }
}

pub(crate) fn selected(
    call: &Call<'_>,
    caller: &Caller,
    get: &GetSelectedConnection,
) -> Result<AnalyticsConnections, Refusal> {
    let state = call.store.read();
    let workbook = seen::<Workbook>(&state, caller, get.workbook_luid.as_str())?;
    let selection = state.analytics_selections.within(workbook).next();
    let connection = selection.and_then(|selection| state.analytics_connections.get(selection.connection));
    Ok(list_of(connection))
}

fn selection_of(workbook: Uuid) -> Uuid {
    luid::<AnalyticsSelection>(&[&workbook.to_string()])
}

/// Has a workbook use a connection: for those who may overwrite it (inferred).
pub(crate) fn select(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateSelectedConnection,
) -> Result<SelectedConnection, Refusal> {
    let named = update.workbook_luid.as_str();
    call.store.write(|transaction| {
        let workbook = changed::<Workbook>(transaction, caller, named)?;
        if parse_id(update.selected.workbook_luid.as_str()) != Some(workbook) {
            return Err(unfit("the document names another workbook than the address"));
        }
        if !may_be_used(transaction, caller) {
            return Err(in_use("Analytics extensions may not be used on this site."));
        }
        let connection = find(transaction, caller, &update.selected.connection_luid)?.id;
        transaction.put(AnalyticsSelection {
            id: selection_of(workbook),
            site: caller.site.id,
            workbook,
            connection,
        })
    })?;
    Ok(update.selected.clone())
}

pub(crate) fn unselect(
    call: &Call<'_>,
    caller: &Caller,
    delete: &DeleteSelectedConnection,
) -> Result<(), Refusal> {
    call.store.write(|transaction| {
        let workbook = changed::<Workbook>(transaction, caller, delete.workbook_luid.as_str())?;
        transaction.remove::<AnalyticsSelection>(selection_of(workbook));
        Ok(())
    })
}
