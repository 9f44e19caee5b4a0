//! The folder of profiles and secrets: files are replaced in one step, by one writer at a time.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::encoding;
use crate::env;
use crate::failure::Failure;
use crate::output::file::{self, Readers};

/// What other users may do with a file or folder without its being refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    /// Read it: it has no secret, but write access decides which programs run and where secrets are sent.
    MayRead,
    MayNothing,
}

/// The folder of profiles and secrets.
pub(crate) fn folder() -> Result<PathBuf, Failure> {
    match env::CONFIG_DIR.get() {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => Ok(strategy()?.config_dir().join("tabctl")),
    }
}

/// Creates the folder if there is none.
pub(crate) fn make_folder() -> Result<(), Failure> {
    let folder = folder()?;
    make(&folder).map_err(|error| unwritable(&folder, &error))
}

fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    // The umask may let a group write, and then it would be refused.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The folder of sessions.
pub(crate) fn sessions() -> Result<PathBuf, Failure> {
    state("sessions")
}

/// The folder of the journals of uploads; made if there is none.
pub(crate) fn uploads() -> Result<PathBuf, Failure> {
    let folder = state("uploads")?;
    make(&folder).map_err(|error| unwritable(&folder, &error))?;
    Ok(folder)
}

fn state(name: &str) -> Result<PathBuf, Failure> {
    if let Some(folder) = env::CONFIG_DIR.get() {
        return Ok(PathBuf::from(folder).join(name));
    }
    let strategy = strategy()?;
    let state = strategy.state_dir().unwrap_or_else(|| strategy.cache_dir());
    Ok(state.join("tabctl").join(name))
}

/// The user's home directory.
pub(crate) fn home() -> Result<PathBuf, Failure> {
    Ok(strategy()?.home_dir().to_owned())
}

fn strategy() -> Result<impl etcetera::BaseStrategy, Failure> {
    etcetera::choose_base_strategy().map_err(|_| {
        let variable = env::CONFIG_DIR.name();
        Failure::Local(format!(
            "this user has no home directory: name a folder in {variable}"
        ))
    })
}

/// Locks the folder: other commands cannot write while the file is open.
pub(crate) fn lock() -> Result<File, Failure> {
    let path = folder()?.join("lock");
    make_folder()?;
    let lock = || {
        let file = File::options().create(true).append(true).open(&path)?;
        file.lock()?;
        Ok(file)
    };
    lock().map_err(|error| unwritable(&path, &error))
}

/// Reads a file; `None` if there is none. A file that other users can change is refused.
pub(crate) fn read(path: &Path, others: Others) -> Result<Option<String>, Failure> {
    let Some(mut file) = open(path, others)? else {
        return Ok(None);
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    let text = encoding::decode(bytes);
    text.map(Some)
        .map_err(|why| Failure::Local(format!("{} {why}", path.display())))
}

/// Opens a file; `None` if there is none. A file or folder that other users can change is refused.
pub(crate) fn open(path: &Path, others: Others) -> Result<Option<File>, Failure> {
    check_folder(file::folder(path))?;
    let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
    match opened {
        Ok((metadata, file)) => {
            check(path, &metadata, others)?;
            Ok(Some(file))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(path, &error)),
    }
}

/// A user who can write in the folder can replace any file in it.
fn check_folder(folder: &Path) -> Result<(), Failure> {
    match fs::metadata(folder) {
        Ok(metadata) => check(folder, &metadata, Others::MayRead),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unreadable(folder, &error)),
    }
}

/// Writes a file that only its owner can read, atomically.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = file::folder(path);
    check_folder(folder)?;
    let write = || {
        make(folder)?;
        file::put(path, text.as_bytes(), Readers::Owner, true)
    };
    write().map_err(|error| unwritable(path, &error))
}

pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::Local(format!("{} cannot be read: {error}", path.display()))
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::Local(format!("{} cannot be written: {error}", path.display()))
}

/// The error of a malformed file of tabctl's, without its content: the line may hold a secret.
pub(crate) fn malformed(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let line = error
        .span()
        .map(|span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
    let place = line.map(|line| format!(" (line {line})")).unwrap_or_default();
    Failure::Local(format!(
        "{} is not a file of tabctl's{place}; mend it, or remove it and sign in again",
        path.display()
    ))
}

#[cfg(unix)]
fn check(path: &Path, metadata: &Metadata, others: Others) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt as _;
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != user {
        return Err(Failure::Local(format!(
            "{} belongs to user {owner} and not to {user}: remove it, or name a folder of this user's own in {}",
            path.display(),
            env::CONFIG_DIR.name()
        )));
    }
    let mode = metadata.mode() & 0o777;
    let (forbidden, what) = match others {
        Others::MayRead => (0o022, "changed by others"),
        Others::MayNothing => (0o077, "read by others, and it holds secrets"),
    };
    if mode & forbidden == 0 {
        return Ok(());
    }
    let right = if metadata.is_dir() { 700 } else { 600 };
    Err(Failure::Local(format!(
        "{0} can be {what} (mode {mode:o}): chmod {right} {0}",
        path.display()
    )))
}

/// Windows keeps a user's configuration from others by the folder it is in.
#[cfg(not(unix))]
#[expect(
    clippy::unnecessary_wraps,
    reason = "there is something to refuse on other systems"
)]
fn check(_: &Path, _: &Metadata, _: Others) -> Result<(), Failure> {
    Ok(())
}
