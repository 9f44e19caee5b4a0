//! How sessions begin and end, and how one moves to another site.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tableau_wire::Secret;
use tableau_wire::value::SiteRole;
use uuid::Uuid;

use super::{Caller, idle_limit, live, personal_access_token, user_of};
use crate::log::Party;
use crate::refusal::Refusal;
use crate::store::record::{Credential, CredentialKind, PersonalAccessToken, Session, UsedJwt};
use crate::store::row::{SiteRow, UserRow};
use crate::store::unshown::Product;
use crate::store::{State, Transaction};
use crate::token;

/// What a sign-in or a switch gives.
pub(crate) struct Admitted {
    /// The session's owner: looked up here, as another sign-in may end the session at once.
    pub(crate) party: Option<Party>,
    pub(crate) token: Secret,
    pub(crate) site: SiteRow,
    pub(crate) user: Uuid,
    pub(crate) expires_in: SignedDuration,
}

/// Begins a session; gives its identifier and its token.
pub(super) fn begin(
    transaction: &mut Transaction<'_>,
    site: &SiteRow,
    user: &UserRow,
    mut credential: Credential,
    scopes: Option<Vec<String>>,
    now: Timestamp,
) -> Result<(Uuid, Secret), Refusal> {
    let (id, token) = token::session_token(site.id)?;
    credential.sessions += 1;
    transaction.put(Session {
        id,
        token: token.clone(),
        site: site.id,
        user: user.id,
        last_used_at: now,
        credential: credential.id,
        generation: credential.sessions,
        scopes,
    })?;
    transaction.put(credential)?;
    Ok((id, token))
}

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OpenSession {
    /// The session's identifier, which is not its token.
    pub id: Uuid,
    /// The name of the user that it acts as.
    pub user: String,
    /// The content URL of its site.
    pub site: String,
    /// The kind of credential that it was begun with.
    pub credential: CredentialKind,
    /// Which of the sessions of its credential it is, from 1.
    pub generation: u64,
    /// When it was last used, to the second.
    pub last_used_at: Timestamp,
}

/// The live sessions.
pub(crate) fn open(state: &State, now: Timestamp) -> Vec<OpenSession> {
    let sessions = state.sessions.iter();
    let live = sessions.filter(|session| live(state, session, now).is_some());
    live.filter_map(|session| {
        let Party { user, site, .. } = party(state, session.id)?;
        Some(OpenSession {
            id: session.id,
            user,
            site,
            credential: state.credentials.get(session.credential)?.kind,
            generation: session.generation,
            last_used_at: session.last_used_at,
        })
    })
    .collect()
}

/// The owner of a session.
pub(crate) fn party(state: &State, session: Uuid) -> Option<Party> {
    let session = state.sessions.get(session)?;
    let account = state.account(state.users.get(session.user)?)?;
    Some(Party {
        session: session.id,
        generation: session.generation,
        user: account.name.clone(),
        site: state.sites.get(session.site)?.content_url().to_owned(),
    })
}

/// Makes every session look idle for too long.
pub(crate) fn expire(transaction: &mut Transaction<'_>, now: Timestamp) -> Result<usize, Refusal> {
    let live: Vec<_> = transaction
        .sessions
        .iter()
        .filter_map(|session| Some((session.clone(), live(transaction, session, now)?)))
        .collect();
    for (session, caller) in &live {
        transaction.put(Session {
            last_used_at: now
                .checked_sub(idle_limit(&caller.site))
                .unwrap_or(Timestamp::MIN),
            ..session.clone()
        })?;
    }
    Ok(live.len())
}

/// Ends a session; `false` if it does not exist.
pub(crate) fn end(transaction: &mut Transaction<'_>, session: Uuid) -> bool {
    transaction.remove::<Session>(session)
}

/// Ends the sessions of a site that were idle for too long, and forgets the used JWTs that have expired.
///
/// It looks at these alone: a sign-in takes no longer if there are many sessions.
pub(super) fn end_expired(transaction: &mut Transaction<'_>, site: &SiteRow, now: Timestamp) {
    let limit = idle_limit(site);
    let idle = transaction.sessions.due(site.id);
    let expired: Vec<_> = idle
        .take_while(|(last_used_at, _)| now.duration_since(*last_used_at) >= limit)
        .map(|(_, session)| session.id)
        .collect();
    for session in expired {
        end(transaction, session);
    }
    let due = transaction.used_jwts.due(Uuid::nil());
    let expired: Vec<_> = due
        .take_while(|(expires_at, _)| *expires_at <= now)
        .map(|(_, jwt)| jwt.id)
        .collect();
    for jwt in expired {
        transaction.remove::<UsedJwt>(jwt);
    }
}

/// Moves the caller to another site: a new session in place of the old one, with no more rights than it had.
pub(crate) fn switch(
    transaction: &mut Transaction<'_>,
    caller: &Caller,
    content_url: &str,
    now: Timestamp,
) -> Result<Admitted, Refusal> {
    let (site, user) = destination(transaction, caller, content_url)?;
    let token = personal_access_token::of_session(transaction, caller.session);
    let before = transaction.sessions.get(caller.session);
    let credential = before.and_then(|session| transaction.credentials.get(session.credential));
    let credential = credential.ok_or_else(Refusal::dead_credentials)?.clone();
    // It may have been signed out in between.
    if !end(transaction, caller.session) {
        return Err(Refusal::dead_credentials());
    }
    let (id, secret) = begin(transaction, &site, &user, credential, caller.scopes.clone(), now)?;
    let mut expires_in = idle_limit(&site);
    if let Some(token) = token {
        expires_in = personal_access_token::expires_in(&token, now).unwrap_or(expires_in);
        // The token still has one session: its next sign-in ends this one.
        transaction.put(PersonalAccessToken {
            session: Some(id),
            ..token
        })?;
    }
    Ok(Admitted {
        party: party(transaction, id),
        token: secret,
        site,
        user: user.id,
        expires_in,
    })
}

/// The site to switch to, and the caller's user there.
///
/// An unknown site and a site that the user is not on get the same refusal, as at sign-in. From the sites of Tableau Server the one that
/// plays Tableau Cloud can be reached, so that a program can visit every listed site; there is no way back from there, as on Cloud.
fn destination(state: &State, caller: &Caller, content_url: &str) -> Result<(SiteRow, UserRow), Refusal> {
    // Older documentation says that Cloud does not have this call; the code is inferred.
    if caller.site.product() == Product::Cloud {
        return Err(Refusal::forbidden(
            "403004",
            "Tableau Cloud does not switch sites: sign in to the other site instead.",
        ));
    }
    let site = state
        .site_by_content_url(content_url)
        .ok_or_else(Refusal::switch_site)?;
    if site.id == caller.site.id {
        return Err(Refusal::same_site());
    }
    let user = user_of(state, site, caller.user.account())
        .filter(|user| *user.role() != SiteRole::Unlicensed)
        .ok_or_else(Refusal::switch_site)?;
    Ok((site.clone(), user))
}
