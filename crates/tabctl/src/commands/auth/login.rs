//! `tabctl auth login`: values from neither options nor environment are asked for at the terminal.

use std::path::{Path, PathBuf};

use tableau_client::{Credentials, Secret, ServerAddress};

use super::{current_session, profiles, site_name};
use crate::args::{self, Global, Kind, Trust};
use crate::env::{self, SecretIn, SecretVariable, Variable};
use crate::failure::Failure;
use crate::session::helper::Helper;
use crate::session::profile::{self, Credential, Profile, Profiles};
use crate::session::secrets;
use crate::session::settings::{self, Place, Sessions};
use crate::session::source;
use crate::terminal::prompt::Terminal;
use crate::terminal::text::{plain, say};

pub(super) fn run(args: args::Login, global: &Global) -> Result<(), Failure> {
    let terminal = Terminal::find()?;
    let typed = args.address.as_deref().or(args.server.as_deref());
    let (address, site) = place(typed, args.site.as_deref(), terminal)?;
    let (credential, secret) = credential(&args, terminal)?;
    let new = New {
        address,
        site,
        trust: args.trust,
        credential,
        secret,
    };
    new.sign_in(global)
}

/// Where to sign in.
fn place(
    address: Option<&str>,
    site: Option<&str>,
    terminal: Option<Terminal>,
) -> Result<(ServerAddress, String), Failure> {
    let Place { address, site } = Place::settle(address, site)?;
    let (address, site) = match (address, terminal) {
        (Some(address), _) => (address, site),
        (None, Some(terminal)) => {
            let address = ask_address(terminal)?;
            let named = address.site().map(str::to_owned);
            (address, site.or(named))
        }
        (None, None) => {
            return Err(Failure::Usage(format!(
                "the server's address is missing: give ADDRESS, or set {}",
                env::SERVER_URL.name()
            )));
        }
    };
    let site = match (site, terminal) {
        (Some(site), _) => site,
        (None, Some(terminal)) => terminal.line("Site (empty for Default)")?,
        (None, None) => String::new(),
    };
    Ok((address, site))
}

fn ask_address(terminal: Terminal) -> Result<ServerAddress, Failure> {
    loop {
        match terminal.text("Server address")?.parse() {
            Ok(address) => return Ok(address),
            Err(error) => say(&plain(&Failure::Call(error).to_string())),
        }
    }
}

/// The credentials and their secret; a helper gives its own.
fn credential(
    args: &args::Login,
    terminal: Option<Terminal>,
) -> Result<(Credential, Option<Secret>), Failure> {
    if let Some(command) = &args.exec {
        let helper = Helper {
            // A bare name is looked up in PATH.
            command: match Path::new(command).components().count() {
                1 => command.clone(),
                _ => from_anywhere(command.into()).display().to_string(),
            },
            args: args.exec_args.clone(),
            timeout_seconds: args.exec_timeout,
        };
        return Ok((Credential::Exec(helper), None));
    }
    let value = |typed: &Option<String>, variable, question, option| {
        value(typed.clone(), variable, question, option, terminal)
    };
    let file = args.secret_file.as_deref();
    let secret = |variable, question| secret(file, variable, question, terminal);
    Ok(match kind(args, terminal)? {
        Kind::PersonalAccessToken => {
            let name = value(&args.token_name, env::PAT_NAME, "Token name", "--token-name")?;
            let secret = secret(env::PAT_SECRET, "Token secret")?;
            (Credential::PersonalAccessToken { name }, Some(secret))
        }
        Kind::Password => {
            let user = value(&args.username, env::USERNAME, "User name", "--username")?;
            let secret = secret(env::PASSWORD, "Password")?;
            (Credential::Password { user }, Some(secret))
        }
        Kind::ConnectedApp => {
            let app = Credential::ConnectedApp {
                client_id: value(
                    &args.client_id,
                    env::CONNECTED_APP_CLIENT_ID,
                    "Client id",
                    "--client-id",
                )?,
                secret_id: value(
                    &args.secret_id,
                    env::CONNECTED_APP_SECRET_ID,
                    "Secret id",
                    "--secret-id",
                )?,
                user: value(&args.username, env::JWT_SUB, "User name", "--username")?,
                scopes: if args.scopes.is_empty() {
                    source::scopes()
                } else {
                    args.scopes.clone()
                },
            };
            (app, Some(secret(env::CONNECTED_APP_SECRET, "Secret value")?))
        }
        Kind::Jwt => {
            let named = match env::JWT.get() {
                Some(SecretIn::File(file)) => Some(file),
                _ => None,
            };
            let typed = file.map(Path::to_owned);
            let remembered = typed
                .or(named)
                .filter(|file| file != Path::new("-"))
                .map(from_anywhere);
            let secret = secret(env::JWT, "JWT")?;
            (Credential::Jwt { file: remembered }, Some(secret))
        }
    })
}

/// The kind that was typed, that the options or variables belong to, or that is chosen at the terminal.
fn kind(args: &args::Login, terminal: Option<Terminal>) -> Result<Kind, Failure> {
    let typed = [
        (args.token_name.is_some(), Kind::PersonalAccessToken),
        (
            args.client_id.is_some() || args.secret_id.is_some(),
            Kind::ConnectedApp,
        ),
        (args.username.is_some(), Kind::Password),
        (
            env::PAT_NAME.get().is_some() || env::PAT_SECRET.get().is_some(),
            Kind::PersonalAccessToken,
        ),
        (env::USERNAME.get().is_some(), Kind::Password),
        (env::CONNECTED_APP_CLIENT_ID.get().is_some(), Kind::ConnectedApp),
        (env::JWT.get().is_some(), Kind::Jwt),
    ];
    let said = typed.iter().find_map(|(is_said, kind)| is_said.then_some(*kind));
    if let Some(kind) = args.kind.or(said) {
        return Ok(kind);
    }
    let Some(terminal) = terminal else {
        return Err(Failure::Usage(format!(
            "who signs in is missing: give --token-name, --username, --client-id, --kind jwt or --exec, or set {}, {}, {} or {}",
            env::PAT_NAME.name(),
            env::USERNAME.name(),
            env::CONNECTED_APP_CLIENT_ID.name(),
            env::JWT.name()
        )));
    };
    terminal.choice(
        "How do you sign in?",
        &[
            (Kind::PersonalAccessToken, "personal access token"),
            (Kind::Password, "user name and password"),
            (Kind::ConnectedApp, "connected app"),
            (Kind::Jwt, "JWT"),
        ],
    )
}

/// A value from its option, its variable, or the terminal.
pub(super) fn value(
    typed: Option<String>,
    variable: Variable,
    question: &str,
    option: &str,
    terminal: Option<Terminal>,
) -> Result<String, Failure> {
    match (typed.or_else(|| variable.get()), terminal) {
        (Some(value), _) => Ok(value),
        (None, Some(terminal)) => terminal.text(question),
        (None, None) => Err(Failure::Usage(format!(
            "{option} is missing: give it, or set {}",
            variable.name()
        ))),
    }
}

/// A secret from its file, its variable, or the terminal without echo.
pub(super) fn secret(
    file: Option<&Path>,
    variable: SecretVariable,
    question: &str,
    terminal: Option<Terminal>,
) -> Result<Secret, Failure> {
    let typed = |terminal: Terminal| secrets::check(&terminal.secret(question)?, "the answer");
    match (file, terminal) {
        // Typing into standard input would echo it.
        (Some(file), Some(terminal)) if file == Path::new("-") => return typed(terminal),
        (Some(file), _) => return secrets::read(file),
        (None, _) => {}
    }
    match (variable.get(), terminal) {
        (Some(set), _) => secrets::of_environment(set, variable),
        (None, Some(terminal)) => typed(terminal),
        (None, None) => Err(Failure::Usage(format!(
            "the secret is missing: set {0} or {0}_FILE, or give --token-file (`-` is standard input)",
            variable.name()
        ))),
    }
}

/// A profile is used from other folders too.
fn from_anywhere(file: PathBuf) -> PathBuf {
    std::path::absolute(&file).unwrap_or(file)
}

/// A profile to be created.
pub(super) struct New {
    pub(super) address: ServerAddress,
    pub(super) site: String,
    pub(super) trust: Trust,
    pub(super) credential: Credential,
    pub(super) secret: Option<Secret>,
}

impl New {
    /// Signs in, ends the session of the profile it replaces, and remembers it as the current one.
    pub(super) fn sign_in(self, global: &Global) -> Result<(), Failure> {
        let name = match profile::named(global) {
            Some(name) => name,
            None => Profiles::load()?.name_for(&self.address, &self.site),
        };
        profile::check_name(&name)?;
        let trust = self.trust.settle();
        let mut new = Profile {
            server: self.address.to_string(),
            site: self.site,
            user: None,
            made_at: jiff::Timestamp::now().to_string(),
            ca_file: trust.ca_file.clone().map(from_anywhere),
            pin_sha256: trust.pin_sha256.clone(),
            client_cert: trust.client_cert.clone().map(from_anywhere),
            no_certcheck: trust.no_certcheck,
            secret: None,
            credential: self.credential,
        };
        let client = settings::client(self.address.clone(), &trust, global, Sessions::LeftOpen)?;
        let site = client.sign_in(credentials(&name, &new, self.secret.clone()).site(&new.site))?;
        new.site = site.session().content_url().to_owned();
        // A JWT's scopes may not allow this query.
        let who = current_session(&site).ok().map(|session| session.user.name);
        new.user = who.or_else(|| new.credential.user().map(str::to_owned));
        let kept = match remember(&name, &mut new, self.secret.as_ref(), global) {
            Ok(kept) => kept,
            Err(failure) => {
                // No later command would find the session, so it is signed out; otherwise it expires by itself.
                let _ = site.end_shared_session();
                return Err(failure);
            }
        };
        let who = new
            .user
            .as_deref()
            .map_or_else(String::new, |user| format!(", as {}", plain(user)));
        say(&format!(
            "Signed in to {}, {}{who} (profile {name})",
            self.address,
            site_name(&new.site)
        ));
        if let Some(kept) = kept {
            say(&kept);
        }
        let profiles = Profiles::load()?;
        let others: Vec<_> = profiles.with_token_of(&name, &new).collect();
        if !others.is_empty() {
            say(&format!(
                "warning: {} has the same personal access token, and a server ends the session of a token when it signs in again: \
                 give each profile a token of its own",
                others.join(", ")
            ));
        }
        Ok(())
    }
}

/// The credentials at hand, by the name that the profile's later sessions have.
fn credentials(name: &str, profile: &Profile, secret: Option<Secret>) -> Credentials {
    match secret.and_then(|secret| profile.credential.with(secret)) {
        Some(ready) => Credentials::provider(profile.session_name(name), move || {
            let ready = ready.clone();
            async move { Ok::<_, std::convert::Infallible>(ready) }
        }),
        None => settings::credentials(name, profile),
    }
}

/// Writes the profile and its secret, replacing those of the same name; gives the message about the secret.
fn remember(
    name: &str,
    new: &mut Profile,
    secret: Option<&Secret>,
    global: &Global,
) -> Result<Option<String>, Failure> {
    let is_kept = !matches!(new.credential, Credential::Jwt { .. });
    let mut text = None;
    if let Some(secret) = secret.filter(|_| is_kept) {
        let (kept, why) = secrets::keep(name, secret)?;
        new.secret = Some(kept);
        let file = crate::session::config::folder()?.join("secrets.toml");
        text = Some(match why {
            None => "The secret is in the keyring".to_owned(),
            Some(why) => format!(
                "The secret is in {}, readable by you only ({why})",
                file.display()
            ),
        });
    }
    let before = Profiles::change(|profiles| {
        profiles.current = Some(name.to_owned());
        Ok(profiles.by_name.insert(name.to_owned(), new.clone()))
    })?;
    if let Some(before) = before {
        profiles::end_session(name, &before, global);
        if new.secret != before.secret {
            profiles::forget_secret(name, &before);
        }
    }
    Ok(text)
}
