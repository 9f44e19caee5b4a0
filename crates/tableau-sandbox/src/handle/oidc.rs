//! Ways in which users of a site prove who they are: those that every site has, and configurations of OpenID Connect (Tableau Cloud).

use serde_json::{Map, Value};
use tableau_wire::rest::OidcConfiguration;
use tableau_wire::rest::oidc::{
    AuthConfiguration, Disable, DisableOidc, ListAuthConfigurations, NewOidcConfiguration,
};
use tableau_wire::value::UserAuthSetting;
use tableau_wire::{Create, Items, Update};

use crate::auth::Caller;
use crate::call::Call;
use crate::kept::row::References;
use crate::kept::{Kept, Rights, row, verbs};
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::row::{Row, SiteRow};
use crate::store::unshown::Product;

impl Kept for OidcConfiguration {
    const ID: &'static str = "idpConfigurationId";

    fn begin(row: &mut Row<Self>, _: &State) {
        let id = row.id;
        let shown = &mut row.shown;
        shown.enabled.get_or_insert(true);
        shown.allow_embedded_authentication.get_or_insert(false);
        shown.use_full_name.get_or_insert(false);
        shown.test_login_url = Some(format!(
            "https://sso.example.com/public/testLogin?authSetting=OIDC&idpConfigurationId={id}"
        ));
    }

    fn check(row: &Row<Self>, _: &State) -> Result<(), Refusal> {
        if row.shown.idp_configuration_name.trim().is_empty() {
            return Err(Refusal::incomplete_payload());
        }
        Ok(())
    }
}

/// The members of a document by the names that answers have for them. The secret is kept apart: answers never show it.
fn members(document: &NewOidcConfiguration) -> Result<Map<String, Value>, Refusal> {
    let mut members = row::members::<OidcConfiguration>(document)?;
    members.remove("clientSecret");
    for (sent, shown) in [
        ("name", "idpConfigurationName"),
        ("userInfoEndpoint", "userinfoEndpoint"),
    ] {
        if let Some(value) = members.remove(sent) {
            members.insert(shown.to_owned(), value);
        }
    }
    Ok(members)
}

pub(crate) fn create(
    call: &Call<'_>,
    caller: &Caller,
    create: &Create<OidcConfiguration>,
) -> Result<OidcConfiguration, Refusal> {
    Rights::Administrators.admit::<OidcConfiguration>(caller)?;
    let shown = row::shown(members(&create.item)?)?;
    call.store.write(|transaction| {
        let (site, now) = (caller.site.id, call.clock.now());
        let mut row =
            row::begin::<OidcConfiguration>(transaction, site, None, References::default(), shown, now)?;
        row.unshown.client_secret = Some(create.item.client_secret.clone());
        let id = row.id;
        row::put(transaction, row)?;
        verbs::one(call, transaction, id)
    })
}

pub(crate) fn update(
    call: &Call<'_>,
    caller: &Caller,
    update: &Update<OidcConfiguration>,
) -> Result<OidcConfiguration, Refusal> {
    let members = members(&update.patch)?;
    call.store.write(|transaction| {
        let id = update.id.as_str();
        let mut row = verbs::changed::<OidcConfiguration>(call, transaction, caller, id, members)?;
        row.unshown.client_secret = Some(update.patch.client_secret.clone());
        let id = row.id;
        row::put(transaction, row)?;
        verbs::one(call, transaction, id)
    })
}

pub(crate) fn disable(call: &Call<'_>, caller: &Caller, disable: &Disable) -> Result<(), Refusal> {
    remove(call, caller, disable.idp_configuration_id.as_str())
}

pub(crate) fn disable_oidc(call: &Call<'_>, caller: &Caller, disable: &DisableOidc) -> Result<(), Refusal> {
    remove(call, caller, disable.idp_configuration_id.as_str())
}

/// Removes a configuration; users who sign in with it do so as every user can (inferred).
fn remove(call: &Call<'_>, caller: &Caller, id: &str) -> Result<(), Refusal> {
    Rights::Administrators.admit::<OidcConfiguration>(caller)?;
    call.store.write(|transaction| {
        let row = row::find::<OidcConfiguration>(transaction, caller, id)?.id;
        let with_it =
            |user: &&crate::store::row::UserRow| user.shown.idp_configuration_id.as_deref() == Some(id);
        let users: Vec<_> = transaction
            .users
            .of_site(caller.site.id)
            .filter(with_it)
            .cloned()
            .collect();
        for mut user in users {
            user.shown.idp_configuration_id = None;
            user.shown.auth_setting = Some(UserAuthSetting::TableauIdWithMfa);
            transaction.put(user)?;
        }
        transaction.remove_whole::<Row<OidcConfiguration>>(row);
        Ok(())
    })
}

pub(crate) fn list(
    call: &Call<'_>,
    caller: &Caller,
    _: &ListAuthConfigurations,
) -> Result<Items<AuthConfiguration>, Refusal> {
    Rights::Administrators.admit::<OidcConfiguration>(caller)?;
    let state = call.store.read();
    Ok(configurations(&state, &caller.site).into())
}

/// The ways that a site has: on Tableau Cloud accounts of Tableau, and the configurations with OpenID Connect.
pub(super) fn configurations(state: &State, site: &SiteRow) -> Vec<AuthConfiguration> {
    if site.product() == Product::Server {
        return Vec::new();
    }
    let mut tableau = AuthConfiguration::default();
    tableau.auth_setting = Some(UserAuthSetting::TableauIdWithMfa);
    tableau.enabled = Some(true);
    tableau.idp_configuration_id =
        Some(crate::rng::luid("authConfiguration", &[&site.id.to_string()]).to_string());
    tableau.idp_configuration_name = Some("Initial TableauID".to_owned());
    let with_oidc = state.oidc_configurations.of_site(site.id).map(|row| {
        let mut shown = AuthConfiguration::default();
        shown.auth_setting = Some(UserAuthSetting::OpenId);
        shown.enabled = row.shown.enabled;
        shown.idp_configuration_id = Some(row.shown.idp_configuration_id.to_string());
        shown.idp_configuration_name = Some(row.shown.idp_configuration_name.clone());
        shown
            .known_provider_alias
            .clone_from(&row.shown.known_provider_alias);
        shown
    });
    std::iter::once(tableau).chain(with_oidc).collect()
}
