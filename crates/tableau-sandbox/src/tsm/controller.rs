//! The socket of the controller: https only, with a certificate that can be replaced, and a process that can be stopped.

use std::fmt;
use std::io;
use std::net::{SocketAddr, TcpListener as Socket};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::serve::Listener;
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::service::Service;
use crate::clock::Clock;
use crate::start_error::StartError;
use crate::tls::{Incoming, SelfSigned, TlsListener, TsmCertificate};

/// The maximum size of a body, in bytes: settings files are a fraction of it.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// The process that listens: tests stop and restart it. Sessions and jobs outlive it.
///
/// While it is stopped, open connections are broken and new ones are closed before the handshake. Clones are the same process.
#[derive(Clone)]
pub struct Controller(Arc<Inner>);

struct Inner {
    clock: Clock,
    away: Mutex<Away>,
    /// Notified when all connections are to be closed.
    dropped: watch::Sender<()>,
    certificate: SelfSigned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Away {
    No,
    Until(Timestamp),
    UntilTold,
}

impl Controller {
    pub(crate) fn new(
        clock: Clock,
        directory: Option<&Path>,
        wanted: Option<TsmCertificate>,
    ) -> Result<Self, StartError> {
        Ok(Self(Arc::new(Inner {
            clock,
            away: Mutex::new(Away::No),
            dropped: watch::Sender::new(()),
            certificate: SelfSigned::set_up(directory, wanted)?,
        })))
    }

    /// Stops the process until [`start`](Self::start).
    pub fn stop(&self) {
        self.go(Away::UntilTold);
    }

    /// Starts the process, if it is stopped.
    pub fn start(&self) {
        *self.away() = Away::No;
    }

    /// Stops the process for this long, by the sandbox's clock.
    pub fn restart(&self, away: Duration) {
        let away = SignedDuration::try_from(away).unwrap_or(SignedDuration::MAX);
        let until = self.0.clock.now().checked_add(away);
        self.go(Away::Until(until.unwrap_or(Timestamp::MAX)));
    }

    /// Whether the process is running.
    #[must_use]
    pub fn is_up(&self) -> bool {
        match *self.away() {
            Away::No => true,
            Away::Until(time) => time <= self.0.clock.now(),
            Away::UntilTold => false,
        }
    }

    /// The SHA-256 of the certificate, as `openssl x509 -fingerprint -sha256` prints it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.0.certificate.fingerprint()
    }

    /// Shows another certificate from now on. Open connections are closed, as when a real controller restarts with another one.
    ///
    /// # Errors
    /// A directory that cannot be written to.
    pub fn replace_certificate(&self, certificate: TsmCertificate) -> Result<(), StartError> {
        self.0.certificate.replace(certificate)?;
        self.0.dropped.send_replace(());
        Ok(())
    }

    fn go(&self, away: Away) {
        *self.away() = away;
        self.0.dropped.send_replace(());
    }

    fn away(&self) -> std::sync::MutexGuard<'_, Away> {
        self.0.away.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Controller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Controller")
            .field("away", &*self.away())
            .field("fingerprint", &self.fingerprint())
            .finish_non_exhaustive()
    }
}

/// The listener and the service behind it.
pub(crate) struct Listening {
    pub(crate) socket: Socket,
    pub(crate) service: Service,
    pub(crate) controller: Controller,
}

impl Listening {
    /// The listener and its router; `None` if the socket cannot be used.
    pub(crate) fn open(self) -> Option<(TlsListener<Gate>, Router)> {
        let gate = Gate {
            listener: TcpListener::from_std(self.socket).ok()?,
            controller: self.controller.clone(),
        };
        let listener = TlsListener::new(gate, self.controller.0.certificate.config());
        let service = self.service;
        let router = Router::new().fallback(move |request| answer(service.clone(), request));
        Some((listener, router))
    }
}

async fn answer(service: Service, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let too_large = || service.too_large(head.uri.path(), MAX_BODY).map(Body::from);
    // A body that is announced as too long is refused unread.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return too_large();
    }
    match axum::body::to_bytes(body, MAX_BODY).await {
        Ok(body) => service
            .handle(Request::from_parts(head, body))
            .await
            .map(Body::from),
        Err(_) => too_large(),
    }
}

/// Closes new connections while the controller is stopped, and open ones when it stops.
pub(crate) struct Gate {
    listener: TcpListener,
    controller: Controller,
}

impl Listener for Gate {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            let (stream, peer) = Listener::accept(&mut self.listener).await;
            // Subscribed before the check, so that no later stop is missed.
            let mut dropped = self.controller.0.dropped.subscribe();
            if self.controller.is_up() {
                let gone = async move {
                    // It fails when the controller was dropped.
                    let _ = dropped.changed().await;
                };
                let gone: Gone = Box::pin(gone);
                return (
                    Connection {
                        stream,
                        gone: Some(gone),
                    },
                    peer,
                );
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

type Gone = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A connection that breaks on request.
pub(crate) struct Connection {
    stream: TcpStream,
    /// `None` once it was told to break.
    gone: Option<Gone>,
}

impl Incoming for Connection {
    // Plain http fails as a bad handshake: TSM does not answer it.
    async fn begins_with_handshake(&mut self) -> io::Result<bool> {
        Ok(true)
    }
}

impl Connection {
    /// Fails once it was told to break, and wakes the polling task then.
    fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if let Some(gone) = &mut self.gone {
            if gone.as_mut().poll(context).is_pending() {
                return Ok(());
            }
            self.gone = None;
        }
        Err(io::ErrorKind::ConnectionReset.into())
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.check(context)?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
