//! Authentication: sign-in with every kind of credential, and the sessions it gives.

mod claims;
mod direct_trust;
mod granted;
mod jwks;
mod jwt;
mod oauth_trust;
mod password;
pub(crate) mod personal_access_token;
mod proven;
mod scopes;
pub(crate) mod session;
mod sign_in;
mod trust;
mod unified;

use std::time::Duration;

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use tableau_wire::endpoint::Availability;
use tableau_wire::value::SiteRole;
use tableau_wire::{Operation, Root};
use uuid::Uuid;

pub(crate) use self::oauth_trust::keys_for;
pub(crate) use self::proven::SignInContext;
pub use self::session::OpenSession;
pub(crate) use self::session::{Admitted, switch};
pub(crate) use self::sign_in::sign_in;
use crate::clock::Clock;
use crate::refusal::Refusal;
use crate::store::record::{Account, Session};
use crate::store::row::{SiteRow, UserRow};
use crate::store::unshown::Product;
use crate::store::{State, Store, luid};
use crate::token;

/// The header that carries the token.
const TOKEN: &str = "x-tableau-auth";
const SERVER_IDLE: SignedDuration = SignedDuration::from_mins(240);
const CLOUD_IDLE: SignedDuration = SignedDuration::from_mins(120);
/// The precision of a session's last use: a write for every request would cost more than it tells.
const TOUCH: Duration = Duration::from_secs(1);

/// The caller: the user whose token a request carries.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) session: Uuid,
    pub(crate) site: SiteRow,
    pub(crate) user: UserRow,
    /// The scopes that limit the session's rights; without a list it has all rights of the user.
    pub(crate) scopes: Option<Vec<String>>,
}

impl Caller {
    /// A user of a site as a caller without a session: what the server does for users, it may do as they may. `None` if there is no such user, or
    /// one without a license.
    pub(crate) fn of_user(state: &State, user: Uuid) -> Option<Self> {
        let user = state.users.get(user)?;
        let site = state.sites.get(user.site)?;
        (*user.role() != SiteRole::Unlicensed).then(|| Self {
            session: Uuid::nil(),
            site: site.clone(),
            user: user.clone(),
            scopes: None,
        })
    }

    pub(crate) fn is_administrator(&self) -> bool {
        self.user.role().is_administrator()
    }

    pub(crate) fn is_server_administrator(&self) -> bool {
        *self.user.role() == SiteRole::ServerAdministrator
    }
}

/// Finds the caller of a request and notes that the session is in use.
pub(crate) fn authenticate(store: &Store, clock: &Clock, headers: &HeaderMap) -> Result<Caller, Refusal> {
    let header = headers
        .get(TOKEN)
        .filter(|value| !value.is_empty())
        .ok_or_else(Refusal::no_credentials)?;
    let text = header.to_str().map_err(|_| Refusal::dead_credentials())?;
    let id = token::session_of(text).ok_or_else(Refusal::dead_credentials)?;
    let now = clock.now();
    let (caller, last_used_at) = {
        let state = store.read();
        let session = state
            .sessions
            .get(id)
            .filter(|session| session.token.expose() == text);
        let caller = session
            .and_then(|session| live(&state, session, now).map(|caller| (caller, session.last_used_at)));
        caller.ok_or_else(Refusal::dead_credentials)?
    };
    if now.duration_since(last_used_at) >= SignedDuration::try_from(TOUCH).unwrap_or_default() {
        store.write(|transaction| {
            // It may have been signed out in between.
            let session = transaction
                .sessions
                .get(id)
                .cloned()
                .ok_or_else(Refusal::dead_credentials)?;
            transaction.put(Session {
                last_used_at: now.max(session.last_used_at),
                ..session
            })
        })?;
    }
    Ok(caller)
}

/// The session that the token of a request names, live or ended.
pub(crate) fn session_named(headers: &HeaderMap) -> Option<Uuid> {
    token::session_of(headers.get(TOKEN)?.to_str().ok()?)
}

/// The caller of a session that has not expired and whose user is still there and may sign in.
fn live(state: &State, session: &Session, now: Timestamp) -> Option<Caller> {
    let site = state.sites.get(session.site)?;
    let user = state.users.get(session.user)?;
    // Databases of earlier versions have sessions without a credential: these have ended.
    state.credentials.get(session.credential)?;
    let fresh = now.duration_since(session.last_used_at) < idle_limit(site);
    let licensed = *user.role() != SiteRole::Unlicensed;
    (fresh && licensed).then(|| Caller {
        session: session.id,
        site: site.clone(),
        user: user.clone(),
        scopes: session.scopes.clone(),
    })
}

/// Checks that the session's scopes and the product of its site allow a call; the handler checks the user's rights.
pub(crate) fn check_call(caller: &Caller, operation: &Operation) -> Result<(), Refusal> {
    if !scopes::allow(caller.scopes.as_deref(), operation) {
        // Measured: a missing scope is 401002 and not a 403.
        return Err(Refusal::dead_credentials());
    }
    // Code and texts are inferred.
    match (operation.availability, caller.site.product()) {
        (Availability::ServerOnly, Product::Cloud) => Err(Refusal::forbidden(
            "403004",
            "Tableau Cloud does not have this call: only Tableau Server does.",
        )),
        // Tableau Server has no such service at all.
        (Availability::CloudOnly, Product::Server) if operation.root == Root::Services => {
            Err(Refusal::of_service(
                404,
                "",
                "Tableau Server does not have this service: only Tableau Cloud does.",
            ))
        }
        (Availability::CloudOnly, Product::Server) => Err(Refusal::forbidden(
            "403004",
            "Tableau Server does not have this call: only Tableau Cloud does.",
        )),
        _ => Ok(()),
    }
}

/// Checks that the site in a path is that of the session.
pub(crate) fn check_site(store: &Store, caller: &Caller, site: &str) -> Result<(), Refusal> {
    let known = parse_id(site).filter(|id| store.read().sites.get(*id).is_some());
    match known {
        None => Err(Refusal::not_found("404000", "Site", site)),
        Some(id) if id == caller.site.id => Ok(()),
        // The documentation says 403 without a code; the code is inferred.
        Some(_) => Err(Refusal::forbidden(
            "403004",
            "The token is not for the site that the URI names.",
        )),
    }
}

/// An identifier in a path, in the one spelling that Tableau writes.
pub(crate) fn parse_id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

fn idle_limit(site: &SiteRow) -> SignedDuration {
    match site.product() {
        Product::Server => SERVER_IDLE,
        Product::Cloud => CLOUD_IDLE,
    }
}

fn user_of(state: &State, site: &SiteRow, account: Uuid) -> Option<UserRow> {
    let mut users = state.users.of(account);
    users
        .find(|user| user.account() == account && user.site == site.id)
        .cloned()
}

/// The identifier of the account with a name. User names are case-insensitive.
pub(crate) fn account_id(name: &str) -> Uuid {
    luid::<Account>(&[&name.to_lowercase()])
}
