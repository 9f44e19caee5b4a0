//! What every call needs: the server, the way to it, and what has been learned of it.

mod bounds;
mod clock;
mod location;
mod renderings;
mod retry;

use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use http::{HeaderValue, Uri};
use tableau_wire::{Format, Version};
use tokio::sync::OnceCell;

use crate::address::ServerAddress;
use crate::store::SessionStore;
use crate::transport::{Proxy, ProxyChoice, Transport};

pub(crate) use bounds::{Bounds, pages_at_once, until};
pub(crate) use clock::ServerClock;
pub(crate) use location::Location;
pub(crate) use renderings::Renderings;
pub(crate) use retry::{Outcome, Tries, retry_after};

/// How long servers keep an unused session by default.
pub(crate) const IDLE_LIMIT_SERVER: Duration = Duration::from_secs(240 * 60);
pub(crate) const IDLE_LIMIT_CLOUD: Duration = Duration::from_secs(120 * 60);

/// What every call needs and no call changes.
pub(crate) struct Core {
    pub(crate) address: ServerAddress,
    pub(crate) transport: Arc<dyn Transport>,
    /// Which proxy the transport goes through.
    pub(crate) proxy: ProxyChoice,
    pub(crate) format: Format,
    pub(crate) user_agent: HeaderValue,
    /// Hosts that may be redirected to.
    pub(crate) allowed_hosts: Vec<String>,
    /// Where the server really is, as far as redirects have shown.
    pub(crate) location: RwLock<Location>,
    pub(crate) fixed_version: Option<Version>,
    /// The version that was negotiated with the server.
    pub(crate) negotiated: OnceCell<Version>,
    /// The version that was negotiated by the client that stored the session found in the store.
    pub(crate) remembered: OnceLock<Version>,
    pub(crate) renewal: Renewal,
    /// Whether this client counts as a holder of the sessions it finds in a store.
    pub(crate) holds: bool,
    /// The store through which sessions are shared.
    pub(crate) store: Option<Arc<dyn SessionStore>>,
    /// How long, how much and how often.
    pub(crate) bounds: Bounds,
    /// The renderings under way.
    pub(crate) renderings: Renderings,
    /// The server's clock beside this machine's.
    pub(crate) clock: ServerClock,
}

/// When sessions are renewed.
#[derive(Debug)]
pub(crate) struct Renewal {
    pub(crate) is_on: bool,
    /// Every call is made again then, also one that is not idempotent.
    pub(crate) repeats_all: bool,
    /// After how long without a call a session is over, if that is known.
    pub(crate) idle_limit: Option<Duration>,
    /// How long a session is unused before a call is made to keep it alive.
    pub(crate) keep_alive: Option<Duration>,
}

impl Core {
    /// Where the server is, as far as is known.
    pub(crate) fn location(&self) -> Location {
        self.location
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Notes where the server really is; later calls go there at once.
    pub(crate) fn moved(&self, location: Location) {
        *self.location.write().unwrap_or_else(PoisonError::into_inner) = location;
    }

    /// Where the server was could not be reached: later calls begin anew at the address that was given, but never by http where it was by https.
    pub(crate) fn lost(&self) {
        match Location::of(&self.address) {
            Ok(given) if given.is_https() || !self.location().is_https() => self.moved(given),
            _ => {}
        }
    }

    /// The proxy on the way to where the server is.
    pub(crate) fn proxy(&self) -> Option<Proxy> {
        let uri: Uri = self.location().absolute("/").parse().ok()?;
        self.proxy.of(&uri)
    }

    /// Takes over the version that another client negotiated recently, so that the server need not be asked.
    ///
    /// Not over http: there a harmless request has to precede the first one with a token.
    pub(crate) fn remember(&self, version: Version) {
        if self.address.is_https() && self.fixed_version.is_none() {
            self.remembered.get_or_init(|| version.min(Version::NEWEST));
        }
    }

    /// After how long without a call a session is taken to be over.
    pub(crate) fn idle_limit(&self) -> Duration {
        let usual = || match self.location().pod().is_some() {
            true => IDLE_LIMIT_CLOUD,
            false => IDLE_LIMIT_SERVER,
        };
        self.renewal.idle_limit.unwrap_or_else(usual)
    }
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("address", &self.address)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}
