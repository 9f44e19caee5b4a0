//! The operating system's keyring: one entry for each profile.

use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use tableau_client::Secret;

use super::config;
use crate::env;
use crate::terminal::prompt::Terminal;
use crate::terminal::text::say;

/// How long a keyring may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// How much longer it may take at a terminal: a locked keyring asks for its password first.
const TO_UNLOCK: Duration = Duration::from_secs(57);
const SERVICE: &str = "tabctl";

/// Keeps a secret, or says why it cannot.
pub(crate) fn set(profile: &str, secret: &Secret) -> Result<(), String> {
    if env::KEYRING.get().is_some_and(|value| value == "off") {
        return Err(format!("{}=off", env::KEYRING.name()));
    }
    let secret = secret.clone();
    with(profile, move |entry| entry.set_password(secret.expose())).map_err(|reason| {
        tracing::debug!("the secret goes into a file: {reason}");
        "there is no keyring that can be used".to_owned()
    })
}

pub(crate) fn get(profile: &str) -> Result<Option<Secret>, String> {
    with(profile, |entry| match entry.get_password() {
        Ok(secret) => Ok(Some(Secret::from(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error),
    })
}

pub(crate) fn remove(profile: &str) -> Result<(), String> {
    with(profile, |entry| match entry.delete_credential() {
        Err(Error::NoEntry) => Ok(()),
        result => result,
    })
}

/// Uses an entry within a time limit: a keyring that does not answer is abandoned.
fn with<T: Send + 'static>(
    profile: &str,
    act: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
) -> Result<T, String> {
    let folder = config::folder().map_err(|_| "there is no folder for it".to_owned())?;
    // Profiles differ between folders.
    let user = format!("{profile} in {}", folder.display());
    let (sender, receiver) = mpsc::channel();
    let ask = move || {
        let result = platform_store()
            .and_then(|store| store.build(SERVICE, &user, None))
            .and_then(|entry| act(&entry));
        // The receiver may have stopped waiting.
        let _ = sender.send(result);
    };
    let thread = thread::Builder::new().name("keyring".to_owned());
    thread.spawn(ask).map_err(|error| error.to_string())?;
    let mut waited = PATIENCE;
    let mut result = receiver.recv_timeout(PATIENCE);
    if result.is_err() && matches!(Terminal::find(), Ok(Some(_))) {
        say("The keyring has not answered yet; it may be asking for its password in a window (Ctrl-C ends)");
        waited += TO_UNLOCK;
        result = receiver.recv_timeout(TO_UNLOCK);
    }
    match result {
        Ok(result) => result.map_err(|error| format!("the keyring cannot be used: {error}")),
        Err(_) => Err(format!(
            "the keyring did not answer within {} s",
            waited.as_secs()
        )),
    }
}

/// The Secret Service of the desktop. The kernel's keyring would lose its content at a restart.
#[cfg(target_os = "linux")]
fn platform_store() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
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
