//! Where secrets come from, and where they are kept.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tableau_client::Secret;

use super::config::{self, Others};
use super::keyring;
use crate::encoding;
use crate::env::{self, SecretIn};
use crate::failure::Failure;
use crate::input::unreadable;

/// Where a secret is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kept {
    /// In the operating system's keyring.
    Keyring,
    /// In `secrets.toml`, which only its owner can read.
    File,
}

/// The longest secret that is read, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Keeps the secret of a profile: in the keyring, or in the file if there is no keyring, and why.
pub(crate) fn keep(profile: &str, secret: &Secret) -> Result<(Kept, Option<String>), Failure> {
    let why = match keyring::set(profile, secret) {
        Ok(()) => {
            change(|secrets| secrets.remove(profile).is_some())?;
            return Ok((Kept::Keyring, None));
        }
        Err(why) => why,
    };
    change(|secrets| {
        secrets.insert(profile.to_owned(), secret.clone());
        true
    })?;
    Ok((Kept::File, Some(why)))
}

/// The secret of a profile.
pub(crate) fn get(profile: &str, kept: Kept) -> Result<Secret, Failure> {
    let found = match kept {
        Kept::Keyring => keyring::get(profile).map_err(Failure::Local)?,
        Kept::File => load()?.remove(profile),
    };
    found.ok_or_else(|| {
        Failure::NotSignedIn(format!(
            "the secret of profile {profile} is not there any more: run `tabctl auth login --profile {profile}`"
        ))
    })
}

/// Forgets the secret of a profile.
pub(crate) fn forget(profile: &str, kept: Kept) -> Result<(), Failure> {
    match kept {
        Kept::Keyring => keyring::remove(profile).map_err(Failure::Local),
        Kept::File => change(|secrets| secrets.remove(profile).is_some()),
    }
}

/// The file: the secrets by profile.
type Secrets = BTreeMap<String, Secret>;

fn path() -> Result<PathBuf, Failure> {
    Ok(config::folder()?.join("secrets.toml"))
}

fn load() -> Result<Secrets, Failure> {
    let path = path()?;
    let Some(text) = config::read(&path, Others::MayNothing)?.map(Secret::from) else {
        return Ok(Secrets::new());
    };
    let text = text.expose();
    toml::from_str(text).map_err(|error| config::malformed(&path, text, &error))
}

/// Changes the file, if the change asks for that.
fn change(change: impl FnOnce(&mut Secrets) -> bool) -> Result<(), Failure> {
    let _lock = config::lock()?;
    let mut secrets = load()?;
    if !change(&mut secrets) {
        return Ok(());
    }
    let text = toml::to_string(&secrets).map(Secret::from);
    let text = text.map_err(|error| Failure::Local(format!("the secrets cannot be written: {error}")))?;
    config::write(&path()?, text.expose())
}

/// Reads a secret from a file, or from standard input for `-`.
pub(crate) fn read(file: &Path) -> Result<Secret, Failure> {
    if file == Path::new("-") {
        let name = "standard input";
        return text(&mut io::stdin().lock(), name).and_then(|secret| check(&secret, name));
    }
    let name = file.display().to_string();
    let mut open = File::open(file).map_err(|error| unreadable(file, &error))?;
    text(&mut open, &name).and_then(|secret| check(&secret, &name))
}

/// A secret of the environment.
pub(crate) fn of_environment(secret: SecretIn, variable: env::SecretVariable) -> Result<Secret, Failure> {
    match secret {
        SecretIn::Value(secret) => check(&secret, variable.name()),
        SecretIn::File(file) => read(&file),
    }
}

fn text(from: &mut impl Read, name: &str) -> Result<Secret, Failure> {
    let mut bytes = Vec::new();
    if let Err(error) = from.take(LONGEST).read_to_end(&mut bytes) {
        return Err(Failure::Local(format!("{name} cannot be read: {error}")));
    }
    let text = encoding::decode(bytes).map_err(|why| Failure::Local(format!("{name} {why}")))?;
    Ok(Secret::new(text))
}

/// The secret without its line break; an empty one or one of several lines is refused.
pub(crate) fn check(secret: &Secret, name: &str) -> Result<Secret, Failure> {
    let text = secret
        .expose()
        .trim_start_matches(encoding::MARK)
        .trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(Failure::Usage(format!("the secret is empty: {name} has none")));
    }
    if text.contains(['\r', '\n']) {
        return Err(Failure::Usage(format!(
            "{name} has several lines: the secret has to be its only one"
        )));
    }
    Ok(Secret::new(text))
}
