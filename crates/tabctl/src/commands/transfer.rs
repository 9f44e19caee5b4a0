//! Files on their way, and what is left of them when the process is ended.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use tableau_client::{Cancel, Error, ErrorKind};

use crate::failure::Failure;
use crate::output::Column;
use crate::session::config;
use crate::terminal::interrupt::Transfer;

/// The columns of saved files.
pub(super) const SAVED: &[Column] = &[Column::of("file"), Column::of("bytes"), Column::of("id")];

/// Where saved files go.
#[derive(Debug)]
pub(super) enum Target {
    File(PathBuf),
    Folder(PathBuf),
}

impl Target {
    pub(super) fn settle(typed: Option<&Path>, count: usize) -> Result<Self, Failure> {
        let Some(typed) = typed else {
            return Ok(Self::Folder(PathBuf::from(".")));
        };
        let end = typed.as_os_str().as_encoded_bytes().last();
        let names_folder = end.is_some_and(|end| std::path::is_separator(char::from(*end)));
        if typed.is_dir() {
            return Ok(Self::Folder(typed.to_owned()));
        }
        if !names_folder && count == 1 {
            return Ok(Self::File(typed.to_owned()));
        }
        let needed = if count > 1 {
            ", which several files need"
        } else {
            ""
        };
        let absent = if typed.exists() {
            ""
        } else {
            ": there is nothing of this name"
        };
        let file = typed.display();
        Err(Failure::Usage(format!(
            "--output: {file} is not a folder{needed}{absent}"
        )))
    }
}

/// Transfers a file. What ends the process (Ctrl-C, a signal) cancels it, and waits until it has cleared up.
pub(super) fn run<T>(transfer: impl FnOnce(&Cancel) -> Result<T, Error>) -> Result<T, Failure> {
    let under_way = Transfer::begin();
    let result = transfer(under_way.cancel());
    drop(under_way);
    match result {
        // The process is being ended, with the exit code for that.
        Err(error) if error.kind() == ErrorKind::Cancelled => loop {
            thread::park();
        },
        result => Ok(result?),
    }
}

/// The journal of an upload: of what, from which file.
///
/// Without `resume` an earlier one is removed, and there is none where it cannot be kept.
pub(super) fn journal(file: &Path, target: &[&str], resume: bool) -> Result<Option<PathBuf>, Failure> {
    let folder = match config::uploads() {
        Ok(folder) => folder,
        Err(failure) if resume => return Err(failure),
        Err(_) => return Ok(None),
    };
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let mut name = String::new();
    let parts = target.iter().map(|part| part.as_bytes());
    let hash = parts
        .chain([file.as_os_str().as_encoded_bytes()])
        .fold(FNV_OFFSET, |hash, part| {
            // A zero between two parts: no name has one.
            let bytes = part.iter().chain(&[0]);
            bytes.fold(hash, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(FNV_PRIME)
            })
        });
    // Two of the same name begin each other anew, no more: the journal says what it is about.
    let _ = write!(name, "{hash:016x}.json");
    let journal = folder.join(name);
    if !resume {
        // One that cannot be removed cannot be written either, which is reported then.
        let _ = fs::remove_file(&journal);
    }
    Ok(Some(journal))
}

// FNV-1a, the same in every version of this program.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;
