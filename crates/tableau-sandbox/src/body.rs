//! The body of an answer: a document that is whole, or a file that is read as it is sent.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

use crate::files::Content;

/// The body of an answer; its length is known before it is sent.
pub struct ResponseBody {
    source: Source,
    /// How many bytes have been sent.
    sent: u64,
}

enum Source {
    Bytes(Bytes),
    File(Content),
}

impl ResponseBody {
    pub(crate) fn file(content: Content) -> Self {
        Self {
            source: Source::File(content),
            sent: 0,
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
        match &self.source {
            Source::Bytes(bytes) => bytes.len() as u64,
            Source::File(content) => content.length(),
        }
    }
}

impl From<Bytes> for ResponseBody {
    fn from(bytes: Bytes) -> Self {
        Self {
            source: Source::Bytes(bytes),
            sent: 0,
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        let chunk = match &self.source {
            Source::Bytes(bytes) => Ok(bytes.clone()),
            // Reading a chunk of a local file is faster than handing the read to another thread.
            Source::File(content) => content.read_at(self.sent),
        };
        let chunk = chunk.inspect(|chunk| self.sent += chunk.len() as u64);
        Poll::Ready(Some(chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.sent >= self.length()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length().saturating_sub(self.sent))
    }
}

impl fmt::Debug for ResponseBody {
    // A document can have a token in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ResponseBody({} bytes)", self.length())
    }
}
