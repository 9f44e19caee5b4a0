//! The options that every command of tabcmd has: where to sign in, and as whom.

use super::parse::Typed;
use super::translate::Ours;
use crate::env::{self, Variable};
use crate::failure::Failure;
use crate::input;
use crate::session::profile::Profiles;
use crate::terminal::prompt::Terminal;
use crate::terminal::text::say;

/// The profile that `tabcmd login` makes.
pub(super) const PROFILE: &str = "tabcmd";
/// The server where none was named, as tabcmd has it.
const LOCAL: &str = "http://localhost";

impl Typed {
    /// The site by its content URL; "Default" is the Default site.
    pub(super) fn site(&self) -> Option<&str> {
        let site = self.value("--site")?;
        Some(if site.eq_ignore_ascii_case("default") {
            ""
        } else {
            site
        })
    }

    /// Whether this command brings credentials of its own.
    pub(super) fn has_credentials(&self) -> bool {
        self.has("--token-name") || self.has("--username")
    }

    /// The options of tabctl for what was typed about the connection.
    pub(super) fn connection(&self, mut ours: Ours) -> Ours {
        if !self.has_credentials() {
            for (option, value) in [("--server", self.value("--server")), ("--site", self.site())] {
                if let Some(value) = value {
                    ours = ours.and(&[option, value]);
                }
            }
        }
        if let Some(file) = self.value("--use-certificate") {
            ours = ours.and(&["--client-cert", file]);
        }
        if self.has("--no-certcheck") {
            ours = ours.and(&["--no-certcheck"]);
        }
        self.everywhere(ours)
    }

    /// The options of tabctl that commands without a connection have, too.
    pub(super) fn everywhere(&self, mut ours: Ours) -> Ours {
        if let Some(seconds) = self.value("--timeout") {
            ours = ours.and(&["--timeout", seconds]);
        }
        if matches!(self.value("--logging-level"), Some("TRACE" | "DEBUG")) {
            ours = ours.and(&["--verbose"]);
        }
        ours
    }

    /// The server: as typed, or that of the last login.
    pub(super) fn server(&self) -> Result<String, Failure> {
        if let Some(server) = self.value("--server") {
            return Ok(server.to_owned());
        }
        let profiles = Profiles::load()?;
        let known = profiles
            .by_name
            .get(PROFILE)
            .map(|profile| profile.server.clone());
        Ok(known
            .or_else(|| env::SERVER_URL.get())
            .unwrap_or_else(|| LOCAL.to_owned()))
    }

    /// The secret that was typed, or is in the file that was named; asked for at a terminal, unless that is not wanted.
    pub(super) fn secret(&self) -> Result<Option<String>, Failure> {
        for option in ["--token-value", "--password"] {
            if let Some(secret) = self.value(option) {
                say(&format!(
                    "warning: every user of this machine can see {option}: use --token-file or --password-file"
                ));
                return Ok(Some(secret.to_owned()));
            }
        }
        for option in ["--token-file", "--password-file"] {
            if let Some(file) = self.value(option) {
                return input::read_text(file.as_ref()).map(Some);
            }
        }
        let terminal = if self.has("--no-prompt") {
            None
        } else {
            Terminal::find()?
        };
        match terminal.filter(|_| self.has_credentials()) {
            None => Ok(None),
            Some(terminal) => {
                let question = if self.has("--token-name") {
                    "Token secret"
                } else {
                    "Password"
                };
                Ok(Some(terminal.secret(question)?.expose().to_owned()))
            }
        }
    }

    /// The credentials that were typed, as the variables that have them.
    pub(super) fn credentials(&self) -> Result<Vec<(Variable, String)>, Failure> {
        let (name, secret) = match self.value("--token-name") {
            Some(_) => (env::PAT_NAME, env::PAT_SECRET),
            None => (env::USERNAME, env::PASSWORD),
        };
        let named = self.value("--token-name").or(self.value("--username"));
        let mut values = Vec::new();
        values.extend(named.map(|named| (name, named.to_owned())));
        values.extend(self.secret()?.map(|value| (secret.variable(), value)));
        Ok(values)
    }
}
