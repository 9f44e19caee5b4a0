//! Files that are sent: read piece by piece, from the beginning each time they are sent.

mod reading;

use std::fmt;
use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::Bytes;
use ring::digest;

pub(crate) use reading::Reading;

/// How much is read at a time: large enough that the cost of handing it from one thread to another is negligible, small enough that two of them stay in
/// the processor's cache.
const BLOCK: usize = 512 * 1024;
/// How far a transfer of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many bytes of the file have been transferred; begins at 0 again when the file is sent again.
    pub bytes: u64,
    /// How many bytes the file has, if that is known.
    pub total: Option<u64>,
}

impl Progress {
    pub(crate) fn new(bytes: u64, total: Option<u64>) -> Self {
        Self { bytes, total }
    }
}

/// The function that is called with the progress of a transfer.
#[derive(Clone)]
pub(crate) struct OnProgress(Arc<dyn Fn(Progress) + Send + Sync>);

impl OnProgress {
    pub(crate) fn new(tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    pub(crate) fn tell(&self, progress: Progress) {
        (self.0)(progress);
    }

    /// The same for a part of a file that begins after this many bytes.
    pub(crate) fn of_part(self, before: u64, total: Option<u64>) -> Self {
        Self::new(move |part| self.tell(Progress::new(before + part.bytes, total)))
    }
}

impl fmt::Debug for OnProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnProgress")
    }
}

/// A file, or a part of one, that can be read any number of times.
#[derive(Clone)]
pub(crate) struct File {
    bytes: Stored,
    length: u64,
    on_progress: Option<OnProgress>,
    hash: Option<RunningHash>,
}

#[derive(Clone)]
enum Stored {
    InMemory(Bytes),
    OnDisk { file: Arc<OnDisk>, start: u64 },
}

/// A file as it was when it was first opened.
struct OnDisk {
    path: PathBuf,
    state: FileState,
}

/// What changes with a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileState {
    length: u64,
    modified: Option<SystemTime>,
    /// Which file it is, and when anything of it was changed: a program may set `modified` back.
    inode: Option<(u64, u64, i64, i64)>,
}

impl FileState {
    fn of(about: &fs::Metadata) -> Self {
        #[cfg(unix)]
        let inode = {
            use std::os::unix::fs::MetadataExt as _;
            Some((about.dev(), about.ino(), about.ctime(), about.ctime_nsec()))
        };
        #[cfg(not(unix))]
        let inode = None;
        Self {
            length: about.len(),
            modified: about.modified().ok(),
            inode,
        }
    }
}

/// The hash (SHA-256) of the bytes of a file up to a part of it, which goes on with that part as it is read.
#[derive(Clone)]
pub(crate) struct RunningHash {
    before: Box<digest::Context>,
    /// The hash with the part; `None` until all of the part was read.
    after: Arc<Mutex<Option<digest::Context>>>,
}

impl RunningHash {
    pub(crate) fn new(before: digest::Context) -> Self {
        Self {
            before: Box::new(before),
            after: Arc::default(),
        }
    }

    pub(crate) fn after(&self) -> Option<digest::Context> {
        self.after.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl File {
    /// A file on disk, as it is now.
    ///
    /// # Errors
    /// A file that cannot be opened, or is a folder.
    pub(crate) fn on_disk(path: PathBuf) -> io::Result<Self> {
        let about = fs::File::open(&path)?.metadata()?;
        if about.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        let file = OnDisk {
            path,
            state: FileState::of(&about),
        };
        Ok(Self {
            length: about.len(),
            bytes: Stored::OnDisk {
                file: Arc::new(file),
                start: 0,
            },
            on_progress: None,
            hash: None,
        })
    }

    pub(crate) fn in_memory(bytes: Bytes) -> Self {
        Self {
            length: bytes.len() as u64,
            bytes: Stored::InMemory(bytes),
            on_progress: None,
            hash: None,
        }
    }

    /// A part of it: this many bytes from an offset, fewer at its end.
    pub(crate) fn part(&self, from: u64, length: u64) -> Self {
        let from = from.min(self.length);
        let length = length.min(self.length - from);
        let bytes = match &self.bytes {
            Stored::InMemory(bytes) => {
                // Bytes in memory are no more than a `usize` counts.
                let end = usize::try_from(from + length).unwrap_or(bytes.len());
                Stored::InMemory(bytes.slice(usize::try_from(from).unwrap_or(end)..end))
            }
            Stored::OnDisk { file, start } => Stored::OnDisk {
                file: Arc::clone(file),
                start: start + from,
            },
        };
        Self {
            bytes,
            length,
            on_progress: None,
            hash: None,
        }
    }

    /// Calls a function with the progress of reading it.
    pub(crate) fn with_progress(mut self, on_progress: Option<OnProgress>) -> Self {
        self.on_progress = on_progress;
        self
    }

    /// Hashes it while it is read.
    pub(crate) fn with_hash(mut self, hash: Option<RunningHash>) -> Self {
        self.hash = hash;
        self
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Whether a file on disk is as it was when it was first opened.
    pub(crate) fn is_unchanged(&self) -> bool {
        match &self.bytes {
            Stored::InMemory(_) => true,
            Stored::OnDisk { file, .. } => {
                fs::metadata(&file.path).is_ok_and(|about| FileState::of(&about) == file.state)
            }
        }
    }

    /// The hash of its first bytes, read now; `None` if it has fewer, or has changed.
    pub(crate) fn hash_of_first(&self, length: u64) -> Option<digest::Context> {
        let mut hash = digest::Context::new(&digest::SHA256);
        if length > self.length {
            return None;
        }
        match &self.bytes {
            Stored::InMemory(bytes) => hash.update(bytes.get(..usize::try_from(length).ok()?)?),
            Stored::OnDisk { file, start } => {
                let mut opened = file.open(*start).ok()?.take(length);
                let mut piece = vec![0; BLOCK];
                let mut read = 0;
                loop {
                    let count = opened.read(&mut piece).ok()?;
                    if count == 0 {
                        break;
                    }
                    hash.update(piece.get(..count)?);
                    read += count as u64;
                }
                if read != length {
                    return None;
                }
            }
        }
        Some(hash)
    }

    /// Reads it from its beginning.
    pub(crate) fn read(&self) -> Reading {
        Reading::of(self)
    }
}

impl OnDisk {
    /// Opens it, if it has not changed: otherwise parts of two files would arrive as one.
    fn open(&self, start: u64) -> io::Result<fs::File> {
        let mut file = fs::File::open(&self.path)?;
        if FileState::of(&file.metadata()?) != self.state {
            return Err(changed());
        }
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    }
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the file changed while it was sent")
}
