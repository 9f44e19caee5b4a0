//! A call with a session that renews itself: every call of a [`Site`](crate::Site) passes through here.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::StatusCode;
use tableau_wire::rest::auth::SignOut;
use tableau_wire::{
    Content, Document, Endpoint, Format, Operation, ReplyError, Retry, Scope, Target, Version, check_status,
    decode_reply, encode_request,
};

use crate::core::Core;
use crate::error::Error;
use crate::exchange;
use crate::session::{Circumstances, Session, SharedSession};
use crate::transport::{File, RequestBody, ResponseBody};

/// The session that a call uses, if any; a dead one is renewed.
pub(crate) type Caller<'a> = Option<&'a Arc<SharedSession>>;

/// Makes a call at a version: the typed shell around [`execute`]. The operation is that of the endpoint, or differs in whether it may be retried.
pub(crate) async fn call<E: Endpoint<Reply: Document>>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    operation: Operation,
    endpoint: E,
    file: Option<File>,
) -> Result<E::Reply, Error> {
    let write = |target: &Target<'_>, format| {
        Ok(encode_request(endpoint, target, format)?.map(|body| RequestBody::of(body, file)))
    };
    let read = |answer: &http::Response<Bytes>| decode_reply::<E>(answer.status(), answer.body());
    run(core, version, caller, operation, write, read).await
}

/// Writes a request, executes it and reads the document of the answer.
pub(crate) async fn run<T>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    operation: Operation,
    write: impl FnOnce(&Target<'_>, Format) -> Result<http::Request<RequestBody>, Error>,
    read: impl FnOnce(&http::Response<Bytes>) -> Result<T, ReplyError>,
) -> Result<T, Error> {
    let mut made = Made::new(core, caller, operation);
    let answer = made.answer(version, write).await?;
    let answer = exchange::collect(answer)
        .await
        .map_err(|error| made.explain(error))?;
    read(&answer).map_err(|error| made.explain(exchange::refused(core, &answer, error)))
}

/// Requests a file; gives the answer while it arrives, if its status is a success.
pub(crate) async fn open<E: Endpoint<Reply = Content>>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    endpoint: E,
) -> Result<http::Response<ResponseBody>, Error> {
    let write = |target: &Target<'_>, format| {
        Ok(encode_request(endpoint, target, format)?.map(|body| RequestBody::of(body, None)))
    };
    let mut made = Made::new(core, caller, E::OPERATION);
    let answer = made.answer(version, write).await?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let answer = exchange::collect(answer)
        .await
        .map_err(|error| made.explain(error))?;
    match check_status(&E::OPERATION, answer.status(), answer.body()) {
        Err(error) => Err(made.explain(exchange::refused(core, &answer, error))),
        Ok(()) => Ok(answer.map(ResponseBody::from)),
    }
}

/// A call, and the attempts made for it.
struct Made<'a> {
    core: &'a Arc<Core>,
    caller: Caller<'a>,
    operation: Operation,
    attempts: Attempts,
    started: Instant,
}

impl<'a> Made<'a> {
    fn new(core: &'a Arc<Core>, caller: Caller<'a>, operation: Operation) -> Self {
        Self {
            core,
            caller,
            operation,
            attempts: Attempts::default(),
            started: Instant::now(),
        }
    }

    async fn answer(
        &mut self,
        version: Version,
        write: impl FnOnce(&Target<'_>, Format) -> Result<http::Request<RequestBody>, Error>,
    ) -> Result<http::Response<ResponseBody>, Error> {
        let last = self.caller.and_then(|shared| shared.last());
        let site = last.as_ref().map(|session| session.site_id().as_str());
        let request = exchange::write_request(self.core, &self.operation, version, site, write)?;
        let answer = execute(
            self.core,
            &self.operation,
            &request,
            self.caller,
            &mut self.attempts,
        )
        .await;
        answer.map_err(|error| self.explain(error))
    }

    /// Adds to the call's error what is known of its attempts.
    fn explain(&self, error: Error) -> Error {
        circumstances(&self.operation, self.caller, &self.attempts)
            .explain(error)
            .during(
                self.operation,
                self.core.address.to_string(),
                self.attempts.sent,
                self.started.elapsed(),
            )
    }
}

/// The attempts made for an answer.
#[derive(Default)]
struct Attempts {
    /// How often the request was sent.
    sent: u32,
    /// The session it was sent with last.
    session: Option<Arc<Session>>,
    renewals: u32,
    /// The last renewal was a sign-in, for this call or another of this client.
    just_begun: bool,
}

/// How often a call retries with a session that others began, and that may have died since.
const MAX_RENEWALS: u32 = 3;

/// Sends a request and gives the answer. In order: session → attempt → a dead session renewed, and again.
async fn execute(
    core: &Arc<Core>,
    operation: &Operation,
    request: &http::Request<RequestBody>,
    caller: Caller<'_>,
    attempts: &mut Attempts,
) -> Result<http::Response<ResponseBody>, Error> {
    attempts.session = session(core, caller).await?;
    loop {
        let session = attempts.session.clone();
        let authorization = session.as_ref().map(|session| session.authorization());
        let answer = exchange::send(core, operation, request, authorization, &mut attempts.sent).await?;
        let Some(shared) = renewable(core, caller) else {
            return Ok(answer);
        };
        if answer.status() != StatusCode::UNAUTHORIZED || operation.scope == Scope::Open {
            return Ok(answer);
        }
        let answer = exchange::collect(answer).await?;
        if attempts.just_begun
            || attempts.renewals == MAX_RENEWALS
            || !is_dead(&answer)
            || circumstances(operation, caller, attempts).lacks_scope()
        {
            return Ok(answer.map(ResponseBody::from));
        }
        let dead = session.as_ref().map(|session| session.generation());
        let renewed = shared.session(core, dead).await.map_err(Error::of_renewal)?;
        let sign_ins = |session: &Arc<Session>| session.sign_ins();
        attempts.just_begun = session.as_ref().map(sign_ins) < Some(sign_ins(&renewed));
        attempts.session = Some(renewed);
        attempts.renewals += 1;
        if operation.retry == Retry::Never {
            return Err(exchange::not_repeated(answer.status()));
        }
    }
}

/// The session to use.
async fn session(core: &Arc<Core>, caller: Caller<'_>) -> Result<Option<Arc<Session>>, Error> {
    let Some(shared) = renewable(core, caller) else {
        return Ok(caller.and_then(|shared| shared.last()));
    };
    // A session that was idle for this long has ended, unless other clients of the store have used it.
    let past_its_life = core.store.is_none() && shared.idle() >= core.idle_limit();
    let dead = shared
        .last()
        .filter(|_| past_its_life)
        .map(|session| session.generation());
    shared
        .session(core, dead)
        .await
        .map(Some)
        .map_err(Error::of_renewal)
}

/// The session of a call, if it can be renewed.
fn renewable<'a>(core: &Core, caller: Caller<'a>) -> Option<&'a Arc<SharedSession>> {
    caller.filter(|shared| shared.recipe.is_some() && core.renewal.is_on)
}

/// Whether an answer says that the session is over. A page that some gateway made says nothing of it.
fn is_dead(answer: &http::Response<Bytes>) -> bool {
    // The type does not matter here: errors are read the same for all calls.
    matches!(
        decode_reply::<SignOut>(answer.status(), answer.body()),
        Err(ReplyError::Api(error)) if matches!(error.code.as_str(), "401000" | "401002")
    )
}

fn circumstances<'a>(
    operation: &'a Operation,
    caller: Caller<'a>,
    attempts: &'a Attempts,
) -> Circumstances<'a> {
    Circumstances {
        operation,
        session: attempts.session.as_deref(),
        credentials: caller
            .and_then(|shared| shared.recipe.as_ref())
            .map(|recipe| &recipe.credentials),
        just_renewed: attempts.just_begun,
    }
}
