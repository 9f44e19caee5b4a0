//! From a request to its answer, without a socket.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::header::SET_COOKIE;
use http::{Request, Response};
use tableau_wire::Scope;
use tableau_wire::endpoint::{Arguments, Query};

use super::handle::Call;
use super::refusal::Refusal;
use super::routes::Routes;
use super::session;
use super::state::State;
use crate::clock::Clock;
use crate::dialect::Address;

/// A TSM controller without its socket; clones share one state.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    clock: Clock,
    routes: Routes,
    state: Mutex<State>,
}

impl Service {
    /// A controller with a state of its own and a clock.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self(Arc::new(Inner {
            clock,
            routes: Routes::new(),
            state: Mutex::new(State::seeded()),
        }))
    }

    /// The clock of sessions and jobs.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// Answers a request.
    pub async fn handle(&self, request: Request<Bytes>) -> Response<Bytes> {
        let now = self.now();
        self.answer(&request, now)
            .unwrap_or_else(|refusal| refusal.answer(request.uri().path(), now))
    }

    /// Refuses a body that is longer than the limit, unread.
    pub(super) fn too_large(&self, path: &str, limit: usize) -> Response<Bytes> {
        Refusal::too_large(limit).answer(path, self.now())
    }

    /// The steps of a call, in the order in which a request is refused: cookie, address, document.
    fn answer(&self, request: &Request<Bytes>, now: i64) -> Result<Response<Bytes>, Refusal> {
        let mut state = self.state();
        let session = state.sessions.find(request.headers(), now);
        let address = Address::parse(request.uri().path()).filter(|address| {
            let version = address.version.parse();
            version.is_ok_and(|version| state.versions.contains(&version))
        });
        let segments = address.map(|address| address.segments).unwrap_or_default();
        let found = self.0.routes.find(request.method(), &segments);
        let open = matches!(&found, Ok((route, _)) if route.operation.scope == Scope::Open);
        // Checked before the address, so that the refusal says nothing about it.
        if session.is_none() && !open {
            return Err(Refusal::log_in());
        }
        let (route, path) = found?;
        let query = Query::parse(request.uri().query().unwrap_or_default());
        let mut call = Call {
            state: &mut state,
            now,
            session,
            headers: request.headers(),
            body: request.body(),
            begun: None,
        };
        let mut response = route.run(
            &mut call,
            &Arguments {
                path,
                query,
                ..Arguments::default()
            },
        )?;
        if let Some(token) = call.begun {
            let cookie = session::set_cookie(&token)?;
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// Milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.0.clock.now().as_millisecond()
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // Every change is one assignment or push, so a panic leaves no partial change.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}
