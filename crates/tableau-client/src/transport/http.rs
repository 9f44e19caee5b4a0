//! The HTTP transport.

use std::error::Error as StdError;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Uri};
use http_body::{Body, Frame, SizeHint};
use tokio::time::Instant;

use super::connections::{Connections, Wait, not_set_up};
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
    plain: Arc<Connections>,
    /// For https addresses.
    encrypted: Arc<Connections>,
    /// The same two without kept-alive connections, for [`Fresh`] requests.
    fresh: [Arc<Connections>; 2],
    options: Arc<Options>,
}

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
        let options = Arc::new(options);
        let this = Self {
            plain: Connections::new(&options, false),
            encrypted: Connections::new(&options, true),
            fresh: [false, true].map(|https| Connections::fresh(&options, https)),
            options,
        };
        // Problems with the proxy and the trusted certificates are reported now, not at the first call.
        this.plain.client()?;
        if https {
            this.encrypted.client()?;
        }
        Ok(this)
    }

    fn connections(&self, https: bool, fresh: bool) -> &Arc<Connections> {
        let [plain, encrypted] = &self.fresh;
        match (https, fresh) {
            (false, false) => &self.plain,
            (true, false) => &self.encrypted,
            (false, true) => plain,
            (true, true) => encrypted,
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        let https = request.uri().scheme_str() == Some("https");
        let fresh = request.extensions().get::<Fresh>().is_some();
        let connections = Arc::clone(self.connections(https, fresh));
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
            let request = reqwest::Request::try_from(sized(request).map(outgoing)).map_err(|error| {
                TransportError::not_sent("the request has no valid address")
                    .lasting()
                    .caused_by(error)
            })?;
            let (client, mut wait) = connections.client().map_err(|error| not_set_up(&error))?;
            let answer = client.execute(request).await;
            let answer = answer.inspect_err(|_| wait.ended()).map_err(&failed)?;
            wait.goes_on();
            let (head, body) = http::Response::<reqwest::Body>::from(answer).into_parts();
            if body.is_end_stream() {
                wait.ended();
            }
            let body = Arriving {
                body,
                failed: Box::new(failed),
                wait,
            };
            Ok(http::Response::from_parts(head, ResponseBody::new(body)))
        })
    }
}

/// Up to this size a body is sent at once, so that it can be sent again over a new connection if the server has closed the kept-alive one.
const AT_ONCE: u64 = 256 * 1024;

/// The request with the length of a body that is empty where one is expected (RFC 9110, 8.6), which hyper leaves out: gateways answer 411 without it.
fn sized(mut request: http::Request<RequestBody>) -> http::Request<RequestBody> {
    if matches!(*request.method(), Method::POST | Method::PUT | Method::PATCH) && request.body().length() == 0
    {
        request
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    request
}

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
    wait: Wait,
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
        match &frame {
            Some(Ok(_)) if !this.body.is_end_stream() => this.wait.goes_on(),
            _ => this.wait.ended(),
        }
        Poll::Ready(frame.map(|frame| frame.map_err(&this.failed)))
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
        match proxy
            .of(uri)
            .filter(|proxy| proxy.is_https() || message == tls::NO_TLS)
        {
            Some(proxy) if message == tls::NO_TLS && proxy.is_https() => TransportError::tls(
                format!("the proxy {proxy} does not speak TLS"),
                "Write the proxy's address with http://: that is how the proxy itself is spoken to, also about servers with https.",
            ),
            Some(proxy) if message == tls::NO_TLS => TransportError::tls(
                format!("what came by way of the proxy {proxy} is not TLS"),
                "The proxy may have answered itself, with a page that wants a sign-in or gives a reason: look at it with a browser, or go without the \
                 proxy. If it has not, the server does not speak TLS at this port.",
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
    if let Some(proxy) = proxy.as_ref().filter(|_| reason == "tls handshake eof") {
        return TransportError::not_sent(format!(
            "no connection through the proxy {proxy}: it ended before TLS began; the proxy may have answered with a page of its own"
        ));
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
