//! Keeping a session alive: a harmless call now and then, so that the server does not end it as idle.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tableau_wire::Endpoint as _;
use tableau_wire::rest::server::GetCurrentSession;

use super::entry::HOLDER_LEASE;
use super::{Circumstances, SharedSession, sharing};
use crate::core::Core;
use crate::error::{Error, ErrorKind};
use crate::exchange;

/// Starts the tasks before a call, if they do not run: the session was begun elsewhere, or the runtime that they ran in has ended.
pub(crate) fn ensure(core: &Arc<Core>, shared: &Arc<SharedSession>) {
    let may_run = core.renewal.keep_alive.is_some() || core.store.is_some();
    // Without a runtime there is a warning at the sign-in, and not at each call.
    if may_run && !shared.is_kept_alive() && tokio::runtime::Handle::try_current().is_ok() {
        start(core, shared);
    }
}

/// Starts the tasks that run while a session is held: none, unless keep-alive is on or the session is shared through a store.
pub(super) fn start(core: &Arc<Core>, shared: &Arc<SharedSession>) {
    let is_in_store = shared.last().is_some_and(|session| session.in_store);
    if core.renewal.keep_alive.is_none() && !is_in_store {
        return;
    }
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        tracing::warn!("a session is not kept alive: there is no tokio runtime");
        return;
    };
    if !shared.claim_keep_alive() {
        return;
    }
    let claim = Arc::new(Claim(Arc::downgrade(shared)));
    let (weak, shared) = (Arc::downgrade(core), Arc::downgrade(shared));
    if let Some(interval) = core.renewal.keep_alive {
        runtime.spawn(Arc::clone(&claim).during(keep_alive(weak.clone(), shared.clone(), interval)));
    }
    if is_in_store {
        runtime.spawn(claim.during(stay_known(weak, shared)));
    }
}

/// Held by the tasks while they run: given back when they end, or their runtime does.
struct Claim(Weak<SharedSession>);

impl Claim {
    async fn during(self: Arc<Self>, task: impl Future<Output = ()>) {
        task.await;
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(shared) = self.0.upgrade() {
            shared.give_keep_alive_back();
        }
    }
}

/// Uses the session when it has been unused for the interval. Ends with its last holder.
async fn keep_alive(core: Weak<Core>, shared: Weak<SharedSession>, interval: Duration) {
    loop {
        let Some(idle) = shared.upgrade().map(|shared| shared.idle()) else {
            return;
        };
        tokio::time::sleep(interval.saturating_sub(idle).max(interval / 10)).await;
        let (Some(core), Some(shared)) = (core.upgrade(), shared.upgrade()) else {
            return;
        };
        if shared.is_closing() {
            return;
        }
        if shared.idle() < interval {
            continue;
        }
        match use_once(&core, &shared).await {
            Ok(()) => tracing::debug!("session kept alive"),
            Err(error) => {
                tracing::warn!(%error, "the session could not be kept alive");
                if error.kind() == ErrorKind::SessionEnded && !shared.is_renewable(&core) {
                    return;
                }
            }
        }
    }
}

/// Makes a harmless call with the session, and renews the session if it has ended.
async fn use_once(core: &Arc<Core>, shared: &Arc<SharedSession>) -> Result<(), Error> {
    let version = core.version().await?;
    let session = shared.session(core, None).await?;
    let authorization = Some(session.authorization());
    let answer = exchange::call(core, version, authorization, GetCurrentSession).await;
    let Err(error) = answer else {
        return Ok(());
    };
    let circumstances = Circumstances {
        operation: &GetCurrentSession::OPERATION,
        session: Some(&session),
        credentials: shared.recipe.as_ref().map(|recipe| &recipe.credentials),
        just_renewed: false,
    };
    let is_renewable = shared.is_renewable(core) && !circumstances.lacks_scope();
    if error.kind() != ErrorKind::SessionEnded || !is_renewable {
        if error.code() == Some("401002") && !circumstances.lacks_scope() {
            shared.note_dead(&session);
        }
        return Err(circumstances.explain(error));
    }
    let renewed = shared.session(core, Some(session.generation())).await;
    renewed.map(drop).map_err(Error::of_renewal)
}

/// Renews this process's entry among the holders in the store.
async fn stay_known(core: Weak<Core>, shared: Weak<SharedSession>) {
    loop {
        tokio::time::sleep(HOLDER_LEASE / 3).await;
        let (Some(core), Some(shared)) = (core.upgrade(), shared.upgrade()) else {
            return;
        };
        if shared.is_closing() {
            return;
        }
        if let Err(error) = sharing::touch(&core, &shared).await {
            tracing::debug!(%error, "the session store was not told that the session is in use");
        }
    }
}
