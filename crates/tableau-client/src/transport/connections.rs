//! The connections that are kept alive, given up together where one of them may be dead.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use rustls::ClientConfig;
use tokio::time::Instant;

use super::http::Options;
use super::{ProxyChoice, TransportError};
use crate::error::Error;
use crate::tls;

/// How many connections are kept alive for each host: as many as there are.
const ALL: usize = usize::MAX;

/// An HTTP client with its connections.
#[derive(Debug)]
pub(super) struct Connections {
    options: Arc<Options>,
    https: bool,
    kept_alive: usize,
    config: OnceLock<ClientConfig>,
    current: Mutex<Current>,
}

/// The client in use; set up at first use, since that loads the system's certificates.
#[derive(Debug, Default)]
struct Current {
    client: Option<reqwest::Client>,
    /// How many were given up before.
    number: u64,
}

impl Connections {
    pub(super) fn new(options: &Arc<Options>, https: bool) -> Arc<Self> {
        Self::keeping(options, https, ALL)
    }

    /// A new one for each request.
    pub(super) fn fresh(options: &Arc<Options>, https: bool) -> Arc<Self> {
        Self::keeping(options, https, 0)
    }

    fn keeping(options: &Arc<Options>, https: bool, kept_alive: usize) -> Arc<Self> {
        Arc::new(Self {
            options: Arc::clone(options),
            https,
            kept_alive,
            config: OnceLock::new(),
            current: Mutex::default(),
        })
    }

    /// The client for a request that begins now, and the wait for its answer.
    pub(super) fn client(self: &Arc<Self>) -> Result<(reqwest::Client, Wait), Error> {
        let mut current = self.current();
        let client = match &current.client {
            Some(client) => client.clone(),
            None => current.client.insert(self.make()?).clone(),
        };
        let wait = Wait {
            connections: Arc::clone(self),
            number: current.number,
            since: Instant::now(),
            is_over: false,
        };
        Ok((client, wait))
    }

    fn make(&self) -> Result<reqwest::Client, Error> {
        let config = match self.config.get() {
            Some(config) => config.clone(),
            None => {
                let config = self.options.trust.config(self.https)?;
                self.config.get_or_init(|| config).clone()
            }
        };
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(self.kept_alive)
            .connect_timeout(self.options.connect.0);
        let builder = match &self.options.proxy {
            ProxyChoice::Environment => builder,
            ProxyChoice::None => builder.no_proxy(),
            ProxyChoice::Named(address) => builder.no_proxy().proxy(
                // The cause may quote the address, which may contain a password.
                reqwest::Proxy::all(address.expose())
                    .map_err(|_| tls::setup_error("the proxy's address is malformed"))?,
            ),
        };
        builder
            .build()
            .map_err(|error| tls::setup_error("the HTTP client could not be set up").caused_by(error))
    }

    /// Uses none of the connections any more that there are. What is under way over them goes on.
    fn give_up(&self, number: u64) {
        let mut current = self.current();
        // A request that began before others were given up says nothing of those made since.
        if current.number == number {
            tracing::debug!("an answer did not come: connections that were kept alive are not used again");
            current.client = None;
            current.number += 1;
        }
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is dropped sooner than this without its answer was not given up because of its connection: the pages of a list that are not needed any more.
const MOMENT: Duration = Duration::from_millis(250);

/// A wait for an answer. If it is dropped before it is over, the connection may be dead, although nothing says so.
///
/// Requests over HTTP/2 share one connection, which outlives each of them: if it were kept, every later call would wait for as long in vain. And
/// what has lost one connection, such as a gateway or a change of networks, has often lost the others that are idle.
#[derive(Debug)]
pub(super) struct Wait {
    connections: Arc<Connections>,
    number: u64,
    /// When something arrived last.
    since: Instant,
    is_over: bool,
}

impl Wait {
    /// Something arrived, and more is to come.
    pub(super) fn goes_on(&mut self) {
        self.since = Instant::now();
    }

    /// All of the answer is there, or the connection said that it is broken.
    pub(super) fn ended(&mut self) {
        self.is_over = true;
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if !self.is_over && self.since.elapsed() >= MOMENT {
            self.connections.give_up(self.number);
        }
    }
}

/// The error of a request for which no client could be set up.
pub(super) fn not_set_up(error: &Error) -> TransportError {
    TransportError::not_sent(error.to_string()).lasting()
}
