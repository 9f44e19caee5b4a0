//! Trust in controllers: the choice at a `tsm login` applies from then on, until another login changes it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tableau_client::tsm::TsmAddress;

use crate::failure::Failure;
use crate::session::config::{self, Others};
use crate::terminal::text::{plain, say};

/// Which certificates to trust, instead of the operating system's authorities alone.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Trust {
    #[serde(default)]
    pub(super) on_first_use: bool,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) pin_sha256: Option<String>,
}

/// The choices, by the address of the controller.
type ByServer = BTreeMap<String, Trust>;

fn path() -> Result<PathBuf, Failure> {
    Ok(config::folder()?.join("tsm-trust.toml"))
}

fn load() -> Result<ByServer, Failure> {
    let path = path()?;
    // A user who can change it decides who is trusted.
    match config::read(&path, Others::MayRead)? {
        Some(text) => toml::from_str(&text).map_err(|error| config::malformed(&path, &text, &error)),
        None => Ok(ByServer::new()),
    }
}

impl Trust {
    /// The trust in a controller: the choice at a login there, or else trust on first use, if its certificate is stored.
    pub(super) fn remembered(address: &TsmAddress) -> Result<Option<Self>, Failure> {
        let told = load()?.remove(&address.to_string());
        if told.is_some() {
            return Ok(told);
        }
        let known = hosts_file()?.filter(|hosts| fingerprint(hosts, &host(address)).is_some());
        Ok(known.map(|_| Self {
            on_first_use: true,
            ..Self::default()
        }))
    }

    /// Saves this for a controller, in place of the previous choice.
    pub(super) fn remember(&self, server: &str) -> Result<(), Failure> {
        // Trust in the system's authorities alone need not be saved.
        if *self == Self::default() || load()?.get(server) == Some(self) {
            return Ok(());
        }
        let _lock = config::lock()?;
        let mut all = load()?;
        all.insert(server.to_owned(), self.clone());
        let text = toml::to_string(&all)
            .map_err(|error| Failure::Local(format!("whom to trust cannot be written: {error}")))?;
        config::write(&path()?, &text)
    }
}

fn hosts_path() -> Result<PathBuf, Failure> {
    Ok(config::folder()?.join("tsm-hosts.json"))
}

/// The file with the certificates that were trusted on first use, if there is one.
fn hosts_file() -> Result<Option<PathBuf>, Failure> {
    let hosts = hosts_path()?;
    // A user who can change it decides who is trusted.
    Ok(config::open(&hosts, Others::MayRead)?.map(|_| hosts))
}

/// The name of a controller in that file.
fn host(address: &TsmAddress) -> String {
    address.to_string().trim_start_matches("https://").to_owned()
}

/// `None` if the file cannot be read, as the client then reports why.
fn fingerprint(hosts: &Path, host: &str) -> Option<String> {
    let hosts: Value = serde_json::from_slice(&std::fs::read(hosts).ok()?).ok()?;
    Some(hosts.get(host)?.get("sha256")?.as_str()?.to_owned())
}

/// A controller that may be trusted on first use: when this is dropped, a newly trusted certificate is shown.
pub(super) struct FirstUse {
    hosts: PathBuf,
    host: String,
    was_trusted: bool,
}

impl FirstUse {
    pub(super) fn begin(address: &TsmAddress) -> Result<Self, Failure> {
        config::make_folder()?;
        hosts_file()?;
        let (hosts, host) = (hosts_path()?, host(address));
        let was_trusted = fingerprint(&hosts, &host).is_some();
        Ok(Self {
            hosts,
            host,
            was_trusted,
        })
    }

    /// Where certificates are kept that were trusted on first use.
    pub(super) fn hosts(&self) -> &Path {
        &self.hosts
    }
}

impl Drop for FirstUse {
    fn drop(&mut self) {
        match fingerprint(&self.hosts, &self.host) {
            Some(fingerprint) if !self.was_trusted => say(&format!(
                "Its certificate is trusted from now on (kept in {}); its SHA-256 fingerprint is\n{}",
                self.hosts.display(),
                plain(&fingerprint)
            )),
            _ => {}
        }
    }
}
