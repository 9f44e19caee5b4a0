//! What `auth login` remembers: one file, readable by its owner only.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};
use tableau_client::{Credentials, PersonalAccessToken, Secret, Session};

use crate::args::Trust;
use crate::env;
use crate::failure::Failure;

/// A server, a site, who signs in there, and the session that is open.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) server: String,
    /// The content URL; empty for the Default site.
    pub(crate) site: String,
    /// Authorities that are trusted too.
    pub(crate) ca_file: Option<PathBuf>,
    /// The one certificate that is accepted.
    pub(crate) pin_sha256: Option<String>,
    /// The certificate that is shown.
    pub(crate) client_cert: Option<PathBuf>,
    pub(crate) personal_access_token: StoredToken,
    pub(crate) session: Option<StoredSession>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredToken {
    pub(crate) name: String,
    pub(crate) secret: Secret,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredSession {
    token: Secret,
    site_id: String,
    user_id: String,
}

impl Profile {
    /// Whom to trust: what was typed or set now, or else what was at `auth login`.
    pub(crate) fn trust(&self, now: &Trust) -> Trust {
        let mut now = now.clone().settle();
        now.client_cert = now.client_cert.or_else(|| self.client_cert.clone());
        if now.ca_file.is_some() || now.pin_sha256.is_some() {
            return now;
        }
        Trust {
            ca_file: self.ca_file.clone(),
            pin_sha256: self.pin_sha256.clone(),
            ..now
        }
    }

    /// The credentials to sign in with.
    pub(crate) fn credentials(&self) -> Credentials {
        let StoredToken { name, secret } = &self.personal_access_token;
        PersonalAccessToken::new(name, secret.clone()).site(&self.site)
    }

    /// The session that was left open.
    pub(crate) fn session(&self) -> Option<Session> {
        let StoredSession {
            token,
            site_id,
            user_id,
        } = self.session.as_ref()?;
        Some(Session::new(
            token.clone(),
            site_id.as_str(),
            self.site.as_str(),
            user_id.as_str(),
        ))
    }

    /// Remembers a session instead of the one before.
    pub(crate) fn set_session(&mut self, session: &Session) {
        self.session = Some(StoredSession {
            token: session.token().clone(),
            site_id: session.site_id().to_string(),
            user_id: session.user_id().to_string(),
        });
    }
}

/// The file with its profiles; there is one for now, called `default`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct File {
    #[serde(default)]
    profiles: Profiles,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Profiles {
    default: Option<Profile>,
}

/// The folder of all that is remembered.
pub(crate) fn folder() -> Result<PathBuf, Failure> {
    if let Some(folder) = env::CONFIG_DIR.get() {
        return Ok(PathBuf::from(folder));
    }
    let strategy = etcetera::choose_base_strategy().map_err(|_| {
        Failure::Local(format!(
            "this user has no home directory: name a folder in {}",
            env::CONFIG_DIR.name()
        ))
    })?;
    Ok(strategy.config_dir().join("tabctl"))
}

/// Makes the folder, if it is not there.
pub(crate) fn make_folder() -> Result<(), Failure> {
    let folder = folder()?;
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::Local(format!("{} cannot be made: {error}", folder.display())))
}

/// Where the file is.
fn path() -> Result<PathBuf, Failure> {
    Ok(folder()?.join("profiles.toml"))
}

/// What is remembered, if anything is.
pub(crate) fn load() -> Result<Option<Profile>, Failure> {
    let path = path()?;
    let Some(text) = read(&path)? else {
        return Ok(None);
    };
    // The parser's own message would quote the line, which may be the one with the secret.
    let file: File = toml::from_str(&text).map_err(|error| {
        let line = error
            .span()
            .map(|span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        let place = line.map(|line| format!(" (line {line})")).unwrap_or_default();
        Failure::Local(format!(
            "{} is not a profile file{place}; mend it, or remove it and sign in again",
            path.display()
        ))
    })?;
    Ok(file.profiles.default)
}

/// Remembers a profile instead of the one before; `None` forgets it.
pub(crate) fn store(profile: Option<Profile>) -> Result<PathBuf, Failure> {
    let path = path()?;
    let text = toml::to_string(&File {
        profiles: Profiles { default: profile },
    })
    .map_err(|error| Failure::Local(format!("the profile cannot be written: {error}")))?;
    write(&path, &text)?;
    Ok(path)
}

/// Reads a file that holds secrets, if it is there and nobody else's.
pub(crate) fn read(path: &Path) -> Result<Option<String>, Failure> {
    match fs::read_to_string(path) {
        Ok(text) => {
            check_mode(path)?;
            Ok(Some(text))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::Local(format!(
            "{} cannot be read: {error}",
            path.display()
        ))),
    }
}

/// Writes a file that only its owner can read.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::Local(format!("{} cannot be written: {error}", path.display()));
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    // A temporary file is made with mode 0600, and takes the place of the old one in one step.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A file that others can read holds no secret.
#[cfg(unix)]
fn check_mode(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path)
        .map_err(|error| Failure::Local(format!("{} cannot be read: {error}", path.display())))?
        .permissions()
        .mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Failure::Local(format!(
        "{0} can be read by others (mode {1:o}), and it holds a token: chmod 600 {0}",
        path.display(),
        mode & 0o777
    )))
}

/// Windows keeps a user's configuration from others by the folder it is in.
#[cfg(not(unix))]
fn check_mode(_: &Path) -> Result<(), Failure> {
    Ok(())
}
