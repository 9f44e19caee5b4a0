//! The one way a call takes: every request of this library passes through [`execute`].

use std::time::Instant;

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::uri::Uri;
use tableau_wire::{Endpoint, Operation, ReplyError, Scope, Target, Version, decode_reply, encode_request};

use crate::client::Core;
use crate::error::{Error, ErrorKind};
use crate::location::Location;
use crate::session::Session;

/// The header that carries the token of the session.
const AUTH_HEADER: HeaderName = HeaderName::from_static("x-tableau-auth");

/// Makes a call at a version: the typed shell around [`execute`].
pub(crate) async fn call<E: Endpoint>(
    core: &Core,
    version: Version,
    session: Option<&Session>,
    endpoint: E,
) -> Result<E::Reply, Error> {
    let operation = E::OPERATION;
    let target = Target {
        prefix: "",
        version,
        site: session.map(|session| session.site_id().as_str()),
    };
    check_version(&operation, version)?;
    let request = encode_request(endpoint, &target, core.format)?;
    let started = Instant::now();
    let answer = execute(core, &operation, request, session).await;
    let reply = answer.and_then(|answer| {
        decode_reply::<E>(answer.status(), answer.body()).map_err(|error| refused(core, &answer, error))
    });
    reply.map_err(|error| error.during(operation, core.address.to_string(), 1, started.elapsed()))
}

/// Sends a request and gives the answer. In order: origin → token → attempt → where the server really is, and again.
async fn execute(
    core: &Core,
    operation: &Operation,
    mut request: http::Request<Bytes>,
    session: Option<&Session>,
) -> Result<http::Response<Bytes>, Error> {
    let path = request.uri().to_string();
    request.headers_mut().insert(USER_AGENT, core.user_agent.clone());
    attach_token(operation, session, &mut request)?;
    let mut redirects = 0;
    loop {
        let location = core.location();
        *request.uri_mut() = absolute(&location, &path)?;
        let answer = attempt(core, operation, request.clone()).await?;
        let status = answer.status();
        if !is_redirect(status) {
            return Ok(answer);
        }
        // Method and body stay as they are: a sign-in that became a GET would be answered with 405000.
        let next = location.follow(&answer, &path, &core.allowed_hosts);
        core.moved(next.map_err(|error| error.answered(status))?);
        redirects += 1;
        if redirects > MAX_REDIRECTS {
            let message = format!("the server redirected more than {MAX_REDIRECTS} times");
            return Err(Error::new(ErrorKind::Redirected, message)
                .answered(status)
                .with_hint("Use the address that the redirects should lead to."));
        }
    }
}

/// More redirects than any set-up has: http to https, a pod, a gateway.
const MAX_REDIRECTS: usize = 5;

async fn attempt(
    core: &Core,
    operation: &Operation,
    request: http::Request<Bytes>,
) -> Result<http::Response<Bytes>, Error> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Instant::now();
    let result = core.transport.send(request).await;
    let status = result.as_ref().map(|answer| answer.status().as_u16()).ok();
    tracing::debug!(operation = %operation.full_name(), %method, path, status, elapsed = ?started.elapsed(), "exchange");
    result.map_err(Error::of_transport)
}

/// The redirects of servers and gateways; 304 and its like have no address.
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

fn check_version(operation: &Operation, version: Version) -> Result<(), Error> {
    if operation.since <= version {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::UnsupportedVersion,
        format!("{} needs API version {}, and {version} is in use", operation.full_name(), operation.since),
    )
    .with_hint("Use a newer version of the API (a client uses the server's newest unless told otherwise), or a newer server."))
}

fn attach_token(
    operation: &Operation,
    session: Option<&Session>,
    request: &mut http::Request<Bytes>,
) -> Result<(), Error> {
    if operation.scope == Scope::Open {
        return Ok(());
    }
    let Some(session) = session else {
        return Err(Error::new(
            ErrorKind::SessionEnded,
            "the call needs a session: sign in first".to_owned(),
        ));
    };
    let mut token = HeaderValue::from_str(session.token().expose()).map_err(|_| {
        Error::new(
            ErrorKind::Input,
            "the session's token has characters no token has".to_owned(),
        )
    })?;
    token.set_sensitive(true);
    request.headers_mut().insert(AUTH_HEADER, token);
    Ok(())
}

/// The error of an answer that was not the reply.
fn refused(core: &Core, answer: &http::Response<Bytes>, error: ReplyError) -> Error {
    let error = Error::of_reply(answer.status(), error);
    if error.code() == Some("401002") {
        let scope =
            "a session from a JWT can do only what its scopes say, and this call's may be missing".to_owned();
        return error.with_causes(vec![
            "something else signed in with the same personal access token, which ends the session before"
                .to_owned(),
            "the session was idle for too long (240 minutes on Server, 120 on Cloud, unless changed)"
                .to_owned(),
            "the session was signed out".to_owned(),
            scope,
        ]);
    }
    if error.kind() == ErrorKind::MethodNotAllowed && !core.location().is_https() {
        let address = core.location().by_https();
        return error.with_hint(format!(
            "Something redirects from http to https and loses the request on its way: use {address}, and on Tableau Cloud the pod's address \
             (https://10ax.online.tableau.com)."
        ));
    }
    error
}
