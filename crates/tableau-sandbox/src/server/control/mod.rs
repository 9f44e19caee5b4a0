//! Control of a sandbox by tests in other processes: `/_sandbox`, which no real server has.

mod faults;
mod jobs;

use std::net::IpAddr;
use std::time::Duration;

use axum::body::Body;
use http::header::{ALLOW, CONTENT_TYPE, HOST, HeaderName, HeaderValue, ORIGIN};
use http::uri::Authority;
use http::{Method, Request, Response, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tableau_wire::endpoint::Query;

use crate::auth::parse_id;
use crate::controls::Controls;

const ROOT: &str = "/_sandbox";
/// The maximum size of a body, in bytes: some thousand faults.
const MAX_BODY: usize = 1024 * 1024;
const DROPPED: HeaderName = HeaderName::from_static("sandbox-log-dropped");
const THERE_IS: [&str; 15] = [
    "GET /_sandbox/clock",
    "POST /_sandbox/clock",
    "GET /_sandbox/sessions",
    "DELETE /_sandbox/sessions",
    "DELETE /_sandbox/sessions/{id}",
    "GET /_sandbox/log",
    "DELETE /_sandbox/log",
    "GET /_sandbox/deliveries",
    "GET /_sandbox/mails",
    "GET /_sandbox/mails/{number}/{attachment}",
    "POST /_sandbox/jobs",
    "GET /_sandbox/faults",
    "POST /_sandbox/faults",
    "DELETE /_sandbox/faults",
    "DELETE /_sandbox/faults/{id}",
];

/// The control of a sandbox.
#[derive(Debug, Clone)]
pub(super) struct Control(Controls);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_seconds: u64,
}

impl Control {
    pub(super) fn new(controls: Controls) -> Self {
        Self(controls)
    }

    /// Whether a request is for the control rather than for the server.
    pub(super) fn is_asked(uri: &Uri) -> bool {
        let rest = uri.path().strip_prefix(ROOT);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    pub(super) async fn answer(&self, request: Request<Body>) -> Response<Body> {
        let (head, body) = request.into_parts();
        if let Err(reason) = from_here(&head) {
            return refuse(StatusCode::FORBIDDEN, reason);
        }
        let Ok(body) = axum::body::to_bytes(body, MAX_BODY).await else {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "the document is too long");
        };
        let path: Vec<_> = head.uri.path().split('/').skip(2).collect();
        match (path.as_slice(), head.method) {
            (["clock"], Method::GET) => self.time(),
            (["clock"], Method::POST) => self.advance(&body),
            (["sessions"], Method::GET) => answer(StatusCode::OK, &self.0.sessions()),
            (["sessions"], Method::DELETE) => {
                let sessions = self.0.sessions();
                let ended = sessions.iter().filter(|session| self.0.end_session(session.id));
                answer(StatusCode::OK, &json!({ "ended": ended.count() }))
            }
            (["sessions", id], Method::DELETE) => {
                if parse_id(id).is_some_and(|id| self.0.end_session(id)) {
                    answer(StatusCode::OK, &json!({ "ended": 1 }))
                } else {
                    refuse(
                        StatusCode::NOT_FOUND,
                        "there is no such session: see /_sandbox/sessions",
                    )
                }
            }
            (["log"], Method::GET) => self.log(head.uri.query().unwrap_or_default()),
            (["log"], Method::DELETE) => answer(StatusCode::OK, &json!({ "cleared": self.0.log().clear() })),
            (["deliveries"], Method::GET) => answer(StatusCode::OK, &self.0.deliveries()),
            (["mails"], Method::GET) => answer(StatusCode::OK, &self.0.mails()),
            (["mails", number, name], Method::GET) => self.attachment(number, name),
            (["jobs"], Method::POST) => jobs::plan(&self.0, &body),
            (["faults"], method) => faults::all(&self.0, &method, &body),
            (["faults", id], method) => faults::one(&self.0, id, &method),
            (["clock"], _) => not_allowed("GET, POST"),
            (["sessions" | "log"], _) => not_allowed("GET, DELETE"),
            (["deliveries" | "mails"] | ["mails", ..], _) => not_allowed("GET"),
            (["jobs"], _) => not_allowed("POST"),
            (["sessions", _], _) => not_allowed("DELETE"),
            _ => answer(
                StatusCode::NOT_FOUND,
                &json!({ "error": "there is nothing here", "there_is": THERE_IS }),
            ),
        }
    }

    fn time(&self) -> Response<Body> {
        let clock = self.0.clock();
        answer(
            StatusCode::OK,
            &json!({ "now": clock.now(), "ahead_seconds": clock.ahead().as_secs() }),
        )
    }

    fn advance(&self, body: &[u8]) -> Response<Body> {
        let Ok(by) = serde_json::from_slice::<Move>(body) else {
            return refuse(
                StatusCode::BAD_REQUEST,
                "the document has to be {\"advance_seconds\": n} with a whole number of seconds, as time moves forward only",
            );
        };
        self.0.clock().advance(Duration::from_secs(by.advance_seconds));
        self.0.catch_up();
        self.time()
    }

    fn attachment(&self, number: &str, name: &str) -> Response<Body> {
        let (number, name) = (number.parse().ok(), percent_decode_str(name).decode_utf8_lossy());
        let mails = self.0.mails();
        let mail = mails.iter().find(|mail| Some(mail.number) == number);
        let attachment = mail.and_then(|mail| mail.attachments.iter().find(|of| of.name == name));
        let Some(attachment) = attachment else {
            return refuse(
                StatusCode::NOT_FOUND,
                "there is no such attachment: see /_sandbox/mails",
            );
        };
        match attachment.content() {
            Ok(content) => {
                let mut response = Response::new(Body::from(content));
                let media_type = HeaderValue::from_static(attachment.media_type);
                response.headers_mut().insert(CONTENT_TYPE, media_type);
                response
            }
            Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &error),
        }
    }

    fn log(&self, query: &str) -> Response<Body> {
        let query = Query::parse(query);
        let Ok(since) = query.get("since").map_or(Ok(0), str::parse) else {
            return refuse(
                StatusCode::BAD_REQUEST,
                "`since` has to be the number of an entry",
            );
        };
        let log = self.0.log();
        let mut lines = String::new();
        for entry in log.since(since) {
            match serde_json::to_string(&entry) {
                Ok(line) => lines.extend([line.as_str(), "\n"]),
                Err(error) => return refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
            }
        }
        let mut response = Response::new(Body::from(lines));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
        headers.insert(DROPPED, log.dropped().into());
        response
    }
}

/// Refuses requests of pages in a browser, from their own origin or by DNS rebinding.
fn from_here(head: &http::request::Parts) -> Result<(), &'static str> {
    if head.headers.contains_key(ORIGIN) {
        return Err("pages in a browser do not control a sandbox");
    }
    let named = head.headers.get_all(HOST).iter();
    let named = named.map(|host| host.to_str().ok()?.parse::<Authority>().ok());
    let mut hosts = named.chain(head.uri.authority().cloned().map(Some)).peekable();
    let loopback = |host: Option<Authority>| host.is_some_and(|host| is_loopback(host.host()));
    if hosts.peek().is_some() && hosts.all(loopback) {
        Ok(())
    } else {
        Err("the sandbox is controlled by its loopback address only: 127.0.0.1, [::1] or localhost")
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address: IpAddr| address.is_loopback())
}

fn not_allowed(methods: &'static str) -> Response<Body> {
    let mut response = refuse(
        StatusCode::METHOD_NOT_ALLOWED,
        &format!("only {methods} is allowed here"),
    );
    let methods = HeaderValue::from_static(methods);
    response.headers_mut().insert(ALLOW, methods);
    response
}

fn refuse(status: StatusCode, reason: &str) -> Response<Body> {
    answer(status, &json!({ "error": reason }))
}

fn answer(status: StatusCode, document: &impl Serialize) -> Response<Body> {
    let Ok(text) = serde_json::to_string(document) else {
        return Response::new(Body::from("{\"error\":\"the answer cannot be written\"}\n"));
    };
    let mut response = Response::new(Body::from(text + "\n"));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
