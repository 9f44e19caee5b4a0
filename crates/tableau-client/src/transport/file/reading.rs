//! A file that is being read, block by block: the next one is read while one is sent.

use std::fs;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use ring::digest;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use super::{BLOCK, File, FileState, OnDisk, OnProgress, Progress, RunningHash, Stored, changed};

/// How much is sent at a time. On a slow network the pieces that are asked for show that something moves, so that they must not be large.
const PIECE: usize = 128 * 1024;

/// A file that is being read.
pub(crate) struct Reading {
    source: Reader,
    /// What was read and not given yet.
    block: Bytes,
    read: u64,
    length: u64,
    on_progress: Option<OnProgress>,
    hash: Option<(Box<digest::Context>, RunningHash)>,
}

enum Reader {
    InMemory(Bytes),
    /// Between two blocks.
    Idle(Opened),
    /// A block is being read, on a thread that may block.
    Busy(JoinHandle<Step>),
    Over,
}

enum Opened {
    Not(Arc<OnDisk>, u64),
    At(OpenFile),
}

/// A file, and what was read of it.
struct OpenFile {
    on_disk: Arc<OnDisk>,
    file: fs::File,
    /// The last block, and the one before it: once one was sent, its memory takes another.
    blocks: [Bytes; 2],
}

type Step = io::Result<(OpenFile, Bytes)>;

impl Reading {
    /// A file from its beginning.
    pub(super) fn of(file: &File) -> Self {
        let source = match &file.bytes {
            Stored::InMemory(bytes) => Reader::InMemory(bytes.clone()),
            Stored::OnDisk { file, start } => Reader::Idle(Opened::Not(Arc::clone(file), *start)),
        };
        let reading = Self {
            source,
            block: Bytes::new(),
            read: 0,
            length: file.length,
            on_progress: file.on_progress.clone(),
            hash: file.hash.as_ref().map(|hash| (hash.before.clone(), hash.clone())),
        };
        reading.tell();
        reading
    }

    /// How many bytes remain.
    pub(crate) fn left(&self) -> u64 {
        self.length - self.read
    }

    /// The next piece; `None` after the end.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.left() == 0 {
            self.source = Reader::Over;
            return Poll::Ready(None);
        }
        if self.block.is_empty() {
            match ready!(self.poll_block(context)) {
                Ok(block) => self.block = block,
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
        let piece = self.block.split_to(self.block.len().min(PIECE));
        self.read += piece.len() as u64;
        self.hash(&piece);
        self.tell();
        Poll::Ready(Some(Ok(piece)))
    }

    fn poll_block(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        loop {
            let step = match std::mem::replace(&mut self.source, Reader::Over) {
                Reader::InMemory(bytes) => return Poll::Ready(Ok(bytes)),
                Reader::Idle(opened) => {
                    let most = self.next_length(0);
                    match Handle::try_current() {
                        Ok(runtime) => {
                            let task = runtime.spawn_blocking(move || read_block(opened, most));
                            self.source = Reader::Busy(task);
                            continue;
                        }
                        // A custom transport may work without a runtime.
                        Err(_) => read_block(opened, most),
                    }
                }
                Reader::Busy(mut task) => match Pin::new(&mut task).poll(context) {
                    Poll::Pending => {
                        self.source = Reader::Busy(task);
                        return Poll::Pending;
                    }
                    Poll::Ready(step) => step.map_err(io::Error::other).flatten(),
                },
                Reader::Over => return Poll::Ready(Err(changed())),
            };
            let (file, block) = step?;
            self.source = self.ahead(file, block.len() as u64);
            return Poll::Ready(Ok(block));
        }
    }

    /// Reads the next block while this one is sent.
    fn ahead(&self, file: OpenFile, length: u64) -> Reader {
        let most = self.next_length(length);
        match Handle::try_current() {
            _ if most == 0 => Reader::Over,
            Ok(runtime) => Reader::Busy(runtime.spawn_blocking(move || read_block(Opened::At(file), most))),
            Err(_) => Reader::Idle(Opened::At(file)),
        }
    }

    /// The length of the block after this many more bytes.
    fn next_length(&self, after: u64) -> usize {
        let left = self.left().saturating_sub(after);
        usize::try_from(left).unwrap_or(BLOCK).min(BLOCK)
    }

    fn hash(&mut self, piece: &[u8]) {
        let is_all = self.left() == 0;
        if let Some((hash, running)) = &mut self.hash {
            hash.update(piece);
            if is_all {
                let after = Some(digest::Context::clone(hash));
                *running.after.lock().unwrap_or_else(PoisonError::into_inner) = after;
            }
        }
    }

    fn tell(&self) {
        if let Some(on_progress) = &self.on_progress {
            on_progress.tell(Progress::new(self.read, Some(self.length)));
        }
    }
}

fn read_block(opened: Opened, length: usize) -> Step {
    let mut opened = match opened {
        Opened::At(opened) => opened,
        Opened::Not(on_disk, start) => OpenFile {
            file: on_disk.open(start)?,
            on_disk,
            blocks: Default::default(),
        },
    };
    let mut block = opened.memory(length);
    match opened.file.read_exact(&mut block) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(changed()),
        Err(error) => return Err(error),
        Ok(()) => {}
    }
    // Before the block is sent, so that of a file that changed the end is never sent.
    if FileState::of(&opened.file.metadata()?) != opened.on_disk.state {
        return Err(changed());
    }
    let block = block.freeze();
    let [_, last] = std::mem::take(&mut opened.blocks);
    opened.blocks = [last, block.clone()];
    Ok((opened, block))
}

impl OpenFile {
    /// Memory for a block: that of the last but one, unless it is still being sent.
    fn memory(&mut self, length: usize) -> BytesMut {
        let [oldest, _] = &mut self.blocks;
        let mut memory = std::mem::take(oldest).try_into_mut().unwrap_or_default();
        memory.resize(length, 0);
        memory
    }
}
