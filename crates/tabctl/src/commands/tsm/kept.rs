//! What `tsm login` remembers: one file, readable by its owner only.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tableau_client::Secret;

use crate::config::{self, Others};
use crate::failure::Failure;

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

/// Where certificates are kept that were trusted on first use, which nobody else may change.
pub(super) fn hosts() -> Result<PathBuf, Failure> {
    let path = config::folder()?.join("tsm-hosts.json");
    config::open(&path, Others::MayRead)?;
    Ok(path)
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
