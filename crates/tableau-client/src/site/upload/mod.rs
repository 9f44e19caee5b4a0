//! Uploads of files, chunk by chunk: of a reader, one chunk is in memory; of a file on disk, a few pieces of one.
//!
//! The API has no offset and no call for the state of an upload: appending a chunk twice makes another file. Its one sign is the size that it answers
//! with after each chunk, in megabytes. So chunks are whole megabytes, a chunk whose answer was lost is sent again, and a size other than that of what
//! was sent begins the upload anew.

pub(super) mod attempt;
mod chunks;
pub(super) mod journal;
mod stored;

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use tableau_wire::rest::FileUpload;
use tableau_wire::rest::file_uploads::{AppendToFileUpload, InitiateFileUpload, MAX_CHUNK};
use tableau_wire::{Endpoint as _, FilePart, Id, Multipart};

use super::Site;
use super::source::{Opened, Source};
use crate::core::{Outcome, Tries};
use crate::error::{Error, ErrorKind, Reached};
use crate::mode::{Async, Mode};
use crate::transport::OnProgress;
use chunks::{Chunk, Chunks};
use journal::Journal;
use stored::Stored;

pub(super) use chunks::check_unchanged;

const MEGABYTE: usize = 1024 * 1024;
/// As large as those of Tableau's own library: each chunk waits for the answer to the one before it, and of a file only a few pieces are in memory.
const CHUNK_MEGABYTES: usize = 50;
/// The chunks of a reader, each of which is in memory as a whole, and those of an upload with a journal, which is resumed after the last of them.
const SMALL_MEGABYTES: usize = 10;

/// How large chunks are, unless something else is asked for.
pub(super) fn chunk_megabytes(source: &Opened, journal: Option<&Journal>, asked: Option<usize>) -> usize {
    asked.unwrap_or(match (source, journal) {
        (Opened::File(..), None) => CHUNK_MEGABYTES,
        _ => SMALL_MEGABYTES,
    })
}

/// An upload that has not begun yet: `.await` it, or `.send()` it.
#[derive(Debug)]
#[must_use = "an upload is begun by `.await` or by `.send()`"]
pub struct Upload<M: Mode = Async> {
    site: Site<M>,
    source: Source,
    chunk_megabytes: Option<usize>,
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
            chunk_megabytes: None,
        }
    }
}

impl<M: Mode> Upload<M> {
    /// Sends chunks of this many megabytes, from 1 to 64, instead of 50 of a file and 10 of a reader,
    /// whose chunks are in memory.
    ///
    /// Whole megabytes, because servers count in them.
    pub fn chunk_megabytes(mut self, megabytes: usize) -> Self {
        self.chunk_megabytes = Some(megabytes);
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
        let plan = Plan {
            chunk_megabytes: chunk_megabytes(&opened, None, self.chunk_megabytes),
            on_progress: None,
        };
        upload(&self.site, opened, &plan, None).await
    }
}

/// How a file is uploaded.
pub(super) struct Plan {
    pub(super) chunk_megabytes: usize,
    pub(super) on_progress: Option<OnProgress>,
}

/// How often an upload is begun anew where the server has something else than was sent; once, where it has none.
const RESTARTS: u32 = 2;

/// Uploads a file in chunks; goes on with the upload of the journal, if it has one of this file.
pub(super) async fn upload<M: Mode>(
    site: &Site<M>,
    source: Opened,
    plan: &Plan,
    mut journal: Option<&mut Journal>,
) -> Result<Id<FileUpload>, Error> {
    let size = plan.chunk_megabytes.saturating_mul(MEGABYTE);
    if !(MEGABYTE..=MAX_CHUNK).contains(&size) {
        let message = format!("a chunk of {} megabytes cannot be sent", plan.chunk_megabytes);
        return Err(Error::new(ErrorKind::Input, message).with_hint("Take 1 to 64 megabytes."));
    }
    let mut chunks = Chunks::new(source, size, plan.on_progress.clone(), journal.is_some());
    // Read before anything is sent, so that an unreadable file leaves nothing behind at the server.
    if chunks.peek().await?.is_none() {
        return Err(
            Error::new(ErrorKind::Input, "the file to upload is empty".to_owned())
                .with_hint("Check the path, and that a reader stands at its beginning."),
        );
    }
    let mut id = None;
    if let Some(journal) = journal.as_deref_mut()
        && let Some((upload, done)) = journal.upload()
        && chunks.skip(done, journal.hash()).await
    {
        id = Some(upload);
    }
    // The chunk after the last that the journal knows may be stored already.
    let mut unsure = id.is_some();
    let mut was_gone = false;
    for restart in 0..=RESTARTS {
        let upload = match id.take() {
            Some(upload) => upload,
            None => {
                let upload = initiate(site).await?;
                if let Some(journal) = journal.as_deref_mut() {
                    journal.begin(&upload)?;
                }
                upload
            }
        };
        match append_all(site, &upload, &mut chunks, journal.as_deref_mut(), unsure).await {
            Ok(()) => {
                chunks.check_unchanged()?;
                return Ok(upload);
            }
            Err(Stopped::Lost(error)) => {
                chunks.check_unchanged()?;
                let is_gone_again = error.kind() == ErrorKind::NotFound && was_gone;
                if restart == RESTARTS || is_gone_again || !chunks.rewind() {
                    return Err(error);
                }
                was_gone |= error.kind() == ErrorKind::NotFound;
                tracing::debug!(%error, "the upload begins anew");
            }
            Err(Stopped::Failed(error)) => {
                chunks.check_unchanged()?;
                return Err(error);
            }
        }
        unsure = false;
    }
    // The last round returns.
    Err(Error::new(
        ErrorKind::UploadInconsistent,
        "the upload has no end".to_owned(),
    ))
}

async fn initiate<M: Mode>(site: &Site<M>) -> Result<Id<FileUpload>, Error> {
    // The server forgets an upload that is not used.
    let upload = site
        .send_as_idempotent(InitiateFileUpload)
        .await?
        .upload_session_id;
    if upload.is_empty() {
        let message = format!(
            "{}: the server gave no identifier",
            InitiateFileUpload::OPERATION.full_name()
        );
        return Err(Error::new(ErrorKind::Decode, message));
    }
    Ok(upload)
}

/// Why an upload did not come to its end.
enum Stopped {
    /// What the server has of it cannot be gone on with.
    Lost(Error),
    Failed(Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Self {
        match error.kind() {
            // The session of the upload is gone.
            ErrorKind::NotFound => Self::Lost(error),
            _ => Self::Failed(error),
        }
    }
}

/// Appends the chunks that are left; `unsure` says that the first may be there already.
async fn append_all<M: Mode>(
    site: &Site<M>,
    upload: &Id<FileUpload>,
    chunks: &mut Chunks,
    mut journal: Option<&mut Journal>,
    mut unsure: bool,
) -> Result<(), Stopped> {
    while let Some(chunk) = chunks.peek().await? {
        append(site, upload, &chunk, unsure).await?;
        chunks.advance(&chunk);
        unsure = false;
        if let Some(journal) = journal.as_deref_mut() {
            journal.acknowledge(chunk.end(), chunk.hash().as_ref())?;
        }
    }
    Ok(())
}

/// Appends a chunk, again if its answer is lost; `unsure` says that it may be there already.
async fn append<M: Mode>(
    site: &Site<M>,
    upload: &Id<FileUpload>,
    chunk: &Chunk,
    mut unsure: bool,
) -> Result<(), Stopped> {
    let stored = Stored {
        before: chunk.start,
        chunk: chunk.file.length(),
    };
    let mut tries = Tries::of(&site.core().bounds, true, None).also_late();
    loop {
        if unsure && !stored.tells_one_from_two() {
            return Err(Stopped::Lost(stored.uncertain()));
        }
        let mut call = AppendToFileUpload::new(upload.clone(), Multipart::default());
        call.chunk.file = Some(FilePart::new("file"));
        // The policy of calls does not repeat it, since alone it is not idempotent: with the check of the size, it is.
        match site.send_if_refused_again(call, Some(chunk.file.clone())).await {
            Ok(answer) => {
                return stored
                    .check(answer.file_size.as_deref(), unsure)
                    .map_err(Stopped::Lost);
            }
            Err(error) => {
                if !chunk.file.is_unchanged() {
                    return Err(Stopped::Failed(error));
                }
                unsure |= error.reached() != Reached::No;
                let Some(pause) = tries.next(Outcome::of_error(&error)) else {
                    return Err(error.into());
                };
                tokio::time::sleep(pause).await;
            }
        }
    }
}

impl IntoFuture for Upload<Async> {
    type Output = Result<Id<FileUpload>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
