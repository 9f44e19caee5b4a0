//! Uploads of files, chunk by chunk: of a reader, one chunk is in memory; of a file on disk, a few pieces of one.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use bytes::{BufMut as _, Bytes, BytesMut};
use tableau_wire::rest::FileUpload;
use tableau_wire::rest::file_uploads::{AppendToFileUpload, InitiateFileUpload, MAX_CHUNK};
use tableau_wire::{Endpoint as _, FilePart, Id, Multipart};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::Site;
use super::source::{Opened, Source, unreadable};
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Mode};
use crate::transport::{File, OnProgress};

pub(super) const MEGABYTE: usize = 1024 * 1024;
/// Large enough that the overhead of a request is negligible, small enough to send a chunk again.
pub(super) const CHUNK_MEGABYTES: usize = 10;

/// An upload that has not begun yet: `.await` it, or `.send()` it.
#[derive(Debug)]
#[must_use = "an upload is begun by `.await` or by `.send()`"]
pub struct Upload<M: Mode = Async> {
    site: Site<M>,
    source: Source,
    chunk_megabytes: usize,
}

impl<M: Mode> Site<M> {
    /// Uploads a file in chunks, and gives the identifier by which the server knows it, for publishing from it.
    ///
    /// ```no_run
    /// # async fn run(site: tableau_client::Site) -> tableau_client::Result<()> {
    /// let upload = site.upload("Superstore.twbx").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn upload(&self, source: impl Into<Source>) -> Upload<M> {
        Upload {
            site: self.clone(),
            source: source.into(),
            chunk_megabytes: CHUNK_MEGABYTES,
        }
    }
}

impl<M: Mode> Upload<M> {
    /// Sends chunks of this many megabytes, from 1 to 64, instead of 10.
    ///
    /// Whole megabytes, because servers count in them.
    pub fn chunk_megabytes(mut self, megabytes: usize) -> Self {
        self.chunk_megabytes = megabytes;
        self
    }

    /// Uploads the file.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if the file cannot be read or is empty; otherwise the server's error for appending.
    pub fn send(self) -> M::Output<Result<Id<FileUpload>, Error>> {
        let mode = self.site.mode().clone();
        mode.run(self.run())
    }

    async fn run(self) -> Result<Id<FileUpload>, Error> {
        let opened = self.source.open().await?;
        upload(&self.site, opened, self.chunk_megabytes, None).await
    }
}

/// Uploads a file in chunks of this many megabytes.
pub(super) async fn upload<M: Mode>(
    site: &Site<M>,
    source: Opened,
    chunk_megabytes: usize,
    on_progress: Option<OnProgress>,
) -> Result<Id<FileUpload>, Error> {
    let size = chunk_megabytes.saturating_mul(MEGABYTE);
    if !(MEGABYTE..=MAX_CHUNK).contains(&size) {
        let message = format!("a chunk of {chunk_megabytes} megabytes cannot be sent");
        return Err(Error::new(ErrorKind::Input, message).with_hint("Take 1 to 64 megabytes."));
    }
    let mut chunks = Chunks::new(source, size, on_progress);
    // Read before anything is sent, so that an unreadable file leaves nothing behind at the server.
    let Some(mut chunk) = chunks.next().await? else {
        return Err(
            Error::new(ErrorKind::Input, "the file to upload is empty".to_owned())
                .with_hint("Check the path, and that a reader stands at its beginning."),
        );
    };
    let upload = site
        .send_if_refused_again(InitiateFileUpload, None)
        .await?
        .upload_session_id;
    if upload.is_empty() {
        let message = format!(
            "{}: the server gave no identifier",
            InitiateFileUpload::OPERATION.full_name()
        );
        return Err(Error::new(ErrorKind::Decode, message));
    }
    loop {
        // Not idempotent: appending twice makes another file. Retried only if the server refused it for a dead session, before storing anything.
        let append = AppendToFileUpload::new(
            upload.clone(),
            Multipart {
                document: (),
                file: Some(FilePart::new("file")),
            },
        );
        site.send_if_refused_again(append, Some(chunk)).await?;
        match chunks.next().await? {
            Some(next) => chunk = next,
            None => return Ok(upload),
        }
    }
}

/// The chunks of a file, in order; each can be read any number of times.
struct Chunks {
    source: Opened,
    size: usize,
    /// The number of bytes before the next chunk.
    done: u64,
    on_progress: Option<OnProgress>,
}

impl Chunks {
    fn new(source: Opened, size: usize, on_progress: Option<OnProgress>) -> Self {
        Self {
            source,
            size,
            done: 0,
            on_progress,
        }
    }

    async fn next(&mut self) -> Result<Option<File>, Error> {
        let (chunk, total) = match &mut self.source {
            Opened::File(file, _) => (file.part(self.done, self.size as u64), Some(file.length())),
            Opened::Reader(reader, _) => (File::in_memory(read(reader, self.size).await?), None),
        };
        let before = self.done;
        self.done += chunk.length();
        let on_progress = self.on_progress.clone().map(|whole| whole.of_part(before, total));
        Ok((chunk.length() > 0).then(|| chunk.with_progress(on_progress)))
    }
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

impl IntoFuture for Upload<Async> {
    type Output = Result<Id<FileUpload>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
