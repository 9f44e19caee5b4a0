//! A socket whose connections have completed the TLS handshake before they are served.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::Listener;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// The maximum number of concurrent handshakes; more connections wait in the system's queue.
const HANDSHAKES: usize = 256;
/// How long a refused client may take to read the reason.
const FAREWELL: Duration = Duration::from_secs(1);
/// The first byte of every handshake.
const HANDSHAKE_RECORD: u8 = 0x16;
/// The answer of Tableau's gateway, which is Apache, to plain http.
const PLAIN_HTTP: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n\
    <!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>400 Bad Request</title>\n</head><body>\n\
    <h1>Bad Request</h1>\n<p>Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />\n\
    Instead use the HTTPS scheme to access this URL, please.<br />\n</p>\n</body></html>\n";

/// A connection before its handshake.
pub(crate) trait Incoming: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    /// Whether it begins with a handshake; a client that sends plain http gets an answer in HTTP.
    fn begins_with_handshake(&mut self) -> impl Future<Output = io::Result<bool>> + Send;
}

impl Incoming for TcpStream {
    async fn begins_with_handshake(&mut self) -> io::Result<bool> {
        let mut first = [0];
        self.peek(&mut first).await?;
        Ok(first == [HANDSHAKE_RECORD])
    }
}

/// Accepts connections, and gives each once its handshake is done; a slow handshake does not delay others.
pub(crate) struct TlsListener<L: Listener = TcpListener> {
    listener: L,
    acceptor: TlsAcceptor,
    handshakes: JoinSet<Option<(TlsStream<L::Io>, SocketAddr)>>,
}

impl<L: Listener<Io: Incoming>> TlsListener<L> {
    pub(crate) fn new(listener: L, config: Arc<ServerConfig>) -> Self {
        Self {
            listener,
            acceptor: TlsAcceptor::from(config),
            handshakes: JoinSet::new(),
        }
    }
}

impl<L: Listener<Io: Incoming, Addr = SocketAddr>> Listener for TlsListener<L> {
    type Io = TlsStream<L::Io>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            tokio::select! {
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some(connection)) = done {
                        return connection;
                    }
                }
                // `accept` itself waits when the system has no more sockets.
                (stream, peer) = Listener::accept(&mut self.listener), if self.handshakes.len() < HANDSHAKES => {
                    self.handshakes.spawn(handshake(self.acceptor.clone(), stream, peer));
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

async fn handshake<S: Incoming>(
    acceptor: TlsAcceptor,
    mut stream: S,
    peer: SocketAddr,
) -> Option<(TlsStream<S>, SocketAddr)> {
    let shaken = timeout(HANDSHAKE, async {
        if !stream.begins_with_handshake().await.ok()? {
            // It fails only if the client has disconnected.
            let _ = stream.write_all(PLAIN_HTTP).await;
            farewell(stream).await;
            return None;
        }
        match acceptor.accept(stream).into_fallible().await {
            Ok(stream) => Some((stream, peer)),
            Err((_, stream)) => {
                farewell(stream).await;
                None
            }
        }
    });
    shaken.await.ok().flatten()
}

/// Closes a connection so that the client can read the answer: with bytes left unread, the system would reset it.
async fn farewell(mut stream: impl Incoming) {
    let drained = async {
        stream.shutdown().await.ok()?;
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await.ok()? > 0 {}
        Some(())
    };
    // A client that keeps sending is cut off in the end.
    let _ = timeout(FAREWELL, drained).await;
}
