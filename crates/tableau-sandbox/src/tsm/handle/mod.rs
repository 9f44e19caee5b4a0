//! The calls, by subject.

pub(super) mod cluster;
pub(super) mod jobs;
pub(super) mod licensing;
pub(super) mod session;
pub(super) mod settings;

use bytes::Bytes;
use http::HeaderMap;
use tableau_wire::Secret;

use super::state::State;

/// What a handler knows about a request, apart from the call itself.
pub(super) struct Call<'a> {
    pub(super) state: &'a mut State,
    pub(super) now: i64,
    /// The cookie of the caller; every call but the login has one.
    pub(super) session: Option<Secret>,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a Bytes,
    /// The cookie of the session that the call begins, set by its handler.
    pub(super) begun: Option<Secret>,
}
