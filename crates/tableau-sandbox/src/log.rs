//! The log of requests and answers, for tests of clients.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{Method, StatusCode, Uri};
use jiff::Timestamp;
use serde::Serialize;
use tableau_wire::Operation;
use tableau_wire::endpoint::Place;
use uuid::Uuid;

/// How many entries are kept.
const ENTRIES: usize = 100_000;
/// How many ended sessions are remembered.
const SESSIONS: usize = 10_000;
/// The length, in characters, to which texts from clients are cut.
const TEXT: usize = 2_000;

/// One request and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LogEntry {
    /// Its number, from 1, in the order of the answers; it is never given twice.
    pub n: u64,
    /// When it was answered, by the sandbox's clock.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path, without the prefix of a gateway.
    pub path: String,
    /// The query as it was sent, with `…` in place of parameters that the call does not describe, as they could be secrets.
    pub query: Option<String>,
    /// The HTTP status of the answer, also of one that a fault has kept from the client; 0 if the request was not done and not answered.
    pub status: u16,
    /// The name of the user of the session.
    pub user: Option<String>,
    /// The content URL of the site of the session.
    pub site: Option<String>,
    /// Which call it is: `workbooks.list`.
    pub operation: Option<String>,
    /// The session that the request names, live or ended; for a sign-in, the session that it began.
    pub session: Option<Uuid>,
    /// The session's number among those of its credential, from 1. A credential is a personal access token, or an account with one way to sign in.
    pub generation: Option<u64>,
    /// The fault that the request got.
    pub fault: Option<LoggedFault>,
}

/// A fault, as the log names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoggedFault {
    /// Its id.
    pub id: String,
    /// What it does: `commit_then_reset`.
    pub effect: &'static str,
}

/// The last requests that were answered, at most a hundred thousand.
///
/// A request has one entry, redirects, refusals and faults included. Bytes that are not
/// HTTP never reach the API and have none; nor have requests that move the clock or read this log. Tokens, secrets and documents are not in it.
///
/// ```
/// # let service = tableau_sandbox::Sandbox::builder().build()?;
/// let log = service.log().entries();
/// let sign_ins = log.iter().filter(|entry| entry.operation.as_deref() == Some("auth.signIn"));
/// let refused = sign_ins.filter(|entry| entry.status == 401).count();
/// # assert_eq!(refused, 0);
/// # Ok::<(), tableau_sandbox::StartError>(())
/// ```
#[derive(Debug, Default)]
pub struct RequestLog(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    last: u64,
    entries: VecDeque<LogEntry>,
    dropped: u64,
    /// The owners of the sessions begun, so that a session is known after its end.
    parties: VecDeque<Party>,
}

/// The owner of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Party {
    pub(crate) session: Uuid,
    pub(crate) generation: u64,
    pub(crate) user: String,
    pub(crate) site: String,
}

/// What the service finds out about a request while it answers it.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) operation: Option<Operation>,
    pub(crate) party: Option<Party>,
    pub(crate) fault: Option<LoggedFault>,
}

impl RequestLog {
    /// The entries that are kept, the oldest first.
    #[must_use]
    pub fn entries(&self) -> Vec<LogEntry> {
        self.since(0)
    }

    /// The entries after the one with this number.
    #[must_use]
    pub fn since(&self, n: u64) -> Vec<LogEntry> {
        let kept = self.kept();
        let start = kept.entries.partition_point(|entry| entry.n <= n);
        kept.entries.range(start..).cloned().collect()
    }

    /// How many entries were dropped for newer ones since the log was last cleared.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.kept().dropped
    }

    /// Removes all entries and returns how many there were; numbering continues.
    pub fn clear(&self) -> usize {
        let mut kept = self.kept();
        kept.dropped = 0;
        std::mem::take(&mut kept.entries).len()
    }

    /// Records a request; without a status if it was neither done nor answered.
    pub(crate) fn record(
        &self,
        at: Timestamp,
        (method, uri): (&Method, &Uri),
        status: Option<StatusCode>,
        seen: Seen,
    ) {
        let Seen {
            operation,
            party,
            fault,
        } = seen;
        let query = uri.query().map(|query| shown(query, operation.as_ref()));
        let (session, generation) = party
            .as_ref()
            .map(|party| (party.session, party.generation))
            .unzip();
        let (user, site) = party.map(|party| (party.user, party.site)).unzip();
        let mut entry = LogEntry {
            n: 0,
            at,
            method: cut(method.as_str()),
            path: cut(uri.path()),
            query: query.as_deref().map(cut),
            status: status.map_or(0, |status| status.as_u16()),
            user,
            site,
            operation: operation.map(|operation| operation.full_name()),
            session,
            generation,
            fault,
        };
        let mut kept = self.kept();
        kept.last += 1;
        entry.n = kept.last;
        if kept.entries.len() == ENTRIES {
            kept.entries.pop_front();
            kept.dropped += 1;
        }
        kept.entries.push_back(entry);
    }

    pub(crate) fn remember(&self, party: Party) {
        let mut kept = self.kept();
        if kept.parties.len() == SESSIONS {
            kept.parties.pop_front();
        }
        kept.parties.push_back(party);
    }

    pub(crate) fn recall(&self, session: Uuid) -> Option<Party> {
        let kept = self.kept();
        let mut newest_first = kept.parties.iter().rev();
        newest_first.find(|party| party.session == session).cloned()
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic here leaves no partial change: every step leaves a complete list.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The query without the parameters that the call does not describe.
fn shown(query: &str, operation: Option<&Operation>) -> String {
    let known = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        let params = operation.map(Operation::all_params);
        let mut params = params.into_iter().flatten();
        params.any(|param| param.place == Place::Query && param.name == name)
    };
    let pairs: Vec<_> = query
        .split('&')
        .map(|pair| Some(pair).filter(known).unwrap_or("…"))
        .collect();
    pairs.join("&")
}

fn cut(text: &str) -> String {
    let longer = text.char_indices().nth(TEXT);
    match longer.and_then(|(end, _)| text.get(..end)) {
        Some(kept) => format!("{kept}…"),
        None => text.to_owned(),
    }
}
