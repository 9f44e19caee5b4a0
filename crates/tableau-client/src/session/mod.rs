//! A session: what signing in gives.

mod entry;
mod expiry;
mod generations;
mod holder;
mod impersonated;
mod keep_alive;
mod row;
mod shared;
mod sharing;
mod sign_in;

use std::time::Duration;

use http::StatusCode;
use tableau_wire::rest::{Site, User, auth::SignedIn};
use tableau_wire::{Id, Secret};
use tokio::time::Instant;

pub(crate) use expiry::Circumstances;
pub(crate) use generations::Numbered;
pub(crate) use holder::{Holder, Sessions};
pub(crate) use keep_alive::ensure as keep_alive;
pub(crate) use row::{Row, SignIn};
pub(crate) use shared::SharedSession;
pub(crate) use sharing::{Whose, end, forget};
pub(crate) use sign_in::{Recipe, StoreKey};

use crate::error::{Error, ErrorKind};
use crate::exchange::Authorization;

/// A session at a server: a token that is good for one site.
///
/// Another process can resume it with [`Client::resume`](crate::Client::resume). The token alone gives the user's rights: keep it secret.
#[derive(Debug, Clone)]
pub struct Session {
    token: Secret,
    site_id: Id<Site>,
    content_url: String,
    user_id: Id<User>,
    generation: u64,
    began: Option<Instant>,
    sign_ins: u64,
    failed_renewals: u64,
    /// Other clients can find it in a store.
    in_store: bool,
    /// Another client has begun it, and it may have ended since.
    pub(crate) is_joined: bool,
}

/// The same if token, site and user are.
impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        self.token == other.token && self.site_id == other.site_id && self.user_id == other.user_id
    }
}

impl Eq for Session {}

impl Session {
    /// A session from its parts, made by another process or another client.
    pub fn new(
        token: impl Into<Secret>,
        site_id: impl Into<Id<Site>>,
        content_url: impl Into<String>,
        user_id: impl Into<Id<User>>,
    ) -> Self {
        Self {
            token: token.into(),
            site_id: site_id.into(),
            content_url: content_url.into(),
            user_id: user_id.into(),
            generation: 0,
            began: None,
            sign_ins: 0,
            failed_renewals: 0,
            in_store: false,
            is_joined: false,
        }
    }

    /// The session that a server gave.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] for a token or an identifier that cannot be one: it would lead later requests elsewhere.
    pub(crate) fn signed_in(answer: SignedIn) -> Result<Self, Error> {
        let SignedIn {
            token, site, user, ..
        } = answer;
        let is_token = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        let what = if !is_token(token.expose()) {
            "token"
        } else if site.id.is_empty() || !site.id.is_harmless() {
            "identifier of the site"
        } else if !user.id.is_harmless() {
            "identifier of the user"
        } else {
            return Ok(Self {
                began: Some(Instant::now()),
                ..Self::new(token, site.id, site.content_url, user.id)
            });
        };
        let message = format!("the answer to the sign-in has a {what} that cannot be one");
        Err(Error::new(ErrorKind::Decode, message)
            .answered(StatusCode::OK)
            .with_hint("Something between you and Tableau changes its answers, or this is not Tableau."))
    }

    /// This session as the successor of another one, after a switch of sites.
    pub(crate) fn after(self, before: &Self) -> Self {
        Self {
            generation: before.generation + 1,
            sign_ins: before.sign_ins,
            failed_renewals: before.failed_renewals,
            ..self
        }
    }

    /// What goes along with a request.
    pub(crate) fn authorization(&self) -> Authorization<'_> {
        Authorization {
            token: &self.token,
            site: self.site_id.as_str(),
        }
    }

    /// The token, sent as `X-Tableau-Auth`.
    #[must_use]
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// The site.
    #[must_use]
    pub fn site_id(&self) -> &Id<Site> {
        &self.site_id
    }

    /// The site's name in addresses; empty for the Default site.
    #[must_use]
    pub fn content_url(&self) -> &str {
        &self.content_url
    }

    /// The user.
    #[must_use]
    pub fn user_id(&self) -> &Id<User> {
        &self.user_id
    }

    /// The session's generation: 1 after the first sign-in, one more after each renewal; 0 for a resumed session.
    ///
    /// All processes that share the session count together, so a process that joins later may begin at a higher number.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// How long ago it began, if that is known.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.began.map(|began| began.elapsed())
    }

    /// How often this client has signed in for this session and those before it in the row.
    #[must_use]
    pub fn sign_ins(&self) -> u64 {
        self.sign_ins
    }

    /// How often signing in again has failed, for this session and those before it in the row.
    #[must_use]
    pub fn failed_renewals(&self) -> u64 {
        self.failed_renewals
    }
}

impl Numbered for std::sync::Arc<Session> {
    fn generation(&self) -> u64 {
        self.generation
    }
}
