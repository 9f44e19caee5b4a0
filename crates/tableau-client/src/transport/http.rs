//! The HTTP transport.

use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;

use super::{
    Proxy, ProxyChoice, RequestBody, ResponseBody, Timeouts, Transport, TransportError, TransportFuture,
};
use crate::address::ServerAddress;
use crate::error::{Bound, Error, Timeout};
use crate::tls::{self, Trust};

/// Sends requests over HTTP, with TLS checked against the certificates of the operating system.
///
/// Proxies come from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) and the system, unless one is set.
/// Of [`Timeouts`] it knows how long a connection may take; the others are kept by the client, for every transport.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    /// For http addresses, which need no certificates.
    plain: reqwest::Client,
    /// For https addresses; set up at first use, since that loads the system's certificates.
    encrypted: OnDemand,
    /// The same two without kept-alive connections, for [`Fresh`] requests.
    fresh: [OnDemand; 2],
    options: Arc<Options>,
}

type OnDemand = Arc<OnceLock<Result<reqwest::Client, String>>>;

/// On a request: it goes over a new connection, since one that was kept alive may have been closed by the server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fresh;

/// How connections are made.
#[derive(Debug, Default)]
pub(crate) struct Options {
    pub(crate) trust: Trust,
    pub(crate) proxy: ProxyChoice,
    pub(crate) connect: Connect,
}

/// How long a connection may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Connect(pub(crate) Duration);

impl Default for Connect {
    fn default() -> Self {
        Self(Timeouts::default().connect)
    }
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
            plain: client(&options, false, KEPT_ALIVE)?,
            encrypted: Arc::default(),
            fresh: [Arc::default(), Arc::default()],
            options: Arc::new(options),
        };
        if https {
            // Problems with the trusted certificates are reported now, not at the first call.
            let client = client(&this.options, true, KEPT_ALIVE)?;
            this.encrypted.get_or_init(|| Ok(client));
        }
        Ok(this)
    }

    fn client(&self, https: bool, fresh: bool) -> Result<&reqwest::Client, TransportError> {
        let [plain, encrypted] = &self.fresh;
        let (client, kept_alive) = match (https, fresh) {
            (false, false) => return Ok(&self.plain),
            (true, false) => (&self.encrypted, KEPT_ALIVE),
            (false, true) => (plain, 0),
            (true, true) => (encrypted, 0),
        };
        let make = || self::client(&self.options, https, kept_alive).map_err(|error| error.to_string());
        client
            .get_or_init(make)
            .as_ref()
            .map_err(|message| TransportError::not_sent(message).lasting())
    }
}

/// How many connections are kept alive for each host: as many as there are.
const KEPT_ALIVE: usize = usize::MAX;

fn client(options: &Options, https: bool, kept_alive: usize) -> Result<reqwest::Client, Error> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(options.trust.config(https)?)
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(kept_alive)
        .connect_timeout(options.connect.0);
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
        let https = request.uri().scheme_str() == Some("https");
        let fresh = request.extensions().get::<Fresh>().is_some();
        let client = self.client(https, fresh).cloned();
        let (options, uri) = (Arc::clone(&self.options), request.uri().clone());
        Box::pin(async move {
            if let Some(variable) = options.proxy.unreadable(&uri) {
                return Err(TransportError::not_sent(format!(
                    "the variable {variable} cannot be read as the address of a proxy: it has to be http://HOST:PORT or \
                     http://NAME:PASSWORD@HOST:PORT, without blanks and with odd characters as %XX (a backslash is %5C)"
                ))
                .lasting());
            }
            let begun = Instant::now();
            let failed = move |error| failed(error, &uri, &options.proxy, begun);
            let request = reqwest::Request::try_from(request.map(outgoing)).map_err(|error| {
                TransportError::not_sent("the request has no valid address")
                    .lasting()
                    .caused_by(error)
            })?;
            let answer = client?.execute(request).await.map_err(&failed)?;
            let (head, body) = http::Response::<reqwest::Body>::from(answer).into_parts();
            let body = Arriving {
                body,
                failed: Box::new(failed),
            };
            Ok(http::Response::from_parts(head, ResponseBody::new(body)))
        })
    }
}

/// Up to this size a body is sent at once, so that it can be sent again over a new connection if the server has closed the kept-alive one.
const AT_ONCE: u64 = 256 * 1024;

fn outgoing(body: RequestBody) -> reqwest::Body {
    match body.bytes() {
        Some(bytes) if body.length() <= AT_ONCE => bytes.clone().into(),
        _ => reqwest::Body::wrap(body),
    }
}

/// An answer's body, with errors of this library.
struct Arriving {
    body: reqwest::Body,
    failed: Box<dyn Fn(reqwest::Error) -> TransportError + Send>,
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let this = self.get_mut();
        let frame = Pin::new(&mut this.body).poll_frame(context);
        frame.map(|frame| frame.map(|frame| frame.map_err(&this.failed)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Sorts an error of `reqwest` by whether the request was sent.
fn failed(error: reqwest::Error, uri: &Uri, proxy: &ProxyChoice, begun: Instant) -> TransportError {
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
    } else if error.is_connect() && error.is_timeout() {
        TransportError::timed_out(Timeout::new(Bound::Connect, begun.elapsed()))
    } else if error.is_connect() {
        no_connection(&error, &reason, uri, proxy.of(uri))
    } else if error.is_timeout() || is_unread(&error) {
        TransportError::timed_out(Timeout::new(Bound::Stall, begun.elapsed()))
    } else if error.is_builder() || error.is_request() && !error.is_body() && reason.contains("URL") {
        TransportError::not_sent(reason).lasting()
    } else {
        TransportError::interrupted(format!("the connection broke: {reason}"))
    };
    this.caused_by(error)
}

/// Whether the system gave up, since the server did not read what was sent.
fn is_unread(error: &reqwest::Error) -> bool {
    let mut chain = std::iter::successors(Some(error as &dyn StdError), |&error| error.source());
    chain.any(|error| {
        let io = error.downcast_ref::<std::io::Error>();
        io.is_some_and(|error| error.kind() == std::io::ErrorKind::TimedOut)
    })
}

/// Why there is no connection, and to which host.
fn no_connection(error: &reqwest::Error, reason: &str, uri: &Uri, proxy: Option<Proxy>) -> TransportError {
    if let Some(refusal) = reason.strip_prefix("tunnel error: ") {
        // The error has only its text to tell these cases apart.
        let whose = proxy.map_or_else(|| "the proxy".to_owned(), |proxy| format!("the proxy {proxy}"));
        return TransportError::not_sent(match refusal {
            "proxy authorization required" => {
                format!("{whose} wants credentials, or others than it was given")
            }
            _ => format!("{whose} refuses to connect to the server"),
        })
        .lasting();
    }
    let (whom, host) = match &proxy {
        Some(proxy) => (format!("the proxy {proxy}"), proxy.host()),
        None => ("the server".to_owned(), uri.host().unwrap_or_default()),
    };
    let mut chain = std::iter::successors(Some(error as &dyn StdError), |&error| error.source());
    if chain.any(|error| error.to_string() == "dns error") {
        let message = format!("no connection to {whom}: there is no host called {host} ({reason})");
        return TransportError::not_sent(message).lasting();
    }
    TransportError::not_sent(format!("no connection to {whom}: {reason}"))
}

/// The innermost error, which has the useful message.
fn root_cause(error: &dyn StdError) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
