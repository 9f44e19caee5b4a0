//! Files from the server: as a stream, or saved.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io::{self, Read};
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes};
use futures_core::Stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use tableau_wire::endpoint::is_web_page;
use tableau_wire::{Content, Endpoint};

use super::Site;
use crate::cancel::{Cancel, Cancelled, cancelled_before_its_end, unless_cancelled};
use crate::core::{Outcome, Tries};
use crate::error::{Bound, Error, ErrorKind, Reached};
use crate::files::{Expected, Named, Saved, Saving, check_target, from_disposition, harmless_file_name};
use crate::mode::{Async, Blocking, Mode};
use crate::transport::{OnProgress, Progress, ResponseBody};

/// A download that has not begun yet: `.await` it (`.send()` if blocking) for its bytes as they arrive, or save it with [`to_file`](Self::to_file).
#[derive(Debug)]
#[must_use = "a download is begun by `.await`, `.send()` or `.to_file()`"]
pub struct Download<E: Endpoint<Reply = Content>, M: Mode = Async> {
    site: Site<M>,
    endpoint: E,
    overwrite: bool,
    on_progress: Option<OnProgress>,
    cancel: Option<Cancel>,
}

impl<M: Mode> Site<M> {
    /// Any call of the API that gives a file.
    pub fn download<E: Endpoint<Reply = Content>>(&self, endpoint: E) -> Download<E, M> {
        Download {
            site: self.clone(),
            endpoint,
            overwrite: false,
            on_progress: None,
            cancel: None,
        }
    }
}

impl<E: Endpoint<Reply = Content>, M: Mode> Download<E, M> {
    /// Changes any argument of the call.
    pub fn with(mut self, change: impl FnOnce(&mut E)) -> Self {
        change(&mut self.endpoint);
        self
    }

    /// Replaces an existing file, once the new one is complete.
    pub fn overwrite(mut self) -> Self {
        self.overwrite = true;
        self
    }

    /// Calls a function with the number of bytes that have arrived, repeatedly; it must not block.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(OnProgress::new(tell));
        self
    }

    /// Ends it when this is cancelled.
    pub fn cancel_by(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Requests the file, and gives its bytes as they arrive.
    ///
    /// # Errors
    /// [`ErrorKind::Foreign`] if a page for browsers comes instead of a file; what the server refuses it with.
    pub fn send(self) -> M::Output<Result<FileStream<M>, Error>> {
        let mode = self.site.mode().clone();
        mode.run(async move {
            let mode = self.site.mode().clone();
            let opening = open(&self.site, self.endpoint, self.on_progress);
            let mut arriving = unless_cancelled(self.cancel.clone(), opening).await?;
            arriving.cancelled = self.cancel.map(Cancel::into_future);
            Ok(FileStream {
                arriving: Some(arriving),
                rest: Bytes::new(),
                mode,
            })
        })
    }

    /// Saves the file under a name.
    ///
    /// The file is written under a temporary name beside its target, and renamed once it is complete and synced; a failure leaves nothing behind.
    /// One that breaks on its way is begun again, up to twice.
    /// It is complete if it has the length that the server said, and the end that its kind requires: a package's directory, XML's last tag.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] if the file exists already and was not to be [overwritten](Self::overwrite); [`ErrorKind::File`] if it cannot be written;
    /// [`ErrorKind::Interrupted`] if it did not arrive whole; [`ErrorKind::Foreign`] if a page for browsers came instead; what the server refuses it with.
    pub fn to_file(self, path: impl Into<PathBuf>) -> M::Output<Result<Saved, Error>>
    where
        E: Clone,
    {
        self.save(Named::File(path.into()))
    }

    /// Saves the file in a folder under a name, such as that of the workbook, [made harmless](harmless_file_name), and with the one of these extensions
    /// that its content has.
    pub(super) fn save_in(
        self,
        folder: PathBuf,
        name: &str,
        types: &'static [&'static str],
    ) -> M::Output<Result<Saved, Error>>
    where
        E: Clone,
    {
        self.save(Named::InFolder {
            folder,
            name: harmless_file_name(name),
            types,
            said: None,
        })
    }

    fn save(self, named: Named) -> M::Output<Result<Saved, Error>>
    where
        E: Clone,
    {
        let mode = self.site.mode().clone();
        mode.run(async move {
            let mut tries = Tries::of(&self.site.core().bounds, true, None);
            loop {
                let error = match self.save_once(named.clone()).await {
                    Ok(saved) => return Ok(saved),
                    Err(error) => error,
                };
                // What broke while the file came: whatever refused it was asked again already.
                // And a head is waited for long enough: not three times.
                let never_began = error
                    .timeout()
                    .is_some_and(|timeout| timeout.bound == Bound::Head);
                let is_broken = error.reached() == Reached::Unknown
                    && error.kind() != ErrorKind::Cancelled
                    && !never_began;
                let Some(pause) = is_broken.then(|| tries.next(Outcome::Broken)).flatten() else {
                    return Err(error);
                };
                tokio::time::sleep(pause).await;
            }
        })
    }

    async fn save_once(&self, mut named: Named) -> Result<Saved, Error>
    where
        E: Clone,
    {
        check_target(&named, self.overwrite)?;
        let opening = open(&self.site, self.endpoint.clone(), self.on_progress.clone());
        let mut arriving = unless_cancelled(self.cancel.clone(), opening).await?;
        if let Named::InFolder { said, .. } = &mut named {
            let file_name = arriving.file_name.as_deref();
            let extension = file_name.and_then(|name| name.rsplit_once('.'));
            *said = extension.map(|(_, extension)| extension.to_owned());
        }
        let saving = Saving::begin(named, self.overwrite, Expected::of(&E::OPERATION))?;
        let transfer = async {
            while let Some(piece) = arriving.next().await? {
                saving.write(piece).await?;
            }
            Ok(())
        };
        match unless_cancelled(self.cancel.clone(), transfer).await {
            Ok(()) => saving.finish().await,
            Err(error) => {
                saving.abandon().await;
                Err(error)
            }
        }
    }
}

/// Requests a file.
async fn open<E: Endpoint<Reply = Content>, M: Mode>(
    site: &Site<M>,
    endpoint: E,
    on_progress: Option<OnProgress>,
) -> Result<Arriving, Error> {
    let operation = E::OPERATION;
    let session = site.session();
    let renderings = &site.core().renderings;
    // The server has rendered it when its answer begins. A slow reader of the answer delays no other rendering.
    let rendering = renderings.begin(&operation, session.site_id().as_str()).await;
    let (head, body) = site.open(endpoint).await?.into_parts();
    drop(rendering);
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let media_type = text(CONTENT_TYPE).map(str::to_owned);
    if media_type
        .as_deref()
        .is_some_and(|media_type| media_type.starts_with("text/html"))
    {
        return Err(no_file(&operation.full_name()));
    }
    Ok(Arriving {
        call: operation.full_name(),
        file_name: text(CONTENT_DISPOSITION).and_then(from_disposition),
        media_type,
        total: text(CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        bytes: 0,
        body,
        on_progress,
        cancelled: None,
    })
}

/// The error of a page for browsers that came instead of a file.
fn no_file(call: &str) -> Error {
    let message = format!("{call}: a page for browsers came instead of the file");
    Error::new(ErrorKind::Foreign, message)
        .reached_as(Reached::Yes)
        .with_hint("Something between here and the server has answered: a gateway, a proxy, a sign-on. Nothing was saved.")
}

impl<E: Endpoint<Reply = Content>> IntoFuture for Download<E, Async> {
    type Output = Result<FileStream<Async>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// A file that arrives.
struct Arriving {
    call: String,
    file_name: Option<String>,
    media_type: Option<String>,
    /// The length that the server said.
    total: Option<u64>,
    bytes: u64,
    body: ResponseBody,
    on_progress: Option<OnProgress>,
    /// What ends it.
    cancelled: Option<Cancelled>,
}

impl Arriving {
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|context| self.poll_next(context))
            .await
            .transpose()
    }

    fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(cancelled) = &mut self.cancelled
            && cancelled.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Some(Err(cancelled_before_its_end())));
        }
        let piece = match ready!(self.body.poll_chunk(context)) {
            Some(Ok(piece)) => piece,
            Some(Err(error)) => {
                let error = Error::from(error);
                let message = format!("{} after {} bytes: {}", self.call, self.bytes, error.message());
                return Poll::Ready(Some(Err(Error::new(error.kind(), message)
                    .with_hint("Download it again.")
                    .reached_as(error.reached())
                    .timed_out(error.timeout())
                    .caused_by(error))));
            }
            None => return Poll::Ready(self.is_short().map(Err)),
        };
        if self.bytes == 0 && is_web_page(&piece) {
            return Poll::Ready(Some(Err(no_file(&self.call))));
        }
        self.bytes += piece.len() as u64;
        if let Some(on_progress) = &self.on_progress {
            on_progress.tell(Progress::new(self.bytes, self.total));
        }
        Poll::Ready(Some(Ok(piece)))
    }

    /// The error of a file of another length than the server said.
    fn is_short(&mut self) -> Option<Error> {
        let total = self.total.take().filter(|total| *total != self.bytes)?;
        let message = format!("{}: {} of {total} bytes arrived", self.call, self.bytes);
        let error = Error::new(ErrorKind::Interrupted, message).reached_as(Reached::Unknown);
        Some(error.with_hint("Download it again."))
    }
}

/// A file as it arrives: a `Stream` of its bytes, or an `Iterator` of them and [`Read`] if blocking.
///
/// It ends with an error if fewer bytes arrived than the server had said. Dropping it ends the download.
pub struct FileStream<M: Mode = Async> {
    /// `None` while a blocking call uses it, and after the end.
    arriving: Option<Arriving>,
    /// What a reader has not taken yet.
    rest: Bytes,
    mode: M,
}

impl<M: Mode> FileStream<M> {
    /// The length in bytes, if the server said it.
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.arriving.as_ref()?.total
    }

    /// The name that the server gave it, [made harmless](harmless_file_name).
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.arriving.as_ref()?.file_name.as_deref()
    }

    /// The media type, as the server said it.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.arriving.as_ref()?.media_type.as_deref()
    }
}

impl Stream for FileStream<Async> {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let Some(arriving) = &mut this.arriving else {
            return Poll::Ready(None);
        };
        let piece = ready!(arriving.poll_next(context));
        if !matches!(piece, Some(Ok(_))) {
            this.arriving = None;
        }
        Poll::Ready(piece)
    }
}

impl Iterator for FileStream<Blocking> {
    type Item = Result<Bytes, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.rest.is_empty() {
            return Some(Ok(std::mem::take(&mut self.rest)));
        }
        let mut arriving = self.arriving.take()?;
        let (arriving, piece) = self.mode.run(async move {
            let piece = arriving.next().await;
            (arriving, piece)
        });
        if let Ok(Some(_)) = piece {
            self.arriving = Some(arriving);
        }
        piece.transpose()
    }
}

impl Read for FileStream<Blocking> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.is_empty() {
            match self.next().transpose().map_err(io::Error::other)? {
                Some(piece) => self.rest = piece,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.rest.len());
        let (taken, _) = buffer.split_at_mut(length);
        self.rest.copy_to_slice(taken);
        Ok(length)
    }
}

impl<M: Mode> fmt::Debug for FileStream<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStream")
            .field("length", &self.length())
            .finish_non_exhaustive()
    }
}
