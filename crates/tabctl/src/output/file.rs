//! Files that commands write: all of one, or nothing of it.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::failure::Failure;

/// Who can read a file, also if it replaces one that others could.
#[derive(Clone, Copy)]
pub(crate) enum Readers {
    Owner,
    /// Those who can read new files.
    Usual,
}

/// Refuses a place where no file can be, before there is anything to write: in no folder, or where a device or a pipe would be replaced.
pub(crate) fn check_place(file: &Path) -> Result<(), Failure> {
    let shown = file.display();
    if fs::metadata(file).is_ok_and(|there| !there.is_file()) {
        return Err(Failure::Usage(format!(
            "{shown} is no file: write to another name, or to `-`"
        )));
    }
    if !folder(file).is_dir() {
        return Err(Failure::Usage(format!(
            "{shown} cannot be written: there is no folder {}",
            folder(file).display()
        )));
    }
    Ok(())
}

/// The folder that a file is in.
pub(crate) fn folder(file: &Path) -> &Path {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Writes a file beside its place, and puts it there. Behind a link, the file that it leads to is replaced.
pub(crate) fn save(file: &Path, bytes: &[u8], readers: Readers, replace: bool) -> Result<(), Failure> {
    check_place(file)?;
    put(&place(file, replace), bytes, readers, replace).map_err(|error| {
        let again = match error.kind() {
            io::ErrorKind::AlreadyExists => ": --force replaces it",
            _ => "",
        };
        Failure::Local(format!("{} cannot be written: {error}{again}", file.display()))
    })
}

fn place(file: &Path, replace: bool) -> PathBuf {
    match fs::canonicalize(file) {
        Ok(file) if replace => file,
        _ => file.to_path_buf(),
    }
}

/// Writes a file beside its place, and puts it there in one step.
pub(crate) fn put(file: &Path, bytes: &[u8], readers: Readers, replace: bool) -> io::Result<()> {
    let mut part = part_in(folder(file), readers)?;
    part.write_all(bytes)?;
    part.as_file().sync_all()?;
    match replace {
        true => part.persist(file)?,
        false => part.persist_noclobber(file)?,
    };
    Ok(())
}

/// A file that has its rights from the start.
#[cfg(unix)]
fn part_in(folder: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    let mut builder = tempfile::Builder::new();
    if let Readers::Usual = readers {
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// A file with the rights of its folder.
#[cfg(not(unix))]
fn part_in(folder: &Path, _: Readers) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(folder)
}
