//! Privacy by location.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use crate::store::StoreError;

pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(path)
}

pub(super) fn create_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

pub(super) fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "there is something to refuse on other systems"
)]
pub(super) fn check(_: &Path, _: &Metadata) -> Result<(), StoreError> {
    Ok(())
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "on other systems a directory has to be written, too"
)]
pub(super) fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

pub(in super::super) fn host() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}
