//! From a request to its answer, without a socket.

mod faulty;
mod front_page;
#[cfg(test)]
mod growth;

use std::cell::Cell;
use std::fmt;
use std::path::Path;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use http::header::{DATE, HeaderValue};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode, Uri};
use http_body::Body;
use http_body_util::Full;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use tableau_wire::endpoint::{Arguments, Query};
use tableau_wire::{Format, Root, Scope, Version};
use uuid::Uuid;

use crate::auth::{self, Caller, session};
use crate::body::ResponseBody;
use crate::call::Call;
use crate::clock::Clock;
use crate::controls::{Controls, Shared};
use crate::dialect::{self, Address};
use crate::faults::Disconnected;
use crate::handle;
use crate::log::{Party, RequestLog, Seen};
use crate::ready::Ready;
use crate::receive::{self, MAX_BODY};
use crate::refusal::Refusal;
use crate::routes::{Match, Routes};
use crate::seed;
use crate::start_error::StartError;
use crate::store::Store;

pub(crate) use faulty::Afterwards;

/// The origin of links if there is no socket: the default address of a sandbox.
const ORIGIN_WITHOUT_SOCKET: &str = "http://127.0.0.1:8000";

/// The emulated server without its socket; clones share one state.
#[derive(Debug, Clone)]
pub struct Service(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    controls: Controls,
    routes: Routes,
    /// Whether the state was made by this start, rather than found in a directory.
    new: bool,
    /// The time of the last answer as it was written, by its second.
    date: Mutex<Option<(i64, HeaderValue)>>,
    /// Known once a socket is bound.
    origin: OnceLock<String>,
    /// The address of TSM, if something listens for it.
    tsm_origin: OnceLock<String>,
}

impl Service {
    /// A service with a state of its own: from a directory, or seeded in memory.
    pub(crate) fn new(
        data: Option<&Path>,
        workbooks: u32,
        zone: Option<TimeZone>,
    ) -> Result<Self, StartError> {
        let clock = Clock::default();
        let (store, empty) = match data {
            Some(directory) => Store::open(directory)?,
            None => (Store::in_memory(), true),
        };
        if let Some(zone) = zone {
            store.set_zone(zone);
        }
        if empty {
            store
                .write(|transaction| seed::fill(transaction, workbooks, clock.now()))
                .map_err(|refusal| StartError::Seed {
                    reason: refusal.error.to_string(),
                })?;
        }
        // The seed is no event.
        store.take_events();
        Ok(Self(Arc::new(Inner {
            controls: Controls::new(store, clock),
            routes: Routes::new(),
            new: empty,
            date: Mutex::default(),
            origin: OnceLock::new(),
            tsm_origin: OnceLock::new(),
        })))
    }

    /// Answers a request whose body is whole, with an answer that is whole: for documents and small files.
    ///
    /// Where a fault breaks the connection, the answer is that of a gateway: 502.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let broken = |reason: String| dialect::plain(StatusCode::BAD_GATEWAY, reason + "\n");
        match self.serve(request.map(Full::new)).await {
            Ok(response) => {
                let (head, body) = response.into_parts();
                match body.bytes().await {
                    Ok(body) => Response::from_parts(head, body),
                    Err(error) => broken(format!("the body of the answer broke off: {error}")),
                }
            }
            Err(disconnected) => broken(disconnected.to_string()),
        }
    }

    /// Answers a request. Its body is read as it arrives, and the body of the answer as it is sent: files are never in memory as a whole.
    ///
    /// # Errors
    /// A fault that breaks the connection.
    pub async fn serve<B>(&self, request: Request<B>) -> Result<Response<ResponseBody>, Disconnected>
    where
        B: Body<Data = Bytes, Error: fmt::Display>,
    {
        let (head, body) = request.into_parts();
        let mut body = pin!(body);
        let seen = Seen {
            party: auth::session_named(&head.headers).and_then(|session| self.party(session)),
            ..Seen::default()
        };
        if let Some(hit) = self.hit(&head) {
            return self.serve_with(hit, &head, &mut body, seen).await;
        }
        Ok(self.done(&head, &mut body, seen).await)
    }

    /// Does a request, and logs it.
    async fn done<B>(&self, head: &Parts, body: &mut B, mut seen: Seen) -> Response<ResponseBody>
    where
        B: Body<Data = Bytes, Error: fmt::Display> + Unpin,
    {
        // A body that is announced as too long is refused unread.
        let mut response = if body.size_hint().lower() > MAX_BODY {
            let format = dialect::answer_format(&head.headers);
            refuse(&Refusal::body_too_large(MAX_BODY), Version::NEWEST, format)
        } else {
            let response = self.respond(head, body, &mut seen).await;
            receive::rest(head, body).await;
            response
        };
        self.controls().deliver();
        self.date(&mut response, 0);
        self.record(&head.method, &head.uri, Some(response.status()), seen);
        response
    }

    /// Sets the time of an answer, off by this many seconds. Clients measure their clock skew by it. The gateway of real servers sends it too.
    fn date(&self, response: &mut Response<ResponseBody>, off_by: i64) {
        let now = self.clock().now();
        let now = now.checked_add(SignedDuration::from_secs(off_by)).unwrap_or(now);
        // A panic here leaves no partial change.
        let mut written = self.0.date.lock().unwrap_or_else(PoisonError::into_inner);
        if written
            .as_ref()
            .is_none_or(|(second, _)| *second != now.as_second())
        {
            let time = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
            *written = HeaderValue::from_str(&time)
                .ok()
                .map(|time| (now.as_second(), time));
        }
        if let Some((_, time)) = &*written {
            response.headers_mut().insert(DATE, time.clone());
        }
    }

    async fn respond<B>(&self, head: &Parts, body: &mut B, seen: &mut Seen) -> Response<ResponseBody>
    where
        B: Body<Data = Bytes, Error: fmt::Display> + Unpin,
    {
        let Some(address) = Address::parse(head.uri.path()) else {
            return self.outside(head).map(ResponseBody::from);
        };
        let known = address.known_root();
        let (root, version) = *known.as_ref().unwrap_or(&(Root::Version, Version::NEWEST));
        let format = match root {
            // They speak nothing else.
            Root::Services | Root::Metadata | Root::VizqlDataService => Format::Json,
            _ => dialect::answer_format(&head.headers),
        };
        let answer = match known {
            Ok(known) => self.answer(head, body, &address, known, (format, seen)).await,
            Err(refusal) => Err(refusal),
        };
        answer.unwrap_or_else(|refusal| self.refused(&refusal, root, version, format))
    }

    /// The answer that says why a call is refused, in the form of its API.
    fn refused(
        &self,
        refusal: &Refusal,
        root: Root,
        version: Version,
        format: Format,
    ) -> Response<ResponseBody> {
        match root {
            Root::VizqlDataService => {
                dialect::refuse_query(refusal, self.clock().now()).map(ResponseBody::from)
            }
            Root::Services if refusal.is_of_service() => {
                dialect::refuse_service(refusal).map(ResponseBody::from)
            }
            _ => refuse(refusal, version, format),
        }
    }

    /// Whether the state was made by this start, rather than found in a directory.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.0.new
    }

    /// The time in the sandbox.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.0.controls.clock()
    }

    /// The log of requests and answers.
    #[must_use]
    pub fn log(&self) -> &RequestLog {
        self.0.controls.log()
    }

    /// The controls by which tests steer and inspect the sandbox.
    #[must_use]
    pub fn controls(&self) -> &Controls {
        &self.0.controls
    }

    fn parts(&self) -> &Shared {
        self.0.controls.parts()
    }

    /// Logs an answer; the log gets only these values.
    pub(crate) fn record(&self, method: &Method, uri: &Uri, status: Option<StatusCode>, seen: Seen) {
        self.log().record(self.clock().now(), (method, uri), status, seen);
    }

    /// The owner of a live or ended session.
    fn party(&self, session: Uuid) -> Option<Party> {
        let open = session::party(&self.parts().store.read(), session);
        open.or_else(|| self.log().recall(session))
    }

    /// The addresses, sites, users and credentials.
    #[must_use]
    pub fn ready(&self) -> Ready {
        let ready = Ready::of(&self.parts().store.read(), self.origin());
        ready.with_tsm(self.0.tsm_origin.get())
    }

    pub(crate) fn set_origin(&self, origin: &str) {
        // A service is bound once; links would keep the first address if it were bound again.
        let _ = self.0.origin.set(origin.to_owned());
    }

    pub(crate) fn set_tsm_origin(&self, origin: &str) {
        // As above.
        let _ = self.0.tsm_origin.set(origin.to_owned());
    }

    fn origin(&self) -> &str {
        self.0.origin.get().map_or(ORIGIN_WITHOUT_SOCKET, String::as_str)
    }

    /// The steps of a call, in the order in which a request is refused: address, session, site, scope, document, right.
    async fn answer<B>(
        &self,
        head: &Parts,
        body: &mut B,
        address: &Address<'_>,
        known: (Root, Version),
        (format, seen): (Format, &mut Seen),
    ) -> Result<Response<ResponseBody>, Refusal>
    where
        B: Body<Data = Bytes, Error: fmt::Display> + Unpin,
    {
        let found = self
            .0
            .routes
            .find(&head.method, known, address.below(known.0), address.raw)?;
        seen.operation = Some(*found.route.operation);
        let caller = self.caller(head, &found)?;
        let (incoming, file) = receive::body(head, body, found.route, &self.parts().store.files).await?;
        let mut query = Query::parse(head.uri.query().unwrap_or_default());
        // Some clients send `filter=` if they have no filter.
        query
            .0
            .retain(|(name, value)| name != "filter" || !value.is_empty());
        let arguments = Arguments {
            path: found.variables,
            query,
            headers: found.route.operation.headers(&head.headers),
        };
        let (begun, file) = (Cell::new(None), Cell::new(file));
        let Shared {
            store,
            settings,
            clock,
            uploads,
            lists,
            graphs,
            next_due,
            ..
        } = self.parts();
        let call = Call {
            store,
            settings,
            clock,
            uploads,
            lists,
            graphs,
            origin: self.origin(),
            version: known.1,
            format,
            host: dialect::host(head),
            body: &incoming,
            file: &file,
            begun: &begun,
        };
        if let Some(caller) = &caller {
            handle::due::run_due(store, clock, settings, next_due)?;
            handle::jobs::bring_up_to_date(store, clock, settings, caller.site.id)?;
        }
        let answer = found.route.run(&call, caller.as_ref(), &arguments);
        if let Some(party) = begun.take() {
            self.log().remember(party.clone());
            // A call without a caller is a sign-in: it is logged with the session that it begins.
            if caller.is_none() {
                seen.party = Some(party);
            }
        }
        answer
    }

    /// The caller, if the call needs a session; refused if the session lacks the call's scope or is for another site.
    fn caller(&self, head: &Parts, found: &Match<'_>) -> Result<Option<Caller>, Refusal> {
        let Shared { store, clock, .. } = self.parts();
        let operation = found.route.operation;
        if operation.scope == Scope::Open {
            return Ok(None);
        }
        let caller = auth::authenticate(store, clock, &head.headers)?;
        if let Some(site) = &found.site {
            auth::check_site(store, &caller, site)?;
        }
        auth::check_call(&caller, operation)?;
        Ok(Some(caller))
    }

    fn outside(&self, head: &Parts) -> Response<Bytes> {
        if head.uri.path() == "/" {
            dialect::plain(StatusCode::OK, front_page::of(self.ready()))
        } else {
            dialect::plain(
                StatusCode::NOT_FOUND,
                "Nothing is here. The REST API is below /api.\n",
            )
        }
    }
}

fn refuse(refusal: &Refusal, version: Version, format: Format) -> Response<ResponseBody> {
    dialect::refuse(refusal, version, format).map(ResponseBody::from)
}
