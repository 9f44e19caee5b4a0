//! What `tsm login` remembers: one file, readable by its owner only.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tableau_client::Secret;
use tableau_client::tsm::TsmAddress;

use crate::failure::Failure;
use crate::session::config::{self, Others};
use crate::terminal::text::{plain, say};

/// A session at a controller, and whom to trust there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) server: String,
    pub(super) username: String,
    pub(super) api_version: String,
    pub(super) cookies: Secret,
    pub(super) trust: Trust,
}

/// Whom to trust, and nobody else besides the operating system's authorities.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Trust {
    #[serde(default)]
    pub(super) on_first_use: bool,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) pin_sha256: Option<String>,
}

fn path() -> Result<PathBuf, Failure> {
    Ok(config::folder()?.join("tsm.toml"))
}

/// A controller that may come to be trusted on first use: in the end, however that comes, the certificate that is trusted now and was not
/// before is shown.
pub(super) struct FirstUse {
    hosts: PathBuf,
    host: String,
    was_trusted: bool,
}

impl FirstUse {
    pub(super) fn begin(address: &TsmAddress) -> Result<Self, Failure> {
        config::make_folder()?;
        let hosts = config::folder()?.join("tsm-hosts.json");
        // Whoever can change it decides who is trusted.
        config::open(&hosts, Others::MayRead)?;
        let mut first_use = Self {
            hosts,
            host: address.to_string().trim_start_matches("https://").to_owned(),
            was_trusted: false,
        };
        first_use.was_trusted = first_use.fingerprint().is_some();
        Ok(first_use)
    }

    /// Where certificates are kept that were trusted on first use.
    pub(super) fn hosts(&self) -> &Path {
        &self.hosts
    }

    /// Nothing if the file cannot be read, as the client then says why.
    fn fingerprint(&self) -> Option<String> {
        let hosts: Value = serde_json::from_slice(&std::fs::read(&self.hosts).ok()?).ok()?;
        Some(hosts.get(&self.host)?.get("sha256")?.as_str()?.to_owned())
    }
}

impl Drop for FirstUse {
    fn drop(&mut self) {
        match self.fingerprint() {
            Some(fingerprint) if !self.was_trusted => say(&format!(
                "Its certificate is trusted from now on (kept in {}); its SHA-256 fingerprint is\n{}",
                self.hosts.display(),
                plain(&fingerprint)
            )),
            _ => {}
        }
    }
}

impl Kept {
    /// What is remembered, if anything is.
    pub(super) fn load() -> Result<Option<Self>, Failure> {
        let path = path()?;
        let Some(text) = config::read(&path, Others::MayNothing)? else {
            return Ok(None);
        };
        // The parser's own message would quote the line, which may be the one with the cookies.
        let kept = toml::from_str(&text).map_err(|_| {
            Failure::Local(format!(
                "{} holds no session of TSM: mend it, or remove it and sign in again",
                path.display()
            ))
        })?;
        Ok(Some(kept))
    }

    /// Remembers this instead of what was remembered before.
    pub(super) fn store(&self) -> Result<PathBuf, Failure> {
        let text = toml::to_string(self)
            .map_err(|error| Failure::Local(format!("the session cannot be written: {error}")))?;
        let path = path()?;
        config::write(&path, &text)?;
        Ok(path)
    }

    /// Forgets whatever is remembered.
    pub(super) fn forget() -> Result<(), Failure> {
        let path = path()?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Failure::Local(format!(
                "{} cannot be removed: {error}",
                path.display()
            ))),
            _ => Ok(()),
        }
    }
}
