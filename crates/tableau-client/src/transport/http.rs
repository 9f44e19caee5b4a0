//! The HTTP transport.

use std::error::Error as StdError;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep, timeout_at};

use super::{Proxy, ProxyChoice, RequestBody, ResponseBody, Transport, TransportError, TransportFuture};
use crate::address::ServerAddress;
use crate::error::Error;
use crate::tls::{self, Trust};

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait for the answer to a sent request, and for each piece of it: servers render and sort for a while before the first piece.
const READ_TIMEOUT: Duration = Duration::from_secs(120);

/// Sends requests over HTTP, with TLS checked against the certificates of the operating system.
///
/// Proxies come from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) and the system, unless one is set.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    /// For http addresses, which need no certificates.
    plain: reqwest::Client,
    /// For https addresses; set up at first use, since that loads the system's certificates.
    encrypted: Arc<OnceLock<Result<reqwest::Client, String>>>,
    options: Arc<Options>,
}

/// How connections are made.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) trust: Trust,
    pub(crate) proxy: ProxyChoice,
}

impl HttpTransport {
    /// The transport for one server.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`](crate::ErrorKind::Setup) if TLS cannot be set up.
    pub fn for_server(address: &ServerAddress) -> Result<Self, Error> {
        Self::new(address.is_https(), Options::default())
    }

    pub(crate) fn new(https: bool, options: Options) -> Result<Self, Error> {
        let this = Self {
            plain: client(&options, false)?,
            encrypted: Arc::default(),
            options: Arc::new(options),
        };
        if https {
            // Problems with the trusted certificates are reported now, not at the first call.
            let client = client(&this.options, true)?;
            this.encrypted.get_or_init(|| Ok(client));
        }
        Ok(this)
    }

    fn client(&self, https: bool) -> Result<&reqwest::Client, TransportError> {
        if !https {
            return Ok(&self.plain);
        }
        let client = self
            .encrypted
            .get_or_init(|| client(&self.options, true).map_err(|error| error.to_string()));
        client.as_ref().map_err(TransportError::not_sent)
    }
}

fn client(options: &Options, https: bool) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(options.trust.config(https)?)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT);
    let builder = match &options.proxy {
        ProxyChoice::Environment => builder,
        ProxyChoice::None => builder.no_proxy(),
        ProxyChoice::Named(address) => builder.no_proxy().proxy(
            // The cause may quote the address, which may contain a password.
            reqwest::Proxy::all(address.expose())
                .map_err(|_| tls::setup_error("the proxy's address is malformed"))?,
        ),
    };
    builder
        .build()
        .map_err(|error| tls::setup_error("the HTTP client could not be set up").caused_by(error))
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let client = self.client(request.uri().scheme_str() == Some("https")).cloned();
        let (options, uri) = (Arc::clone(&self.options), request.uri().clone());
        Box::pin(async move {
            if let Some(variable) = options.proxy.unreadable(&uri) {
                return Err(TransportError::not_sent(format!(
                    "the variable {variable} cannot be read as the address of a proxy: it has to be http://HOST:PORT or \
                     http://NAME:PASSWORD@HOST:PORT, without blanks and with odd characters as %XX (a backslash is %5C)"
                )));
            }
            let failed = move |error| failed(error, &uri, &options.proxy);
            let client = client?;
            let pace = Pace::begin();
            let request = request.map(|body| outgoing(body, &pace));
            let request = reqwest::Request::try_from(request).map_err(|error| {
                TransportError::not_sent("the request has no valid address").caused_by(error)
            })?;
            let answer = pace.keep(client.execute(request)).await?.map_err(&failed)?;
            let (head, body) = http::Response::<reqwest::Body>::from(answer).into_parts();
            let body = Arriving {
                body,
                failed: Box::new(failed),
                patience: None,
            };
            Ok(http::Response::from_parts(head, ResponseBody::new(body)))
        })
    }
}

/// Up to this size a body is sent at once, so that it can be sent again over a new connection if the server has closed the kept-alive one.
const AT_ONCE: u64 = 256 * 1024;

fn outgoing(body: RequestBody, pace: &Pace) -> reqwest::Body {
    match body.bytes() {
        Some(bytes) if body.length() <= AT_ONCE => bytes.clone().into(),
        _ => reqwest::Body::wrap(Paced {
            body,
            pace: pace.clone(),
        }),
    }
}

/// When the last piece of a request was sent: sending may take any time as long as it makes progress.
#[derive(Clone)]
struct Pace(Arc<Mutex<Instant>>);

impl Pace {
    fn begin() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn last(&self) -> Instant {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for an answer, no longer than [`READ_TIMEOUT`] after the last piece.
    async fn keep<T>(&self, answer: impl Future<Output = T>) -> Result<T, TransportError> {
        let mut answer = pin!(answer);
        loop {
            let last = self.last();
            match timeout_at(last + READ_TIMEOUT, &mut answer).await {
                Ok(answer) => return Ok(answer),
                Err(_) if self.last() > last => {}
                Err(_) => return Err(too_late()),
            }
        }
    }
}

fn too_late() -> TransportError {
    TransportError::interrupted("the server did not answer in time")
}

/// A request's body that records when its pieces are sent.
struct Paced {
    body: RequestBody,
    pace: Pace,
}

impl Body for Paced {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.pace.note();
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body, each piece of which comes within [`READ_TIMEOUT`].
struct Arriving {
    body: reqwest::Body,
    failed: Box<dyn Fn(reqwest::Error) -> TransportError + Send>,
    /// The timer for the piece that is awaited.
    patience: Option<Pin<Box<Sleep>>>,
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) {
            this.patience = None;
            return Poll::Ready(frame.map(|frame| frame.map_err(&this.failed)));
        }
        let patience = this.patience.get_or_insert_with(|| Box::pin(sleep(READ_TIMEOUT)));
        ready!(patience.as_mut().poll(context));
        Poll::Ready(Some(Err(too_late())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Sorts an error of `reqwest` by whether the request was sent.
fn failed(error: reqwest::Error, uri: &Uri, proxy: &ProxyChoice) -> TransportError {
    // The address is shown elsewhere, and may contain secrets.
    let error = error.without_url();
    let plain = uri.scheme_str() == Some("http");
    let reason = root_cause(&error);
    let this = if let Some((message, hint)) = tls::problem(&error, !error.is_connect()) {
        match proxy.of(uri).filter(Proxy::is_https) {
            Some(proxy) if message == tls::NO_TLS => TransportError::tls(
                format!("the proxy {proxy} does not speak TLS"),
                "Write the proxy's address with http://: that is how the proxy itself is spoken to, also about servers with https.",
            ),
            Some(proxy) => TransportError::tls(
                format!("{message}; or the proxy {proxy} has that certificate"),
                hint,
            ),
            None => TransportError::tls(message, hint),
        }
    } else if plain && reason.contains("invalid HTTP version") {
        TransportError::interrupted(
            "the answer is not HTTP; if the server speaks TLS at this port, its address begins with https://",
        )
    } else if error.is_connect() {
        TransportError::not_sent(no_connection(&error, &reason, uri, proxy.of(uri)))
    } else if error.is_timeout() {
        TransportError::interrupted("the server did not answer in time")
    } else if error.is_builder() || error.is_request() && !error.is_body() && reason.contains("URL") {
        TransportError::not_sent(reason)
    } else {
        TransportError::interrupted(format!("the connection broke: {reason}"))
    };
    this.caused_by(error)
}

/// Why there is no connection, and to which host.
fn no_connection(error: &reqwest::Error, reason: &str, uri: &Uri, proxy: Option<Proxy>) -> String {
    if let Some(refusal) = reason.strip_prefix("tunnel error: ") {
        // The error has only its text to tell these cases apart.
        let whose = proxy.map_or_else(|| "the proxy".to_owned(), |proxy| format!("the proxy {proxy}"));
        return match refusal {
            "proxy authorization required" => {
                format!("{whose} wants credentials, or others than it was given")
            }
            _ => format!("{whose} refuses to connect to the server"),
        };
    }
    let (whom, host) = match &proxy {
        Some(proxy) => (format!("the proxy {proxy}"), proxy.host()),
        None => ("the server".to_owned(), uri.host().unwrap_or_default()),
    };
    let mut chain = std::iter::successors(Some(error as &dyn StdError), |&error| error.source());
    if chain.any(|error| error.to_string() == "dns error") {
        return format!("no connection to {whom}: there is no host called {host} ({reason})");
    }
    format!("no connection to {whom}: {reason}")
}

/// The innermost error, which has the useful message.
fn root_cause(error: &dyn StdError) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
