//! Files that are sent: read piece by piece, from the beginning each time they are sent.

use std::fmt;
use std::fs;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::SystemTime;

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// How much is read at a time: large enough that the cost of system calls is negligible, small enough that a few pieces fit in memory easily.
const PIECE: usize = 128 * 1024;

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
}

#[derive(Clone)]
enum Stored {
    InMemory(Bytes),
    OnDisk { file: Arc<OnDisk>, start: u64 },
}

/// A file as it was when it was first opened.
struct OnDisk {
    path: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
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
            length: about.len(),
            modified: about.modified().ok(),
        };
        Ok(Self {
            length: file.length,
            bytes: Stored::OnDisk {
                file: Arc::new(file),
                start: 0,
            },
            on_progress: None,
        })
    }

    pub(crate) fn in_memory(bytes: Bytes) -> Self {
        Self {
            length: bytes.len() as u64,
            bytes: Stored::InMemory(bytes),
            on_progress: None,
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
        }
    }

    /// Calls a function with the progress of reading it.
    pub(crate) fn with_progress(mut self, on_progress: Option<OnProgress>) -> Self {
        self.on_progress = on_progress;
        self
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Reads it from its beginning.
    pub(crate) fn read(&self) -> Reading {
        let source = match &self.bytes {
            Stored::InMemory(bytes) => Reader::InMemory(bytes.clone()),
            Stored::OnDisk { file, start } => Reader::Idle(Opened::Not(Arc::clone(file), *start)),
        };
        let reading = Reading {
            source,
            read: 0,
            length: self.length,
            on_progress: self.on_progress.clone(),
        };
        reading.tell();
        reading
    }
}

/// A file that is being read.
pub(crate) struct Reading {
    source: Reader,
    read: u64,
    length: u64,
    on_progress: Option<OnProgress>,
}

enum Reader {
    InMemory(Bytes),
    /// Between two pieces.
    Idle(Opened),
    /// A piece is being read, on a thread that may block.
    Busy(JoinHandle<Step>),
    Over,
}

enum Opened {
    Not(Arc<OnDisk>, u64),
    At(fs::File),
}

type Step = io::Result<(fs::File, Bytes)>;

impl Reading {
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
        match ready!(self.poll_piece(context)) {
            Ok(piece) => {
                self.read += piece.len() as u64;
                self.tell();
                Poll::Ready(Some(Ok(piece)))
            }
            Err(error) => Poll::Ready(Some(Err(error))),
        }
    }

    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Bytes>> {
        loop {
            let step = match std::mem::replace(&mut self.source, Reader::Over) {
                Reader::InMemory(mut bytes) => {
                    let piece = bytes.split_to(bytes.len().min(PIECE));
                    self.source = Reader::InMemory(bytes);
                    return Poll::Ready(Ok(piece));
                }
                Reader::Idle(opened) => {
                    let most = self.next_length(0);
                    match Handle::try_current() {
                        Ok(runtime) => {
                            let task = runtime.spawn_blocking(move || read_piece(opened, most));
                            self.source = Reader::Busy(task);
                            continue;
                        }
                        // A custom transport may work without a runtime.
                        Err(_) => read_piece(opened, most),
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
            let (file, piece) = step?;
            self.source = self.ahead(file, piece.len() as u64);
            return Poll::Ready(Ok(piece));
        }
    }

    /// Reads the next piece while this one is sent.
    fn ahead(&self, file: fs::File, length: u64) -> Reader {
        let most = self.next_length(length);
        match Handle::try_current() {
            _ if most == 0 => Reader::Over,
            Ok(runtime) => Reader::Busy(runtime.spawn_blocking(move || read_piece(Opened::At(file), most))),
            Err(_) => Reader::Idle(Opened::At(file)),
        }
    }

    /// The length of the piece after this many more bytes.
    fn next_length(&self, after: u64) -> usize {
        let left = self.left().saturating_sub(after);
        usize::try_from(left).unwrap_or(PIECE).min(PIECE)
    }

    fn tell(&self) {
        if let Some(on_progress) = &self.on_progress {
            on_progress.tell(Progress::new(self.read, Some(self.length)));
        }
    }
}

fn read_piece(opened: Opened, length: usize) -> Step {
    let mut file = match opened {
        Opened::At(file) => file,
        Opened::Not(on_disk, start) => on_disk.open(start)?,
    };
    let mut piece = vec![0; length];
    match file.read_exact(&mut piece) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err(changed()),
        Err(error) => Err(error),
        Ok(()) => Ok((file, piece.into())),
    }
}

impl OnDisk {
    /// Opens it, if it has not changed: otherwise parts of two files would arrive as one.
    fn open(&self, start: u64) -> io::Result<fs::File> {
        let mut file = fs::File::open(&self.path)?;
        let about = file.metadata()?;
        if about.len() != self.length || about.modified().ok() != self.modified {
            return Err(changed());
        }
        file.seek(SeekFrom::Start(start))?;
        Ok(file)
    }
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the file changed while it was sent")
}
