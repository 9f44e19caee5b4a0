//! The chunks of a file that is uploaded.

use bytes::{BufMut as _, Bytes, BytesMut};
use ring::digest;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::error::{Error, ErrorKind};
use crate::site::source::{Opened, unreadable};
use crate::transport::{File, OnProgress, RunningHash};

/// The chunks of a file, in order.
pub(super) struct Chunks {
    source: Opened,
    size: usize,
    /// The number of bytes before the next chunk.
    done: u64,
    /// The next chunk of a reader, which can be read only once.
    read: Option<Bytes>,
    on_progress: Option<OnProgress>,
    /// The hash of the bytes before the next chunk, if it is wanted.
    hash: Option<digest::Context>,
}

/// A chunk; it can be sent any number of times.
pub(super) struct Chunk {
    pub(super) start: u64,
    pub(super) file: File,
    hash: Option<RunningHash>,
}

impl Chunk {
    pub(super) fn end(&self) -> u64 {
        self.start + self.file.length()
    }

    /// The hash of the file up to its end, once it was sent.
    pub(super) fn hash(&self) -> Option<digest::Context> {
        self.hash.as_ref()?.after()
    }
}

impl Chunks {
    pub(super) fn new(source: Opened, size: usize, on_progress: Option<OnProgress>, is_hashed: bool) -> Self {
        Self {
            source,
            size,
            done: 0,
            read: None,
            on_progress,
            hash: is_hashed.then(|| digest::Context::new(&digest::SHA256)),
        }
    }

    /// The next chunk; `None` at the end.
    pub(super) async fn peek(&mut self) -> Result<Option<Chunk>, Error> {
        let (chunk, total) = match &mut self.source {
            Opened::File(file, _) => (file.part(self.done, self.size as u64), Some(file.length())),
            Opened::Reader(reader, _) => {
                let bytes = match self.read.take() {
                    Some(bytes) => bytes,
                    None => read(reader, self.size).await?,
                };
                self.read = Some(bytes.clone());
                (File::in_memory(bytes), None)
            }
        };
        let start = self.done;
        let on_progress = self.on_progress.clone().map(|whole| whole.of_part(start, total));
        let hash = self.hash.clone().map(RunningHash::new);
        Ok((chunk.length() > 0).then(|| Chunk {
            start,
            file: chunk.with_progress(on_progress).with_hash(hash.clone()),
            hash,
        }))
    }

    /// Goes on with the chunk after this one, which was sent.
    pub(super) fn advance(&mut self, sent: &Chunk) {
        self.done = sent.end();
        self.read = None;
        if self.hash.is_some() {
            self.hash = sent.hash();
        }
    }

    /// Goes on after this many bytes, if they have this hash and chunks end there.
    pub(super) async fn skip(&mut self, length: u64, hash: &str) -> bool {
        let Opened::File(file, _) = &self.source else {
            return false;
        };
        if !length.is_multiple_of(self.size as u64) && length != file.length() {
            return false;
        }
        let file = file.clone();
        let read = move || file.hash_of_first(length);
        let context = match tokio::runtime::Handle::try_current() {
            Ok(runtime) => runtime.spawn_blocking(read).await.ok().flatten(),
            Err(_) => read(),
        };
        let Some(context) = context.filter(|context| hex(context) == hash) else {
            return false;
        };
        self.hash = Some(context);
        self.done = length;
        true
    }

    /// Goes back to the beginning; not with a reader, which can be read only once.
    pub(super) fn rewind(&mut self) -> bool {
        self.done = 0;
        if self.hash.is_some() {
            self.hash = Some(digest::Context::new(&digest::SHA256));
        }
        matches!(self.source, Opened::File(..))
    }

    /// An error if the file has changed since it was opened.
    pub(super) fn check_unchanged(&self) -> Result<(), Error> {
        match &self.source {
            Opened::File(file, _) => check_unchanged(file),
            Opened::Reader(..) => Ok(()),
        }
    }
}

/// An error if a file has changed since it was opened.
pub(in crate::site) fn check_unchanged(file: &File) -> Result<(), Error> {
    if file.is_unchanged() {
        return Ok(());
    }
    let message = "the file changed while it was sent, and was not published".to_owned();
    Err(Error::new(ErrorKind::File, message).with_hint("Send it again once nothing writes to it."))
}

/// A hash as text.
pub(super) fn hex(hash: &digest::Context) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for byte in hash.clone().finish().as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The next bytes of a reader: as many as requested, fewer at its end, none after it.
async fn read(reader: &mut (impl AsyncRead + Unpin), size: usize) -> Result<Bytes, Error> {
    let mut chunk = BytesMut::with_capacity(size);
    while chunk.len() < size {
        let rest = size - chunk.len();
        let read = reader.read_buf(&mut (&mut chunk).limit(rest)).await;
        if read.map_err(|error| unreadable("the file to upload cannot be read", error))? == 0 {
            break;
        }
    }
    Ok(chunk.freeze())
}
