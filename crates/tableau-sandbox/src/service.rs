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

use crate::auth::{self, InvalidKey, OpenSession, session};
use crate::clock::Clock;
use crate::dialect::{self, Address};
use crate::fault::Fault;
use crate::inject::{Failure, Failures};
use crate::jobs::JobPlan;
use crate::log::{Party, RequestLog, Seen};
use crate::ready::Ready;
use crate::routes::Routes;
use crate::seed;
use crate::server::StartError;
use crate::store::Store;
use crate::uploads::Uploads;
use crate::well_known;

/// What links say when there is no socket: the address of a sandbox that is started without options.
const ORIGIN_WITHOUT_SOCKET: &str = "http://127.0.0.1:8000";

/// The emulated server without its socket; clones share one state.
#[derive(Debug, Clone)]
pub struct Service(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: Clock,
    uploads: Uploads,
    failures: Failures,
    routes: Routes,
    log: RequestLog,
    /// Whether the state was made by this start, rather than found in a directory.
    new: bool,
    /// Known once a socket is bound.
    origin: OnceLock<String>,
    /// The address of TSM, if something listens for it.
    tsm_origin: OnceLock<String>,
}

/// What a handler knows about a request besides the call itself.
pub(crate) struct Call<'a> {
    pub(crate) store: &'a Store,
    pub(crate) clock: &'a Clock,
    pub(crate) uploads: &'a Uploads,
    /// The address of the sandbox: `http://127.0.0.1:8000`.
    pub(crate) origin: &'a str,
    pub(crate) version: Version,
    /// The format of the answer.
    pub(crate) format: Format,
    /// Whose session the call begins, set by its handler.
    pub(crate) begun: &'a Cell<Option<Party>>,
    pub(crate) content_type: Option<&'a str>,
    /// The host that was asked, without its port.
    pub(crate) host: Option<&'a str>,
    pub(crate) body: &'a Bytes,
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
                .map_err(|fault| StartError::Seed {
                    reason: fault.error.to_string(),
                })?;
        }
        Ok(Self(Arc::new(Inner {
            store,
            clock,
            uploads: Uploads::default(),
            failures: Failures::default(),
            routes: Routes::new(),
            log: RequestLog::default(),
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
            .0
            .clock
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
        if let Some(failure) = self.failure(request, &address, version, format) {
            return failure;
        }
        known
            .and_then(|version| self.answer(request, &address, version, format, seen))
            .unwrap_or_else(|fault| dialect::refuse(&fault, version, format))
    }

    /// Whether the state was made by this start, rather than found in a directory.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.0.new
    }

    /// The time in the sandbox.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// What was asked and answered.
    #[must_use]
    pub fn log(&self) -> &RequestLog {
        &self.0.log
    }

    /// Puts an answer into the log, which knows no more than what it is given.
    pub(crate) fn record(&self, method: &Method, uri: &Uri, status: StatusCode, seen: Seen) {
        self.0.log.record(self.0.clock.now(), method, uri, status, seen);
    }

    /// Whose session it is or was.
    fn party(&self, session: Uuid) -> Option<Party> {
        let open = session::party(&self.0.store.read(), session);
        open.or_else(|| self.0.log.recall(session))
    }

    /// The sessions that are not over, in the order in which they began.
    #[must_use]
    pub fn sessions(&self) -> Vec<OpenSession> {
        session::open(&self.0.store.read(), self.0.clock.now())
    }

    /// Ends a session as if somebody else had: its next call is refused with 401002. Says whether there was one.
    pub fn end_session(&self, id: Uuid) -> bool {
        let ended = self
            .0
            .store
            .write(|transaction| Ok(session::end(transaction, id)));
        ended.unwrap_or_default()
    }

    /// Lets every session be idle for too long at once: the next call of each is refused with 401002. Says how many there were.
    ///
    /// Unlike a moved [`clock`](Self::clock) it changes nothing else.
    pub fn expire_sessions(&self) -> usize {
        let now = self.0.clock.now();
        let expired = self
            .0
            .store
            .write(|transaction| session::expire(transaction, now));
        expired.unwrap_or_default()
    }

    /// The sites, users and credentials there are.
    #[must_use]
    pub fn ready(&self) -> Ready {
        let ready = Ready::of(&self.0.store.read(), self.origin());
        ready.with_tsm(self.0.tsm_origin.get())
    }

    /// Accepts unified access tokens of an issuer for a tenant, on the site that plays Tableau Cloud; the key is a public RSA key in PEM.
    ///
    /// This stands for a configuration in Tableau Cloud Manager. It is gone when the sandbox stops.
    ///
    /// # Errors
    /// A text that is no such key.
    pub fn unified_access_token_issuer(
        &self,
        issuer: impl Into<String>,
        tenant_id: impl Into<String>,
        public_key_pem: &str,
    ) -> Result<(), InvalidKey> {
        let issuer = auth::Issuer::new(issuer.into(), tenant_id.into(), public_key_pem)?;
        self.0.store.trust(issuer);
        Ok(())
    }

    /// Lets jobs that are queued from now on go like this.
    pub fn plan_jobs(&self, plan: JobPlan) {
        self.0.store.plan_jobs(plan);
    }

    /// What has arrived of a file that is being uploaded, by the identifier of its upload.
    #[must_use]
    pub fn uploaded(&self, upload_session_id: &str) -> Option<Vec<u8>> {
        self.0.uploads.content(upload_session_id)
    }

    /// Says whether an upload can be continued in another session of the same user; it can unless told otherwise.
    ///
    /// What real servers do is not known.
    pub fn upload_session_survives_signin(&self, survives: bool) {
        self.0.uploads.set_survive_sign_in(survives);
    }

    /// Allows files of so many bytes to be uploaded, instead of 10 GB.
    pub fn upload_limit(&self, bytes: u64) {
        self.0.uploads.set_limit(bytes);
    }

    /// Answers with a failure instead of what it would answer, to the next request that the failure is for.
    pub fn inject(&self, failure: Failure) {
        self.0.failures.add(failure);
    }

    /// Says whether JWTs of connected apps and external authorization servers are accepted at all; they are unless told otherwise.
    ///
    /// Those that are not are refused with 67 (`FEATURE_NOT_ENABLED`).
    pub fn connected_apps_enabled(&self, enabled: bool) {
        self.0.store.enable_connected_apps(enabled);
    }

    /// Puts the site that plays Tableau Cloud on a pod, by its host: `10ax.online.tableau.com`.
    ///
    /// Whoever signs in to it at another host is then refused as for a site that is not there, and so is whoever signs in to another site
    /// at a pod. That a pod refuses sites of other pods like that is inferred from what users report.
    pub fn pod(&self, host: impl Into<String>) {
        self.0.store.set_pod(host.into());
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
    ) -> Result<Response<Bytes>, Fault> {
        let Inner {
            store,
            clock,
            uploads,
            routes,
            ..
        } = &*self.0;
        let found = routes.find(request.method(), &address.segments, address.raw, version)?;
        seen.operation = Some(found.route.operation);
        let caller = match found.route.operation.scope {
            Scope::Open => None,
            Scope::Server | Scope::Site => Some(auth::authenticate(store, clock, request.headers())?),
        };
        if let (Some(caller), Some(site)) = (&caller, &found.site) {
            auth::check_site(store, caller, site)?;
        }
        let query = Query::parse(request.uri().query().unwrap_or_default());
        let arguments = Arguments {
            path: found.variables,
            query,
        };
        let begun = Cell::new(None);
        let call = Call {
            store,
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
            self.0.log.remember(party.clone());
            // A call without a caller is a sign-in: what it is about is the session that it begins.
            if caller.is_none() {
                seen.party = Some(party);
            }
        }
        answer
    }

    /// The failure that was asked for, if one was asked for this request.
    fn failure(
        &self,
        request: &Request<Bytes>,
        address: &Address<'_>,
        version: Version,
        format: Format,
    ) -> Option<Response<Bytes>> {
        let Inner { routes, failures, .. } = &*self.0;
        if failures.is_empty() {
            return None;
        }
        let found = routes.find(request.method(), &address.segments, address.raw, version);
        let operation = found.as_ref().ok().map(|found| &found.route.operation);
        let (fault, retry_after) = failures.next(operation, address)?;
        let mut response = dialect::refuse(&fault, version, format);
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
