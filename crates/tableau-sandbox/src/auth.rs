//! Who calls: sign-in with every kind of credential, and the sessions it gives.

use std::time::Duration;

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use tableau_wire::Secret;
use tableau_wire::rest::auth::Credentials;
use tableau_wire::value::SiteRole;
use uuid::Uuid;

use crate::clock::Clock;
use crate::fault::Fault;
use crate::store::record::{Account, PersonalAccessToken, Product, Session, Site, User};
use crate::store::{State, Store, Transaction};
use crate::token;

/// The header that carries the token.
const TOKEN: &str = "x-tableau-auth";
const SERVER_IDLE: SignedDuration = SignedDuration::from_mins(240);
const CLOUD_IDLE: SignedDuration = SignedDuration::from_mins(120);
/// A personal access token that nobody used for so long is worth nothing any more.
const TOKEN_UNUSED: SignedDuration = SignedDuration::from_hours(15 * 24);
/// The greatest age of a personal access token.
pub(crate) const TOKEN_AGE: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How exactly the last use of a session is recorded: a write for every request would cost more than it tells.
const TOUCH: Duration = Duration::from_secs(1);

/// Whoever sent a request with a good token.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) session: Uuid,
    pub(crate) site: Site,
    pub(crate) user: User,
}

impl Caller {
    pub(crate) fn is_administrator(&self) -> bool {
        self.user.site_role.is_administrator()
    }

    pub(crate) fn is_server_administrator(&self) -> bool {
        self.user.site_role == SiteRole::ServerAdministrator
    }
}

/// Finds the caller of a request and notes that the session is in use.
pub(crate) fn authenticate(store: &Store, clock: &Clock, headers: &HeaderMap) -> Result<Caller, Fault> {
    let header = headers
        .get(TOKEN)
        .filter(|value| !value.is_empty())
        .ok_or_else(Fault::no_credentials)?;
    let text = header.to_str().map_err(|_| Fault::dead_credentials())?;
    let id = token::session_of(text).ok_or_else(Fault::dead_credentials)?;
    let now = clock.now();
    let (caller, last_used_at) = {
        let state = store.read();
        let session = state
            .sessions
            .get(id)
            .filter(|session| session.token.expose() == text);
        let caller = session
            .and_then(|session| live(&state, session, now).map(|caller| (caller, session.last_used_at)));
        caller.ok_or_else(Fault::dead_credentials)?
    };
    if now.duration_since(last_used_at) >= SignedDuration::try_from(TOUCH).unwrap_or_default() {
        store.write(|transaction| {
            // It may have been signed out in between.
            let session = transaction
                .sessions
                .get(id)
                .cloned()
                .ok_or_else(Fault::dead_credentials)?;
            transaction.put(Session {
                last_used_at: now.max(session.last_used_at),
                ..session
            })
        })?;
    }
    Ok(caller)
}

/// The caller of a session that has not expired and whose user is still there and may sign in.
fn live(state: &State, session: &Session, now: Timestamp) -> Option<Caller> {
    let site = state.sites.get(session.site)?;
    let user = state.users.get(session.user)?;
    let fresh = now.duration_since(session.last_used_at) < idle_limit(site);
    let licensed = user.site_role != SiteRole::Unlicensed;
    (fresh && licensed).then(|| Caller {
        session: session.id,
        site: site.clone(),
        user: user.clone(),
    })
}

/// Whether the site in a path is that of the session.
pub(crate) fn check_site(store: &Store, caller: &Caller, site: &str) -> Result<(), Fault> {
    let known = parse_id(site).filter(|id| store.read().sites.get(*id).is_some());
    match known {
        None => Err(Fault::not_found("404000", "Site", site)),
        Some(id) if id == caller.site.id => Ok(()),
        // The documentation says 403 without a code; the code is inferred.
        Some(_) => Err(Fault::forbidden(
            "403004",
            "The token is not for the site that the URI names.",
        )),
    }
}

/// An identifier in a path, in the one spelling that Tableau writes.
pub(crate) fn parse_id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

fn idle_limit(site: &Site) -> SignedDuration {
    match site.product {
        Product::Server => SERVER_IDLE,
        Product::Cloud => CLOUD_IDLE,
    }
}

/// The one kind of credential that a sign-in uses; further kinds are further variants.
enum Proof<'c> {
    Password { name: &'c str, password: &'c str },
    PersonalAccessToken { name: &'c str, secret: &'c str },
    Jwt,
}

/// Whom the proof proves, and how long it is good for.
struct Proven {
    account: Uuid,
    token: Option<PersonalAccessToken>,
    expires_in: SignedDuration,
}

/// What a sign-in gives.
pub(crate) struct Admitted {
    pub(crate) token: Secret,
    pub(crate) site: Site,
    pub(crate) user: Uuid,
    pub(crate) expires_in: SignedDuration,
}

/// Signs in: checks the credentials and begins a session.
pub(crate) fn sign_in(
    transaction: &mut Transaction<'_>,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<Admitted, Fault> {
    let proof = proof(credentials)?;
    // Whatever does not fit is one and the same refusal: it must not tell which part was right.
    let site = transaction
        .site_by_content_url(&credentials.site.content_url)
        .ok_or_else(Fault::signin)?
        .clone();
    let proven = verify(transaction, &site, &proof, now)?;
    let own = user_of(transaction, &site, proven.account).ok_or_else(Fault::signin)?;
    let user = match &credentials.user {
        None => own.clone(),
        Some(other) => impersonated(transaction, &site, &proof, &own, other.id.as_str())?,
    };
    if own.site_role == SiteRole::Unlicensed || user.site_role == SiteRole::Unlicensed {
        return Err(Fault::signin());
    }
    end_expired(transaction, now);
    let (id, token) = token::session_token(site.id)?;
    transaction.put(Session {
        id,
        token: token.clone(),
        site: site.id,
        user: user.id,
        last_used_at: now,
    })?;
    if let Some(used) = proven.token {
        if let Some(before) = used.session {
            transaction.remove::<Session>(before);
        }
        transaction.put(PersonalAccessToken {
            session: Some(id),
            last_used_at: Some(now),
            ..used
        })?;
    }
    let user_id = user.id;
    transaction.put(User {
        last_login: Some(now),
        ..user
    })?;
    Ok(Admitted {
        token,
        site,
        user: user_id,
        expires_in: proven.expires_in,
    })
}

fn proof(credentials: &Credentials) -> Result<Proof<'_>, Fault> {
    // Clients exist that send what they do not use as an empty text.
    fn given(secret: Option<&Secret>) -> Option<&str> {
        secret.map(Secret::expose).filter(|text| !text.is_empty())
    }
    let named = |name: &Option<String>| name.as_deref().is_some_and(|text| !text.is_empty());
    let Credentials {
        name,
        password,
        personal_access_token_name,
        personal_access_token_secret,
        jwt,
        ..
    } = credentials;
    let password_kind = named(name) || given(password.as_ref()).is_some();
    let token_kind =
        named(personal_access_token_name) || given(personal_access_token_secret.as_ref()).is_some();
    let proof = match (password_kind, token_kind, given(jwt.as_ref())) {
        (true, false, None) => name
            .as_deref()
            .zip(given(password.as_ref()))
            .map(|(name, password)| Proof::Password { name, password }),
        (false, true, None) => personal_access_token_name
            .as_deref()
            .zip(given(personal_access_token_secret.as_ref()))
            .map(|(name, secret)| Proof::PersonalAccessToken { name, secret }),
        (false, false, Some(_)) => Some(Proof::Jwt),
        _ => None,
    };
    proof.ok_or_else(Fault::incomplete_payload)
}

fn verify(state: &State, site: &Site, proof: &Proof<'_>, now: Timestamp) -> Result<Proven, Fault> {
    match proof {
        // Cloud wants a second factor, which this form does not have.
        Proof::Password { .. } if site.product == Product::Cloud => Err(Fault::signin()),
        Proof::Password { name, password } => state
            .accounts
            .get(account_id(name))
            .filter(|account| account.password.expose() == *password)
            .map(|account| Proven {
                account: account.id,
                token: None,
                expires_in: idle_limit(site),
            })
            .ok_or_else(Fault::signin),
        // Names of tokens are unique for one user only.
        Proof::PersonalAccessToken { name, secret } => state
            .personal_access_tokens
            .iter()
            .find(|token| token.name == *name && token.secret.expose() == *secret)
            .and_then(|token| {
                let expires_in = token_expires_in(token, now)?;
                Some(Proven {
                    account: token.account,
                    token: Some(token.clone()),
                    expires_in,
                })
            })
            .ok_or_else(Fault::signin),
        // There are no connected apps yet, so no JWT is signed by one.
        Proof::Jwt => Err(Fault::signin()),
    }
}

/// How long a token will be good if it is used now and never again; `None` if it is not good any more.
fn token_expires_in(token: &PersonalAccessToken, now: Timestamp) -> Option<SignedDuration> {
    let unused = now.duration_since(token.last_used_at.unwrap_or(token.created_at));
    let left = token.expires_at.duration_since(now);
    (unused < TOKEN_UNUSED && left.is_positive()).then(|| left.min(TOKEN_UNUSED))
}

/// The user to be instead: by name and password, for server administrators.
///
/// With a personal access token a real server has to be set up for it, which this one is not; that it then refuses with 400000 is inferred,
/// and so is 403004 for whoever is no server administrator.
fn impersonated(
    state: &State,
    site: &Site,
    proof: &Proof<'_>,
    own: &User,
    other: &str,
) -> Result<User, Fault> {
    if !matches!(proof, Proof::Password { .. }) {
        return Err(Fault::bad_request(
            "400000",
            "Impersonation is not enabled for these credentials.",
        ));
    }
    if own.site_role != SiteRole::ServerAdministrator {
        return Err(Fault::forbidden(
            "403004",
            "Only server administrators can impersonate.",
        ));
    }
    parse_id(other)
        .and_then(|id| state.users.get(id))
        .filter(|user| user.site == site.id)
        .cloned()
        .ok_or_else(|| Fault::not_found("404002", "User", other))
}

fn user_of(state: &State, site: &Site, account: Uuid) -> Option<User> {
    state
        .users
        .of_site(site.id)
        .find(|user| user.account == account)
        .cloned()
}

fn end_expired(transaction: &mut Transaction<'_>, now: Timestamp) {
    let expired = |session: &&Session| live(transaction, session, now).is_none();
    let expired: Vec<_> = transaction
        .sessions
        .iter()
        .filter(expired)
        .map(|session| session.id)
        .collect();
    for session in expired {
        transaction.remove::<Session>(session);
    }
}

/// The identifier of the account with a name: the same whatever its case, as user names are.
pub(crate) fn account_id(name: &str) -> Uuid {
    crate::seed::luid::<Account>(&[&name.to_lowercase()])
}
