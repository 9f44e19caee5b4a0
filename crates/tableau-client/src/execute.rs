//! A call with a session that renews itself: every call of a [`Site`](crate::Site) passes through here.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::StatusCode;
use tableau_wire::rest::auth::SignOut;
use tableau_wire::{
    Document, Endpoint, Format, Operation, Repeat, ReplyError, Scope, Target, Version, decode_reply,
    encode_request,
};

use crate::core::Core;
use crate::error::Error;
use crate::exchange;
use crate::session::{Circumstances, Session, SharedSession};

/// With which session a call is made, if with any; it is renewed when it has died.
pub(crate) type Caller<'a> = Option<&'a Arc<SharedSession>>;

/// Makes a call at a version: the typed shell around [`execute`].
pub(crate) async fn call<E: Endpoint<Reply: Document>>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    endpoint: E,
) -> Result<E::Reply, Error> {
    call_with_file(core, version, caller, endpoint, &[]).await
}

/// Makes a call that sends a file.
pub(crate) async fn call_with_file<E: Endpoint<Reply: Document>>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    endpoint: E,
    file: &[u8],
) -> Result<E::Reply, Error> {
    let write = |target: &Target<'_>, format| {
        Ok(encode_request(endpoint, target, format)?.map(|body| body.with_file(file)))
    };
    let read = |answer: &http::Response<Bytes>| decode_reply::<E>(answer.status(), answer.body());
    run(core, version, caller, E::OPERATION, write, read).await
}

/// Writes a request, executes it and reads the answer.
pub(crate) async fn run<T>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    operation: Operation,
    write: impl FnOnce(&Target<'_>, Format) -> Result<http::Request<Bytes>, Error>,
    read: impl FnOnce(&http::Response<Bytes>) -> Result<T, ReplyError>,
) -> Result<T, Error> {
    let started = Instant::now();
    let last = caller.and_then(|shared| shared.last());
    let site = last.as_ref().map(|session| session.site_id().as_str());
    let request = exchange::write_request(core, &operation, version, site, write)?;
    let mut attempts = Attempts::default();
    let answer = execute(core, &operation, &request, caller, &mut attempts).await;
    let reply = answer.and_then(|answer| {
        read(&answer).map_err(|error| {
            let error = exchange::refused(core, &answer, error);
            circumstances(&operation, caller, &attempts).explain(error)
        })
    });
    reply.map_err(|error| {
        error.during(
            operation,
            core.address.to_string(),
            attempts.sent,
            started.elapsed(),
        )
    })
}

/// What happened on the way to an answer.
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

/// How often a call goes on with a session that others have begun, and that may have died since.
const MAX_RENEWALS: u32 = 3;

/// Sends a request and gives the answer. In order: session → attempt → a dead session renewed, and again.
async fn execute(
    core: &Arc<Core>,
    operation: &Operation,
    request: &http::Request<Bytes>,
    caller: Caller<'_>,
    attempts: &mut Attempts,
) -> Result<http::Response<Bytes>, Error> {
    attempts.session = session(core, caller).await?;
    loop {
        let session = attempts.session.clone();
        let authorization = session.as_ref().map(|session| session.authorization());
        let answer = exchange::send(core, operation, request, authorization, &mut attempts.sent).await?;
        let Some(shared) = renewable(core, caller) else {
            return Ok(answer);
        };
        if attempts.just_begun
            || attempts.renewals == MAX_RENEWALS
            || !is_dead(operation, &answer)
            || circumstances(operation, caller, attempts).lacks_scope()
        {
            return Ok(answer);
        }
        let dead = session.as_ref().map(|session| session.generation());
        let renewed = shared.session(core, dead).await.map_err(Error::of_renewal)?;
        let sign_ins = |session: &Arc<Session>| session.sign_ins();
        attempts.just_begun = session.as_ref().map(sign_ins) < Some(sign_ins(&renewed));
        attempts.session = Some(renewed);
        attempts.renewals += 1;
        if operation.repeat == Repeat::Never {
            return Err(exchange::not_repeated(answer.status()));
        }
    }
}

/// The session to use.
async fn session(core: &Arc<Core>, caller: Caller<'_>) -> Result<Option<Arc<Session>>, Error> {
    let Some(shared) = renewable(core, caller) else {
        return Ok(caller.and_then(|shared| shared.last()));
    };
    // What has not been used for so long is over, as far as can be known here: others may use it too if there is a store.
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

/// The session of a call, if another may follow it.
fn renewable<'a>(core: &Core, caller: Caller<'a>) -> Option<&'a Arc<SharedSession>> {
    caller.filter(|shared| shared.recipe.is_some() && core.renewal.is_on)
}

/// Whether an answer says that the session is over. A page that some gateway made says nothing of it.
fn is_dead(operation: &Operation, answer: &http::Response<Bytes>) -> bool {
    // Any call without a reply does: an error is read the same for all.
    operation.scope != Scope::Open
        && answer.status() == StatusCode::UNAUTHORIZED
        && matches!(
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
