//! Answers that lead elsewhere, as servers, gateways and sign-on pages give them.

use std::sync::{PoisonError, RwLock};

use axum::body::Body;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, HeaderValue, LOCATION};
use http::uri::{Authority, PathAndQuery};
use http::{Request, Response, StatusCode, Uri};

/// A redirect in answer to every request below `/api`, whatever the method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    to: To,
    status: StatusCode,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum To {
    Https,
    Http,
    Origin(String),
    Prefix(String),
    SignOnPage,
}

impl Redirect {
    /// From http to the sandbox's https address on the same host, as a server does that serves TLS only.
    #[must_use]
    pub fn to_https(status: StatusCode) -> Self {
        Self {
            to: To::Https,
            status,
        }
    }

    /// From https back to the sandbox's http address, which no client should follow.
    #[must_use]
    pub fn to_http(status: StatusCode) -> Self {
        Self { to: To::Http, status }
    }

    /// To the same path at another origin: `https://other.example.com:8443`.
    #[must_use]
    pub fn to_origin(status: StatusCode, origin: impl Into<String>) -> Self {
        Self {
            to: To::Origin(origin.into()),
            status,
        }
    }

    /// To the same path below a prefix, such as `/tableau`, where the API then is; the address is relative.
    #[must_use]
    pub fn below(status: StatusCode, prefix: impl Into<String>) -> Self {
        Self {
            to: To::Prefix(prefix.into()),
            status,
        }
    }

    /// No redirect but a sign-on page (HTTP 200), as single sign-on in front of a server shows it.
    #[must_use]
    pub fn sign_on_page() -> Self {
        Self {
            to: To::SignOnPage,
            status: StatusCode::OK,
        }
    }
}

/// Which of the two listeners a request came to, and where the other one is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    pub(super) tls: bool,
    /// The port of the listener that a redirect by scheme leads to; `None` if there is none.
    pub(super) other: Option<u16>,
}

/// The current redirect.
#[derive(Debug, Default)]
pub(super) struct Switch(RwLock<Option<Redirect>>);

impl Switch {
    pub(super) fn new(redirect: Option<Redirect>) -> Self {
        Self(RwLock::new(redirect))
    }

    pub(super) fn set(&self, redirect: Option<Redirect>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = redirect;
    }

    /// The redirecting answer, if there is one; otherwise the request is changed to the form that the API expects.
    pub(super) fn answer(&self, request: &mut Request<Body>, side: Side) -> Option<Response<Bytes>> {
        let redirect = self.0.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        if let To::Prefix(prefix) = &redirect.to
            && let Some(uri) = without_prefix(prefix, request.uri())
        {
            *request.uri_mut() = uri;
            return None;
        }
        let path = request.uri().path();
        if !(path == "/api" || path.starts_with("/api/")) {
            return None;
        }
        if redirect.to == To::SignOnPage {
            return Some(sign_on_page());
        }
        let location = redirect.location(request, side)?;
        Some(moved(redirect.status, &location))
    }
}

impl Redirect {
    fn location(&self, request: &Request<Body>, side: Side) -> Option<String> {
        let path = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
        match &self.to {
            To::Https if !side.tls => Some(format!("https://{}:{}{path}", host(request), side.other?)),
            To::Http if side.tls => Some(format!("http://{}:{}{path}", host(request), side.other?)),
            To::Origin(origin) => Some(format!("{}{path}", origin.trim_end_matches('/'))),
            To::Prefix(prefix) => Some(format!("{}{path}", prefix.trim_end_matches('/'))),
            To::Https | To::Http | To::SignOnPage => None,
        }
    }
}

/// The host that the client asked for, which the redirect keeps.
fn host(request: &Request<Body>) -> String {
    let named = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let named = named.or_else(|| request.uri().authority().cloned());
    named.map_or_else(|| "127.0.0.1".to_owned(), |named| named.host().to_owned())
}

/// The address without the prefix; `None` if it is not below it.
fn without_prefix(prefix: &str, uri: &Uri) -> Option<Uri> {
    let path = uri.path_and_query()?.as_str();
    let path = path.strip_prefix(prefix.trim_end_matches('/'))?;
    path.starts_with("/api/").then(|| path.parse().ok())?
}

fn moved(status: StatusCode, location: &str) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(LOCATION, location);
    }
    response
}

fn sign_on_page() -> Response<Bytes> {
    let page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>\n\
                <form method=\"post\" action=\"/idp/sso\"><input name=\"user\"><input name=\"password\" type=\"password\"></form>\n\
                </body></html>\n";
    let mut response = Response::new(Bytes::from_static(page.as_bytes()));
    let html = HeaderValue::from_static("text/html;charset=UTF-8");
    response.headers_mut().insert(CONTENT_TYPE, html);
    response
}
