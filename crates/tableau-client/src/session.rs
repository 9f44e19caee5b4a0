//! A session: what signing in gives.

use tableau_wire::rest::{Site, User, auth::SignedIn};
use tableau_wire::{Id, Secret};

/// A session at a server: a token that is good for one site.
///
/// It can be kept and used by another process with [`Client::resume`](crate::Client::resume); whoever has the token is the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    token: Secret,
    site_id: Id<Site>,
    content_url: String,
    user_id: Id<User>,
    generation: u64,
}

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
        }
    }

    pub(crate) fn signed_in(answer: SignedIn, generation: u64) -> Self {
        let SignedIn {
            token, site, user, ..
        } = answer;
        Self {
            token,
            site_id: site.id,
            content_url: site.content_url,
            user_id: user.id,
            generation,
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

    /// Which session in a row it is: 1 after signing in, one more after each switch; 0 for a session that was brought along.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }
}
