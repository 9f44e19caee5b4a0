//! How far a file has been published, on disk: a later process goes on from there.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use ring::digest;
use serde::{Deserialize, Serialize};
use tableau_wire::Id;
use tableau_wire::rest::FileUpload;

use super::attempt::Attempt;
use super::chunks::hex;
use crate::error::{Error, ErrorKind};

/// The journal of a file that is published. It holds no secret: an upload can be used only with a session of its user.
#[derive(Debug)]
pub(in crate::site) struct Journal {
    path: PathBuf,
    entry: Entry,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    /// What is published, and where.
    subject: String,
    /// The length of the file, if it is known.
    length: Option<u64>,
    upload_session_id: Option<String>,
    /// How many bytes the server has acknowledged.
    acknowledged: u64,
    /// Their SHA-256.
    sha256: String,
    /// The request that publishes, once it was begun.
    commit: Option<Attempt>,
}

impl Journal {
    /// The journal at this path, with what is in it if it is about the same; a damaged one is begun anew.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for a file that is something else: it would be replaced, and removed in the end.
    pub(in crate::site) fn open(path: PathBuf, subject: String, length: Option<u64>) -> Result<Self, Error> {
        for file in [path.clone(), beside(&path)] {
            if !may_be_journal(&file) {
                let message = format!("{} is no journal, and is not replaced by one", file.display());
                return Err(Error::new(ErrorKind::Input, message).with_hint(
                    "Name a file for the journal that is not there yet, or that an earlier process has left.",
                ));
            }
        }
        // Of a process that was killed while it wrote.
        let _ = fs::remove_file(beside(&path));
        let read = fs::read(&path).ok();
        let entry = read.and_then(|bytes| serde_json::from_slice::<Entry>(&bytes).ok());
        let entry = entry.filter(|entry| entry.subject == subject && entry.length == length);
        Ok(Self {
            path,
            entry: entry.unwrap_or_else(|| Entry {
                subject,
                length,
                upload_session_id: None,
                acknowledged: 0,
                sha256: String::new(),
                commit: None,
            }),
        })
    }

    /// The upload that was begun, and how many bytes of it were acknowledged.
    pub(super) fn upload(&self) -> Option<(Id<FileUpload>, u64)> {
        let id = self.entry.upload_session_id.as_deref()?;
        Some((id.into(), self.entry.acknowledged))
    }

    /// The hash of the bytes that were acknowledged.
    pub(super) fn hash(&self) -> &str {
        &self.entry.sha256
    }

    pub(super) fn begin(&mut self, upload: &Id<FileUpload>) -> Result<(), Error> {
        self.entry.upload_session_id = Some(upload.as_str().to_owned());
        self.entry.commit = None;
        self.acknowledge(0, Some(&digest::Context::new(&digest::SHA256)))
    }

    pub(super) fn acknowledge(&mut self, length: u64, hash: Option<&digest::Context>) -> Result<(), Error> {
        self.entry.acknowledged = length;
        self.entry.sha256 = hash.map(hex).unwrap_or_default();
        self.write()
    }

    /// The request that publishes, if an earlier process began it.
    pub(in crate::site) fn commit(&self) -> Option<&Attempt> {
        self.entry.commit.as_ref()
    }

    pub(in crate::site) fn committing(&mut self, attempt: &Attempt) -> Result<(), Error> {
        self.entry.commit = Some(attempt.clone());
        self.write()
    }

    /// Forgets the upload: the server has it no more.
    pub(in crate::site) fn forget_upload(&mut self) {
        self.entry.upload_session_id = None;
    }

    /// Removes it: the file is published.
    pub(in crate::site) fn remove(&self) {
        // Nothing is wrong with one that stays: it says that the file was published, or begins anew with another.
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the journal of a file that was published stays");
        }
    }

    /// Replaces it by what is known now, so that it survives a loss of power at any instant.
    fn write(&self) -> Result<(), Error> {
        let write = || -> io::Result<()> {
            let beside = beside(&self.path);
            let _ = fs::remove_file(&beside);
            let mut file = for_its_owner().open(&beside)?;
            file.write_all(&serde_json::to_vec(&self.entry)?)?;
            file.sync_all()?;
            fs::rename(&beside, &self.path)
        };
        write().map_err(|error| {
            let message = format!("the journal {} cannot be written: {error}", self.path.display());
            Error::new(ErrorKind::File, message).caused_by(error)
        })
    }
}

/// How every journal begins.
const BEGINNING: &[u8] = b"{\"subject\":";

/// Whether a file is a journal, also a damaged one, or is not there.
fn may_be_journal(path: &Path) -> bool {
    let mut begins = Vec::new();
    match fs::File::open(path) {
        Ok(file) => {
            let most = BEGINNING.len() as u64;
            file.take(most).read_to_end(&mut begins).is_ok() && BEGINNING.starts_with(&begins)
        }
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Where a journal is written before it takes its place: under one name, so that none is left when a process is killed and another goes on.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Options for a new file that no other user can read.
fn for_its_owner() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}
