//! The network by HTTP.

use std::error::Error as StdError;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Uri;

use super::{Proxy, ProxyChoice, Transport, TransportError, TransportFuture};
use crate::address::ServerAddress;
use crate::error::Error;
use crate::tls::{self, Trust};

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait for the next byte of an answer: servers render and sort for a while before the first one.
const READ_TIMEOUT: Duration = Duration::from_secs(120);
/// The greatest document that is read into memory; a page of 1000 items takes about a megabyte.
const MAX_DOCUMENT: usize = 256 * 1024 * 1024;

/// The network by HTTP, with TLS checked against the certificates of the operating system.
///
/// Proxies are those of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) and of the system, unless one is named.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    /// For addresses with http, which need no certificates.
    plain: reqwest::Client,
    /// For addresses with https; set up when the first one is used, as that loads the certificates of the system.
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
    /// The network, for one server.
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
            // What is wrong with the certificates to trust is said now, not at the first call.
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
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT);
    let builder = match &options.proxy {
        ProxyChoice::Environment => builder,
        ProxyChoice::None => builder.no_proxy(),
        ProxyChoice::Named(address) => builder.no_proxy().proxy(
            // The cause may quote the address, and so the password in it.
            reqwest::Proxy::all(address.expose())
                .map_err(|_| tls::setup_error("the proxy's address is malformed"))?,
        ),
    };
    builder
        .build()
        .map_err(|error| tls::setup_error("the HTTP client could not be set up").caused_by(error))
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture {
        let client = self.client(request.uri().scheme_str() == Some("https")).cloned();
        let (options, uri) = (Arc::clone(&self.options), request.uri().clone());
        let failed = move |error| failed(error, &uri, &options.proxy);
        Box::pin(async move {
            let client = client?;
            let request = reqwest::Request::try_from(request).map_err(|error| {
                TransportError::not_sent("the request has no valid address").caused_by(error)
            })?;
            let mut answer = client.execute(request).await.map_err(&failed)?;
            let mut response = http::Response::builder().status(answer.status());
            if let Some(headers) = response.headers_mut() {
                *headers = std::mem::take(answer.headers_mut());
            }
            let mut body = BytesMut::new();
            while let Some(chunk) = answer.chunk().await.map_err(&failed)? {
                if body.len() + chunk.len() > MAX_DOCUMENT {
                    return Err(TransportError::interrupted(format!(
                        "the answer is longer than {} MB: ask for smaller pages",
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
fn failed(error: reqwest::Error, uri: &Uri, proxy: &ProxyChoice) -> TransportError {
    // The address is said elsewhere, and may have what must not be shown.
    let error = error.without_url();
    let plain = uri.scheme_str() == Some("http");
    let reason = root_cause(&error);
    let this = if let Some((message, hint)) = tls::problem(&error, !error.is_connect()) {
        TransportError::tls(message, hint)
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

/// Why there is no connection, and to whom.
fn no_connection(error: &reqwest::Error, reason: &str, uri: &Uri, proxy: Option<Proxy>) -> String {
    if let Some(refusal) = reason.strip_prefix("tunnel error: ") {
        // There are only the words to tell by.
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

/// The innermost error, which is the one that says something.
fn root_cause(error: &dyn StdError) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
