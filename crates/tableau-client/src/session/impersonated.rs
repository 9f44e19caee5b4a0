//! The user to impersonate, looked up by name in a session of the caller's own user.

use std::sync::Arc;

use tableau_wire::rest::User;
use tableau_wire::{Endpoint as _, Filter, Get, Id, List, Version};

use super::sign_in::{Recipe, begin_session, sign_out, sign_out_quietly};
use super::{Circumstances, Session};
use crate::core::Core;
use crate::error::{Error, ErrorKind};
use crate::exchange;
use crate::guard::{self, Guard, SignOutOnDrop};

/// A session of the caller's own user, in which another one is looked up.
struct Own {
    core: Arc<Core>,
    session: Session,
}

impl SignOutOnDrop for Own {
    fn sign_out_on_drop(&self) {
        let (core, session) = (Arc::clone(&self.core), self.session.clone());
        guard::spawn(async move { sign_out(&core, &session).await });
    }
}

/// Looks up the identifier of a user by name: `jsmith`, or `DOMAIN\jsmith` where users of several domains are called so.
pub(super) async fn look_up(core: &Arc<Core>, recipe: &Recipe, name: &str) -> Result<Id<User>, Error> {
    let version = core.negotiate().await?;
    let own = begin_session(core, recipe, None).await?;
    // Also if this is dropped before its end.
    let mut guard = Guard::new(Own {
        core: Arc::clone(core),
        session: own.clone(),
    });
    let found = find(core, version, &own, name).await;
    sign_out_quietly(core, &own).await;
    guard.release();
    let circumstances = Circumstances {
        operation: &List::<User>::OPERATION,
        session: Some(&own),
        credentials: Some(&recipe.credentials),
        just_renewed: false,
    };
    found.map_err(|error| circumstances.explain(error))
}

async fn find(core: &Arc<Core>, version: Version, own: &Session, name: &str) -> Result<Id<User>, Error> {
    let authorization = || Some(own.authorization());
    let (domain, bare) = match name.rsplit_once('\\') {
        Some((domain, bare)) => (Some(domain), bare),
        None => (None, name),
    };
    let mut by_name = List::<User>::new();
    by_name.filter = Some(Filter::eq("name", bare));
    let mut found = exchange::call(core, version, authorization(), by_name)
        .await?
        .items;
    if domain.is_some() || found.len() > 1 {
        for user in &mut found {
            // Lists are without the domains.
            if user.domain.is_none() {
                *user =
                    exchange::call(core, version, authorization(), Get::<User>::new(user.id.clone())).await?;
            }
        }
    }
    let is_meant = |user: &User| match (domain, &user.domain) {
        (Some(typed), Some(of)) => of.is_called(typed),
        _ => true,
    };
    let (meant, others): (Vec<User>, Vec<User>) = found.into_iter().partition(is_meant);
    match meant.as_slice() {
        [user] => Ok(user.id.clone()),
        [] => {
            let others = match others.is_empty() {
                true => String::new(),
                false => format!("; of this name there is {}", full_names(&others)),
            };
            let message = format!("there is no user called {name:?} on this site to impersonate{others}");
            Err(Error::new(ErrorKind::NotFound, message))
        }
        several => {
            let message = format!(
                "{} users of this site are called {name:?}: {}",
                several.len(),
                full_names(several)
            );
            let hint =
                "Name the user with the domain (`example\\jsmith`), or by the identifier (`impersonate`).";
            Err(Error::new(ErrorKind::Input, message).with_hint(hint))
        }
    }
}

fn full_names(users: &[User]) -> String {
    let full_name = |user: &User| format!("{} {}", user.qualified_name(), user.id);
    users.iter().map(full_name).collect::<Vec<_>>().join(", ")
}
