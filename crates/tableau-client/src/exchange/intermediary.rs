//! Answers of intermediaries (proxies, gateways, sign-on pages): which one gave them, as far as can be told.

use http::StatusCode;

use crate::address::ServerAddress;
use crate::error::{Error, ErrorKind};
use crate::transport::Proxy;

/// What the text of a sign-on page contains.
const SIGN_ON: [&str; 6] = ["<form", "saml", "sign in", "sign on", "log in", "login"];

/// The error of an answer with this beginning.
pub(crate) fn error(status: StatusCode, excerpt: &str) -> Error {
    let lower = excerpt.to_ascii_lowercase();
    if lower.contains("ssl-enabled server port") || lower.contains("http request was sent to https port") {
        // As Apache and nginx say it.
        let message = "the server wants https at this port".to_owned();
        return Error::new(ErrorKind::Foreign, message)
            .with_hint("Use an address that begins with https://.");
    }
    let is_page = lower.contains("<html") || lower.contains("<!doctype html");
    let what = match excerpt {
        "" => "without a document",
        _ if is_page => "with a web page",
        _ => "with something else than a document of Tableau's",
    };
    // `Retry-After` counts, also from an intermediary.
    let kind = match status.as_u16() {
        429 => ErrorKind::TooManyRequests,
        408 | 500.. => ErrorKind::Server,
        _ => ErrorKind::Foreign,
    };
    let hint = match status.as_u16() {
        429 => {
            "Fewer requests are wanted, by the server or by something before it: wait, then go on more slowly."
        }
        408 => {
            "The server, or the gateway before it, took too long: try again later, and ask for less at once."
        }
        407 => "A proxy wants its own credentials.",
        413 => {
            "A proxy or a gateway before the server takes no request of this size: ask its administrator to allow 65 MB. Greater \
             files are sent in pieces."
        }
        502..=504 => "The server, or the gateway before it, is starting or overloaded: try again later.",
        _ => {
            "Something between you and Tableau answered: a proxy, a gateway or a sign-on page. Check the address, and that \
             `/api` can be reached without signing on in a browser."
        }
    };
    let error =
        Error::new(kind, format!("the answer (HTTP {}) came {what}", status.as_u16())).with_hint(hint);
    let cause = match status.as_u16() {
        502..=504 => "the gateway before the server answers: the server is starting, stopped or overloaded",
        404 => "there is a web server at this address, but no Tableau Server",
        _ if is_page && SIGN_ON.iter().any(|word| lower.contains(word)) => {
            "a sign-on page stands before the REST API and answers for it"
        }
        _ => return error,
    };
    error.with_causes(vec![cause.to_owned()])
}

/// Adds the causes that the proxy and the address make likely.
pub(crate) fn on_the_way(error: Error, address: &ServerAddress, proxy: Option<&Proxy>) -> Error {
    let may_be_foreign = matches!(
        error.kind(),
        ErrorKind::Foreign | ErrorKind::Server | ErrorKind::TooManyRequests
    );
    if !may_be_foreign || error.api().is_some() {
        return error;
    }
    let likelier = match proxy {
        Some(proxy) if error.status() == Some(407) => {
            format!("the proxy {proxy} wants credentials, or others than it was given")
        }
        Some(proxy) => format!("the proxy {proxy} answers in the server's stead, with a page of its own"),
        None if error.status() == Some(404) && !address.prefix().is_empty() => format!(
            "the address has a path, `{}`, below which the server has no REST API",
            address.prefix()
        ),
        None => return error,
    };
    let mut causes = vec![likelier];
    causes.extend_from_slice(error.causes());
    let hint = match proxy {
        // The answer may also come from a gateway before the server.
        _ if error.kind() != ErrorKind::Foreign => return error.with_causes(causes),
        Some(_) => {
            "Ask the proxy's administrator to let the server through, give its address with credentials \
             (http://NAME:PASSWORD@HOST:PORT), or name the server's host in NO_PROXY."
        }
        None => "Leave the path out of the address, unless a gateway before the server needs it.",
    };
    error.with_causes(causes).with_hint(hint)
}
