//! Uploads of files, chunk by chunk: no more than one chunk is in memory.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use bytes::{BufMut as _, Bytes, BytesMut};
use tableau_wire::rest::FileUpload;
use tableau_wire::rest::file_uploads::{AppendToFileUpload, InitiateFileUpload, MAX_CHUNK};
use tableau_wire::{Endpoint as _, FilePart, Id, Multipart};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::Site;
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Mode};

const MEGABYTE: usize = 1024 * 1024;
/// Large enough that the requests do not matter beside what they carry, small enough to send one again.
const CHUNK_MEGABYTES: usize = 10;

/// What is uploaded: a file by its path, or anything that can be read.
pub struct Source(Kind);

enum Kind {
    Path(PathBuf),
    Reader(Box<dyn AsyncRead + Send + Unpin>),
}

impl Source {
    /// Anything that can be read, from where it stands to its end.
    pub fn reader(reader: impl AsyncRead + Send + Unpin + 'static) -> Self {
        Self(Kind::Reader(Box::new(reader)))
    }

    async fn open(self) -> Result<Box<dyn AsyncRead + Send + Unpin>, Error> {
        match self.0 {
            Kind::Path(path) => match tokio::fs::File::open(&path).await {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(unreadable(&format!("{} cannot be opened", path.display()), error)),
            },
            Kind::Reader(reader) => Ok(reader),
        }
    }
}

impl<P: AsRef<Path>> From<P> for Source {
    /// A file by its path.
    fn from(path: P) -> Self {
        Self(Kind::Path(path.as_ref().to_owned()))
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Path(path) => f.debug_tuple("Source").field(path).finish(),
            Kind::Reader(_) => f.write_str("Source(reader)"),
        }
    }
}

/// An upload that has not begun yet: `.await` it, or `.send()` it.
#[derive(Debug)]
#[must_use = "an upload is begun by `.await` or by `.send()`"]
pub struct Upload<M: Mode = Async> {
    site: Site<M>,
    source: Source,
    chunk_megabytes: usize,
}

impl<M: Mode> Site<M> {
    /// Uploads a file in chunks, and gives the identifier by which the server knows it: something can be published from it then.
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
    /// Sends chunks of so many megabytes, from 1 to 64, instead of 10.
    ///
    /// They are whole megabytes because that is what servers count in.
    pub fn chunk_megabytes(mut self, megabytes: usize) -> Self {
        self.chunk_megabytes = megabytes;
        self
    }

    /// Uploads the file.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if the file cannot be read or is empty; what appending is refused with otherwise.
    pub fn send(self) -> M::Output<Result<Id<FileUpload>, Error>> {
        let mode = self.site.mode().clone();
        mode.run(self.run())
    }

    async fn run(self) -> Result<Id<FileUpload>, Error> {
        let size = self.chunk_megabytes.saturating_mul(MEGABYTE);
        if !(MEGABYTE..=MAX_CHUNK).contains(&size) {
            let message = format!("a chunk of {} megabytes cannot be sent", self.chunk_megabytes);
            return Err(Error::new(ErrorKind::Input, message).with_hint("Take 1 to 64 megabytes."));
        }
        let mut file = self.source.open().await?;
        // Before anything is sent: a file that cannot be read leaves nothing behind at the server.
        let mut chunk = next_chunk(&mut file, size).await?;
        if chunk.is_empty() {
            return Err(
                Error::new(ErrorKind::Input, "the file to upload is empty".to_owned())
                    .with_hint("Check the path, and that a reader stands at its beginning."),
            );
        }
        let upload = self
            .site
            .send_if_refused_again(InitiateFileUpload, &[])
            .await?
            .upload_session_id;
        if upload.is_empty() {
            let message = format!(
                "{}: the server gave no identifier",
                InitiateFileUpload::OPERATION.full_name()
            );
            return Err(Error::new(ErrorKind::Decode, message));
        }
        while !chunk.is_empty() {
            append(&self.site, &upload, chunk).await?;
            chunk = next_chunk(&mut file, size).await?;
        }
        Ok(upload)
    }
}

/// Sends one chunk, once: appending twice makes another file. Again only if the server refused it for a dead session, before storing anything.
async fn append<M: Mode>(site: &Site<M>, upload: &Id<FileUpload>, chunk: Bytes) -> Result<FileUpload, Error> {
    let call = AppendToFileUpload {
        upload_session_id: upload.clone(),
        chunk: Multipart {
            document: (),
            file: Some(FilePart::new("file")),
        },
    };
    site.send_if_refused_again(call, &chunk).await
}

/// The next bytes of a file: as many as were asked for, fewer at its end, none behind it.
async fn next_chunk(file: &mut (impl AsyncRead + Unpin), size: usize) -> Result<Bytes, Error> {
    let mut chunk = BytesMut::with_capacity(size);
    while chunk.len() < size {
        let rest = size - chunk.len();
        let read = file.read_buf(&mut (&mut chunk).limit(rest)).await;
        if read.map_err(|error| unreadable("the file to upload cannot be read", error))? == 0 {
            break;
        }
    }
    Ok(chunk.freeze())
}

fn unreadable(message: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::Input, format!("{message}: {error}")).caused_by(error)
}

impl IntoFuture for Upload<Async> {
    type Output = Result<Id<FileUpload>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
