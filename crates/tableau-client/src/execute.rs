//! A call with a session that renews itself: every call of a [`Site`](crate::Site) passes through here.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::StatusCode;
use tableau_wire::rest::auth::SignOut;
use tableau_wire::{
    Content, Document, Endpoint, Format, Method, Operation, ReplyError, Retry, Scope, Target, Version,
    check_status, decode_reply, encode_request,
};

use crate::core::{Core, Tries, until};
use crate::error::Error;
use crate::exchange::{self, Attempts, Reading};
use crate::session::{self, Circumstances, Session, SharedSession};
use crate::transport::{File, RequestBody, ResponseBody};

/// The session that a call uses, if any; a dead one is renewed.
pub(crate) type Caller<'a> = Option<&'a Arc<SharedSession>>;

/// When a call is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// By the policy of retries, and after a renewal of its session if it is idempotent, the client repeats all, or another client had begun the
    /// session; otherwise its caller decides
    /// ([`ErrorKind::SessionRenewed`](crate::ErrorKind::SessionRenewed)).
    ByPolicy,
    /// The same, and after a renewal always, since the server had refused it before doing anything: for operations that consist of several calls,
    /// none of which the caller could make alone.
    AfterRenewal,
    /// As if it were idempotent: what a second one leaves behind does no harm.
    AsIdempotent,
    /// Only after a renewal: for callers that ask again themselves, after pauses of their own.
    ByCaller,
}

/// Makes a call at a version: the typed shell around [`execute`].
pub(crate) async fn call<E: Endpoint<Reply: Document>>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    again: Again,
    endpoint: E,
    file: Option<File>,
) -> Result<E::Reply, Error> {
    let write = |target: &Target<'_>, format| {
        Ok(encode_request(endpoint, target, format)?.map(|body| RequestBody::of(body, file)))
    };
    let read = |answer: &http::Response<Bytes>| decode_reply::<E>(answer.status(), answer.body());
    let made = Made::new(core, caller, E::OPERATION, again, Reading::Document);
    made.document(version, write, read).await
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
    let made = Made::new(core, caller, operation, Again::ByPolicy, Reading::Document);
    made.document(version, write, read).await
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
    let mut made = Made::new(core, caller, E::OPERATION, Again::ByPolicy, Reading::Head);
    let request = made.request(version, write);
    let answer = made.answer(request).await?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let answer = exchange::document(answer);
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
    again: Again,
    attempts: Attempts<'a>,
    renewals: Renewals,
    started: Instant,
}

/// The sessions that a call was sent with.
#[derive(Default)]
struct Renewals {
    /// The session it was sent with last.
    session: Option<Arc<Session>>,
    count: u32,
    /// The last renewal was a sign-in, for this call or another of this client.
    just_begun: bool,
}

/// How often a call retries with a session that others began, and that may have died since.
const MAX_RENEWALS: u32 = 3;

impl<'a> Made<'a> {
    fn new(
        core: &'a Arc<Core>,
        caller: Caller<'a>,
        operation: Operation,
        again: Again,
        reading: Reading,
    ) -> Self {
        let deadline = core.bounds.deadline(operation.slow || reading == Reading::Head);
        let mut tries = match again {
            Again::AsIdempotent => Tries::of(&core.bounds, true, deadline),
            _ => Tries::new(&core.bounds, &operation, deadline),
        };
        if again == Again::ByCaller {
            tries.only_one();
        }
        Self {
            core,
            caller,
            operation,
            again,
            attempts: Attempts::new(tries, reading),
            renewals: Renewals::default(),
            started: Instant::now(),
        }
    }

    async fn document<T>(
        mut self,
        version: Version,
        write: impl FnOnce(&Target<'_>, Format) -> Result<http::Request<RequestBody>, Error>,
        read: impl FnOnce(&http::Response<Bytes>) -> Result<T, ReplyError>,
    ) -> Result<T, Error> {
        let request = self.request(version, write);
        let answer = exchange::document(self.answer(request).await?);
        let answer = self.deleted_already(answer);
        read(&answer).map_err(|error| self.explain(exchange::refused(self.core, &answer, error)))
    }

    fn request(
        &self,
        version: Version,
        write: impl FnOnce(&Target<'_>, Format) -> Result<http::Request<RequestBody>, Error>,
    ) -> Result<http::Request<RequestBody>, Error> {
        let last = self.caller.and_then(|shared| shared.last());
        let site = last.as_ref().map(|session| session.site_id().as_str());
        exchange::write_request(self.core, &self.operation, version, site, write)
    }

    /// What a deletion is about is gone if an attempt before may have arrived: its lost answer said so.
    fn deleted_already(&self, answer: http::Response<Bytes>) -> http::Response<Bytes> {
        let is_again = self.operation.method == Method::DELETE && self.attempts.tries.may_have_arrived;
        if is_again && self.is_missing(&answer) {
            tracing::debug!(operation = %self.operation.full_name(), "an attempt before deleted it");
            let mut gone = http::Response::new(Bytes::new());
            *gone.status_mut() = StatusCode::NO_CONTENT;
            return gone;
        }
        answer
    }

    /// Whether Tableau says that something is not there: not a gateway that starts anew, and not of the version of the API.
    fn is_missing(&self, answer: &http::Response<Bytes>) -> bool {
        answer.status() == StatusCode::NOT_FOUND
            && matches!(
                check_status(&self.operation, answer.status(), answer.body()),
                Err(ReplyError::Api(error)) if !matches!(error.code.as_str(), "404001" | "404008")
            )
    }

    /// Sends a request that could be written. Its type says nothing of the endpoint: it is compiled once.
    async fn answer(
        &mut self,
        request: Result<http::Request<RequestBody>, Error>,
    ) -> Result<http::Response<ResponseBody>, Error> {
        let request = request.map_err(|error| self.explain(error))?;
        if request.body().bytes().is_none() {
            // A file takes as long as it takes.
            self.attempts.tries.without_deadline();
        }
        let answer = self.execute(&request).await;
        answer.map_err(|error| self.explain(error))
    }

    /// Sends a request and gives the answer. In order: session → attempts → a dead session renewed, and again.
    async fn execute(
        &mut self,
        request: &http::Request<RequestBody>,
    ) -> Result<http::Response<ResponseBody>, Error> {
        let (core, operation) = (self.core, self.operation);
        self.renewals.session = until(self.attempts.tries.deadline(), session(core, self.caller)).await?;
        loop {
            let session = self.renewals.session.clone();
            let authorization = session.as_ref().map(|session| session.authorization());
            let answer = exchange::send(core, &operation, request, authorization, &mut self.attempts).await?;
            if answer.status() != StatusCode::UNAUTHORIZED || operation.scope == Scope::Open {
                return Ok(answer);
            }
            let answer = exchange::document(answer);
            let Some(shared) = renewable(core, self.caller) else {
                if let (Some(shared), Some(session)) = (self.caller, &session)
                    && is_dead(&answer)
                    && !self.circumstances().lacks_scope()
                {
                    shared.note_dead(session);
                }
                return Ok(answer.map(ResponseBody::from));
            };
            if self.renewals.just_begun
                || self.renewals.count == MAX_RENEWALS
                || !is_dead(&answer)
                || self.circumstances().lacks_scope()
            {
                return Ok(answer.map(ResponseBody::from));
            }
            self.renew(shared, session.as_ref()).await?;
            // A program cannot know how long a session lives that another one had begun.
            let is_joined = session.as_ref().is_some_and(|session| session.is_joined);
            let is_for_caller = self.again == Again::ByPolicy && !core.renewal.repeats_all && !is_joined;
            if operation.retry == Retry::Never && is_for_caller {
                return Err(exchange::not_repeated(answer.status()));
            }
        }
    }

    /// Renews the session that was found dead.
    async fn renew(
        &mut self,
        shared: &Arc<SharedSession>,
        session: Option<&Arc<Session>>,
    ) -> Result<(), Error> {
        let dead = session.map(|session| session.generation());
        let renewal = async { shared.session(self.core, dead).await };
        let renewed = until(self.attempts.tries.deadline(), renewal).await;
        let renewed = renewed.map_err(Error::of_renewal)?;
        let sign_ins = |session: &Arc<Session>| session.sign_ins();
        self.renewals.just_begun = session.map(sign_ins) < Some(sign_ins(&renewed));
        self.renewals.session = Some(renewed);
        self.renewals.count += 1;
        Ok(())
    }

    /// Adds to the call's error what is known of its attempts.
    fn explain(&self, error: Error) -> Error {
        self.circumstances().explain(error).during(
            self.operation,
            self.core.address.to_string(),
            self.attempts.sent,
            self.started.elapsed(),
        )
    }

    fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            operation: &self.operation,
            session: self.renewals.session.as_deref(),
            credentials: self
                .caller
                .and_then(|shared| shared.recipe.as_ref())
                .map(|recipe| &recipe.credentials),
            just_renewed: self.renewals.just_begun,
        }
    }
}

/// The session to use.
async fn session(core: &Arc<Core>, caller: Caller<'_>) -> Result<Option<Arc<Session>>, Error> {
    if let Some(shared) = caller {
        session::keep_alive(core, shared);
    }
    let Some(shared) = renewable(core, caller) else {
        return Ok(caller.and_then(|shared| {
            shared.used();
            shared.last()
        }));
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
    caller.filter(|shared| shared.is_renewable(core))
}

/// Whether an answer says that the session is over. A page that some gateway made says nothing of it.
fn is_dead(answer: &http::Response<Bytes>) -> bool {
    // The type does not matter here: errors are read the same for all calls.
    matches!(
        decode_reply::<SignOut>(answer.status(), answer.body()),
        Err(ReplyError::Api(error)) if matches!(error.code.as_str(), "401000" | "401002")
    )
}
