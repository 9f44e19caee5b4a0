//! From a request to its answer, without a socket.

use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, DATE, HeaderValue, RETRY_AFTER};
use http::{Method, Request, Response, StatusCode, Uri};
use tableau_wire::endpoint::{Arguments, Query};
use tableau_wire::{Format, Scope, Version};
use uuid::Uuid;

use crate::auth::{self, session};
use crate::call::Call;
use crate::clock::Clock;
use crate::controls::{Controls, Parts};
use crate::dialect::{self, Address};
use crate::log::{Party, RequestLog, Seen};
use crate::ready::Ready;
use crate::refusal::Refusal;
use crate::routes::Routes;
use crate::seed;
use crate::start_error::StartError;
use crate::store::Store;
use crate::well_known;

/// What links say when there is no socket: the address of a sandbox that is started without options.
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
    /// Known once a socket is bound.
    origin: OnceLock<String>,
    /// The address of TSM, if something listens for it.
    tsm_origin: OnceLock<String>,
}

impl Service {
    /// A service with a state of its own: from a directory, or seeded in memory.
    pub(crate) fn new(data: Option<&Path>, workbooks: u32) -> Result<Self, StartError> {
        let clock = Clock::default();
        let (store, empty) = match data {
            Some(directory) => Store::open(directory)?,
            None => (Store::in_memory(), true),
        };
        if empty {
            store
                .write(|transaction| seed::fill(transaction, workbooks, clock.now()))
                .map_err(|refusal| StartError::Seed {
                    reason: refusal.error.to_string(),
                })?;
        }
        Ok(Self(Arc::new(Inner {
            controls: Controls::new(store, clock),
            routes: Routes::new(),
            new: empty,
            origin: OnceLock::new(),
            tsm_origin: OnceLock::new(),
        })))
    }

    /// Answers a request.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let mut seen = Seen {
            party: auth::session_named(request.headers()).and_then(|session| self.party(session)),
            ..Seen::default()
        };
        let mut response = self.respond(&request, &mut seen);
        // Clients tell by it how far their clock is off. Real servers are behind a gateway that says it too.
        let time = self
            .clock()
            .now()
            .strftime("%a, %d %b %Y %H:%M:%S GMT")
            .to_string();
        if let Ok(time) = HeaderValue::from_str(&time) {
            response.headers_mut().insert(DATE, time);
        }
        self.record(request.method(), request.uri(), response.status(), seen);
        response
    }

    fn respond(&self, request: &Request<Bytes>, seen: &mut Seen) -> Response<Bytes> {
        let Some(address) = Address::parse(request.uri().path()) else {
            return self.outside(request);
        };
        let format = dialect::answer_format(request.headers());
        let known = address.known_version();
        let version = *known.as_ref().unwrap_or(&Version::NEWEST);
        if let Some(fault) = self.fault(request, &address, version, format) {
            return fault;
        }
        known
            .and_then(|version| self.answer(request, &address, version, format, seen))
            .unwrap_or_else(|refusal| dialect::refuse(&refusal, version, format))
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

    /// What was asked and answered.
    #[must_use]
    pub fn log(&self) -> &RequestLog {
        self.0.controls.log()
    }

    /// What tests decide about the sandbox and look up in it.
    #[must_use]
    pub fn controls(&self) -> &Controls {
        &self.0.controls
    }

    fn parts(&self) -> &Parts {
        self.0.controls.parts()
    }

    /// Puts an answer into the log, which knows no more than what it is given.
    pub(crate) fn record(&self, method: &Method, uri: &Uri, status: StatusCode, seen: Seen) {
        self.log().record(self.clock().now(), method, uri, status, seen);
    }

    /// Whose session it is or was.
    fn party(&self, session: Uuid) -> Option<Party> {
        let open = session::party(&self.parts().store.read(), session);
        open.or_else(|| self.log().recall(session))
    }

    /// The sites, users and credentials there are.
    #[must_use]
    pub fn ready(&self) -> Ready {
        let ready = Ready::of(&self.parts().store.read(), self.origin());
        ready.with_tsm(self.0.tsm_origin.get())
    }

    pub(crate) fn set_origin(&self, origin: &str) {
        // A service is bound once; a second address would not be wrong, only not the one in links.
        let _ = self.0.origin.set(origin.to_owned());
    }

    pub(crate) fn set_tsm_origin(&self, origin: &str) {
        // As above.
        let _ = self.0.tsm_origin.set(origin.to_owned());
    }

    fn origin(&self) -> &str {
        self.0.origin.get().map_or(ORIGIN_WITHOUT_SOCKET, String::as_str)
    }

    /// The steps of a call, in the order in which a request is refused: address, session, site, document, right.
    fn answer(
        &self,
        request: &Request<Bytes>,
        address: &Address<'_>,
        version: Version,
        format: Format,
        seen: &mut Seen,
    ) -> Result<Response<Bytes>, Refusal> {
        let routes = &self.0.routes;
        let Parts {
            store,
            settings,
            clock,
            uploads,
            ..
        } = self.parts();
        let found = routes.find(request.method(), &address.segments, address.raw, version)?;
        seen.operation = Some(found.route.operation);
        let caller = match found.route.operation.scope {
            Scope::Open => None,
            Scope::Server | Scope::Site => Some(auth::authenticate(store, clock, request.headers())?),
        };
        if let (Some(caller), Some(site)) = (&caller, &found.site) {
            auth::check_site(store, caller, site)?;
        }
        let mut query = Query::parse(request.uri().query().unwrap_or_default());
        // Clients exist that send `filter=` when there is nothing to filter by.
        query
            .0
            .retain(|(name, value)| name != "filter" || !value.is_empty());
        let arguments = Arguments {
            path: found.variables,
            query,
        };
        let begun = Cell::new(None);
        let call = Call {
            store,
            settings,
            clock,
            uploads,
            origin: self.origin(),
            version,
            format,
            content_type: request
                .headers()
                .get(CONTENT_TYPE)
                .and_then(|value| value.to_str().ok()),
            host: dialect::host(request),
            body: request.body(),
            begun: &begun,
        };
        let answer = found.route.run(&call, caller.as_ref(), &arguments);
        if let Some(party) = begun.take() {
            self.log().remember(party.clone());
            // A call without a caller is a sign-in: what it is about is the session that it begins.
            if caller.is_none() {
                seen.party = Some(party);
            }
        }
        answer
    }

    /// The fault that was asked for, if one was asked for this request.
    fn fault(
        &self,
        request: &Request<Bytes>,
        address: &Address<'_>,
        version: Version,
        format: Format,
    ) -> Option<Response<Bytes>> {
        let (routes, faults) = (&self.0.routes, &self.parts().faults);
        if faults.is_empty() {
            return None;
        }
        let found = routes.find(request.method(), &address.segments, address.raw, version);
        let operation = found.as_ref().ok().map(|found| &found.route.operation);
        let (refusal, retry_after) = faults.next(operation, address)?;
        let mut response = dialect::refuse(&refusal, version, format);
        if let Some(after) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, after.as_secs().into());
        }
        Some(response)
    }

    fn outside(&self, request: &Request<Bytes>) -> Response<Bytes> {
        if request.uri().path() == "/" {
            dialect::plain(StatusCode::OK, self.front_page())
        } else {
            dialect::plain(
                StatusCode::NOT_FOUND,
                "Nothing is here. The REST API is below /api.\n",
            )
        }
    }

    fn front_page(&self) -> String {
        let Ready {
            rest,
            tsm,
            product_version,
            rest_api_version,
            sites,
            ..
        } = self.ready();
        let tsm = tsm.map_or_else(String::new, |tsm| format!("TSM                    {tsm}\n"));
        let mut page = format!(
            "This is a sandbox that emulates Tableau Server {product_version} (REST API {rest_api_version}).\n\
             It holds nothing real, and its credentials are public.\n\n\
             server                 {rest}\n{tsm}\
             personal access token  {}\n\
             its secret             {}\n\
             user                   {}\n\
             password               {}\n\nsites (name, content URL)\n",
            well_known::PAT_NAME,
            well_known::PAT_SECRET,
            well_known::ADMIN,
            well_known::PASSWORD,
        );
        for site in sites {
            page.push_str(&format!("  {:<16} \"{}\"\n", site.name, site.content_url));
        }
        page
    }
}
