//! Directories and files that only this user can read or change.

#[cfg(unix)]
#[path = "private_unix.rs"]
mod platform;
/// On other systems a user's own directories are closed to others, and new files in them inherit that.
#[cfg(not(unix))]
#[path = "private_elsewhere.rs"]
mod platform;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::store::StoreError;

pub(super) use platform::host;

/// Makes a directory with its parents; an existing one is left as it is.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    platform::make_directory(path)
}

/// Whether a directory exists; an error if others can use it.
pub(super) fn check_directory(path: &Path) -> Result<bool, StoreError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(unusable(path, &error)),
    };
    if metadata.is_symlink() {
        return Err(insecure(
            path,
            "is a symbolic link: name the directory it leads to",
        ));
    }
    if !metadata.is_dir() {
        return Err(StoreError::Unavailable(format!(
            "{} is no directory",
            path.display()
        )));
    }
    platform::check(path, &metadata)?;
    Ok(true)
}

/// Creates a new file.
pub(super) fn create_file(path: &Path) -> io::Result<File> {
    platform::create_file(path)
}

/// Opens a file for reading, if it exists; an error if others can use it.
pub(super) fn open_file(path: &Path) -> Result<Option<File>, StoreError> {
    let file = match platform::open_file(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(_) if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) => {
            return Err(insecure(path, "is a symbolic link: remove it"));
        }
        Err(error) => return Err(unusable(path, &error)),
    };
    let metadata = file.metadata().map_err(|error| unusable(path, &error))?;
    if !metadata.is_file() {
        return Err(insecure(path, "is no file: remove it"));
    }
    platform::check(path, &metadata)?;
    Ok(Some(file))
}

/// Syncs a directory, so that a rename in it survives a loss of power.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    platform::sync_directory(path)
}

pub(super) fn unusable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Unavailable(format!("{}: {error}", path.display()))
}

fn insecure(path: &Path, why: &str) -> StoreError {
    StoreError::Insecure(format!("{} {why}", path.display()))
}
