//! The socket: a service on a loopback port, with a thread and a runtime of its own.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::{Request, Response};
use tableau_wire::Version;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::dialect;
use crate::fault::Fault;
use crate::ready::Ready;
use crate::service::Service;

/// The greatest body of a request: the API takes 64 MB at once.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// How long a sandbox waits for answers that are under way when it stops.
const GRACE: Duration = Duration::from_secs(2);
/// How many workbooks the Default site has unless told otherwise.
const WORKBOOKS: u32 = 40;

/// A running server; it stops when this is dropped.
pub struct Sandbox {
    service: Service,
    url: String,
    stop: Option<oneshot::Sender<()>>,
    stopped: mpsc::Receiver<()>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a server on a free loopback port, seeded, in memory.
    ///
    /// # Errors
    /// No port or no thread to be had.
    pub fn start() -> Result<Self, StartError> {
        Self::builder().start()
    }

    /// Starts a server as it is told.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            workbooks: WORKBOOKS,
            data: None,
        }
    }

    /// The address: `http://127.0.0.1:8000`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same state in process.
    #[must_use]
    pub fn service(&self) -> Service {
        self.service.clone()
    }

    /// Addresses, sites and credentials.
    #[must_use]
    pub fn ready(&self) -> Ready {
        self.service.ready()
    }

    /// Stops: answers that are under way are finished, within bounds.
    pub fn stop(self) {
        drop(self);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // A server that is gone already has no need of being told.
            let _ = stop.send(());
        }
        // The thread bounds its own waiting; this bounds the waiting for the thread.
        let ended = self.stopped.recv_timeout(GRACE * 2);
        if let (Some(thread), true) = (
            self.thread.take(),
            !matches!(ended, Err(mpsc::RecvTimeoutError::Timeout)),
        ) {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// How a sandbox is to be started.
#[derive(Debug, Clone)]
pub struct Builder {
    listen: SocketAddr,
    workbooks: u32,
    data: Option<PathBuf>,
}

impl Builder {
    /// Listens at this address instead of a free loopback port.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Seeds the Default site with exactly this many workbooks instead of forty; a database that exists keeps those it has.
    #[must_use]
    pub fn workbooks(mut self, count: u32) -> Self {
        self.workbooks = count;
        self
    }

    /// Keeps the state in this directory instead of memory.
    #[must_use]
    pub fn data(mut self, directory: impl Into<PathBuf>) -> Self {
        self.data = Some(directory.into());
        self
    }

    /// Makes the service without a socket.
    ///
    /// # Errors
    /// A directory that cannot be used.
    pub fn build(self) -> Result<Service, StartError> {
        Service::new(self.data.as_deref(), self.workbooks)
    }

    /// Starts the server.
    ///
    /// # Errors
    /// A directory or an address that cannot be used.
    pub fn start(self) -> Result<Sandbox, StartError> {
        let listen = self.listen;
        let refuse = |error: std::io::Error| StartError::Listen {
            address: listen,
            reason: error.to_string(),
        };
        let listener = std::net::TcpListener::bind(listen).map_err(refuse)?;
        listener.set_nonblocking(true).map_err(refuse)?;
        let url = format!("http://{}", listener.local_addr().map_err(refuse)?);
        let service = self.build()?;
        service.set_origin(&url);
        let workers = std::thread::available_parallelism().map_or(2, |count| count.get().min(4));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(workers)
            .thread_name("tableau-sandbox")
            .enable_all()
            .build()
            .map_err(refuse)?;
        let (stop, told) = oneshot::channel();
        let (ended, stopped) = mpsc::channel();
        let served = service.clone();
        let run = move || {
            runtime.block_on(serve(listener, served, told));
            runtime.shutdown_timeout(GRACE);
            // Nobody listens any more if the sandbox was forgotten.
            let _ = ended.send(());
        };
        let thread = std::thread::Builder::new()
            .name("tableau-sandbox".to_owned())
            .spawn(run)
            .map_err(refuse)?;
        Ok(Sandbox {
            service,
            url,
            stop: Some(stop),
            stopped,
            thread: Some(thread),
        })
    }
}

async fn serve(listener: std::net::TcpListener, service: Service, told: oneshot::Receiver<()>) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    let router = Router::new().fallback(move |request| answer(service.clone(), request));
    let (stopping, stopped) = oneshot::channel();
    let stop = async move {
        // A sandbox that is dropped without a word stops as well.
        let _ = told.await;
        let _ = stopping.send(());
    };
    let server = axum::serve(listener, router).with_graceful_shutdown(stop);
    // A client that keeps its connection open must not keep the server.
    let bound = async {
        let _ = stopped.await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        _ = server => {}
        () = bound => {}
    }
}

async fn answer(service: Service, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    // What is announced as too long is not waited for.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return too_large(&head).map(Body::from);
    }
    let response = match axum::body::to_bytes(body, MAX_BODY).await {
        Ok(body) => service.handle(Request::from_parts(head, body)).await,
        Err(_) => too_large(&head),
    };
    response.map(Body::from)
}

/// A body that cannot be read is too long, or its sender is gone and does not see the answer.
fn too_large(head: &http::request::Parts) -> Response<Bytes> {
    dialect::refuse(
        &Fault::body_too_large(MAX_BODY),
        Version::NEWEST,
        dialect::answer_format(&head.headers),
    )
}

/// Why a sandbox does not start.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StartError {
    /// The address cannot be listened at.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The reason the system gives.
        reason: String,
    },
    /// The directory or its database cannot be used.
    Data {
        /// The directory or file.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// Another sandbox keeps its state in the directory.
    DataInUse {
        /// The database.
        path: PathBuf,
    },
    /// The database is of a format that this version does not know.
    DataFormat {
        /// The database.
        path: PathBuf,
        /// Its format.
        format: i64,
        /// The format that this version writes.
        known: i64,
    },
    /// The first records cannot be written.
    Seed {
        /// The reason.
        reason: String,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { address, reason } => write!(f, "the sandbox cannot listen at {address}: {reason}"),
            Self::Data { path, reason } => write!(f, "the sandbox cannot use {}: {reason}", path.display()),
            Self::DataInUse { path } => write!(
                f,
                "another sandbox is using {}: stop it, or give this one a directory of its own",
                path.display()
            ),
            Self::DataFormat { path, format, known } => write!(
                f,
                "{} has format {format}, and this version knows format {known}: use the version that wrote it, or an empty directory",
                path.display()
            ),
            Self::Seed { reason } => write!(f, "the sandbox cannot write its first records: {reason}"),
        }
    }
}

impl std::error::Error for StartError {}
