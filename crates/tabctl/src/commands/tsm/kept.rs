//! The session that `tsm login` saves: one file, readable by its owner only.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use tableau_client::Secret;

use crate::failure::Failure;
use crate::session::config::{self, Others};

/// A session at a controller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) server: String,
    pub(super) username: String,
    pub(super) api_version: String,
    pub(super) cookies: Secret,
}

fn path() -> Result<PathBuf, Failure> {
    Ok(config::folder()?.join("tsm.toml"))
}

impl Kept {
    /// The saved session, if there is one.
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

    /// Saves this in place of the previous session.
    pub(super) fn store(&self) -> Result<PathBuf, Failure> {
        let text = toml::to_string(self)
            .map_err(|error| Failure::Local(format!("the session cannot be written: {error}")))?;
        let path = path()?;
        config::write(&path, &text)?;
        Ok(path)
    }

    /// Removes the saved session.
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
