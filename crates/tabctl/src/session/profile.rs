//! Profiles: a server, a site and the credentials for them, each under a name. Secrets are kept apart, see [`secrets`](crate::session::secrets).

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tableau_client::{
    ConnectedApp, Credentials, Jwt, PersonalAccessToken, Secret, ServerAddress, UserPassword,
};

use super::config::{self, Others};
use super::helper::{Helper, Purpose};
use super::secrets::Kept;
use crate::args::{Global, Trust};
use crate::env;
use crate::failure::Failure;

/// The profiles, and the current one, which is used if none is named.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Profiles {
    pub(crate) current: Option<String>,
    #[serde(default, rename = "profile")]
    pub(crate) by_name: BTreeMap<String, Profile>,
}

/// A server, a site, and the credentials for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) server: String,
    /// The content URL; empty for the Default site.
    #[serde(default)]
    pub(crate) site: String,
    /// The user who signed in.
    pub(crate) user: Option<String>,
    /// When `auth login` made it, which no two profiles have in common.
    #[serde(default)]
    pub(crate) made_at: String,
    /// Authorities that are trusted too.
    pub(crate) ca_file: Option<PathBuf>,
    /// The one certificate that is accepted.
    pub(crate) pin_sha256: Option<String>,
    /// The client certificate.
    pub(crate) client_cert: Option<PathBuf>,
    /// Whether any certificate is accepted, as tabcmd's `--no-certcheck` has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) no_certcheck: bool,
    /// Where the secret is kept, of credentials that have one.
    pub(crate) secret: Option<Kept>,
    pub(crate) credential: Credential,
}

/// Credentials without their secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Credential {
    PersonalAccessToken {
        name: String,
    },
    Password {
        user: String,
    },
    ConnectedApp {
        client_id: String,
        secret_id: String,
        user: String,
        #[serde(default)]
        scopes: Vec<String>,
    },
    Jwt {
        /// Read at each sign-in. Without it, the JWT was valid for one sign-in.
        file: Option<PathBuf>,
    },
    Exec(Helper),
}

impl Credential {
    /// The credentials with their secret; `None` for a helper, which gives its own.
    pub(crate) fn with(&self, secret: Secret) -> Option<Credentials> {
        Some(match self {
            Self::PersonalAccessToken { name } => PersonalAccessToken::new(name, secret).into(),
            Self::Password { user } => UserPassword::new(user, secret).into(),
            Self::ConnectedApp {
                client_id,
                secret_id,
                user,
                scopes,
            } => {
                let app = ConnectedApp::new(client_id, secret_id, secret, user);
                scopes.iter().fold(app, ConnectedApp::scope).into()
            }
            Self::Jwt { .. } => Jwt::new(secret).into(),
            Self::Exec(_) => return None,
        })
    }

    /// The user it is for, if it says so.
    pub(crate) fn user(&self) -> Option<&str> {
        match self {
            Self::Password { user } | Self::ConnectedApp { user, .. } => Some(user),
            _ => None,
        }
    }

    /// The name of the kind in `profiles.toml` and in JSON.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::PersonalAccessToken { .. } => "personal-access-token",
            Self::Password { .. } => "password",
            Self::ConnectedApp { .. } => "connected-app",
            Self::Jwt { .. } => "jwt",
            Self::Exec(_) => "exec",
        }
    }

    /// The name of the token, the user or the app, or the program.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::PersonalAccessToken { name } => Some(name),
            Self::Password { user } => Some(user),
            Self::ConnectedApp { client_id, .. } => Some(client_id),
            Self::Jwt { .. } => None,
            Self::Exec(helper) => Some(&helper.command),
        }
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::PersonalAccessToken { .. } => "personal access token",
            Self::Password { .. } => "password of",
            Self::ConnectedApp { .. } => "connected app",
            Self::Jwt { .. } => "JWT",
            Self::Exec(_) => "given by",
        };
        match self.name() {
            Some(name) => write!(f, "{kind} {name}"),
            None => f.write_str(kind),
        }
    }
}

impl Profile {
    /// Which certificates to trust: by options or environment now, or else as at `auth login`.
    pub(crate) fn trust(&self, now: &Trust) -> Trust {
        let mut now = now.clone().settle();
        now.client_cert = now.client_cert.or_else(|| self.client_cert.clone());
        if now.ca_file.is_some() || now.pin_sha256.is_some() {
            return now;
        }
        Trust {
            ca_file: self.ca_file.clone(),
            pin_sha256: self.pin_sha256.clone(),
            no_certcheck: now.no_certcheck || self.no_certcheck,
            ..now
        }
    }

    /// The purpose that a credential helper is given.
    pub(crate) fn purpose(&self, name: &str) -> Purpose {
        Purpose {
            profile: name.to_owned(),
            server: self.server.clone(),
            site: self.site.clone(),
        }
    }

    /// The name of its sessions in the store; each `auth login` gives a new one.
    pub(crate) fn session_name(&self, name: &str) -> String {
        format!("tabctl profile {name} {}", self.made_at)
    }
}

impl Trust {
    /// Fills in options that were not typed from the environment.
    pub(crate) fn settle(mut self) -> Self {
        if self.ca_file.is_none() && self.pin_sha256.is_none() {
            self.ca_file = env::CA_BUNDLE.get().map(PathBuf::from);
        }
        self.client_cert = self
            .client_cert
            .or_else(|| env::CLIENT_CERT.get().map(PathBuf::from));
        self
    }
}

impl Profiles {
    /// Reads the profiles.
    pub(crate) fn load() -> Result<Self, Failure> {
        let path = path()?;
        let Some(text) = config::read(&path, Others::MayRead)? else {
            return Ok(Self::default());
        };
        toml::from_str(&text).map_err(|error| config::malformed(&path, &text, &error))
    }

    /// Changes the profiles; a lock keeps other commands from changing them at the same time.
    pub(crate) fn change<T>(change: impl FnOnce(&mut Self) -> Result<T, Failure>) -> Result<T, Failure> {
        let _lock = config::lock()?;
        let mut profiles = Self::load()?;
        let result = change(&mut profiles)?;
        let text = toml::to_string(&profiles)
            .map_err(|error| Failure::Local(format!("the profiles cannot be written: {error}")))?;
        config::write(&path()?, &text)?;
        Ok(result)
    }

    /// The profile of a name.
    pub(crate) fn get(&self, name: &str) -> Result<&Profile, Failure> {
        self.by_name.get(name).ok_or_else(|| {
            // A name that no profile can have is a typing mistake.
            let hint = match check_name(name) {
                Ok(()) => format!(": run `tabctl auth login --profile {name}`"),
                Err(_) => String::new(),
            };
            Failure::NotSignedIn(format!(
                "no profile is called {name:?} (there {}){hint}",
                self.names()
            ))
        })
    }

    /// The names, to go on after "there": "are a, b".
    pub(crate) fn names(&self) -> String {
        let names: Vec<_> = self.by_name.keys().map(String::as_str).collect();
        match names.as_slice() {
            [] => "are none yet".to_owned(),
            [one] => format!("is {one}"),
            names => format!("are {}", names.join(", ")),
        }
    }
}

impl Profiles {
    /// The other profiles with the personal access token of this one. A server ends the session of a token when it signs in again.
    pub(crate) fn with_token_of<'p>(
        &'p self,
        name: &'p str,
        one: &'p Profile,
    ) -> impl Iterator<Item = &'p str> {
        let is_token = matches!(one.credential, Credential::PersonalAccessToken { .. });
        let others = self
            .by_name
            .iter()
            .filter(move |(other, _)| is_token && *other != name);
        let same =
            others.filter(|(_, other)| other.server == one.server && other.credential == one.credential);
        same.map(|(other, _)| other.as_str())
    }

    /// A name for a place: that of an existing profile for it, or a free one.
    pub(crate) fn name_for(&self, address: &ServerAddress, site: &str) -> String {
        let server = address.to_string();
        let is_here = |profile: &Profile| profile.server == server && profile.site.eq_ignore_ascii_case(site);
        if let Some((name, _)) = self.by_name.iter().find(|(_, profile)| is_here(profile)) {
            return name.clone();
        }
        let host = address.origin().rsplit("//").next().unwrap_or_default();
        let host = host.split(':').next().unwrap_or_default();
        let names = [
            "default".to_owned(),
            site.to_owned(),
            host.to_owned(),
            format!("{host}-{site}"),
        ];
        let more = (2..).map(|number| format!("{host}-{number}"));
        let is_free = |name: &String| check_name(name).is_ok() && !self.by_name.contains_key(name);
        names.into_iter().chain(more).find(is_free).unwrap_or_default()
    }
}

/// The name that was typed, or else set.
pub(crate) fn named(global: &Global) -> Option<String> {
    global.profile.clone().or_else(|| env::PROFILE.get())
}

/// Checks a profile's new name: it appears in commands, and as a key in a file.
pub(crate) fn check_name(name: &str) -> Result<(), Failure> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || name.starts_with('-') || !name.chars().all(fits) {
        return Err(Failure::Usage(format!(
            "{name:?} cannot be the name of a profile: letters, digits, `-`, `_` and `.` can"
        )));
    }
    Ok(())
}

pub(crate) fn path() -> Result<PathBuf, Failure> {
    Ok(config::folder()?.join("profiles.toml"))
}
