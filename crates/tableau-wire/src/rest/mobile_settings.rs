//! Mobile security: what Tableau's app for phones and tablets checks, and what it does when a check fails.

use crate::endpoint::calls;
use crate::value::{Items, Text, open_enum};
use crate::{element, endpoint, part};

/// A policy of mobile security (schema: `mobileSecuritySettingsPolicyType`).
#[element("mobileSecuritySettings", list = "mobileSecuritySettingsList", new)]
pub struct MobileSecurityPolicy {
    /// The name: `mobile.security.jailbroken_device`.
    pub name: String,
    /// Whether the app checks it.
    pub enabled: Option<bool>,
    /// How the app checks it on iOS.
    pub ios_config: Option<DevicePolicy>,
    /// How the app checks it on Android.
    pub android_config: Option<DevicePolicy>,
}

/// How the app checks a policy on one kind of device (schema: `policyType`).
#[part(new)]
pub struct DevicePolicy {
    /// What the app does when the check fails.
    pub severity: PolicySeverity,
    /// Whether the app checks the policy on these devices.
    pub enabled: Option<bool>,
    /// The values of the policy: a number of days, `true`, ….
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub value_list: Vec<Text<String>>,
}

open_enum! {
    /// What the app does when a check fails (schema: `severityLevelType`).
    PolicySeverity {
        /// It shows a screen, signs the user out and ends the session.
        Critical = "critical",
        /// It shows a screen until the cause is gone.
        Error = "error",
        /// It shows a screen that the user can close.
        Warn = "warn",
    }
}

/// Gets the mobile security policies of the server; for administrators.
// Tableau's reference says that no scope of a JWT reaches it.
#[endpoint(
    GET,
    "settings/mobilesecuritysettings",
    since = "3.19",
    scope = server,
    only = server,
    reply = Items<MobileSecurityPolicy>
)]
pub struct GetServerPolicies;

/// Gets the mobile security policies of the site; for administrators.
#[endpoint(
    GET,
    "settings/mobilesecuritysettings",
    since = "3.18",
    jwt = "tableau:mobile_security_site_settings:read",
    reply = Items<MobileSecurityPolicy>
)]
pub struct GetSitePolicies;

/// Updates mobile security policies of the site, by name; policies and members that are not given stay.
// Tableau's list of scopes has none for it.
#[endpoint(
    PUT,
    "settings/mobilesecuritysettings",
    since = "3.18",
    reply = Items<MobileSecurityPolicy>
)]
pub struct UpdateSitePolicies {
    /// The policies that change.
    #[body]
    pub policies: Items<MobileSecurityPolicy>,
}

calls!(; GetServerPolicies, GetSitePolicies, UpdateSitePolicies);
