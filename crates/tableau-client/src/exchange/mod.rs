//! One request and its answer: where the server really is, and what an answer means. This module neither knows nor renews sessions.

mod attempt;
mod intermediary;
mod reply;
mod version;

use std::time::Instant;

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::uri::Uri;
use tableau_wire::tsm::TsmError;
use tableau_wire::{
    Document, Endpoint, Family, Format, Operation, ReplyError, Scope, Secret, Target, Version, decode_reply,
    encode_request,
};

use crate::core::{Core, Location, Outcome, Tries, retry_after};
use crate::error::{Error, ErrorKind, Reached};
use crate::transport::{RequestBody, ResponseBody};

pub(crate) use attempt::{Reading, attempt, document};

/// The header that carries the token of the session.
pub(crate) const AUTH_HEADER: HeaderName = HeaderName::from_static("x-tableau-auth");

/// What a request carries of a session.
#[derive(Clone, Copy)]
pub(crate) struct Authorization<'a> {
    pub(crate) token: &'a Secret,
    pub(crate) site: &'a str,
}

/// The attempts of one call: how often its request was sent, and whether it is sent again.
pub(crate) struct Attempts<'a> {
    pub(crate) tries: Tries<'a>,
    /// How often the request was sent, with redirects.
    pub(crate) sent: u32,
    pub(crate) reading: Reading,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(tries: Tries<'a>, reading: Reading) -> Self {
        Self {
            tries,
            sent: 0,
            reading,
        }
    }
}

/// Makes a call: without a session, or with one that is not renewed.
pub(crate) async fn call<E: Endpoint<Reply: Document>>(
    core: &Core,
    version: Version,
    authorization: Option<Authorization<'_>>,
    endpoint: E,
) -> Result<E::Reply, Error> {
    let deadline = core.bounds.deadline(false);
    let mut attempts = Attempts::new(
        Tries::new(&core.bounds, &E::OPERATION, deadline),
        Reading::Document,
    );
    let started = Instant::now();
    let write = |target: &Target<'_>, format| {
        Ok(encode_request(endpoint, target, format)?.map(|body| RequestBody::of(body, None)))
    };
    let site = authorization.map(|authorization| authorization.site);
    let request = write_request(core, &E::OPERATION, version, site, write)?;
    let answer = send(core, &E::OPERATION, &request, authorization, &mut attempts).await;
    let reply = answer.and_then(|answer| read::<E>(core, answer));
    reply.map_err(|error| during(core, E::OPERATION, error, attempts.sent, started))
}

/// Makes a call without a session, and sends it once: whether it is sent again is the caller's decision.
pub(crate) async fn call_once<E: Endpoint<Reply: Document>>(
    core: &Core,
    version: Version,
    endpoint: E,
    attempts: &mut Attempts<'_>,
) -> Result<E::Reply, Error> {
    let started = Instant::now();
    let write = |target: &Target<'_>, format| {
        Ok(encode_request(endpoint, target, format)?.map(|body| RequestBody::of(body, None)))
    };
    let request = write_request(core, &E::OPERATION, version, None, write)?;
    let answer = send_once(core, &E::OPERATION, &request, None, attempts).await;
    let reply = answer.and_then(|answer| read::<E>(core, answer));
    reply.map_err(|error| during(core, E::OPERATION, error, attempts.sent, started))
}

/// Reads the document of an answer.
fn read<E: Endpoint<Reply: Document>>(
    core: &Core,
    answer: http::Response<ResponseBody>,
) -> Result<E::Reply, Error> {
    let answer = document(answer);
    decode_reply::<E>(answer.status(), answer.body()).map_err(|error| refused(core, &answer, error))
}

fn during(core: &Core, operation: Operation, error: Error, sent: u32, started: Instant) -> Error {
    error.during(operation, core.address.to_string(), sent, started.elapsed())
}

/// Writes the request of a call, if the version in use has the call.
pub(crate) fn write_request(
    core: &Core,
    operation: &Operation,
    version: Version,
    site: Option<&str>,
    write: impl FnOnce(&Target<'_>, Format) -> Result<http::Request<RequestBody>, Error>,
) -> Result<http::Request<RequestBody>, Error> {
    check_family(operation, Family::Rest)?;
    check_version(operation, version)?;
    let target = Target {
        prefix: "",
        version,
        site,
    };
    let mut request = write(&target, core.format)?;
    request.headers_mut().insert(USER_AGENT, core.user_agent.clone());
    Ok(request)
}

/// More redirects than any deployment needs: http to https, a pod, a gateway.
const MAX_REDIRECTS: u32 = 5;

/// Sends a request, and sends it again where the policy of retries allows it.
pub(crate) async fn send(
    core: &Core,
    operation: &Operation,
    request: &http::Request<RequestBody>,
    authorization: Option<Authorization<'_>>,
    attempts: &mut Attempts<'_>,
) -> Result<http::Response<ResponseBody>, Error> {
    loop {
        let answer = send_once(core, operation, request, authorization, attempts).await;
        let outcome = match &answer {
            Ok(answer) => Outcome::of_answer(answer),
            Err(error) => Outcome::of_error(error),
        };
        let Some(pause) = attempts.tries.next(outcome) else {
            return answer;
        };
        tracing::debug!(operation = %operation.full_name(), ?outcome, ?pause, "the request is sent again");
        tokio::time::sleep(pause).await;
    }
}

/// Sends a request once to where the server really is, and counts how often it was sent. A body that is sent again is read from its beginning.
async fn send_once(
    core: &Core,
    operation: &Operation,
    request: &http::Request<RequestBody>,
    authorization: Option<Authorization<'_>>,
    attempts: &mut Attempts<'_>,
) -> Result<http::Response<ResponseBody>, Error> {
    let token = token_header(operation, authorization)?;
    let mut path = request.uri().to_string();
    for _ in 0..=MAX_REDIRECTS {
        let location = core.location();
        let mut request = again(request);
        *request.uri_mut() = absolute(&location, &path)?;
        if let Some(token) = &token {
            request.headers_mut().insert(AUTH_HEADER, token.clone());
        }
        attempts.sent += 1;
        let (reading, tries) = (attempts.reading, &attempts.tries);
        let answer = attempt(&*core.transport, &core.bounds, operation, request, reading, tries).await;
        let answer = answer.inspect_err(|error| {
            if error.reached() == Reached::No {
                core.lost();
            }
        })?;
        core.clock.note(answer.headers());
        let status = answer.status();
        if !is_redirect(status) {
            return Ok(answer);
        }
        // Method and body stay as they are: a sign-in that became a GET would be answered with 405000.
        let next = location.follow(status, answer.headers(), &path, &core.allowed_hosts);
        let (location, respelt) = next.map_err(|error| error.answered(status))?;
        core.moved(location);
        path = respelt;
    }
    let message = format!("the server redirected more than {MAX_REDIRECTS} times");
    Err(Error::new(ErrorKind::Redirected, message)
        .answered(StatusCode::PERMANENT_REDIRECT)
        .with_hint("Use the address that the redirects should lead to."))
}

/// The same request, to be sent once more.
pub(crate) fn again(request: &http::Request<RequestBody>) -> http::Request<RequestBody> {
    let mut copy = http::Request::new(request.body().reopen());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

/// Whether the status is a redirect with an address; 304, for one, has none.
fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

fn absolute(location: &Location, path: &str) -> Result<Uri, Error> {
    location.absolute(path).parse().map_err(|error| {
        Error::new(
            ErrorKind::Input,
            "the request's address is too long or malformed".to_owned(),
        )
        .caused_by(error)
    })
}

/// Checks that a call belongs to the API of the client.
pub(crate) fn check_family(operation: &Operation, family: Family) -> Result<(), Error> {
    if operation.family == family {
        return Ok(());
    }
    let other = match family {
        Family::Rest => "of TSM, and this is a session of the REST API",
        Family::Tsm => "of the REST API, and this is a session of TSM",
    };
    let message = format!("{} is a call {other}", operation.full_name());
    Err(Error::new(ErrorKind::Input, message))
}

fn check_version(operation: &Operation, version: Version) -> Result<(), Error> {
    let name = operation.full_name();
    let (message, hint) = match operation.until {
        _ if operation.is_in(version) => return Ok(()),
        Some(until) if until < version => (
            format!(
                "{name} was retired by Tableau: API version {until} was the last that had it, and {version} is in use"
            ),
            "Ask for that version, if the server is old enough to do what the call asks for.",
        ),
        _ => (
            format!(
                "{name} needs API version {}, and {version} is in use",
                operation.since
            ),
            "Use a newer version of the API (a client uses the server's newest unless told otherwise), or a newer server.",
        ),
    };
    Err(Error::new(ErrorKind::UnsupportedVersion, message).with_hint(hint))
}

/// The token as a header; none for a call that needs no session.
fn token_header(
    operation: &Operation,
    authorization: Option<Authorization<'_>>,
) -> Result<Option<HeaderValue>, Error> {
    if operation.scope == Scope::Open {
        return Ok(None);
    }
    let Some(authorization) = authorization else {
        return Err(Error::new(
            ErrorKind::SessionEnded,
            "the call needs a session: sign in first".to_owned(),
        ));
    };
    let mut token = HeaderValue::from_str(authorization.token.expose()).map_err(|_| {
        Error::new(
            ErrorKind::Input,
            "the session's token has characters no token has".to_owned(),
        )
    })?;
    token.set_sensitive(true);
    Ok(Some(token))
}

/// The error of an answer that was not the reply.
pub(crate) fn refused(core: &Core, answer: &http::Response<Bytes>, error: ReplyError) -> Error {
    if TsmError::recognize(answer.body()).is_some() {
        return Error::is_tsm(answer.status());
    }
    let error = Error::of_reply(answer.status(), error).with_retry_after(retry_after(answer.headers()));
    let error = intermediary::on_the_way(error, &core.address, core.proxy().as_ref());
    if error.kind() == ErrorKind::MethodNotAllowed && !core.location().is_https() {
        let address = core.location().by_https();
        return error.with_hint(format!(
            "Something redirects from http to https and loses the request on its way: use {address}, and on Tableau Cloud the pod's address \
             (https://10ax.online.tableau.com)."
        ));
    }
    error
}

/// The error of a call that is not idempotent and whose session was renewed.
pub(crate) fn not_repeated(status: StatusCode) -> Error {
    let message = "the session had ended and has been renewed, but the call was not sent again, since it is not idempotent";
    Error::new(ErrorKind::SessionRenewed, message.to_owned())
        .answered(status)
        .with_hint("Make the call again: the server refused it before doing anything.")
}
