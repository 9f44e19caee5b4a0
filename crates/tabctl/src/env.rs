//! The environment variables that are read, each with its fallbacks.
//!
//! The first name is ours, the others are those that scripts in the field use. Names without `TABLEAU_` are never read.

use tableau_client::Secret;

/// A variable by its names, the preferred one first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variable(&'static [&'static str]);

pub(crate) const SERVER_URL: Variable = Variable(&[
    "TABLEAU_SERVER_URL",
    "TABLEAU_SERVER",
    "TABLEAU_BASE_URL",
    "TABLEAU_HOST",
]);
pub(crate) const SITE_NAME: Variable =
    Variable(&["TABLEAU_SITE_NAME", "TABLEAU_SITE", "TABLEAU_CONTENT_URL"]);
pub(crate) const PAT_NAME: Variable = Variable(&[
    "TABLEAU_PAT_NAME",
    "TABLEAU_TOKEN_NAME",
    "TABLEAU_PERSONAL_ACCESS_TOKEN_NAME",
]);
pub(crate) const PAT_SECRET: Variable = Variable(&[
    "TABLEAU_PAT_SECRET",
    "TABLEAU_PAT_VALUE",
    "TABLEAU_TOKEN_VALUE",
    "TABLEAU_PERSONAL_ACCESS_TOKEN_SECRET",
]);
pub(crate) const CA_BUNDLE: Variable = Variable(&["TABLEAU_CA_BUNDLE"]);
pub(crate) const CONFIG_DIR: Variable = Variable(&["TABLEAU_CONFIG_DIR"]);

impl Variable {
    /// The preferred name.
    pub(crate) fn name(self) -> &'static str {
        self.0.first().copied().unwrap_or_default()
    }

    /// The value of the first name that is set; CI systems set what they do not know to nothing, so nothing is not set.
    pub(crate) fn get(self) -> Option<String> {
        self.0
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// The same for a site, where nothing means the Default site.
    pub(crate) fn get_site(self) -> Option<String> {
        self.0.iter().find_map(|name| std::env::var(name).ok())
    }

    pub(crate) fn get_secret(self) -> Option<Secret> {
        self.get().map(Secret::from)
    }
}
