//! The files of the authority: keys are readable by their owner only, and writes are atomic.

use std::fmt::Display;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::start_error::StartError;

/// The text of a file; `None` if there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<String>, StartError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable(path, &error)),
    }
}

pub(super) fn write_private(path: &Path, text: &str) -> Result<(), StartError> {
    write(path, text, 0o600)
}

pub(super) fn write_public(path: &Path, text: &str) -> Result<(), StartError> {
    write(path, text, 0o644)
}

/// Removes a file that may be there.
pub(super) fn remove(path: &Path) -> Result<(), StartError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unusable(path, &error)),
        _ => Ok(()),
    }
}

/// The directory by its absolute path, created if it does not exist.
pub(super) fn make_directory(path: &Path) -> Result<PathBuf, StartError> {
    let made = fs::create_dir_all(path).and_then(|()| std::path::absolute(path));
    made.map_err(|error| unusable(path, &error))
}

/// A directory that is removed when this is dropped; clients read the authority's certificate in it.
pub(super) fn temporary() -> Result<TempDir, StartError> {
    let made = tempfile::Builder::new().prefix("tableau-sandbox-").tempdir();
    made.map_err(|error| unusable(&std::env::temp_dir(), &error))
}

pub(super) fn unusable(path: &Path, reason: &dyn Display) -> StartError {
    StartError::Data {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

/// Writes to a temporary file and renames it, so that the file appears complete.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), StartError> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = create(&temporary, mode)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // A leftover file is harmless; the first error is the one to report.
        let _ = fs::remove_file(&temporary);
        unusable(path, &error)
    })
}

#[cfg(unix)]
fn create(path: &Path, mode: u32) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _: u32) -> io::Result<fs::File> {
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(path)
}
