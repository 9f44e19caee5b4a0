//! The one way a call takes: every request of this library passes through [`execute`].

use std::time::Instant;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue, LOCATION, USER_AGENT};
use http::uri::Uri;
use tableau_wire::{Endpoint, Operation, ReplyError, Scope, Target, Version, decode_reply, encode_request};

use crate::client::Core;
use crate::error::{Error, ErrorKind};
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
        prefix: core.address.prefix(),
        version,
        site: session.map(|session| session.site_id().as_str()),
    };
    check_version(&operation, version)?;
    let request = encode_request(endpoint, &target, core.format)?;
    let started = Instant::now();
    let answer = execute(core, &operation, request, session).await;
    let reply = answer.and_then(|answer| {
        decode_reply::<E>(answer.status(), answer.body()).map_err(|error| refused(&answer, error))
    });
    reply.map_err(|error| error.during(operation, core.address.to_string(), 1, started.elapsed()))
}

/// Sends a request and gives the answer. In order: token → attempt → redirect?
async fn execute(
    core: &Core,
    operation: &Operation,
    mut request: http::Request<Bytes>,
    session: Option<&Session>,
) -> Result<http::Response<Bytes>, Error> {
    attach_origin(core, &mut request)?;
    attach_token(operation, session, &mut request)?;
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Instant::now();
    let result = core.transport.send(request).await;
    let status = result.as_ref().map(|answer| answer.status().as_u16()).ok();
    tracing::debug!(operation = %operation.full_name(), %method, path, status, elapsed = ?started.elapsed(), "exchange");
    let answer = result.map_err(Error::of_transport)?;
    not_redirected(&answer)?;
    Ok(answer)
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

fn attach_origin(core: &Core, request: &mut http::Request<Bytes>) -> Result<(), Error> {
    let absolute = format!("{}{}", core.address.origin(), request.uri());
    *request.uri_mut() = absolute.parse::<Uri>().map_err(|error| {
        Error::new(
            ErrorKind::Input,
            "the request's address is too long or malformed".to_owned(),
        )
        .caused_by(error)
    })?;
    request.headers_mut().insert(USER_AGENT, core.user_agent.clone());
    Ok(())
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

/// A redirect is not followed: the next request would carry a secret to an address nobody named.
fn not_redirected(answer: &http::Response<Bytes>) -> Result<(), Error> {
    if !answer.status().is_redirection() {
        return Ok(());
    }
    let location = answer
        .headers()
        .get(LOCATION)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("no address");
    let location = location.split(['?', '#']).next().unwrap_or_default();
    Err(Error::new(
        ErrorKind::Redirected,
        format!(
            "the server redirects to {location} (HTTP {})",
            answer.status().as_u16()
        ),
    )
    .with_hint("Use that server's address instead: it usually is the same one with https."))
}

/// The error of an answer that was not the reply.
fn refused(answer: &http::Response<Bytes>, error: ReplyError) -> Error {
    let error = Error::of_reply(answer.status(), error);
    if error.code() == Some("401002") {
        return error.with_causes(vec![
            "something else signed in with the same personal access token, which ends the session before"
                .to_owned(),
            "the session was idle for too long (240 minutes on Server, 120 on Cloud, unless changed)"
                .to_owned(),
            "the session was signed out".to_owned(),
        ]);
    }
    error
}
