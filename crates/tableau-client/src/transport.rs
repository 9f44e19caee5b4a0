//! The network: one request, one answer.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::error::Error;
use crate::tls;

/// What [`Transport::send`] gives.
pub type TransportFuture =
    Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, TransportError>> + Send>>;

/// Sends one request with an absolute address and gives the answer, whatever its status.
///
/// [`HttpTransport`] is the real one. Others serve tests, recordings and logs; wrap it to see every exchange.
pub trait Transport: Send + Sync + 'static {
    /// Sends the request; does not follow redirects and does not repeat it.
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture;
}

/// A request without an answer.
#[derive(Debug)]
pub struct TransportError {
    message: String,
    sent: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// The request did not leave: no connection could be made.
    pub fn not_sent(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            sent: false,
            source: None,
        }
    }

    /// The request may have arrived, but no whole answer came back.
    pub fn interrupted(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            sent: true,
            source: None,
        }
    }

    /// The same error with its cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Whether the request may have arrived.
    #[must_use]
    pub fn may_have_been_sent(&self) -> bool {
        self.sent
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait for the next byte of an answer: servers render and sort for a while before the first one.
const READ_TIMEOUT: Duration = Duration::from_secs(120);
/// The greatest document that is read into memory; a page of 1000 items takes about a megabyte.
const MAX_DOCUMENT: usize = 256 * 1024 * 1024;

/// The network by HTTP, with TLS checked against the certificates of the operating system.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A transport; `https` says whether certificates of the operating system are to be loaded.
    pub(crate) fn new(https: bool) -> Result<Self, Error> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(https)?)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .build()
            .map_err(|error| tls::setup_error("the HTTP client could not be set up").caused_by(error))?;
        Ok(Self { client })
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        let client = self.client.clone();
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(|error| {
                TransportError::not_sent("the request has no valid address").caused_by(error)
            })?;
            let mut answer = client.execute(request).await.map_err(failed)?;
            let mut response = http::Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                *headers = std::mem::take(answer.headers_mut());
            }
            let mut body = BytesMut::new();
            while let Some(chunk) = answer.chunk().await.map_err(failed)? {
                if body.len() + chunk.len() > MAX_DOCUMENT {
                    return Err(TransportError::interrupted(format!(
                        "the answer is longer than {} MB",
                        MAX_DOCUMENT / 1024 / 1024
                    )));
                }
                body.extend_from_slice(&chunk);
            }
            response.body(body.freeze()).map_err(|error| {
                TransportError::interrupted("the answer's head is malformed").caused_by(error)
            })
        })
    }
}

/// A failure of `reqwest` by what it means: did the request leave?
fn failed(error: reqwest::Error) -> TransportError {
    // The address is said elsewhere, and may have what must not be shown.
    let error = error.without_url();
    let reason = root_cause(&error);
    let this = if error.is_connect() {
        TransportError::not_sent(format!("no connection: {reason}"))
    } else if error.is_timeout() {
        TransportError::interrupted("the server did not answer in time")
    } else if error.is_builder() || error.is_request() && !error.is_body() && reason.contains("URL") {
        TransportError::not_sent(reason)
    } else {
        TransportError::interrupted(format!("the connection broke: {reason}"))
    };
    this.caused_by(error)
}

/// The innermost error, which is the one that says something.
fn root_cause(error: &dyn StdError) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
