//! A file to read, chunk by chunk.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};

use super::spool::{CHUNK, Held, Spool};

/// A file to read; clones read the same one.
#[derive(Clone)]
pub(crate) struct Content {
    source: Source,
    length: u64,
}

#[derive(Clone)]
enum Source {
    Memory(Bytes),
    /// The position in it is set before each read.
    File(Arc<Mutex<File>>),
}

impl Content {
    pub(crate) fn of_bytes(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            length: bytes.len() as u64,
            source: Source::Memory(bytes),
        }
    }

    /// The received bytes; a temporary file is removed with the last clone.
    pub(crate) fn of(spool: Spool) -> io::Result<Self> {
        let length = spool.length();
        let file = match spool.into_held() {
            Held::Memory(bytes) => return Ok(Self::of_bytes(bytes)),
            Held::Unlinked(file) => file,
            // It stays open while its name is removed.
            Held::Named(file) => file.reopen()?,
        };
        Ok(Self {
            source: Source::File(Arc::new(Mutex::new(file))),
            length,
        })
    }

    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        Ok(Self {
            length: file.metadata()?.len(),
            source: Source::File(Arc::new(Mutex::new(file))),
        })
    }

    /// In bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The chunk at this offset; empty at the end.
    pub(crate) fn read_at(&self, offset: u64) -> io::Result<Bytes> {
        let left = usize::try_from(self.length.saturating_sub(offset)).unwrap_or(usize::MAX);
        let count = left.min(CHUNK);
        match &self.source {
            Source::Memory(bytes) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                Ok(bytes.slice(start..start + count))
            }
            Source::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(offset))?;
                let mut chunk = BytesMut::zeroed(count);
                file.read_exact(&mut chunk)?;
                Ok(chunk.freeze())
            }
        }
    }

    /// Reads it from the beginning.
    pub(crate) fn reader(&self) -> ContentReader<'_> {
        ContentReader {
            content: self,
            offset: 0,
        }
    }
}

/// Reads a file, with a position of its own.
pub(crate) struct ContentReader<'c> {
    content: &'c Content,
    offset: u64,
}

impl Read for ContentReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let chunk = self.content.read_at(self.offset)?;
        let count = chunk.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), chunk.get(..count)) {
            to.copy_from_slice(from);
        }
        self.offset += count as u64;
        Ok(count)
    }
}

impl Seek for ContentReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let offset = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(by) => self.content.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.offset.checked_add_signed(by),
        };
        self.offset = offset.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.offset)
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({} bytes)", self.length)
    }
}
