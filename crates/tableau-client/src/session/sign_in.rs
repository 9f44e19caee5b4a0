//! Signing in and out: how a session begins and ends at the server.

use std::sync::{Arc, Mutex, PoisonError};

use tableau_wire::rest::User;
use tableau_wire::rest::auth::{SignOut, SignedIn};
use tableau_wire::{Id, Version};
use tokio::sync::OnceCell;

use super::Session;
use super::impersonated::look_up;
use crate::core::{Core, Outcome, Tries, until};
use crate::credentials::{Credentials, Destination, Fingerprint, Impersonated};
use crate::error::{Error, ErrorKind};
use crate::exchange::{self, Attempts, Reading};
use crate::store::{SessionKey, SessionStore};

/// How to sign in again to the same site as the same user.
#[derive(Debug)]
pub(crate) struct Recipe {
    pub(crate) credentials: Credentials,
    pub(crate) site: String,
    /// The user to impersonate, once known.
    pub(crate) user: OnceCell<Option<Id<User>>>,
    /// The key under which other processes find the session; `None` if it is not shared.
    pub(crate) key: Option<StoreKey>,
    /// Credentials of a provider that were refused last: it may give others, and until it does the server is not asked again.
    pub(crate) refused: Mutex<Option<(Credentials, Error)>>,
}

/// The key of a session in a store, made when a store is first used: see [`Fingerprint`].
#[derive(Debug)]
pub(crate) struct StoreKey {
    place: [String; 3],
    fingerprint: Fingerprint,
    key: OnceCell<Option<SessionKey>>,
}

impl StoreKey {
    /// The key of a server, a site and the impersonated user.
    pub(crate) fn new(place: [String; 3], fingerprint: Fingerprint) -> Self {
        Self {
            place,
            fingerprint,
            key: OnceCell::new(),
        }
    }

    /// `None` if other processes cannot have the same credentials.
    pub(super) async fn get(&self, store: &dyn SessionStore) -> Option<&SessionKey> {
        let make = || async {
            let fingerprint = self.fingerprint.lasting(store).await?;
            let [server, site, user] = &self.place;
            Some(SessionKey::of(&[server, site, user, &fingerprint]))
        };
        self.key.get_or_init(make).await.as_ref()
    }
}

impl Recipe {
    /// Notes credentials that were refused, if others may come in their place.
    fn note_refusal(&self, credentials: &Credentials, error: Error) -> Error {
        if !self.credentials.are_provided() {
            return error;
        }
        let error = error.passing();
        *self.refused.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((credentials.clone(), error.clone()));
        error
    }

    /// The same for another site, where the user has an identifier of its own. It is not shared: to share a session, sign in there.
    pub(crate) fn for_site(&self, content_url: &str, user: &Id<User>) -> Self {
        Self {
            credentials: self.credentials.clone(),
            site: content_url.to_owned(),
            user: match self.user.get() {
                Some(Some(_)) => OnceCell::from(Some(user.clone())),
                _ => self.user.clone(),
            },
            key: None,
            refused: Mutex::default(),
        }
    }
}

/// Signs in; if there was a session before, the new one has the same site and user, for calls may be on their way. A session with another site or user is
/// signed out, and is not stored.
pub(super) async fn sign_in_as_before(
    core: &Arc<Core>,
    recipe: &Recipe,
    before: Option<&Session>,
) -> Result<Session, Error> {
    let is_second_use = before.is_some() && recipe.credentials.are_one_jwt();
    let session = sign_in(core, recipe).await;
    let session = session.map_err(|error| match error.kind() {
        ErrorKind::SignInRefused if is_second_use => error
            .with_causes(vec![
                "the same JWT was sent a second time, and servers take each once".to_owned(),
            ])
            .with_hint(
                "A session that is to be renewed needs a JWT for each sign-in: `Jwt::provider` asks for one.",
            ),
        _ => error,
    })?;
    let is_other = |before: &Session| session.site_id != before.site_id || session.user_id != before.user_id;
    if !before.is_some_and(is_other) {
        return Ok(session);
    }
    sign_out_quietly(core, &session).await;
    let message = "signing in again gave another user or another site than before".to_owned();
    Err(Error::new(ErrorKind::SessionEnded, message)
        .with_hint("Sign in anew. A provider of JWTs has to name the same user each time."))
}

/// Signs in, and looks up first whom to impersonate if only the name is known.
async fn sign_in(core: &Arc<Core>, recipe: &Recipe) -> Result<Session, Error> {
    let look_up = || async {
        match recipe.credentials.impersonated() {
            None => Ok(None),
            Some(Impersonated::Id(id)) => Ok(Some(id.clone())),
            Some(Impersonated::Name(name)) => look_up(core, recipe, name).await.map(Some),
        }
    };
    let user = recipe.user.get_or_try_init(look_up).await?;
    begin_session(core, recipe, user.clone()).await
}

pub(super) async fn begin_session(
    core: &Core,
    recipe: &Recipe,
    user: Option<Id<User>>,
) -> Result<Session, Error> {
    let Recipe {
        credentials, site, ..
    } = recipe;
    let credentials = credentials.at_hand().await?;
    if let Some((refused, error)) = &*recipe.refused.lock().unwrap_or_else(PoisonError::into_inner)
        && refused.are_like(&credentials)
    {
        return Err(error.clone());
    }
    let version = core.negotiate().await?;
    let answer = ask(core, version, &credentials, site, user.as_ref()).await;
    let answer = answer.map_err(|error| match error.kind() {
        ErrorKind::SignInRefused => {
            let location = core.location();
            let destination = Destination {
                site,
                pod: location.pod(),
                clock_ahead: core.clock.ahead(),
            };
            let error = credentials.explain_refusal(error, &destination);
            recipe.note_refusal(&credentials, error)
        }
        _ => error,
    })?;
    tracing::debug!(site, user = %answer.user.id, "signed in");
    let session = Session::signed_in(answer)?;
    match user {
        Some(user) if !user.as_str().eq_ignore_ascii_case(session.user_id().as_str()) => {
            sign_out_quietly(core, &session).await;
            let message = format!(
                "the server signed in user {} instead of {user}",
                session.user_id()
            );
            Err(Error::new(ErrorKind::SignInRefused, message).with_hint(
                "The server or something before it does not know impersonation; nothing was done as the other user.",
            ))
        }
        _ => Ok(session),
    }
}

/// Asks for a session: again if the answer was lost, where that does no harm. A refusal (401) is never followed by another attempt, since it could
/// lock the account.
async fn ask(
    core: &Core,
    version: Version,
    credentials: &Credentials,
    site: &str,
    user: Option<&Id<User>>,
) -> Result<SignedIn, Error> {
    let deadline = core.bounds.deadline(false);
    let tries = Tries::of(&core.bounds, credentials.may_sign_in_again(), deadline);
    let mut attempts = Attempts::new(tries, Reading::Document);
    loop {
        // A JWT is made for each attempt: servers take one only once.
        let request = credentials.request(site, user.cloned(), core.clock.now()).await?;
        let answer = exchange::call_once(core, version, request, &mut attempts).await;
        let outcome = answer
            .as_ref()
            .map_or_else(Outcome::of_error, |_| Outcome::Answered);
        let Some(pause) = attempts.tries.next(outcome) else {
            return answer;
        };
        tracing::debug!(?outcome, ?pause, "the sign-in is sent again");
        tokio::time::sleep(pause).await;
    }
}

/// Ends a session at the server; succeeds if it has ended already.
pub(super) async fn sign_out(core: &Core, session: &Session) -> Result<(), Error> {
    let version = core.version().await?;
    let sign_out = exchange::call(core, version, Some(session.authorization()), SignOut);
    match until(core.bounds.sign_out_deadline(), sign_out).await {
        Err(error) if error.kind() != ErrorKind::SessionEnded => Err(error),
        _ => Ok(()),
    }
}

pub(super) async fn sign_out_quietly(core: &Core, session: &Session) {
    if let Err(error) = sign_out(core, session).await {
        tracing::warn!(%error, "a session could not be signed out; it ends by itself");
    }
}
