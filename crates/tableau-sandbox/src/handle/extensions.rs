//! Dashboard extensions: the settings of the server and of each site. The sandbox runs none.

use tableau_wire::Text;
use tableau_wire::rest::extensions::{
    GetServerSettings, GetSiteSettings, SafeExtension, ServerSettings, SiteSettings, UpdateServerSettings,
    UpdateSiteSettings,
};

use crate::auth::Caller;
use crate::call::Call;
use crate::refusal::Refusal;
use crate::store::State;
use crate::store::record::ServerExtensions;
use crate::store::unshown::Extensions;

/// What these calls are about.
const WHAT: &str = "which extensions may run";

pub(crate) fn server(
    call: &Call<'_>,
    caller: &Caller,
    _: &GetServerSettings,
) -> Result<ServerSettings, Refusal> {
    admit(caller.is_server_administrator(), WHAT)?;
    Ok(show_server(&of_server(&call.store.read())))
}

pub(crate) fn update_server(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateServerSettings,
) -> Result<ServerSettings, Refusal> {
    admit(caller.is_server_administrator(), WHAT)?;
    call.store.write(|transaction| {
        let mut settings = of_server(transaction);
        if let Some(Text(enabled)) = update.settings.extensions_globally_enabled {
            settings.enabled = enabled;
        }
        settings.blocked = update
            .settings
            .block_list
            .iter()
            .map(|url| url.0.clone())
            .collect();
        let shown = show_server(&settings);
        transaction.put(settings)?;
        Ok(shown)
    })
}

/// The settings of the server; they have one record once they were changed.
pub(super) fn of_server(state: &State) -> ServerExtensions {
    let stored = state.server_extensions.get(uuid::Uuid::nil()).cloned();
    stored.unwrap_or(ServerExtensions {
        enabled: true,
        analytics: true,
        ..ServerExtensions::default()
    })
}

fn show_server(settings: &ServerExtensions) -> ServerSettings {
    let mut shown = ServerSettings::default();
    shown.extensions_globally_enabled = Some(Text(settings.enabled));
    shown.block_list = settings.blocked.iter().cloned().map(Text).collect();
    shown
}

pub(crate) fn site(call: &Call<'_>, caller: &Caller, _: &GetSiteSettings) -> Result<SiteSettings, Refusal> {
    admit(caller.is_administrator(), WHAT)?;
    let state = call.store.read();
    let site = state.sites.get(caller.site.id).unwrap_or(&caller.site);
    Ok(show(&site.unshown.extensions))
}

pub(crate) fn update_site(
    call: &Call<'_>,
    caller: &Caller,
    update: &UpdateSiteSettings,
) -> Result<SiteSettings, Refusal> {
    admit(caller.is_administrator(), WHAT)?;
    call.store.write(|transaction| {
        let mut site = transaction
            .sites
            .get(caller.site.id)
            .unwrap_or(&caller.site)
            .clone();
        let settings = &mut site.unshown.extensions;
        let given = &update.settings;
        for (member, given) in [
            (&mut settings.enabled, given.extensions_enabled),
            (&mut settings.by_default, given.use_default_setting),
            (&mut settings.trusted, given.allow_trusted),
            (&mut settings.sandboxed, given.include_sandboxed),
            (&mut settings.by_tableau, given.include_tableau_built),
            (&mut settings.by_partners, given.include_partner_built),
        ] {
            if let Some(Text(given)) = given {
                *member = given;
            }
        }
        settings.safe = given.safe_list.iter().map(safe).collect();
        let shown = show(settings);
        transaction.put(site)?;
        Ok(shown)
    })
}

/// An entry as it is stored; that what it does not say is no is inferred.
fn safe(entry: &SafeExtension) -> (String, bool, bool) {
    let is = |flag: Option<Text<bool>>| flag.is_some_and(|flag| flag.0);
    (
        entry.url.0.clone(),
        is(entry.full_data_allowed),
        is(entry.prompt_needed),
    )
}

fn show(settings: &Extensions) -> SiteSettings {
    let mut shown = SiteSettings::default();
    shown.extensions_enabled = Some(Text(settings.enabled));
    shown.use_default_setting = Some(Text(settings.by_default));
    shown.allow_trusted = Some(Text(settings.trusted));
    shown.include_sandboxed = Some(Text(settings.sandboxed));
    shown.include_tableau_built = Some(Text(settings.by_tableau));
    shown.include_partner_built = Some(Text(settings.by_partners));
    shown.safe_list = settings
        .safe
        .iter()
        .map(|(url, full_data, prompt)| {
            SafeExtension::new(url.as_str()).with(|entry| {
                entry.full_data_allowed = Some(Text(*full_data));
                entry.prompt_needed = Some(Text(*prompt));
            })
        })
        .collect();
    shown
}

// The code is that of the documentation for everything that only administrators may do.
pub(super) fn admit(may: bool, what: &str) -> Result<(), Refusal> {
    if may {
        return Ok(());
    }
    let detail = format_args!("Only administrators can see and change {what}.");
    Err(Refusal::forbidden("403004", detail))
}
