//! `tabctl auth import tabcmd`: a profile from tabcmd's saved sign-in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use tableau_client::{Secret, ServerAddress};

use super::login::{self, New};
use crate::args::{self, Global};
use crate::encoding;
use crate::env;
use crate::failure::Failure;
use crate::session::config;
use crate::session::profile::Credential;
use crate::session::secrets;
use crate::terminal::prompt::Terminal;
use crate::terminal::text::{plain, say};

const FILE: &str = "tableau_auth.json";

/// tabcmd's file, without the members not used here (tabcmd 2.0.21, `session.py`).
#[derive(Deserialize)]
struct File {
    tableau_auth: Vec<Session>,
}

/// A member of another type than is expected is one that is not there: a session is not lost for a member that may not even be needed.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Session {
    #[serde(deserialize_with = "text")]
    server: Option<String>,
    #[serde(deserialize_with = "text")]
    site_name: Option<String>,
    #[serde(deserialize_with = "text")]
    username: Option<String>,
    #[serde(deserialize_with = "text")]
    password_file: Option<String>,
    #[serde(deserialize_with = "text")]
    personal_access_token_name: Option<String>,
    #[serde(deserialize_with = "secret")]
    personal_access_token: Option<Secret>,
    #[serde(deserialize_with = "text")]
    token_file: Option<String>,
    /// `token` or `username`.
    #[serde(deserialize_with = "text")]
    last_login_using: Option<String>,
    #[serde(deserialize_with = "is_set")]
    no_certcheck: bool,
    #[serde(deserialize_with = "text")]
    certificate: Option<String>,
    #[serde(deserialize_with = "is_set")]
    proxy: bool,
}

/// A text with something in it, or a number as it is written: tabcmd writes nothing, `null` and "" for the same.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    text(deserializer).map(|text| text.map(Secret::from))
}

/// Whether something is there that is not false or empty.
fn is_set<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => false,
        Value::Bool(is_set) => is_set,
        Value::String(text) => !text.is_empty() && !text.eq_ignore_ascii_case("false"),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
    })
}

pub(super) fn run(args: args::Tabcmd, global: &Global) -> Result<(), Failure> {
    let path = match args.file.clone() {
        Some(file) => file,
        None => config::home()?.join(FILE),
    };
    let session = read(&path)?;
    let terminal = Terminal::find()?;
    let address: ServerAddress = session.server.as_deref().unwrap_or_default().parse()?;
    let site = session.site_name.as_deref().unwrap_or_default();
    // tabcmd calls it by its name.
    let site = if site.eq_ignore_ascii_case("default") {
        ""
    } else {
        site
    };
    say(&format!(
        "tabcmd signs in to {address}, {}",
        super::site_name(site)
    ));
    session.say_what_stays();
    let (credential, secret) = session.credential(&args, terminal)?;
    let new = New {
        address,
        site: site.to_owned(),
        trust: args.trust,
        credential,
        secret: Some(secret),
    };
    new.sign_in(global)?;
    if session.personal_access_token.is_some() {
        say(&format!(
            "tabcmd still has the token's secret in {}: `tabcmd logout` removes the file",
            path.display()
        ));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Session, Failure> {
    let name = path.display();
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Local(format!(
            "tabcmd has remembered nothing here: there is no {name} (name another file with --file)"
        )),
        _ => config::unreadable(path, &error),
    })?;
    let text = encoding::decode(bytes).map(Secret::from);
    let text = text.map_err(|why| Failure::Local(format!("{name} {why}")))?;
    // The parser's own message could quote a secret.
    let file: Option<File> = serde_json::from_str(text.expose()).ok();
    let session = file.and_then(|file| file.tableau_auth.into_iter().next());
    session
        .filter(|session| session.server.is_some())
        .ok_or_else(|| Failure::Local(format!("{name} is not a session of tabcmd's")))
}

/// Says which option copies the secret, where one is missing.
fn with_secret(session: &Session) -> impl FnOnce(Failure) -> Failure {
    let has_secret = session.personal_access_token.is_some();
    move |failure| match failure {
        Failure::Usage(message) if has_secret => {
            Failure::Usage(format!("{message}; --with-secret takes it from tabcmd's file"))
        }
        failure => failure,
    }
}

impl Session {
    /// The credentials of the last sign-in, and their secret.
    fn credential(
        &self,
        args: &args::Tabcmd,
        terminal: Option<Terminal>,
    ) -> Result<(Credential, Secret), Failure> {
        // What was typed comes first; tabcmd's own file of the secret is better than none.
        let remembered = |file: &Option<String>| {
            let file = file.as_deref()?;
            say(&format!(
                "the secret is read from {}, which tabcmd used",
                plain(file)
            ));
            Some(PathBuf::from(file))
        };
        let typed = || args.secret_file.clone();
        let by_name = self.last_login_using.as_deref() == Some("username");
        let token = self.personal_access_token_name.clone().filter(|_| !by_name);
        let Some(name) = token else {
            let user = self.username.clone();
            let user = login::value(user, env::USERNAME, "User name", "the user name", terminal)?;
            let file = typed().or_else(|| remembered(&self.password_file));
            let secret = login::secret(file.as_deref(), env::PASSWORD, "Password", terminal)?;
            return Ok((Credential::Password { user }, secret));
        };
        let secret = match self.token_secret(args, terminal)? {
            Some(secret) => secret,
            None => {
                let file = typed().or_else(|| remembered(&self.token_file));
                login::secret(file.as_deref(), env::PAT_SECRET, "Token secret", terminal)
                    .map_err(with_secret(self))?
            }
        };
        Ok((Credential::PersonalAccessToken { name }, secret))
    }

    /// The secret in tabcmd's file, if it is to be copied.
    fn token_secret(
        &self,
        args: &args::Tabcmd,
        terminal: Option<Terminal>,
    ) -> Result<Option<Secret>, Failure> {
        let Some(secret) = &self.personal_access_token else {
            return match args.with_secret {
                true => Err(Failure::Usage(
                    "tabcmd's file has no secret to copy: leave out --with-secret".to_owned(),
                )),
                false => Ok(None),
            };
        };
        let is_wanted = args.with_secret
            || match terminal {
                Some(terminal) if args.secret_file.is_none() => {
                    terminal.confirm("Copy the secret from tabcmd's file?")?
                }
                _ => false,
            };
        is_wanted
            .then(|| secrets::check(secret, "tabcmd's file"))
            .transpose()
    }

    /// Reports the settings that are not taken over into the profile.
    fn say_what_stays(&self) {
        let left = [
            self.no_certcheck.then_some(
                "--no-certcheck: certificates are always checked here; use --ca-file or --pin-sha256"
                    .to_owned(),
            ),
            self.certificate
                .as_ref()
                .map(|file| format!("the certificate {}: name it with --client-cert", plain(file))),
            self.proxy.then(|| "the proxy: set HTTPS_PROXY".to_owned()),
        ];
        for text in left.into_iter().flatten() {
            say(&format!("not taken over is {text}"));
        }
    }
}
