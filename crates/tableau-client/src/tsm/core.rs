//! Requests to a controller: all of them pass through [`Core::send`].

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use bytes::Bytes;
use http::header::{COOKIE, HeaderValue, LOCATION, USER_AGENT};
use http::{StatusCode, Uri};
use tableau_wire::tsm::{TsmError, VERSION_1_0};
use tableau_wire::{
    ApiError, Document, Endpoint, Family, Format, Operation, ReplyError, Target, Version, decode_reply,
    encode_request,
};

use super::address::TsmAddress;
use super::cookies::{Cookies, Jar};
use crate::core::{Bounds, Outcome, Tries, retry_after};
use crate::error::{Error, ErrorKind};
use crate::exchange::{self, Reading};
use crate::transport::{RequestBody, Transport};

/// What every call needs and no call changes.
pub(super) struct Core {
    pub(super) address: TsmAddress,
    transport: Arc<dyn Transport>,
    user_agent: HeaderValue,
    pub(super) bounds: Bounds,
    pub(super) fixed_version: Option<Version>,
    /// The version found at sign-in.
    pub(super) found_version: OnceLock<Version>,
    /// Whether sessions renew themselves.
    pub(super) renews: bool,
}

/// The attempts of one call.
pub(super) struct Attempts<'a> {
    operation: Operation,
    started: Instant,
    tries: Tries<'a>,
    sent: u32,
}

impl<'a> Attempts<'a> {
    pub(super) fn of(core: &'a Core, operation: Operation) -> Self {
        let deadline = core.bounds.deadline(operation.slow);
        Self {
            operation,
            started: Instant::now(),
            tries: Tries::new(&core.bounds, &operation, deadline),
            sent: 0,
        }
    }

    pub(super) fn operation(&self) -> Operation {
        self.operation
    }

    /// The one attempt of a caller that asks again itself.
    pub(super) fn only_one(mut self) -> Self {
        self.tries.only_one();
        self
    }
}

impl Core {
    pub(super) fn new(
        address: TsmAddress,
        transport: Arc<dyn Transport>,
        user_agent: HeaderValue,
        bounds: Bounds,
        fixed_version: Option<Version>,
        renews: bool,
    ) -> Self {
        Self {
            address,
            transport,
            user_agent,
            bounds,
            fixed_version,
            found_version: OnceLock::new(),
            renews,
        }
    }

    /// The version to use: the one asked for, or the one that signing in found, or the first one tried.
    pub(super) fn version(&self) -> Version {
        let found = || self.found_version.get().copied();
        self.fixed_version.or_else(found).unwrap_or(VERSION_1_0)
    }

    /// Makes a call with the cookies of one session and no other.
    pub(super) async fn call<E: Endpoint<Reply: Document>>(
        &self,
        cookies: &Cookies,
        endpoint: E,
    ) -> Result<E::Reply, Error> {
        let mut attempts = Attempts::of(self, E::OPERATION);
        let answer = async {
            let request = self.encode(self.version(), endpoint)?;
            self.send(&mut attempts, &request, cookies).await
        };
        let answer = answer.await;
        self.read(&attempts, answer, read::<E>)
    }

    /// Makes the request of a call.
    pub(super) fn encode<E: Endpoint>(
        &self,
        version: Version,
        endpoint: E,
    ) -> Result<http::Request<RequestBody>, Error> {
        exchange::check_family(&E::OPERATION, Family::Tsm)?;
        let request = encode_request(endpoint, &target(version), Format::Json)?;
        Ok(request.map(|body| RequestBody::of(body, None)))
    }

    /// Sends a request, with the cookies that belong to it, and keeps those that its answer sets.
    ///
    /// It is sent again where the policy of retries allows it: a kept-alive connection breaks, for one, when the controller restarts.
    pub(super) async fn send(
        &self,
        attempts: &mut Attempts<'_>,
        request: &http::Request<RequestBody>,
        cookies: &Cookies,
    ) -> Result<http::Response<Bytes>, Error> {
        loop {
            let answer = self.send_once(attempts, request, cookies).await;
            let outcome = match &answer {
                Ok(answer) => Outcome::of_answer(answer),
                Err(error) => Outcome::of_error(error),
            };
            let Some(pause) = attempts.tries.next(outcome) else {
                return answer;
            };
            tracing::debug!(operation = %attempts.operation.full_name(), ?outcome, ?pause, "the request is sent again");
            tokio::time::sleep(pause).await;
        }
    }

    async fn send_once(
        &self,
        attempts: &mut Attempts<'_>,
        request: &http::Request<RequestBody>,
        cookies: &Cookies,
    ) -> Result<http::Response<Bytes>, Error> {
        let mut request = exchange::again(request);
        let path = request.uri().path().to_owned();
        let absolute = format!("{}{}", self.address, request.uri());
        *request.uri_mut() = absolute.parse::<Uri>().map_err(|error| {
            let message = "the request's address is too long or malformed";
            Error::new(ErrorKind::Input, message.to_owned()).caused_by(error)
        })?;
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(cookies) = cookies.jar().header(&path) {
            headers.insert(COOKIE, cookies);
        }
        attempts.sent += 1;
        let Attempts { operation, tries, .. } = attempts;
        let (transport, reading) = (&*self.transport, Reading::Document);
        let answer = exchange::attempt(transport, &self.bounds, operation, request, reading, tries).await?;
        cookies.jar().take(answer.headers(), self.address.host(), &path);
        Ok(exchange::document(answer))
    }

    /// Reads the answer of a call.
    pub(super) fn read<T>(
        &self,
        attempts: &Attempts<'_>,
        answer: Result<http::Response<Bytes>, Error>,
        read: impl FnOnce(&http::Response<Bytes>) -> Result<T, ReplyError>,
    ) -> Result<T, Error> {
        let reply = answer.and_then(|answer| read(&answer).map_err(|error| refused(&answer, error)));
        reply.map_err(|error| {
            let Attempts {
                operation,
                started,
                sent,
                ..
            } = attempts;
            error.during(*operation, self.address.to_string(), *sent, started.elapsed())
        })
    }

    /// An empty set of cookies.
    pub(super) fn no_cookies() -> Cookies {
        Cookies::new(0, Jar::default())
    }
}

/// Where a call of TSM goes.
pub(super) fn target(version: Version) -> Target<'static> {
    Target {
        prefix: "",
        version,
        site: None,
    }
}

/// Reads the answer of a call by its type.
pub(super) fn read<E: Endpoint<Reply: Document>>(
    answer: &http::Response<Bytes>,
) -> Result<E::Reply, ReplyError> {
    decode_reply::<E>(answer.status(), answer.body())
}

/// Whether an answer says that the session is over. A page that some gateway made says nothing of it.
pub(super) fn is_dead(answer: &http::Response<Bytes>) -> bool {
    let from_controller = || answer.body().is_empty() || TsmError::decode(answer.body()).is_some();
    answer.status() == StatusCode::UNAUTHORIZED && from_controller()
}

/// The error of an answer that was not the reply.
fn refused(answer: &http::Response<Bytes>, error: ReplyError) -> Error {
    let status = answer.status();
    if is_rest(answer.body()) {
        return Error::is_rest(status);
    }
    let redirects = answer.headers().contains_key(LOCATION) && status.is_redirection();
    if redirects {
        // No source says that a controller redirects, and the redirect's target would get an administrator's password.
        let message = format!(
            "the answer (HTTP {}) redirects, which TSM does not",
            status.as_u16()
        );
        return Error::new(ErrorKind::Redirected, message)
            .answered(status)
            .with_hint("Use the controller's own address: https, the name of its machine, and its port.");
    }
    Error::of_reply(status, error).with_retry_after(retry_after(answer.headers()))
}

/// Whether a body is an error of the REST API.
fn is_rest(body: &[u8]) -> bool {
    use tableau_wire::Document as _;
    Format::sniff(body).is_some_and(|format| ApiError::decode(body, format).is_ok())
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("address", &self.address)
            .field("version", &self.version())
            .finish_non_exhaustive()
    }
}
