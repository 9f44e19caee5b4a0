//! Connections that break on request.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use axum::body::Body;
use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use bytes::Bytes;
use http::Response;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::ResponseBody;
use crate::service::Afterwards;
use crate::tls::{Incoming, TlsListener};

/// A socket whose connections break on request.
pub(super) struct Breakable(pub(super) TcpListener);

impl Listener for Breakable {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.0).await;
        let wire = Wire::default();
        (Connection { stream, wire }, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that breaks on request.
pub(super) struct Connection {
    stream: TcpStream,
    wire: Wire,
}

/// By what a request breaks its connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Wire(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    end: End,
    /// The task that waits for bytes.
    reading: Option<Waker>,
}

/// How the connection is to end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum End {
    #[default]
    AsUsual,
    /// Now.
    Reset,
    /// Once the answer has left.
    Answered(Afterwards),
    /// The answer has left.
    Closed,
    /// With the next bytes of the client.
    ResetOnReuse,
}

impl Connected<IncomingStream<'_, Breakable>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Breakable>) -> Self {
        stream.io().wire.clone()
    }
}

impl Connected<IncomingStream<'_, TlsListener<Breakable>>> for Wire {
    fn connect_info(stream: IncomingStream<'_, TlsListener<Breakable>>) -> Self {
        stream.io().get_ref().0.wire.clone()
    }
}

impl Wire {
    /// Resets the connection: the client gets nothing more.
    pub(super) fn reset(&self) {
        self.end(End::Reset);
    }

    /// An answer that breaks the connection where its body breaks off, and afterwards if it says so.
    pub(super) fn carry(&self, response: Response<ResponseBody>) -> Response<Body> {
        let afterwards = response.extensions().get::<Afterwards>().copied();
        let wire = self.clone();
        response.map(|body| {
            Body::new(Carried {
                body,
                wire,
                afterwards,
            })
        })
    }

    fn end(&self, end: End) {
        let mut state = self.state();
        state.end = end;
        if let Some(reading) = state.reading.take() {
            reading.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic here leaves no partial change.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// An error if the connection is to be reset.
    fn check(&self) -> io::Result<()> {
        match self.wire.state().end {
            End::Reset => Err(io::ErrorKind::ConnectionReset.into()),
            End::AsUsual | End::Answered(_) | End::Closed | End::ResetOnReuse => Ok(()),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.check().is_err() {
            // What is closed with a linger of zero is reset. It fails only if the connection is gone already.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl Incoming for Connection {
    async fn begins_with_handshake(&mut self) -> io::Result<bool> {
        self.stream.begins_with_handshake().await
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let end = {
            let mut state = self.wire.state();
            match &mut state.reading {
                // The same task is cloned once.
                Some(reading) => reading.clone_from(context.waker()),
                reading => *reading = Some(context.waker().clone()),
            }
            state.end
        };
        self.check()?;
        if end == End::Closed {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if end == End::ResetOnReuse && buffer.filled().len() > before {
            buffer.set_filled(before);
            self.wire.reset();
            self.check()?;
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        let end = self.wire.state().end;
        match end {
            End::Answered(Afterwards::Close) => self.wire.end(End::Closed),
            End::Answered(Afterwards::ResetOnReuse) => self.wire.end(End::ResetOnReuse),
            End::AsUsual | End::Reset | End::Closed | End::ResetOnReuse => {}
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// The body of an answer, with its connection.
struct Carried {
    body: ResponseBody,
    wire: Wire,
    afterwards: Option<Afterwards>,
}

impl HttpBody for Carried {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Err(error)) = &frame
            && error.kind() == io::ErrorKind::ConnectionReset
        {
            self.wire.reset();
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

impl Drop for Carried {
    fn drop(&mut self) {
        if let Some(afterwards) = self.afterwards {
            self.wire.end(End::Answered(afterwards));
        }
    }
}
