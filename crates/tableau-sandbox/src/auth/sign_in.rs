//! Signing in: the kind of credential, the user that it proves, and the user to impersonate.

use jiff::Timestamp;
use tableau_wire::Secret;
use tableau_wire::rest::auth::Credentials;
use tableau_wire::value::{SiteRole, SiteState};

use super::granted::granted;
use super::proven::{Proven, SignInContext};
use super::session::{self, Admitted};
use super::unified;
use super::{parse_id, password, personal_access_token, trust, user_of};
use crate::clock::time;
use crate::refusal::Refusal;
use crate::store::record::{Credential, CredentialKind, PersonalAccessToken};
use crate::store::row::{SiteRow, UserRow};
use crate::store::unshown::Product;
use crate::store::{State, Transaction, luid};

/// The one kind of credential that a sign-in uses.
enum Proof<'c> {
    Password { name: &'c str, password: &'c str },
    PersonalAccessToken { name: &'c str, secret: &'c str },
    Jwt(&'c str),
    UnifiedAccessToken(&'c str),
}

impl Proof<'_> {
    fn kind(&self) -> CredentialKind {
        match self {
            Self::Password { .. } => CredentialKind::Password,
            Self::PersonalAccessToken { .. } => CredentialKind::PersonalAccessToken,
            Self::Jwt(_) => CredentialKind::Jwt,
            Self::UnifiedAccessToken(_) => CredentialKind::UnifiedAccessToken,
        }
    }
}

/// Signs in: checks the credentials and begins a session.
pub(crate) fn sign_in(
    transaction: &mut Transaction<'_>,
    credentials: &Credentials,
    context: &SignInContext,
) -> Result<Admitted, Refusal> {
    let proof = proof(credentials)?;
    // Every mismatch gets the same refusal, which must not tell which part was right.
    let site = transaction
        .site_by_content_url(&credentials.site.content_url)
        .filter(|site| context.products.contains(&site.product()))
        .ok_or_else(Refusal::signin)?
        .clone();
    let proven = verify(transaction, &site, &proof, context)?;
    let own = user_of(transaction, &site, proven.account).ok_or_else(Refusal::signin)?;
    // Some clients write `"user": {"id": null}` if they do not impersonate.
    let other = credentials.user.as_ref().filter(|user| !user.id.is_empty());
    let user = match other {
        None => own.clone(),
        Some(other) => impersonated(transaction, &site, &own, other.id.as_str())?,
    };
    let (own, user) = (
        granted(transaction, &site, own)?,
        granted(transaction, &site, user)?,
    );
    // Documented: only server administrators reach a suspended site. That the refusal is that of every sign-in is inferred.
    let suspended = site.shown.state == Some(SiteState::Suspended);
    if suspended && *own.role() != SiteRole::ServerAdministrator {
        return Err(Refusal::signin());
    }
    if *own.role() == SiteRole::Unlicensed || *user.role() == SiteRole::Unlicensed {
        return Err(Refusal::signin());
    }
    session::end_expired(transaction, &site, context.now);
    let credential = credential(transaction, proof.kind(), &proven);
    admit(transaction, site, user, credential, proven, context.now)
}

/// Begins the session, and stores the records that the credential leaves.
fn admit(
    transaction: &mut Transaction<'_>,
    site: SiteRow,
    mut user: UserRow,
    credential: Credential,
    proven: Proven,
    now: Timestamp,
) -> Result<Admitted, Refusal> {
    if let Some(used) = proven.used {
        transaction.put(used)?;
    }
    if let Some(before) = proven.token.as_ref().and_then(|token| token.session) {
        session::end(transaction, before);
    }
    let (id, secret) = session::begin(transaction, &site, &user, credential, proven.scopes, now)?;
    if let Some(token) = proven.token {
        transaction.put(PersonalAccessToken {
            session: Some(id),
            last_used_at: Some(now),
            ..token
        })?;
    }
    let user_id = user.id;
    user.shown.last_login = Some(time(now));
    transaction.stamp(user)?;
    Ok(Admitted {
        party: session::party(transaction, id),
        token: secret,
        site,
        user: user_id,
        expires_in: proven.expires_in,
    })
}

/// The credential, with the sessions that it has had so far.
fn credential(state: &State, kind: CredentialKind, proven: &Proven) -> Credential {
    let of = proven.token.as_ref().map_or(proven.account, |token| token.id);
    let id = luid::<Credential>(&[kind.as_str(), &of.to_string()]);
    let new = Credential {
        id,
        kind,
        sessions: 0,
    };
    state.credentials.get(id).cloned().unwrap_or(new)
}

fn proof(credentials: &Credentials) -> Result<Proof<'_>, Refusal> {
    // Some clients send unused members as an empty text.
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
        is_uat,
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
        (false, false, Some(jwt)) if *is_uat == Some(true) => Some(Proof::UnifiedAccessToken(jwt)),
        (false, false, Some(jwt)) => Some(Proof::Jwt(jwt)),
        _ => None,
    };
    proof.ok_or_else(Refusal::incomplete_payload)
}

fn verify(
    state: &State,
    site: &SiteRow,
    proof: &Proof<'_>,
    context: &SignInContext,
) -> Result<Proven, Refusal> {
    match proof {
        Proof::Password { name, password } => password::verify(state, site, name, password),
        Proof::PersonalAccessToken { name, secret } => {
            personal_access_token::verify(state, name, secret, context.now)
        }
        Proof::Jwt(text) => trust::verify(state, site, text, context),
        Proof::UnifiedAccessToken(text) => unified::verify(state, site, text, context),
    }
}

/// The user to impersonate: for server administrators with any kind of credential, and on Tableau Server only.
///
/// Since 2021.1 a real server must be configured to allow it with a personal access token; this one is. That other users than server administrators get
/// 403004 is inferred, and so is the plain refusal on Cloud.
fn impersonated(state: &State, site: &SiteRow, own: &UserRow, other: &str) -> Result<UserRow, Refusal> {
    if site.product() == Product::Cloud {
        return Err(Refusal::signin());
    }
    if *own.role() != SiteRole::ServerAdministrator {
        return Err(Refusal::forbidden(
            "403004",
            "Only server administrators can impersonate.",
        ));
    }
    parse_id(other)
        .and_then(|id| state.users.get(id))
        .filter(|user| user.site == site.id)
        .cloned()
        .ok_or_else(|| Refusal::not_found("404002", "User", other))
}
