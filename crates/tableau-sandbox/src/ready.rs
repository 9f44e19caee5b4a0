//! The description of a running sandbox: addresses, sites and credentials.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tableau_wire::value::SiteRole;
use tableau_wire::{Secret, Version};
use uuid::Uuid;

use crate::store::row::SiteRow;
use crate::store::{State, record};
use crate::well_known;

/// The addresses of a running sandbox, and everything needed to sign in to it.
///
/// Programs that start a sandbox read it, as JSON, instead of guessing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Ready {
    /// The address of the REST API.
    pub rest: String,
    /// The address of the REST API over TLS.
    pub rest_tls: Option<String>,
    /// The address of Tableau Services Manager.
    pub tsm: Option<String>,
    /// The certificate authority to trust.
    pub ca_file: Option<PathBuf>,
    /// The release that is emulated.
    pub product_version: String,
    /// The newest version of the REST API.
    pub rest_api_version: String,
    /// The sites.
    pub sites: Vec<ReadySite>,
    /// The users that were seeded.
    pub users: Vec<ReadyUser>,
    /// The personal access tokens that were seeded.
    pub personal_access_tokens: Vec<ReadyToken>,
    /// The connected apps that were seeded.
    pub connected_apps: Vec<ReadyConnectedApp>,
    /// The account of Tableau Services Manager.
    pub tsm_account: Option<ReadyAccount>,
}

/// A site of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadySite {
    /// The identifier.
    pub id: String,
    /// The name.
    pub name: String,
    /// The name in addresses; empty for the Default site.
    pub content_url: String,
}

/// A user of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyUser {
    /// The identifier on the first of the sites; it differs from site to site.
    pub id: String,
    /// The name to sign in with.
    pub name: String,
    /// The password.
    pub password: Secret,
    /// The site role on the first of the sites.
    pub site_role: SiteRole,
    /// The content URLs of the sites that the user belongs to.
    pub sites: Vec<String>,
}

/// A personal access token of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyToken {
    /// The name.
    pub name: String,
    /// The secret.
    pub secret: Secret,
    /// The name of the user it belongs to.
    pub user: String,
}

/// A connected app of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyConnectedApp {
    /// The client identifier.
    pub client_id: String,
    /// The identifier of the secret.
    pub secret_id: String,
    /// The secret.
    pub secret_value: Secret,
    /// The content URL of the site that it is on.
    pub site: String,
}

/// A name and a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReadyAccount {
    /// The name.
    pub name: String,
    /// The password.
    pub password: Secret,
}

impl Ready {
    pub(crate) fn of(state: &State, rest: &str) -> Self {
        let token = |token: &record::PersonalAccessToken| {
            let user = state.accounts.get(token.account)?.name.clone();
            Some(ReadyToken {
                name: token.name.clone(),
                secret: token.secret.clone(),
                user,
            })
        };
        let site = |site: &SiteRow| ReadySite {
            id: site.id.to_string(),
            name: site.shown.name.clone(),
            content_url: site.content_url().to_owned(),
        };
        Self {
            rest: rest.to_owned(),
            rest_tls: None,
            tsm: None,
            ca_file: None,
            product_version: well_known::PRODUCT_VERSION.to_owned(),
            rest_api_version: Version::NEWEST.to_string(),
            sites: state.sites.of_site(Uuid::nil()).map(site).collect(),
            users: state
                .accounts
                .iter()
                .filter_map(|account| ReadyUser::of(state, account))
                .collect(),
            personal_access_tokens: state.personal_access_tokens.iter().filter_map(token).collect(),
            connected_apps: state
                .sites
                .of_site(Uuid::nil())
                .filter_map(|site| ReadyConnectedApp::of(state, site))
                .collect(),
            tsm_account: None,
        }
    }

    /// The same with TSM, if something listens for it.
    pub(crate) fn with_tsm(mut self, address: Option<&String>) -> Self {
        self.tsm = address.cloned();
        self.tsm_account = address.map(|_| ReadyAccount {
            name: well_known::TSM_ACCOUNT.to_owned(),
            password: Secret::new(well_known::PASSWORD),
        });
        self
    }

    /// Writes it to a file as JSON, atomically: the file appears complete.
    ///
    /// # Errors
    /// A directory that cannot be written to.
    pub fn write_to(&self, path: &Path) -> io::Result<()> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        // A pipe or a device is written to directly: a rename would replace it by a file.
        if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
            return std::fs::write(path, json);
        }
        let name = path
            .file_name()
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "not the path of a file"))?;
        let mut temporary = std::ffi::OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}.tmp", std::process::id()));
        let temporary = path.with_file_name(temporary);
        std::fs::write(&temporary, json)
            .and_then(|()| std::fs::rename(&temporary, path))
            .inspect_err(|_| {
                // A leftover file is harmless; the first error is the one to report.
                let _ = std::fs::remove_file(&temporary);
            })
    }
}

impl ReadyConnectedApp {
    /// The app that was seeded on a site, if it and its secret are still there.
    fn of(state: &State, site: &SiteRow) -> Option<Self> {
        let app = state
            .connected_apps
            .of_site(site.id)
            .find(|app| app.shown.client_id.as_str() == well_known::CONNECTED_APP_CLIENT_ID)?;
        let secret = app.unshown.secrets.first()?;
        Some(Self {
            client_id: app.shown.client_id.to_string(),
            secret_id: secret.id.to_string(),
            secret_value: secret.value.clone(),
            site: site.content_url().to_owned(),
        })
    }
}

impl ReadyUser {
    /// An account with its users; `None` if it is on no site.
    fn of(state: &State, account: &record::Account) -> Option<Self> {
        let on_sites = state.sites.of_site(Uuid::nil()).filter_map(|site| {
            let user = state
                .users
                .of_site(site.id)
                .find(|user| user.account() == account.id)?;
            Some((site.content_url().to_owned(), user))
        });
        let (sites, users): (Vec<_>, Vec<_>) = on_sites.unzip();
        let first = users.first()?;
        Some(Self {
            id: first.id.to_string(),
            name: account.name.clone(),
            password: account.password.clone(),
            site_role: first.role().clone(),
            sites,
        })
    }
}
