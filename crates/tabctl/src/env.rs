//! The environment variables that are read, each with its fallbacks.
//!
//! The first name is ours, the others are those that scripts in the field use. Names without `TABLEAU_` are never read.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use tableau_client::Secret;

use crate::encoding::MARK;

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
pub(crate) const PROFILE: Variable = Variable(&["TABLEAU_PROFILE"]);
pub(crate) const PAT_NAME: Variable = Variable(&[
    "TABLEAU_PAT_NAME",
    "TABLEAU_TOKEN_NAME",
    "TABLEAU_PERSONAL_ACCESS_TOKEN_NAME",
]);
pub(crate) const PAT_SECRET: SecretVariable = SecretVariable {
    value: Variable(&[
        "TABLEAU_PAT_SECRET",
        "TABLEAU_PAT_VALUE",
        "TABLEAU_TOKEN_VALUE",
        "TABLEAU_PERSONAL_ACCESS_TOKEN_SECRET",
    ]),
    file: Variable(&["TABLEAU_PAT_SECRET_FILE"]),
};
pub(crate) const USERNAME: Variable = Variable(&["TABLEAU_USERNAME"]);
pub(crate) const PASSWORD: SecretVariable = SecretVariable {
    value: Variable(&["TABLEAU_PASSWORD"]),
    file: Variable(&["TABLEAU_PASSWORD_FILE"]),
};
pub(crate) const CONNECTED_APP_CLIENT_ID: Variable = Variable(&["TABLEAU_CONNECTED_APP_CLIENT_ID"]);
pub(crate) const CONNECTED_APP_SECRET_ID: Variable = Variable(&["TABLEAU_CONNECTED_APP_SECRET_ID"]);
pub(crate) const CONNECTED_APP_SECRET: SecretVariable = SecretVariable {
    value: Variable(&["TABLEAU_CONNECTED_APP_SECRET_VALUE"]),
    file: Variable(&["TABLEAU_CONNECTED_APP_SECRET_VALUE_FILE"]),
};
pub(crate) const JWT_SUB: Variable = Variable(&["TABLEAU_JWT_SUB"]);
pub(crate) const JWT_SCOPES: Variable = Variable(&["TABLEAU_JWT_SCOPES"]);
pub(crate) const JWT: SecretVariable = SecretVariable {
    value: Variable(&["TABLEAU_JWT"]),
    file: Variable(&["TABLEAU_JWT_FILE"]),
};
pub(crate) const CA_BUNDLE: Variable = Variable(&["TABLEAU_CA_BUNDLE", "TABLEAU_SSL_CERT_PATH"]);
pub(crate) const CLIENT_CERT: Variable = Variable(&["TABLEAU_CLIENT_CERT"]);
pub(crate) const CONFIG_DIR: Variable = Variable(&["TABLEAU_CONFIG_DIR"]);
/// The level of the log on standard error.
pub(crate) const LOG: Variable = Variable(&["TABLEAU_LOG"]);
/// `off`: secrets are kept in a file even if there is a keyring.
pub(crate) const KEYRING: Variable = Variable(&["TABLEAU_KEYRING"]);

/// Refuses variables that are not text: ignoring one could mean another profile, or another server. The error says what to do.
pub(crate) fn check() -> Result<(), String> {
    let mut variables = std::env::vars_os().filter(|(_, value)| value.to_str().is_none());
    let ours = variables.find_map(|(name, _)| {
        name.into_string()
            .ok()
            .filter(|name| name.starts_with("TABLEAU_"))
    });
    match ours {
        Some(name) => Err(format!("{name} is not valid UTF-8: change it or unset it")),
        None => Ok(()),
    }
}

/// Server, site and credentials that a command line of tabcmd gives, which take the place of all of them in the environment.
static REPLACED: OnceLock<Vec<(&'static str, String)>> = OnceLock::new();

/// Replaces server, site and credentials of the environment for this process; the first call counts.
pub(crate) fn replace(values: Vec<(Variable, String)>) {
    let values = values
        .into_iter()
        .map(|(variable, value)| (variable.name(), value));
    let _ = REPLACED.set(values.collect());
}

/// The value of a variable by its name.
fn value(name: &str) -> Option<String> {
    let replaceable = [SERVER_URL, SITE_NAME, SITE_ID, PROFILE, PAT_NAME, USERNAME]
        .into_iter()
        .chain([CONNECTED_APP_CLIENT_ID, CONNECTED_APP_SECRET_ID, JWT_SUB])
        .chain(SECRETS.iter().flat_map(|secret| [secret.value, secret.file]));
    match REPLACED.get() {
        Some(values)
            if replaceable
                .flat_map(|variable| variable.0)
                .any(|known| *known == name) =>
        {
            let found = values.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.clone())
        }
        _ => std::env::var(name).ok(),
    }
}

/// A secret: its variable, and the variable that names a file with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SecretVariable {
    value: Variable,
    file: Variable,
}

/// Where a secret of the environment is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SecretIn {
    Value(Secret),
    File(PathBuf),
}

impl Variable {
    /// The preferred name.
    pub(crate) fn name(self) -> &'static str {
        self.0.first().copied().unwrap_or_default()
    }

    /// The first name with a non-empty value.
    pub(crate) fn found(self) -> Option<&'static str> {
        let is_set = |name: &&&str| value(name).is_some_and(|value| !value.trim().is_empty());
        self.0.iter().find(is_set).copied()
    }

    /// The value of the first name that is set. An empty or blank value counts as unset, since CI systems set unknown variables to "".
    pub(crate) fn get(self) -> Option<String> {
        let values = self.0.iter().filter_map(|name| value(name));
        values.map(without_mark).find(|value| !value.trim().is_empty())
    }

    /// The same for a site, where an empty value means the Default site.
    pub(crate) fn get_site(self) -> Option<String> {
        let named = self.0.iter().find_map(|name| value(name));
        let named = named.map(without_mark);
        named.or_else(|| SITE_ID.get().filter(|id| !is_luid(id)))
    }
}

impl SecretVariable {
    /// The preferred name.
    pub(crate) fn name(self) -> &'static str {
        self.value.name()
    }

    /// The variable of the secret itself.
    pub(crate) fn variable(self) -> Variable {
        self.value
    }

    pub(crate) fn get(self) -> Option<SecretIn> {
        let value = self.value.get().map(|value| SecretIn::Value(Secret::from(value)));
        value.or_else(|| self.file.get().map(|file| SecretIn::File(PathBuf::from(file))))
    }
}

/// A value without the byte order mark that it may have from a file.
fn without_mark(value: String) -> String {
    match value.strip_prefix(MARK) {
        Some(rest) => rest.to_owned(),
        None => value,
    }
}

/// In some scripts the content URL, in others the identifier of the site, which no sign-in takes.
const SITE_ID: Variable = Variable(&["TABLEAU_SITE_ID"]);

/// Whether a text is a LUID, as Tableau gives to what it identifies.
pub(crate) fn is_luid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// The secrets.
const SECRETS: [SecretVariable; 4] = [PAT_SECRET, PASSWORD, CONNECTED_APP_SECRET, JWT];

/// Removes the variables with secrets from a child process's environment.
pub(crate) fn hide_secrets(command: &mut Command) {
    for secret in SECRETS {
        for name in secret.value.0 {
            command.env_remove(name);
        }
    }
}
