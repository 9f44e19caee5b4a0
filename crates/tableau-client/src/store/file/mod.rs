//! Sessions shared by the processes of one user on one host.

mod cipher;
mod entry;
#[cfg(feature = "keyring")]
mod keyring;
mod place;
mod private;
mod secret;
mod span;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use etcetera::BaseStrategy as _;
use tableau_wire::Secret;
use tokio::runtime::Handle;

use super::{Lease, SessionKey, SessionStore, StoreError, StoreFuture};
use crate::error::{Error, ErrorKind};
use crate::mode::this_thread_waits;
use cipher::Cipher;
use place::{Hold, Place};

/// Keeps sessions in a directory that is this user's own, for the processes of one host; clones share it.
///
/// On Unix the directory has the mode 0700, and files 0600. A directory or file that others could read or change, that belongs to another user or
/// is a symbolic link is refused. A process may be killed or stopped at any instant: there is no half entry then, and no lease beyond its time.
/// A file that is damaged or of another version counts as missing, with a warning.
///
/// The directory has to be on a local disk. Entries can be read by all who can read this user's files, unless they are encrypted.
///
/// ```
/// # let directory = std::env::temp_dir().join(format!("tableau-client-doc-{}", std::process::id()));
/// let store = tableau_client::FileStore::at(&directory)?;
/// # std::fs::remove_dir_all(directory).ok();
/// # Ok::<(), tableau_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct FileStore {
    directory: Arc<Path>,
    encryption: Encryption,
}

#[derive(Debug, Clone)]
enum Encryption {
    None,
    With(Arc<Cipher>),
    #[cfg(feature = "keyring")]
    Keyring(Arc<keyring::Keyring>),
}

impl Encryption {
    fn cipher(&self) -> Option<&Cipher> {
        match self {
            Self::None => None,
            Self::With(cipher) => Some(cipher),
            #[cfg(feature = "keyring")]
            Self::Keyring(keyring) => keyring.cipher(),
        }
    }
}

impl FileStore {
    /// Keeps sessions in this directory, which is created if it does not exist.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] if it cannot be used, caused by a [`StoreError`]: [`StoreError::Insecure`] if others could use it.
    pub fn at(directory: impl AsRef<Path>) -> Result<Self, Error> {
        let set_up = |directory: PathBuf| {
            private::make_directory(&directory).map_err(|error| private::unusable(&directory, &error))?;
            private::check_directory(&directory)?;
            place::clean(&directory).map_err(|error| private::unusable(&directory, &error))?;
            Ok(directory)
        };
        let directory = std::path::absolute(directory.as_ref())
            .map_err(|error| private::unusable(directory.as_ref(), &error))
            .and_then(set_up)
            .map_err(refused)?;
        Ok(Self {
            directory: directory.into(),
            encryption: Encryption::None,
        })
    }

    /// Keeps sessions where this user's programs keep their state: `tableau-client/sessions` in `$XDG_STATE_HOME`, or the platform's cache.
    ///
    /// # Errors
    /// As for [`at`](Self::at); also if the user has no home directory.
    pub fn for_user() -> Result<Self, Error> {
        let strategy = etcetera::choose_base_strategy().map_err(|error| {
            let message = "this user has no home directory: name a directory for the session store";
            Error::new(ErrorKind::Setup, message.to_owned()).caused_by(error)
        })?;
        let state = strategy.state_dir().unwrap_or_else(|| strategy.cache_dir());
        Self::at(state.join("tableau-client").join("sessions"))
    }

    /// Encrypts entries with a key that the operating system keeps for this user: in the kernel's keyring on Linux, where it is lost at a
    /// restart, in the keychain on macOS, in the credential manager on Windows.
    ///
    /// Without a keyring entries are not encrypted, with a warning. All processes should have the same keyring, or none: a process
    /// replaces the entries that it cannot read.
    #[cfg(feature = "keyring")]
    #[must_use]
    pub fn encrypted(mut self) -> Self {
        self.encryption = Encryption::Keyring(Arc::new(keyring::Keyring::new(&self.directory)));
        self
    }

    /// Encrypts entries with a key of your own: 32 random bytes.
    #[must_use]
    pub fn encrypted_with(mut self, key: &[u8; 32]) -> Self {
        if let Some(cipher) = Cipher::new(key) {
            self.encryption = Encryption::With(Arc::new(cipher));
        }
        self
    }

    /// Works with the place of a key on a thread that may wait for the disk.
    fn on<T: Send + 'static>(
        &self,
        key: &SessionKey,
        act: impl FnOnce(&Place, &Encryption) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreFuture<'static, T> {
        let directory = Arc::clone(&self.directory);
        let encryption = self.encryption.clone();
        let place = Place::new(&directory, key);
        blocking(move || {
            ensure(&directory)?;
            act(&place, &encryption)
        })
    }
}

/// Makes the directory, should it be gone.
fn ensure(directory: &Path) -> Result<(), StoreError> {
    if !private::check_directory(directory)? {
        private::make_directory(directory).map_err(|error| private::unusable(directory, &error))?;
    }
    Ok(())
}

fn refused(error: StoreError) -> Error {
    Error::new(ErrorKind::Setup, error.to_string()).caused_by(error)
}

/// Runs on this thread if it may block, otherwise on one of the runtime's for that.
fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> StoreFuture<'static, T> {
    Box::pin(async move {
        let runtime = match Handle::try_current() {
            Ok(runtime) if !this_thread_waits() => runtime,
            _ => return act(),
        };
        let done = runtime.spawn_blocking(act).await;
        done.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    })
}

impl SessionStore for FileStore {
    fn secret(&self) -> StoreFuture<'_, Option<Secret>> {
        let directory = Arc::clone(&self.directory);
        blocking(move || {
            ensure(&directory)?;
            secret::get(&directory).map(Some)
        })
    }

    fn load<'a>(&'a self, key: &'a SessionKey) -> StoreFuture<'a, Option<Secret>> {
        self.on(key, |place, encryption| place.load(encryption.cipher()))
    }

    fn try_lease<'a>(
        &'a self,
        key: &'a SessionKey,
        time: Duration,
    ) -> StoreFuture<'a, Option<Box<dyn Lease>>> {
        self.on(key, move |place, encryption| {
            let lease = place.take(time)?.map(|hold| FileLease {
                hold: Arc::new(Mutex::new(hold)),
                encryption: encryption.clone(),
            });
            Ok(lease.map(|lease| Box::new(lease) as Box<dyn Lease>))
        })
    }
}

#[derive(Debug)]
struct FileLease {
    /// Shared with an operation that goes on after its future was dropped: the lease is given back after it.
    hold: Arc<Mutex<Hold>>,
    encryption: Encryption,
}

impl FileLease {
    fn on(
        &self,
        act: impl FnOnce(&mut Hold, &Encryption) -> Result<(), StoreError> + Send + 'static,
    ) -> StoreFuture<'static, ()> {
        let hold = Arc::clone(&self.hold);
        let encryption = self.encryption.clone();
        blocking(move || {
            let mut hold = hold.lock().unwrap_or_else(PoisonError::into_inner);
            act(&mut hold, &encryption)
        })
    }
}

impl Lease for FileLease {
    fn save<'a>(&'a mut self, entry: &'a Secret, keep: Duration) -> StoreFuture<'a, ()> {
        let entry = entry.clone();
        self.on(move |hold, encryption| hold.save(&entry, keep, encryption.cipher()))
    }

    fn remove(&mut self) -> StoreFuture<'_, ()> {
        self.on(|hold, _| hold.remove())
    }

    fn extend(&mut self, time: Duration) -> StoreFuture<'_, ()> {
        self.on(move |hold, _| hold.extend(time))
    }

    fn release(self: Box<Self>) -> StoreFuture<'static, ()> {
        blocking(move || {
            drop(self);
            Ok(())
        })
    }
}
