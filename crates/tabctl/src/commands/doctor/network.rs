//! Probes of the network: names, ports, and the exchanges that pass.

use std::fmt;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use http::header::LOCATION;
use tableau_client::{RequestBody, Transport, TransportFuture};

/// How long to wait for a name's lookup, and for a port.
const PATIENCE: Duration = Duration::from_secs(10);

/// The addresses of a host.
pub(super) fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, String> {
    // An address of version 6 stands in brackets in a URL, and without them elsewhere.
    let name = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let (found, wait) = mpsc::channel();
    // The system's resolver takes no time limit; a thread that it keeps ends with the process.
    thread::spawn(move || {
        let addresses = (name.as_str(), port).to_socket_addrs().map(Vec::from_iter);
        let _ = found.send(addresses.map_err(|error| error.to_string()));
    });
    match wait.recv_timeout(PATIENCE) {
        Ok(Ok(addresses)) if addresses.is_empty() => Err("it has no address".to_owned()),
        Ok(result) => result,
        Err(_) => Err(format!("no answer for {} seconds", PATIENCE.as_secs())),
    }
}

/// The first address that accepts a connection.
pub(super) fn connect(addresses: &[SocketAddr]) -> Result<SocketAddr, String> {
    let mut reason = String::new();
    for address in addresses {
        match TcpStream::connect_timeout(address, PATIENCE) {
            Ok(_) => return Ok(*address),
            Err(error) => reason = error.to_string(),
        }
    }
    Err(reason)
}

/// A redirect that a server answered with.
#[derive(Debug, Clone)]
pub(super) struct Hop {
    pub(super) status: u16,
    pub(super) to: String,
}

/// A transport that records redirects and sign-ins.
pub(super) struct Noted<T> {
    inner: T,
    notes: Notes,
}

/// The records so far.
#[derive(Clone, Default)]
pub(super) struct Notes(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    last_hop: Option<Hop>,
    sign_ins: u32,
}

impl Notes {
    pub(super) fn note<T: Transport>(&self, inner: T) -> Noted<T> {
        Noted {
            inner,
            notes: self.clone(),
        }
    }

    /// The redirect that came last.
    pub(super) fn hop(&self) -> Option<Hop> {
        self.inner().last_hop.clone()
    }

    /// Whether a sign-in was tried, instead of going on with an open session.
    pub(super) fn has_sign_in(&self) -> bool {
        self.inner().sign_ins > 0
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // The records stay consistent if a thread panics here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Transport> Transport for Noted<T> {
    fn send(&self, request: http::Request<RequestBody>) -> TransportFuture {
        if request.uri().path().ends_with("/auth/signin") {
            self.notes.inner().sign_ins += 1;
        }
        let answer = self.inner.send(request);
        let notes = self.notes.clone();
        Box::pin(async move {
            let answer = answer.await?;
            let location = answer.headers().get(LOCATION);
            if let Some(to) = location.and_then(|location| location.to_str().ok()) {
                notes.inner().last_hop = Some(Hop {
                    status: answer.status().as_u16(),
                    // The query may hold a secret.
                    to: to.split(['?', '#']).next().unwrap_or_default().to_owned(),
                });
            }
            Ok(answer)
        })
    }
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to {} (HTTP {})", self.to, self.status)
    }
}
