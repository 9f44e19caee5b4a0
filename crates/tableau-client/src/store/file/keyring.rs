//! The key that encrypts entries, kept by the operating system.

use std::fmt;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use ring::rand::{SecureRandom as _, SystemRandom};

use super::cipher::Cipher;
use super::private;

/// How long a keyring may take. Some wait for a person to type a password.
const PATIENCE: Duration = Duration::from_secs(3);
const SERVICE: &str = "tableau-client";

/// The key of one directory, read once, at its first use.
pub(super) struct Keyring {
    directory: PathBuf,
    cipher: OnceLock<Option<Cipher>>,
}

impl Keyring {
    pub(super) fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            cipher: OnceLock::new(),
        }
    }

    /// `None` if there is no keyring.
    pub(super) fn cipher(&self) -> Option<&Cipher> {
        let found = self.cipher.get_or_init(|| match bounded(&self.directory) {
            Ok(cipher) => Some(cipher),
            Err(reason) => {
                tracing::warn!("stored sessions are not encrypted: {reason}");
                None
            }
        });
        found.as_ref()
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring")
    }
}

/// The key, or why there is none, within a time limit: a keyring that does not answer is abandoned.
fn bounded(directory: &Path) -> Result<Cipher, String> {
    let (sender, receiver) = mpsc::channel();
    let directory = directory.to_owned();
    let asking = move || {
        // The receiver may have given up.
        let _ = sender.send(find_or_make(&directory));
    };
    thread::Builder::new()
        .name("keyring".to_owned())
        .spawn(asking)
        .map_err(|error| error.to_string())?;
    let seconds = PATIENCE.as_secs();
    receiver
        .recv_timeout(PATIENCE)
        .unwrap_or_else(|_| Err(format!("the keyring did not answer within {seconds} s")))
}

fn find_or_make(directory: &Path) -> Result<Cipher, String> {
    let unusable = |error: Error| format!("the keyring cannot be used: {error}");
    let store = platform_store().map_err(unusable)?;
    let user = format!("sessions in {}", directory.display());
    let entry: Entry = store.build(SERVICE, &user, None).map_err(unusable)?;
    // Of several processes that find no key, one creates it and the others wait here.
    let lock = directory.join(".keyring");
    let lock = match private::create_file(&lock) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => File::open(&lock),
        made => made,
    };
    let lock = lock.and_then(|file| file.lock().map(|()| file));
    let lock = lock.map_err(|error| format!("{}: {error}", directory.display()))?;
    let key = match entry.get_secret() {
        Err(Error::NoEntry) => {
            let mut key = [0; 32];
            let filled = SystemRandom::new().fill(&mut key);
            filled.map_err(|_| "there are no random numbers".to_owned())?;
            entry.set_secret(&key).map_err(unusable)?;
            key.to_vec()
        }
        found => found.map_err(unusable)?,
    };
    drop(lock);
    Cipher::new(&key).ok_or_else(|| "what the keyring has is no key".to_owned())
}

#[cfg(target_os = "linux")]
fn platform_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(linux_keyutils_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn platform_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn platform_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn platform_store() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NoDefaultStore)
}
