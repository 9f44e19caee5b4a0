//! Published files, each stored once by the SHA-256 of its bytes, outside the database, and never read whole.
//!
//! With a directory they are files below it; without one they are in memory, or in unlinked temporary files if they are large.

mod content;
mod spool;

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

pub(crate) use self::content::Content;
pub(crate) use self::spool::Spool;

/// The folder of the files below the directory of the state.
const FOLDER: &str = "files";

/// The identifier of a file: the SHA-256 of its bytes, in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct FileId(String);

impl FileId {
    /// The identifier of a received file. It reads the whole file, so no bytes may be added afterwards.
    pub(crate) fn of(spool: &mut Spool) -> io::Result<Self> {
        spool.sha256().map(Self)
    }
}

/// Every file that was published.
#[derive(Debug, Default)]
pub(crate) struct Files {
    folder: Option<PathBuf>,
    /// The files of a sandbox without a directory.
    held: Mutex<HashMap<FileId, Content>>,
}

impl Files {
    /// The files below the directory of a state; incomplete files of an earlier sandbox are removed.
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        let folder = directory.join(FOLDER);
        std::fs::create_dir_all(&folder)?;
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            if spool::is_partial(&entry.file_name()) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(Self {
            folder: Some(folder),
            held: Mutex::default(),
        })
    }

    /// An empty file to receive bytes into.
    pub(crate) fn spool(&self) -> Spool {
        Spool::new(self.folder.clone())
    }

    /// Keeps a received file by the identifier that [`FileId::of`] gave.
    pub(crate) fn keep(&self, spool: Spool, id: FileId) -> io::Result<FileId> {
        match self.path(&id) {
            Some(path) if path.exists() => {}
            Some(path) => spool.persist(&path)?,
            None => {
                let content = Content::of(spool)?;
                self.held().entry(id.clone()).or_insert(content);
            }
        }
        Ok(id)
    }

    /// A file to read.
    pub(crate) fn content(&self, id: &FileId) -> io::Result<Content> {
        match self.path(id) {
            Some(path) => Content::open(&path),
            None => {
                let held = self.held().get(id).cloned();
                held.ok_or_else(|| io::ErrorKind::NotFound.into())
            }
        }
    }

    /// Removes all files but these.
    pub(crate) fn retain(&self, named: &HashSet<&FileId>) {
        self.held().retain(|id, _| named.contains(id));
        let Some(entries) = self
            .folder
            .as_ref()
            .and_then(|folder| std::fs::read_dir(folder).ok())
        else {
            return;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let known = name
                .to_str()
                .is_some_and(|name| named.contains(&FileId(name.to_owned())));
            if !known && !spool::is_partial(&name) {
                // A file that cannot be removed only takes space; the next start tries again.
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    /// Removes one file.
    pub(crate) fn remove(&self, id: &FileId) {
        self.held().remove(id);
        if let Some(path) = self.path(id) {
            // As above.
            let _ = std::fs::remove_file(path);
        }
    }

    fn path(&self, id: &FileId) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(&id.0))
    }

    fn held(&self) -> MutexGuard<'_, HashMap<FileId, Content>> {
        // Nothing is half done when a thread panics here.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    /// Larger than the memory limit.
    const LARGE: usize = 5 * 1024 * 1024;

    fn spooled(files: &Files, bytes: &[u8]) -> Spool {
        let mut spool = files.spool();
        for chunk in bytes.chunks(1000) {
            spool.append(chunk).unwrap();
        }
        spool
    }

    fn kept(files: &Files, bytes: &[u8]) -> FileId {
        let mut spool = spooled(files, bytes);
        let id = FileId::of(&mut spool).unwrap();
        files.keep(spool, id).unwrap()
    }

    fn read(files: &Files, id: &FileId) -> Vec<u8> {
        let content = files.content(id).unwrap();
        let mut bytes = Vec::new();
        while (bytes.len() as u64) < content.length() {
            bytes.extend_from_slice(&content.read_at(bytes.len() as u64).unwrap());
        }
        bytes
    }

    #[test]
    fn a_file_is_the_same_in_memory_in_a_temporary_file_and_below_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        for files in [Files::default(), Files::open(directory.path()).unwrap()] {
            for length in [0, 3, LARGE] {
                let bytes: Vec<u8> = (0..length).map(|n| u8::try_from(n % 251).unwrap()).collect();
                let id = kept(&files, &bytes);
                assert_eq!(read(&files, &id), bytes, "{length}");
                assert_eq!(kept(&files, &bytes), id);
                files.remove(&id);
                assert!(files.content(&id).is_err());
            }
        }
    }

    #[test]
    fn the_name_is_the_sha_256() {
        let files = Files::default();
        let id = kept(&files, b"abc");
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            id.0,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn truncated_bytes_are_overwritten() {
        let files = Files::default();
        let mut spool = spooled(&files, &vec![7; LARGE]);
        spool.truncate(3).unwrap();
        spool.append(b"89").unwrap();
        let mut bytes = Vec::new();
        spool.reader().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, [7, 7, 7, b'8', b'9']);
    }

    #[test]
    fn files_that_no_row_names_and_parts_of_files_go_at_the_start() {
        let directory = tempfile::tempdir().unwrap();
        let files = Files::open(directory.path()).unwrap();
        let (one, other) = (kept(&files, b"kept"), kept(&files, b"other"));
        let partial = spooled(&files, &vec![1; LARGE]);
        std::mem::forget(partial);
        let files = Files::open(directory.path()).unwrap();
        files.retain(&HashSet::from([&one]));
        assert_eq!(read(&files, &one), b"kept");
        assert!(files.content(&other).is_err());
        assert_eq!(
            std::fs::read_dir(directory.path().join(FOLDER)).unwrap().count(),
            1
        );
    }
}
