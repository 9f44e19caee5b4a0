//! The bodies of answers: documents in memory, and what is received piece by piece.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body, Frame, SizeHint};

use super::pace::Watched;
use super::{Timeouts, TransportError};

/// The body of an answer, as it arrives.
///
/// It is an [`http_body::Body`]; [`chunk`](Self::chunk) gives the next piece, [`collect`](Self::collect) all of a document.
pub struct ResponseBody(Inner);

enum Inner {
    InMemory(Option<Bytes>),
    Arriving(Pin<Box<dyn Body<Data = Bytes, Error = TransportError> + Send>>),
}

impl ResponseBody {
    /// A body that arrives piece by piece.
    pub fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes, Error: Into<TransportError>> + Send + 'static,
    {
        Self(Inner::Arriving(Box::pin(Mapped(Box::pin(body)))))
    }

    /// The next piece of the body; `None` after its end.
    ///
    /// # Errors
    /// A connection that breaks.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        poll_fn(|context| self.poll_chunk(context)).await.transpose()
    }

    /// Reads the whole body, up to a limit in bytes.
    ///
    /// # Errors
    /// A connection that breaks, and a body above the limit.
    pub async fn collect(mut self, limit: usize) -> Result<Bytes, TransportError> {
        if self.size_hint().lower() > limit as u64 {
            return Err(TransportError::too_large(limit));
        }
        if let Inner::InMemory(bytes) = &mut self.0 {
            return Ok(bytes.take().unwrap_or_default());
        }
        // As long as the server says: growing would copy it once more.
        let length = usize::try_from(self.size_hint().lower()).unwrap_or(limit);
        let mut whole = BytesMut::with_capacity(length);
        while let Some(chunk) = self.chunk().await? {
            if whole.len() + chunk.len() > limit {
                return Err(TransportError::too_large(limit));
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// Reads the beginning of the body, up to a limit in bytes; the rest is not read.
    pub(crate) async fn beginning(mut self, limit: usize) -> Result<Bytes, TransportError> {
        let mut whole = BytesMut::new();
        while whole.len() < limit
            && let Some(chunk) = self.chunk().await?
        {
            let left = limit - whole.len();
            whole.extend_from_slice(chunk.get(..left).unwrap_or(&chunk));
        }
        Ok(whole.freeze())
    }

    /// A body that was read already; empty for one that was not.
    pub(crate) fn into_read(self) -> Bytes {
        match self.0 {
            Inner::InMemory(bytes) => bytes.unwrap_or_default(),
            Inner::Arriving(_) => Bytes::new(),
        }
    }

    /// The same body, which fails if it stalls.
    pub(crate) fn watched(self, timeouts: &Timeouts) -> Self {
        match self.0 {
            Inner::InMemory(_) => self,
            Inner::Arriving(_) => Self(Inner::Arriving(Box::pin(Watched::new(self, timeouts)))),
        }
    }

    /// The same body, which calls a function with its number of bytes when it ends or is dropped.
    #[must_use]
    pub fn counted(self, over: impl FnOnce(u64) + Send + 'static) -> Self {
        Self(Inner::Arriving(Box::pin(Counted {
            body: self,
            count: 0,
            over: Some(Box::new(over)),
        })))
    }

    pub(crate) fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        loop {
            let Some(frame) = ready!(Pin::new(&mut *self).poll_frame(context)) else {
                return Poll::Ready(None);
            };
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) => return Poll::Ready(Some(Ok(data))),
                // Trailers are ignored.
                Ok(Err(_)) => {}
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl From<Bytes> for ResponseBody {
    /// A body that is in memory.
    fn from(bytes: Bytes) -> Self {
        Self(Inner::InMemory(Some(bytes)))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        match &mut self.0 {
            Inner::InMemory(bytes) => {
                let bytes = bytes.take().filter(|bytes| !bytes.is_empty());
                Poll::Ready(bytes.map(|bytes| Ok(Frame::data(bytes))))
            }
            Inner::Arriving(body) => body.as_mut().poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Inner::InMemory(bytes) => bytes.as_ref().is_none_or(Bytes::is_empty),
            Inner::Arriving(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Inner::InMemory(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Inner::Arriving(body) => body.size_hint(),
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size_hint().exact() {
            Some(length) => write!(f, "ResponseBody({length} bytes)"),
            None => f.write_str("ResponseBody"),
        }
    }
}

/// A body whose errors are `TransportError`s.
struct Mapped<B>(Pin<Box<B>>);

impl<B: Body<Data = Bytes, Error: Into<TransportError>>> Body for Mapped<B> {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        self.0
            .as_mut()
            .poll_frame(context)
            .map(|frame| frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

/// A body that counts its bytes.
struct Counted {
    body: ResponseBody,
    count: u64,
    over: Option<Box<dyn FnOnce(u64) + Send>>,
}

impl Counted {
    fn finish(&mut self) {
        if let Some(over) = self.over.take() {
            over(self.count);
        }
    }
}

impl Body for Counted {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => self.count += frame.data_ref().map_or(0, Bytes::len) as u64,
            Some(Err(_)) | None => self.finish(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.finish();
    }
}
