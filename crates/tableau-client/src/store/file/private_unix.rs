//! Privacy by owner and mode.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

use super::insecure;
use crate::store::StoreError;

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

pub(super) fn create_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

pub(super) fn open_file(path: &Path) -> io::Result<File> {
    // Without blocking, if it is a pipe that has no writer.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

pub(super) fn check(path: &Path, metadata: &Metadata) -> Result<(), StoreError> {
    let (owner, user) = (metadata.uid(), rustix::process::geteuid().as_raw());
    if owner != user {
        let why = format!("belongs to user {owner} and not to {user}: name a directory of this user's own");
        return Err(insecure(path, &why));
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o077 != 0 {
        let right = if metadata.is_dir() { 700 } else { 600 };
        let path_shown = path.display();
        let why = format!("has the mode {mode:o}, so others can use it: `chmod {right} {path_shown}`");
        return Err(insecure(path, &why));
    }
    Ok(())
}

pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

pub(in super::super) fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}
