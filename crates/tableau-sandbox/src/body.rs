//! The body of an answer: a document that is whole, or a file that is read as it is sent.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

use crate::files::Content;
use crate::pace::Pace;

/// The body of an answer; its length is known before it is sent.
pub struct ResponseBody {
    source: Source,
    /// How many bytes have been sent.
    sent: u64,
    /// Where it ends, if a fault cuts it.
    cut: Option<u64>,
    /// `None` if it is sent at once.
    pace: Option<Pace>,
}

enum Source {
    Bytes(Bytes),
    File(Content),
}

impl ResponseBody {
    pub(crate) fn file(content: Content) -> Self {
        Self::of(Source::File(content))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            sent: 0,
            cut: None,
            pace: None,
        }
    }

    /// The same body, which ends after so many bytes as if that were all.
    pub(crate) fn cut_at(mut self, bytes: u64) -> Self {
        self.cut = Some(bytes);
        self
    }

    /// The same body, which is not sent at once.
    pub(crate) fn paced(mut self, pace: Pace) -> Self {
        self.pace = Some(pace);
        self
    }

    /// The body, if it is a document in memory.
    pub(crate) fn document(&self) -> Option<&Bytes> {
        match &self.source {
            Source::Bytes(bytes) => Some(bytes),
            Source::File(_) => None,
        }
    }

    /// The whole body, in memory: for documents and small files.
    ///
    /// # Errors
    /// A file that cannot be read to its end.
    pub async fn bytes(self) -> io::Result<Bytes> {
        Ok(self.collect().await?.to_bytes())
    }

    fn length(&self) -> u64 {
        let length = match &self.source {
            Source::Bytes(bytes) => bytes.len() as u64,
            Source::File(content) => content.length(),
        };
        self.cut.map_or(length, |cut| cut.min(length))
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        Self::of(Source::Bytes(bytes))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        let sent = self.sent;
        let room = match &mut self.pace {
            Some(pace) => match ready!(pace.poll_room(context, sent)) {
                Ok(room) => room,
                Err(error) => return Poll::Ready(Some(Err(error))),
            },
            None => u64::MAX,
        };
        let chunk = match &self.source {
            Source::Bytes(bytes) => Ok(rest(bytes, sent)),
            // Reading a chunk of a local file is faster than handing the read to another thread.
            Source::File(content) => content.read_at(sent),
        };
        let room = usize::try_from(room.min(self.length() - sent)).unwrap_or(usize::MAX);
        let chunk = chunk.map(|mut chunk| {
            chunk.truncate(room);
            self.sent += chunk.len() as u64;
            chunk
        });
        Poll::Ready(Some(chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.sent >= self.length()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length().saturating_sub(self.sent))
    }
}

/// What follows after so many bytes.
fn rest(bytes: &Bytes, sent: u64) -> Bytes {
    let sent = usize::try_from(sent).map_or(bytes.len(), |sent| sent.min(bytes.len()));
    bytes.slice(sent..)
}

impl fmt::Debug for ResponseBody {
    // A document can have a token in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseBody({} bytes)", self.length())
    }
}
