//! Sources of files to send: a path, bytes, or a reader.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::error::{Error, ErrorKind};
use crate::files::FileKind;
use crate::transport::File;

/// The source of a file to send: a path, bytes, or a reader.
///
/// A path and bytes can be sent again. A reader can be read only once, so it is sent in chunks: one that was refused for a dead session, or did not
/// reach the server, is sent again. Where the answer to a chunk is lost, the upload of a file begins anew, and that of a reader ends with
/// [`ErrorKind::UploadInconsistent`]: put what a reader gives into a file first if that matters.
pub struct Source(Kind);

enum Kind {
    Path(PathBuf),
    Bytes(Bytes),
    Reader(Reader),
}

pub(super) type Reader = Box<dyn AsyncRead + Send + Unpin>;

/// A source after it was opened and its kind found out.
pub(super) enum Opened {
    /// It can be read any number of times.
    File(File, FileKind),
    /// It can be read once.
    Reader(Reader, FileKind),
}

impl Opened {
    /// The same once more, unless it is a reader.
    pub(super) fn again(&self) -> Option<Self> {
        match self {
            Self::File(file, kind) => Some(Self::File(file.clone(), *kind)),
            Self::Reader(..) => None,
        }
    }

    /// The length, if it can be known before the end.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::File(file, _) => Some(file.length()),
            Self::Reader(..) => None,
        }
    }

    pub(super) fn kind(&self) -> FileKind {
        match self {
            Self::File(_, kind) | Self::Reader(_, kind) => *kind,
        }
    }
}

impl Source {
    /// Bytes that are in memory.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Kind::Bytes(bytes.into()))
    }

    /// A reader, from its current position to its end.
    pub fn reader(reader: impl AsyncRead + Send + Unpin + 'static) -> Self {
        Self(Kind::Reader(Box::new(reader)))
    }

    /// The name of the file without its extension, if it has one.
    pub(super) fn stem(&self) -> Option<String> {
        match &self.0 {
            Kind::Path(path) => Some(path.file_stem()?.to_str()?.to_owned()),
            Kind::Bytes(_) | Kind::Reader(_) => None,
        }
    }

    /// The extension of the file, if it has one.
    pub(super) fn extension(&self) -> Option<String> {
        match &self.0 {
            Kind::Path(path) => Some(path.extension()?.to_str()?.to_owned()),
            Kind::Bytes(_) | Kind::Reader(_) => None,
        }
    }

    /// Reads a document of at most this many bytes.
    pub(super) async fn text(self, limit: usize) -> Result<String, Error> {
        let bytes = match self.0 {
            Kind::Path(path) => {
                let unopened = |error| unreadable(&format!("{} cannot be opened", path.display()), error);
                let file = tokio::fs::File::open(&path).await.map_err(unopened)?;
                read_at_most(file, limit).await?
            }
            Kind::Bytes(bytes) => bytes.to_vec(),
            Kind::Reader(reader) => read_at_most(reader, limit).await?,
        };
        if bytes.len() > limit {
            let message = format!("the document to send has more than {limit} bytes");
            return Err(Error::new(ErrorKind::TooLarge, message));
        }
        String::from_utf8(bytes).map_err(|error| {
            let message = "the document to send is not valid UTF-8".to_owned();
            Error::new(ErrorKind::Input, message).caused_by(error)
        })
    }

    /// Opens it, and finds out its kind.
    pub(super) async fn open(self) -> Result<Opened, Error> {
        match self.0 {
            Kind::Path(path) => {
                let shown = path.display().to_string();
                let (file, beginning) = look(path)
                    .await
                    .map_err(|error| unreadable(&format!("{shown} cannot be opened"), error))?;
                Ok(Opened::File(file, FileKind::of(&beginning)))
            }
            Kind::Bytes(bytes) => {
                let kind = FileKind::of(&bytes);
                Ok(Opened::File(File::in_memory(bytes), kind))
            }
            Kind::Reader(mut reader) => {
                let mut beginning = Vec::new();
                let read = (&mut reader).take(BEGINNING).read_to_end(&mut beginning).await;
                read.map_err(|error| unreadable("the file to send cannot be read", error))?;
                let kind = FileKind::of(&beginning);
                Ok(Opened::Reader(
                    Box::new(io::Cursor::new(beginning).chain(reader)),
                    kind,
                ))
            }
        }
    }
}

/// Reads to the end, or one byte more than the limit.
async fn read_at_most(reader: impl AsyncRead + Unpin, limit: usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = reader.take(limit as u64 + 1).read_to_end(&mut bytes).await;
    read.map_err(|error| unreadable("the document to send cannot be read", error))?;
    Ok(bytes)
}

/// How many bytes tell the kind of a file.
const BEGINNING: u64 = 64;

/// The file at a path, and its first bytes.
async fn look(path: PathBuf) -> io::Result<(File, Vec<u8>)> {
    let mut beginning = Vec::new();
    let file = tokio::fs::File::open(&path).await?;
    file.take(BEGINNING).read_to_end(&mut beginning).await?;
    Ok((File::on_disk(path)?, beginning))
}

pub(super) fn unreadable(message: &str, error: io::Error) -> Error {
    Error::new(ErrorKind::Input, format!("{message}: {error}")).caused_by(error)
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
            Kind::Bytes(bytes) => write!(f, "Source({} bytes)", bytes.len()),
            Kind::Reader(_) => f.write_str("Source(reader)"),
        }
    }
}
