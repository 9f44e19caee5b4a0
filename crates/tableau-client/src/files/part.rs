//! A download on its way to disk: a temporary file beside its target, renamed when complete and removed otherwise.

use std::fs;
#[cfg(unix)]
use std::fs::Permissions;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread;

use bytes::Bytes;
use http::StatusCode;
use tableau_wire::{ApiError, ReplyError};
use tempfile::{Builder, NamedTempFile};
use tokio::sync::{mpsc, oneshot};

use super::expected::Expected;
use super::whole::{self, FileKind};
use crate::error::{Error, ErrorKind, Reached};

/// How many pieces wait for the disk at most.
const WAITING: usize = 4;
/// How many bytes are needed to tell the kind of a file.
const BEGINNING: usize = 64;
/// How long a document is at most that may be an error in place of a file.
const LONGEST_ERROR: u64 = 64 * 1024;

/// A file that was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// Where it is.
    pub path: PathBuf,
    /// How many bytes it has.
    pub bytes: u64,
    /// What it is, by its content.
    pub kind: FileKind,
}

/// The target of a download.
#[derive(Debug, Clone)]
pub(crate) enum Named {
    /// This path.
    File(PathBuf),
    /// In a folder, by this name, and with the extension that its content has.
    InFolder {
        folder: PathBuf,
        name: String,
        /// The extensions that it can have.
        types: &'static [&'static str],
        /// The extension that the server says it has.
        said: Option<String>,
    },
}

impl Named {
    fn folder(&self) -> &Path {
        match self {
            Self::File(path) => match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            },
            Self::InFolder { folder, .. } => folder,
        }
    }

    fn path(&self, kind: FileKind) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::InFolder {
                folder,
                name,
                types,
                said,
            } => match kind.extension(types, said.as_deref()) {
                Some(extension) => folder.join(format!("{name}.{extension}")),
                None => folder.join(name),
            },
        }
    }
}

/// Refuses an unusable target before anything is sent.
pub(crate) fn check_target(named: &Named, overwrite: bool) -> Result<(), Error> {
    if matches!(named, Named::File(path) if path.as_os_str().is_empty()) {
        let message = "the name of the file is empty".to_owned();
        return Err(Error::new(ErrorKind::Input, message).with_hint("Give the name of a file."));
    }
    let folder = named.folder();
    if !folder.is_dir() {
        let message = format!("there is no folder {}", folder.display());
        return Err(
            Error::new(ErrorKind::Input, message).with_hint("Make the folder first, or save elsewhere.")
        );
    }
    let Named::File(path) = named else {
        return Ok(());
    };
    if path.is_dir() {
        let message = format!("{} is a folder", path.display());
        return Err(Error::new(ErrorKind::Input, message).with_hint("Give the name of a file in it."));
    }
    match fs::symlink_metadata(path) {
        Ok(_) if !overwrite => Err(exists(path)),
        // A device or a pipe would be replaced by the file.
        Ok(there) if !there.is_file() && !there.is_symlink() => {
            let message = format!("{} is no file", path.display());
            Err(Error::new(ErrorKind::Input, message).with_hint("Save to another name."))
        }
        _ => Ok(()),
    }
}

fn exists(path: &Path) -> Error {
    Error::new(ErrorKind::Input, format!("{} exists already", path.display()))
        .with_hint("Save to another name, or ask for it to be overwritten.")
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    let message = format!("{} cannot be written: {error}", path.display());
    Error::new(ErrorKind::File, message).caused_by(error)
}

/// A file that is written by a thread of its own while its bytes arrive. Dropped before it is finished, it leaves nothing behind.
pub(crate) struct Saving {
    messages: mpsc::Sender<Message>,
    /// Ends when the thread has ended, and its file is gone or has its name.
    ended: oneshot::Receiver<()>,
    /// Why the thread stopped before its end.
    failure: Arc<OnceLock<Error>>,
}

enum Message {
    Piece(Bytes),
    Finish(oneshot::Sender<Result<Saved, Error>>),
}

impl Saving {
    pub(crate) fn begin(named: Named, overwrite: bool, expected: Expected) -> Result<Self, Error> {
        let file = temporary(named.folder()).map_err(|error| unwritable(named.folder(), error))?;
        let part = Part {
            file,
            named,
            overwrite,
            expected,
            beginning: Vec::new(),
            bytes: 0,
        };
        let (messages, arriving) = mpsc::channel(WAITING);
        let failure = Arc::new(OnceLock::new());
        let told = Arc::clone(&failure);
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new().name("tableau-client file".to_owned());
        let run = move || {
            part.run(arriving, &told);
            // Nothing is wrong if no one waits for it.
            let _ = end.send(());
        };
        thread.spawn(run).map_err(|error| {
            let message = "no thread could be started to write the file".to_owned();
            Error::new(ErrorKind::Setup, message).caused_by(error)
        })?;
        Ok(Self {
            messages,
            ended,
            failure,
        })
    }

    /// Writes the next bytes; waits while the disk is slower than the network.
    pub(crate) async fn write(&self, piece: Bytes) -> Result<(), Error> {
        let sent = self.messages.send(Message::Piece(piece)).await;
        sent.map_err(|_| self.stopped())
    }

    /// Checks that the file is whole, syncs it and gives it its name.
    pub(crate) async fn finish(self) -> Result<Saved, Error> {
        let (tell, outcome) = oneshot::channel();
        let sent = self.messages.send(Message::Finish(tell)).await;
        sent.map_err(|_| self.stopped())?;
        outcome.await.unwrap_or_else(|_| Err(self.stopped()))
    }

    /// Removes what was written, and waits until it is gone.
    pub(crate) async fn abandon(self) {
        drop(self.messages);
        let _ = self.ended.await;
    }

    fn stopped(&self) -> Error {
        self.failure
            .get()
            .cloned()
            .unwrap_or_else(|| Error::new(ErrorKind::File, "the file was not written to its end".to_owned()))
    }
}

/// A file with a name of its own beside its place; it removes itself when it is dropped.
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Less the umask: once saved, it is a file like any other.
        builder.permissions(Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

struct Part {
    file: NamedTempFile,
    named: Named,
    overwrite: bool,
    expected: Expected,
    /// The first bytes, by which its kind is known.
    beginning: Vec<u8>,
    bytes: u64,
}

impl Part {
    fn run(mut self, mut arriving: mpsc::Receiver<Message>, failure: &OnceLock<Error>) {
        while let Some(message) = arriving.blocking_recv() {
            match message {
                Message::Piece(piece) => {
                    if let Err(error) = self.write(&piece) {
                        failure.get_or_init(|| unwritable(self.named.folder(), error));
                        return;
                    }
                }
                Message::Finish(tell) => {
                    let _ = tell.send(self.finish());
                    return;
                }
            }
        }
    }

    fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        let missing = BEGINNING - self.beginning.len();
        self.beginning.extend(piece.iter().take(missing));
        self.bytes += piece.len() as u64;
        self.file.write_all(piece)
    }

    /// The error that came in place of the file, with a status of success.
    fn error_document(&mut self) -> io::Result<Option<ApiError>> {
        if self.bytes > LONGEST_ERROR {
            return Ok(None);
        }
        let mut whole = Vec::new();
        let file = self.file.as_file_mut();
        file.rewind()?;
        file.read_to_end(&mut whole)?;
        Ok(ApiError::in_success(&whole))
    }

    fn finish(mut self) -> Result<Saved, Error> {
        let kind = FileKind::of(&self.beginning);
        let path = self.named.path(kind);
        let failed = |error| unwritable(&path, error);
        if let Some(error) = self.error_document().map_err(failed)? {
            return Err(Error::of_reply(StatusCode::OK, ReplyError::Api(error)).reached_as(Reached::Yes));
        }
        let is_whole = whole::is_whole(self.file.as_file_mut(), kind).map_err(failed)?;
        self.expected.check(kind, self.bytes, is_whole)?;
        self.file.as_file().sync_all().map_err(failed)?;
        let placed = match self.overwrite {
            true => self.file.persist(&path),
            false => self.file.persist_noclobber(&path),
        };
        placed.map_err(|refused| match refused.error.kind() {
            io::ErrorKind::AlreadyExists => exists(&path),
            _ => unwritable(&path, refused.error),
        })?;
        sync_folder(self.named.folder()).map_err(failed)?;
        Ok(Saved {
            bytes: self.bytes,
            kind,
            path,
        })
    }
}

/// Syncs a folder, so that a new name in it survives a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Windows has no such call for folders.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
