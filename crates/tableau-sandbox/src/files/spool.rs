//! A file that is arriving: in memory while it is small, then on the disk.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use ring::digest;
use tempfile::NamedTempFile;

/// The largest file in memory, in bytes. Larger buffers were measured to cost each thread of the server megabytes that its allocator keeps.
const IN_MEMORY: usize = 256 * 1024;
/// The size of a read, in bytes.
pub(super) const CHUNK: usize = 64 * 1024;
/// The prefix of the names of incomplete files.
const PARTIAL: &str = "partial-";

/// A file that is arriving.
pub(crate) struct Spool {
    held: Held,
    length: u64,
    /// The folder it will be kept in, so that keeping is a rename; `None` for an unnamed temporary file.
    folder: Option<PathBuf>,
}

pub(super) enum Held {
    Memory(Vec<u8>),
    Unlinked(File),
    Named(NamedTempFile),
}

/// Reads a spool from its beginning.
pub(crate) enum Reader<'s> {
    Memory(Cursor<&'s [u8]>),
    File(&'s File),
}

impl Spool {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self {
            held: Held::Memory(Vec::new()),
            length: 0,
            folder,
        }
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Appends bytes: all of them or none.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Held::Memory(held) = &mut self.held {
            if held.len() + bytes.len() <= IN_MEMORY {
                held.extend_from_slice(bytes);
                self.length += bytes.len() as u64;
                return Ok(());
            }
            self.held = to_disk(held, self.folder.as_deref())?;
        }
        if let Some(mut file) = self.held.file() {
            // The remains of a failed attempt are overwritten.
            file.seek(SeekFrom::Start(self.length))?;
            file.write_all(bytes)?;
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Appends another file: all of it or nothing.
    pub(crate) fn append_file(&mut self, mut other: Spool) -> io::Result<()> {
        if self.length == 0 {
            *self = other;
            return Ok(());
        }
        let before = self.length;
        let copied = each_chunk(&mut other.reader(), |chunk| self.append(chunk));
        if copied.is_err() {
            self.truncate(before)?;
        }
        copied
    }

    /// Truncates it to this length.
    pub(crate) fn truncate(&mut self, length: u64) -> io::Result<()> {
        let length = length.min(self.length);
        match &mut self.held {
            Held::Memory(held) => held.truncate(usize::try_from(length).unwrap_or(usize::MAX)),
            Held::Unlinked(file) => file.set_len(length)?,
            Held::Named(file) => file.as_file().set_len(length)?,
        }
        self.length = length;
        Ok(())
    }

    /// The received bytes, from the beginning.
    pub(crate) fn reader(&mut self) -> Reader<'_> {
        match &self.held {
            Held::Memory(held) => Reader::Memory(Cursor::new(held)),
            Held::Unlinked(file) => rewound(file),
            Held::Named(file) => rewound(file.as_file()),
        }
    }

    /// Replaces the received bytes by those that the closure writes.
    pub(crate) fn write_with<T>(&mut self, write: impl FnOnce(&File) -> T) -> io::Result<T> {
        self.held = to_disk(&[], self.folder.as_deref())?;
        let Some(file) = self.held.file() else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let written = write(file);
        self.length = file.metadata()?.len();
        Ok(written)
    }

    /// The SHA-256 of the received bytes, in hexadecimal.
    pub(crate) fn sha256(&mut self) -> io::Result<String> {
        let mut context = digest::Context::new(&digest::SHA256);
        each_chunk(&mut self.reader(), |chunk| {
            context.update(chunk);
            Ok(())
        })?;
        let digest = context.finish();
        Ok(digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Renames the file to its final name, atomically.
    pub(super) fn persist(self, path: &Path) -> io::Result<()> {
        let file = match self.held {
            Held::Named(file) => file,
            Held::Memory(bytes) => {
                let mut file = named(path.parent().unwrap_or(path))?;
                file.write_all(&bytes)?;
                file
            }
            Held::Unlinked(_) => return Err(io::ErrorKind::Unsupported.into()),
        };
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    pub(super) fn into_held(self) -> Held {
        self.held
    }
}

/// Whether a file in the folder is incomplete.
pub(super) fn is_partial(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(PARTIAL))
}

fn to_disk(bytes: &[u8], folder: Option<&Path>) -> io::Result<Held> {
    let held = match folder {
        Some(folder) => Held::Named(named(folder)?),
        None => Held::Unlinked(tempfile::tempfile()?),
    };
    if let Some(mut file) = held.file() {
        file.write_all(bytes)?;
    }
    Ok(held)
}

fn named(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(PARTIAL).tempfile_in(folder)
}

/// Passes on the bytes chunk by chunk: no more than one chunk is in memory.
fn each_chunk(reader: &mut impl Read, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        take(buffer.get(..count).unwrap_or_default())?;
    }
}

fn rewound(mut file: &File) -> Reader<'_> {
    // A file on disk can be rewound; if rewinding failed, the hash would show that the bytes differ.
    let _ = file.seek(SeekFrom::Start(0));
    Reader::File(file)
}

impl Held {
    fn file(&self) -> Option<&File> {
        match self {
            Self::Memory(_) => None,
            Self::Unlinked(file) => Some(file),
            Self::Named(file) => Some(file.as_file()),
        }
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(bytes) => bytes.read(buffer),
            Self::File(file) => file.read(buffer),
        }
    }
}

impl Seek for Reader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Memory(bytes) => bytes.seek(to),
            Self::File(file) => file.seek(to),
        }
    }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spool({} bytes)", self.length)
    }
}
