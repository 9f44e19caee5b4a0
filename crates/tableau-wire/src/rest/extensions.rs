//! Dashboard extensions: which of them may run on the server, and on a site.

use crate::endpoint::calls;
use crate::value::Text;
use crate::{element, endpoint, part};

/// Which extensions may run on the server (schema: `extensionsServerSettingsType`).
#[element("extensionsServerSettings", new)]
pub struct ServerSettings {
    /// Whether any may.
    pub extensions_globally_enabled: Option<Text<bool>>,
    /// The addresses of those that may not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub block_list: Vec<Text<String>>,
}

/// Which extensions may run on a site (schema: `extensionsSiteSettingsType`).
#[element("extensionsSiteSettings", new)]
pub struct SiteSettings {
    /// Whether any may.
    pub extensions_enabled: Option<Text<bool>>,
    /// Whether those may that the server lets run by default.
    pub use_default_setting: Option<Text<bool>>,
    /// Whether all of Tableau's Exchange may.
    pub allow_trusted: Option<Text<bool>>,
    /// Whether those may that run in a sandbox.
    pub include_sandboxed: Option<Text<bool>>,
    /// Whether those may that Tableau made.
    pub include_tableau_built: Option<Text<bool>>,
    /// Whether those may that Tableau's partners made.
    pub include_partner_built: Option<Text<bool>>,
    /// Those that may run by their addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub safe_list: Vec<SafeExtension>,
}

/// An extension that may run on a site (schema: `extensionsSafeListEntry`).
#[part(new)]
pub struct SafeExtension {
    /// Its address.
    pub url: Text<String>,
    /// Whether it may read all data.
    pub full_data_allowed: Option<Text<bool>>,
    /// Whether users are asked first.
    pub prompt_needed: Option<Text<bool>>,
}

/// Gets which extensions may run on the server; for server administrators.
#[endpoint(
    GET,
    "settings/extensions",
    since = "3.21",
    scope = server,
    only = server,
    jwt = "tableau:extensions_server_settings:read",
    reply = ServerSettings
)]
pub struct GetServerSettings;

/// Updates which extensions may run on the server; what is not given stays, but for the list.
#[endpoint(
    PUT,
    "settings/extensions",
    since = "3.21",
    scope = server,
    only = server,
    jwt = "tableau:extensions_server_settings:update",
    reply = ServerSettings
)]
pub struct UpdateServerSettings {
    /// What changes.
    #[body]
    pub settings: ServerSettings,
}

/// Gets which extensions may run on the site.
#[endpoint(
    GET,
    "settings/extensions",
    since = "3.21",
    jwt = "tableau:extensions_site_settings:read",
    reply = SiteSettings
)]
pub struct GetSiteSettings;

/// Updates which extensions may run on the site; what is not given stays, but for the list.
#[endpoint(
    PUT,
    "settings/extensions",
    since = "3.21",
    jwt = "tableau:extensions_site_settings:update",
    reply = SiteSettings
)]
pub struct UpdateSiteSettings {
    /// What changes.
    #[body]
    pub settings: SiteSettings,
}

calls!(; GetServerSettings, UpdateServerSettings, GetSiteSettings, UpdateSiteSettings);
