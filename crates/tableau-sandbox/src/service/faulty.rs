//! Requests that get a fault.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue, LOCATION, RETRY_AFTER};
use http::request::Parts;
use http::{Method, Response, StatusCode, Uri};
use http_body::Body;
use http_body_util::Full;
use tableau_wire::endpoint::Query;
use tableau_wire::{KnownCode, Root, Version};
use tokio::time::sleep;

use super::Service;
use crate::auth;
use crate::body::ResponseBody;
use crate::dialect::{self, Address};
use crate::faults::{
    Asked, Disconnected, Effect, Hit, Listing, PageFault, RetryAfter, StatusAnswer, StatusBody,
};
use crate::log::{LoggedFault, Seen};
use crate::pace::{Kind, Pace, STALL, Then};
use crate::receive;
use crate::refusal::Refusal;

/// What is to happen to the connection after the answer, as an extension of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Afterwards {
    Close,
    ResetOnReuse,
}

impl Service {
    /// The fault for a request, if there is one.
    pub(super) fn hit(&self, head: &Parts) -> Option<Hit> {
        let faults = &self.parts().faults;
        if faults.is_empty() {
            return None;
        }
        let address = Address::parse(head.uri.path())?;
        let known = address.known_root().unwrap_or((Root::Version, Version::NEWEST));
        let found = self
            .0
            .routes
            .find(&head.method, known, &address.segments, address.raw);
        let operation = found.as_ref().ok().map(|found| found.route.operation);
        let page = Query::parse(head.uri.query().unwrap_or_default());
        let page = page.get("pageNumber").and_then(|number| number.parse().ok());
        faults.next(&Asked {
            operation,
            method: &head.method,
            path: address.raw,
            page: page.unwrap_or(1),
        })
    }

    /// Serves a request with a fault.
    pub(super) async fn serve_with<B>(
        &self,
        hit: Hit,
        head: &Parts,
        body: &mut B,
        mut seen: Seen,
    ) -> Result<Response<ResponseBody>, Disconnected>
    where
        B: Body<Data = Bytes, Error: fmt::Display> + Unpin,
    {
        let Hit { id, effect } = hit;
        seen.fault = Some(LoggedFault {
            id: id.clone(),
            effect: effect.name(),
        });
        match &effect {
            Effect::ResetBefore { bytes } | Effect::StallRequest { bytes } => {
                receive::at_least(*bytes, body).await;
                self.record(&head.method, &head.uri, None, self.recognized(head, seen));
                if matches!(effect, Effect::StallRequest { .. }) {
                    sleep(STALL).await;
                }
                return Err(Disconnected { fault: id });
            }
            Effect::Status(_) | Effect::Redirect { .. } => {
                let response = instead(&effect, head);
                receive::rest(head, body).await;
                let mut response = response.map(ResponseBody::from);
                self.date(&mut response, 0);
                let status = response.status();
                self.record(&head.method, &head.uri, Some(status), self.recognized(head, seen));
                return Ok(response);
            }
            Effect::EndSession => {
                if let Some(session) = auth::session_named(&head.headers) {
                    self.controls().end_session(session);
                }
            }
            Effect::LoseUpload => self.lose_upload(head),
            _ => {}
        }
        let response = self.done(head, body, seen).await;
        self.spoil(&effect, head, response)
            .await
            .ok_or(Disconnected { fault: id })
    }

    /// What the log says of a request that is not done.
    fn recognized(&self, head: &Parts, mut seen: Seen) -> Seen {
        if let Some(address) = Address::parse(head.uri.path()) {
            let known = address.known_root().unwrap_or((Root::Version, Version::NEWEST));
            let routes = &self.0.routes;
            let found = routes.find(&head.method, known, &address.segments, address.raw);
            seen.operation = found.ok().map(|found| *found.route.operation);
        }
        seen
    }

    /// Forgets the upload that a request names, in its path or its query.
    fn lose_upload(&self, head: &Parts) {
        let uploads = &self.parts().uploads;
        let query = Query::parse(head.uri.query().unwrap_or_default());
        let named = query.0.iter().map(|(_, value)| value.as_str());
        let address = Address::parse(head.uri.path());
        let segments = address.iter().flat_map(|address| &address.segments);
        for id in named.chain(segments.map(String::as_str)) {
            uploads.end(id);
        }
    }

    /// The answer that the client gets of one to a request that was done; `None` if it gets none.
    async fn spoil(
        &self,
        effect: &Effect,
        head: &Parts,
        mut response: Response<ResponseBody>,
    ) -> Option<Response<ResponseBody>> {
        let until = |bytes, then| move |body: ResponseBody| body.paced(Pace::new(Kind::Until(bytes, then)));
        Some(match effect {
            Effect::CommitThenReset => return None,
            Effect::Delay { milliseconds } => {
                sleep(Duration::from_millis(*milliseconds)).await;
                response
            }
            Effect::Drip { bytes_per_second } => {
                response.map(|body| body.paced(Pace::new(Kind::Drip(*bytes_per_second))))
            }
            Effect::StallAfter { bytes } => response.map(until(*bytes, Then::Stall)),
            Effect::ResetAfter { bytes } => response.map(until(*bytes, Then::Reset)),
            Effect::CloseAfter { bytes } => response.map(until(*bytes, Then::Close)),
            Effect::Truncate { bytes } => response.map(|body| body.cut_at(*bytes)),
            Effect::InvalidUtf8 => response.map(invalid_utf8),
            Effect::ContentType(value) => {
                if let Ok(value) = HeaderValue::from_str(value) {
                    response.headers_mut().insert(CONTENT_TYPE, value);
                }
                response
            }
            Effect::DateOffBySeconds(seconds) => {
                self.date(&mut response, *seconds);
                response
            }
            Effect::Page(fault) => self.spoil_page(fault, head, response).await,
            Effect::CloseAfterAnswer => {
                response.extensions_mut().insert(Afterwards::Close);
                response
            }
            Effect::ResetOnReuse => {
                response.extensions_mut().insert(Afterwards::ResetOnReuse);
                response
            }
            // These were done before the request.
            Effect::Status(_)
            | Effect::Redirect { .. }
            | Effect::EndSession
            | Effect::LoseUpload
            | Effect::ResetBefore { .. }
            | Effect::StallRequest { .. } => response,
        })
    }

    async fn spoil_page(
        &self,
        fault: &PageFault,
        head: &Parts,
        response: Response<ResponseBody>,
    ) -> Response<ResponseBody> {
        let format = dialect::answer_format(&head.headers);
        let read = |response: &Response<ResponseBody>| {
            let document = response.body().document();
            document.and_then(|document| Listing::read(document, format))
        };
        let Some(mut page) = read(&response).filter(|_| response.status() == StatusCode::OK) else {
            return response;
        };
        let mut neighbor = None;
        let number = page.number.saturating_add_signed(Listing::neighbor(fault));
        if number != page.number
            && let Some(uri) = of_page(&head.uri, number)
        {
            let mut head = head.clone();
            (head.uri, head.method) = (uri, Method::GET);
            let answer = Box::pin(self.respond(&head, &mut Full::default(), &mut Seen::default())).await;
            neighbor = read(&answer);
        }
        page.spoil(fault, neighbor);
        let document = Bytes::from(page.write());
        response.map(|_| ResponseBody::from(document))
    }
}

/// The answer in place of one to a request that is not done.
fn instead(effect: &Effect, head: &Parts) -> Response<Bytes> {
    match effect {
        Effect::Status(answer) => status(answer, head),
        Effect::Redirect { code, to } => {
            let mut response = Response::new(Bytes::new());
            *response.status_mut() = status_code(*code);
            if let Ok(location) = HeaderValue::from_str(&location(to, &head.uri)) {
                response.headers_mut().insert(LOCATION, location);
            }
            response
        }
        _ => Response::new(Bytes::new()),
    }
}

fn status(answer: &StatusAnswer, head: &Parts) -> Response<Bytes> {
    let code = status_code(answer.code);
    let mut response = match &answer.body {
        StatusBody::Tableau => tableau(answer, head),
        StatusBody::Gateway => {
            let title = format!("{} {}", code.as_str(), code.canonical_reason().unwrap_or("Error"));
            let page = format!(
                "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n"
            );
            let mut response = Response::new(page.into());
            let html = HeaderValue::from_static("text/html");
            response.headers_mut().insert(CONTENT_TYPE, html);
            response
        }
        StatusBody::Empty => Response::new(Bytes::new()),
        StatusBody::Text { content_type, text } => {
            let mut response = Response::new(text.clone().into());
            if let Ok(value) = HeaderValue::from_str(content_type) {
                response.headers_mut().insert(CONTENT_TYPE, value);
            }
            response
        }
    };
    *response.status_mut() = code;
    let after = answer.retry_after.as_ref().and_then(|after| match after {
        RetryAfter::Seconds(seconds) => Some(HeaderValue::from(*seconds)),
        RetryAfter::Text(text) => HeaderValue::from_str(text).ok(),
    });
    if let Some(after) = after {
        response.headers_mut().insert(RETRY_AFTER, after);
    }
    response
}

/// Tableau's document of an error.
fn tableau(answer: &StatusAnswer, head: &Parts) -> Response<Bytes> {
    let code = answer
        .error
        .clone()
        .unwrap_or_else(|| format!("{}000", answer.code));
    let known = KnownCode::find(&code);
    let text = |given: &Option<String>, text: fn(&KnownCode) -> &'static str| {
        let known = || known.map_or("Fault on request", text).to_owned();
        given.clone().unwrap_or_else(known)
    };
    let summary = text(&answer.summary, |known| known.summary);
    let mut refusal = Refusal::new(&code, &summary, text(&answer.detail, |known| known.meaning));
    refusal.status = answer.code;
    let known = Address::parse(head.uri.path()).and_then(|address| address.known_root().ok());
    let format = dialect::answer_format(&head.headers);
    dialect::refuse(
        &refusal,
        known.map_or(Version::NEWEST, |(_, version)| version),
        format,
    )
}

fn status_code(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Where a redirect leads: an origin keeps the path of the request.
fn location(to: &str, uri: &Uri) -> String {
    let is_origin = to
        .parse::<Uri>()
        .is_ok_and(|address| address.authority().is_some() && address.path() == "/" && !to.ends_with('/'));
    let path = uri.path_and_query().map_or("", |path| path.as_str());
    if is_origin {
        format!("{to}{path}")
    } else {
        to.to_owned()
    }
}

/// The address of another page of the same list.
fn of_page(uri: &Uri, number: u64) -> Option<Uri> {
    let query = uri.query().unwrap_or_default();
    let others = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("pageNumber="));
    let number = format!("pageNumber={number}");
    let query: Vec<_> = others.chain([number.as_str()]).collect();
    format!("{}?{}", uri.path(), query.join("&")).parse().ok()
}

/// The document with a byte in its midst that no UTF-8 has.
fn invalid_utf8(body: ResponseBody) -> ResponseBody {
    let Some(document) = body.document() else {
        return body;
    };
    let mut document = document.to_vec();
    let middle = document.len() / 2;
    if let Some(byte) = document.get_mut(middle) {
        *byte = 0xff;
    }
    ResponseBody::from(Bytes::from(document))
}
