//! A session that many calls and tasks use, renewed once for all of them.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use tableau_wire::tsm::{Login, TsmError, VERSION_0_5};
use tableau_wire::{Endpoint as _, Secret, Version};

use super::cookies::{Cookies, Jar};
use super::core::{Attempts, Core, read};
use crate::error::{Error, ErrorKind};
use crate::session::{Row, SignIn};

/// The account that signs in.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) password: Secret,
}

/// A session that many calls and tasks use.
pub(super) struct Shared {
    /// `None` for a resumed session, which cannot be renewed.
    account: Option<Account>,
    row: Row<Arc<Cookies>>,
}

impl Shared {
    pub(super) fn new(account: Option<Account>, first: Option<Jar>) -> Arc<Self> {
        let first = first.map(|jar| Arc::new(Cookies::new(0, jar)));
        Arc::new(Self {
            account,
            row: Row::new(first),
        })
    }

    /// Whether a dead session can be renewed.
    pub(super) fn is_renewable(&self, core: &Core) -> bool {
        self.account.is_some() && core.renews
    }

    /// The session to use: the one there is, or a new one if the generation given was found dead.
    pub(super) async fn session(
        self: &Arc<Self>,
        core: &Arc<Core>,
        dead: Option<u64>,
    ) -> Result<Arc<Cookies>, Error> {
        let sign_in = |number| Arc::clone(self).begin(Arc::clone(core), number);
        self.row.session(dead, sign_in, contended).await
    }

    fn begin(self: Arc<Self>, core: Arc<Core>, number: u64) -> SignIn<Arc<Cookies>> {
        Box::pin(async move {
            let before = self.last().map(|before| before.generation());
            let jar = match &self.account {
                Some(account) => sign_in(&core, account).await,
                None => Err(Error::new(
                    ErrorKind::SessionEnded,
                    "the session was resumed and cannot be renewed: there are no credentials".to_owned(),
                )),
            };
            match jar {
                Ok(jar) => {
                    let generation = before.unwrap_or_default() + 1;
                    let session = Arc::new(Cookies::new(generation, jar));
                    self.row.succeeded(number, Arc::clone(&session), true);
                    if before.is_some() {
                        tracing::info!(generation, server = %core.address, "session renewed");
                    }
                    Ok(session)
                }
                Err(error) => {
                    self.row.failed(number, &error);
                    if before.is_some() {
                        tracing::warn!(%error, "a session could not be renewed");
                    }
                    Err(error)
                }
            }
        })
    }
}

impl Deref for Shared {
    type Target = Row<Arc<Cookies>>;

    fn deref(&self) -> &Self::Target {
        &self.row
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

/// Signs in, at the version in use or, without one, at the first that the controller accepts; gives the cookies.
async fn sign_in(core: &Core, account: &Account) -> Result<Jar, Error> {
    let version = core.version();
    let is_sure = core.fixed_version.is_some() || core.found_version.get().is_some();
    let first = log_in(core, version, account).await;
    let result = match first {
        Err(error) if is_unknown(&error) && !is_sure => {
            tracing::debug!(%version, "the controller does not know this version of the API");
            note(core, VERSION_0_5, log_in(core, VERSION_0_5, account).await)
        }
        first => note(core, version, first),
    };
    result.map_err(|error| explain(error, account, core.fixed_version))
}

/// Remembers the version if the controller has answered as one that knows it.
fn note(core: &Core, version: Version, result: Result<Jar, Error>) -> Result<Jar, Error> {
    let is_known = match &result {
        Ok(_) => true,
        Err(error) => error.status().is_some_and(|status| status < 500) && !is_unknown(error),
    };
    if is_known {
        core.found_version.get_or_init(|| version);
    }
    result
}

async fn log_in(core: &Core, version: Version, account: &Account) -> Result<Jar, Error> {
    let cookies = Core::no_cookies();
    let mut attempts = Attempts::of(core, Login::OPERATION);
    let answer = async {
        let login = Login::with_password(account.name.as_str(), account.password.clone());
        let request = core.encode(version, login)?;
        core.send(&mut attempts, &request, &cookies).await
    };
    let answer = answer.await.and_then(|answer| {
        if answer.status().is_success() && cookies.jar().is_empty() {
            let message = "the login was answered without a cookie";
            return Err(Error::new(ErrorKind::Foreign, message.to_owned())
                .answered(answer.status())
                .with_hint("Something between you and TSM takes cookies away, or this is not TSM."));
        }
        Ok(answer)
    });
    core.read(&attempts, answer, read::<Login>)?;
    tracing::debug!(server = %core.address, %version, "signed in");
    let jar = cookies.jar().clone();
    Ok(jar)
}

/// Whether the error means that the controller does not know the login's path, and so not the version.
///
/// A real controller was seen to ask for a login, without a cookie, at paths that do not exist; the 404 is inferred.
fn is_unknown(error: &Error) -> bool {
    error.status() == Some(404) || error.tsm().is_some_and(TsmError::wants_login)
}

/// Adds the usual reasons to a refused login. How controllers refuse a login is not known, except that the status is 4xx.
fn explain(error: Error, account: &Account, fixed: Option<Version>) -> Error {
    if !matches!(error.status(), Some(401 | 403 | 404)) || error.kind() == ErrorKind::Address {
        return error;
    }
    let password = "the password is not that of the account; it is an account of the server's operating system, not a user of Tableau Server";
    let group = "the account may not administer the server: on Linux it has to be in a group of `tsm.authorized.groups` (`tsmadmin`), on Windows an \
                 administrator of the machine";
    let mut causes = match error.status() {
        Some(403) => vec![group, password],
        _ => vec![password, group],
    };
    if account.name.contains(['\\', '@']) {
        causes.insert(0, "the account's name has a domain in it: give the name alone");
    }
    let mut causes: Vec<_> = causes.into_iter().map(str::to_owned).collect();
    if is_unknown(&error) {
        causes.push(match fixed {
            Some(version) => format!(
                "the controller does not know version {version} of the API: leave it out, and it is found out"
            ),
            None => "the controller knows neither version 1.0 nor 0.5 of the API".to_owned(),
        });
    }
    error.with_kind(ErrorKind::SignInRefused).with_causes(causes)
}

fn contended() -> Error {
    let message = "the session was renewed three times within a minute, and died each time".to_owned();
    Error::new(ErrorKind::SessionEnded, message).with_causes(vec![
        "another program ends all sessions (`logout/all`)".to_owned(),
        "the controller loses its sessions: it starts again and again, or `tabadmincontroller.auth.expiration.minutes` is too small".to_owned(),
    ])
}
