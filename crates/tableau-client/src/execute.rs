//! The one way a call takes: every request of this library passes through [`execute`].

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::StatusCode;
use http::header::{HeaderName, HeaderValue, USER_AGENT};
use http::uri::Uri;
use tableau_wire::rest::auth::SignOut;
use tableau_wire::tsm::TsmError;
use tableau_wire::{
    Endpoint, Family, Format, Operation, Repeat, ReplyError, Scope, Target, Version, decode_reply,
    encode_request,
};

use crate::client::Core;
use crate::error::{Error, ErrorKind};
use crate::foreign;
use crate::location::Location;
use crate::session::{Circumstances, Session, SharedSession};
use crate::transport::Transport;
use crate::untyped;

/// The header that carries the token of the session.
pub(crate) const AUTH_HEADER: HeaderName = HeaderName::from_static("x-tableau-auth");

/// With which session a call is made.
#[derive(Clone, Copy)]
pub(crate) enum Caller<'a> {
    /// Without any.
    Nobody,
    /// With this one and no other.
    Session(&'a Session),
    /// With one that is renewed when it has died.
    Shared(&'a Arc<SharedSession>),
}

/// Makes a call at a version: the typed shell around [`execute`].
pub(crate) async fn call<E: Endpoint>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    endpoint: E,
) -> Result<E::Reply, Error> {
    let write = |target: &Target<'_>, format| Ok(encode_request(endpoint, target, format)?);
    let read = |answer: &http::Response<Bytes>| decode_reply::<E>(answer.status(), answer.body());
    exchange(core, version, caller, E::OPERATION, write, read).await
}

/// Writes a request, executes it and reads the answer.
pub(crate) async fn exchange<T>(
    core: &Arc<Core>,
    version: Version,
    caller: Caller<'_>,
    operation: Operation,
    write: impl FnOnce(&Target<'_>, Format) -> Result<http::Request<Bytes>, Error>,
    read: impl FnOnce(&http::Response<Bytes>) -> Result<T, ReplyError>,
) -> Result<T, Error> {
    check_family(&operation, Family::Rest)?;
    let started = Instant::now();
    let site = caller.last();
    let target = Target {
        prefix: "",
        version,
        site: site.as_ref().map(|session| session.site_id().as_str()),
    };
    check_version(&operation, version)?;
    let request = write(&target, core.format)?;
    let mut course = Course::default();
    let answer = execute(core, &operation, request, caller, &mut course).await;
    let reply = answer.and_then(|answer| {
        read(&answer).map_err(|error| refused(core, &operation, caller, &course, &answer, error))
    });
    reply.map_err(|error| {
        error.during(
            operation,
            core.address.to_string(),
            course.attempts,
            started.elapsed(),
        )
    })
}

/// What happened on the way to an answer.
#[derive(Default)]
struct Course {
    /// How often the request was sent.
    attempts: u32,
    /// The session it was sent with last.
    session: Option<Arc<Session>>,
    renewals: u32,
    /// The last renewal was a sign-in, for this call or another of this client.
    just_begun: bool,
}

/// How often a call goes on with a session that others have begun, and that may have died since.
const MAX_RENEWALS: u32 = 3;

/// Sends a request and gives the answer. In order: session → token → attempt → a dead session renewed, and again.
async fn execute(
    core: &Arc<Core>,
    operation: &Operation,
    mut request: http::Request<Bytes>,
    caller: Caller<'_>,
    course: &mut Course,
) -> Result<http::Response<Bytes>, Error> {
    request.headers_mut().insert(USER_AGENT, core.user_agent.clone());
    course.session = caller.session(core).await?;
    loop {
        attach_token(operation, course.session.as_deref(), &mut request)?;
        let answer = follow(core, operation, &request, course).await?;
        let Some(shared) = caller.renewable(core) else {
            return Ok(answer);
        };
        let dead = course.session.as_ref().map(|session| session.generation());
        if course.just_begun
            || course.renewals == MAX_RENEWALS
            || !is_dead(operation, &answer)
            || circumstances(operation, caller, course).lacks_scope()
        {
            return Ok(answer);
        }
        let renewed = shared.session(core, dead).await.map_err(Error::of_renewal)?;
        let sign_ins = |session: &Arc<Session>| session.sign_ins();
        course.just_begun = course.session.as_ref().map(sign_ins) < Some(sign_ins(&renewed));
        course.session = Some(renewed);
        course.renewals += 1;
        if operation.repeat == Repeat::Never {
            return Err(not_repeated(answer.status()));
        }
    }
}

/// Sends a request to where the server really is.
async fn follow(
    core: &Core,
    operation: &Operation,
    request: &http::Request<Bytes>,
    course: &mut Course,
) -> Result<http::Response<Bytes>, Error> {
    let path = request.uri().to_string();
    for _ in 0..=MAX_REDIRECTS {
        let location = core.location();
        let mut request = request.clone();
        *request.uri_mut() = absolute(&location, &path)?;
        course.attempts += 1;
        let answer = attempt(&*core.transport, operation, request).await?;
        core.clock.note(answer.headers());
        let status = answer.status();
        if !is_redirect(status) {
            return Ok(answer);
        }
        // Method and body stay as they are: a sign-in that became a GET would be answered with 405000.
        let next = location.follow(&answer, &path, &core.allowed_hosts);
        core.moved(next.map_err(|error| error.answered(status))?);
    }
    let message = format!("the server redirected more than {MAX_REDIRECTS} times");
    Err(Error::new(ErrorKind::Redirected, message)
        .answered(StatusCode::PERMANENT_REDIRECT)
        .with_hint("Use the address that the redirects should lead to."))
}

impl Caller<'_> {
    /// The session begun last, good or not.
    fn last(&self) -> Option<Arc<Session>> {
        match self {
            Self::Nobody => None,
            Self::Session(session) => Some(Arc::new((*session).clone())),
            Self::Shared(shared) => shared.last(),
        }
    }

    /// The session to use.
    async fn session(&self, core: &Arc<Core>) -> Result<Option<Arc<Session>>, Error> {
        let Some(shared) = self.renewable(core) else {
            return Ok(self.last());
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

    fn renewable(&self, core: &Core) -> Option<&Arc<SharedSession>> {
        match self {
            Self::Shared(shared) if shared.recipe.is_some() && core.renewal.is_on => Some(*shared),
            _ => None,
        }
    }
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

/// The error of a call whose session was renewed, and that may not be sent twice.
pub(crate) fn not_repeated(status: StatusCode) -> Error {
    let message = "the session had ended and has been renewed, but the call was not sent again, since twice may do it twice";
    Error::new(ErrorKind::SessionRenewed, message.to_owned())
        .answered(status)
        .with_hint("Make the call again: the server refused it before doing anything.")
}

/// More redirects than any set-up has: http to https, a pod, a gateway.
const MAX_REDIRECTS: u32 = 5;

/// Sends a request once.
pub(crate) async fn attempt(
    transport: &dyn Transport,
    operation: &Operation,
    request: http::Request<Bytes>,
) -> Result<http::Response<Bytes>, Error> {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let started = Instant::now();
    let result = transport.send(request).await;
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

/// Checks that a call is one of the API that is spoken.
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
fn refused(
    core: &Core,
    operation: &Operation,
    caller: Caller<'_>,
    course: &Course,
    answer: &http::Response<Bytes>,
    error: ReplyError,
) -> Error {
    if TsmError::recognize(answer.body()).is_some() {
        return Error::is_tsm(answer.status());
    }
    let error = Error::of_reply(answer.status(), error);
    let error = foreign::on_the_way(error, &core.address, core.proxy().as_ref());
    if error.code() == Some("401002") {
        return error.with_causes(circumstances(operation, caller, course).causes());
    }
    if let Some(hint) = untyped::hint_by_hand(operation, &error) {
        return error.with_hint(hint);
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

fn circumstances<'a>(operation: &'a Operation, caller: Caller<'a>, course: &'a Course) -> Circumstances<'a> {
    Circumstances {
        operation,
        session: course.session.as_deref(),
        credentials: match caller {
            Caller::Shared(shared) => shared.recipe.as_ref().map(|recipe| &recipe.credentials),
            _ => None,
        },
        just_renewed: course.just_begun,
    }
}
