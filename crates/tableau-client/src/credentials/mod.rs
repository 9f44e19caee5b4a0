//! Credentials: how to sign in, and to sign in again.

mod connected_app;
mod decoded;
mod fingerprint;
mod jwt;
mod password;
mod pool;
mod provider;
mod refusal;
mod rules;
mod signing;
mod token;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::time::SystemTime;

use tableau_wire::rest::{User, auth};
use tableau_wire::{Id, Secret};

use crate::error::Error;

pub(crate) use fingerprint::Fingerprint;
pub(crate) use refusal::Destination;

pub use connected_app::{ConnectedApp, UnifiedAccessToken};
pub use decoded::{DecodedJwt, JwtTrust};
pub use jwt::Jwt;
pub use password::UserPassword;
pub use pool::PersonalAccessTokenPool;
pub use rules::JwtRule;
pub use token::PersonalAccessToken;

use provider::Provider;

/// Credentials of any kind, the site to sign in to, and the user to impersonate there.
///
/// Each kind is a type of its own that converts into this one; [`site`](Self::site) and [`impersonate`](Self::impersonate) are there for all of them.
#[derive(Debug, Clone)]
pub struct Credentials {
    kind: Kind,
    site: Option<String>,
    impersonate: Option<Impersonated>,
}

#[derive(Debug, Clone)]
enum Kind {
    PersonalAccessToken(PersonalAccessToken),
    UserPassword(UserPassword),
    Jwt(Jwt),
    ConnectedApp(ConnectedApp),
    UnifiedAccessToken(UnifiedAccessToken),
    Provider(Provider),
}

/// What a session may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scopes {
    /// What the user may do.
    All,
    /// Only what these scopes allow.
    Known(BTreeSet<String>),
    /// Only what the scopes of a JWT allow that another program makes.
    Unknown,
}

/// The user to impersonate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Impersonated {
    Id(Id<User>),
    Name(String),
}

macro_rules! kinds {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Credentials {
            fn from(kind: $kind) -> Self {
                Self { kind: Kind::$kind(kind), site: None, impersonate: None }
            }
        }

        impl $kind {
            /// These credentials for a site, by its content URL: what follows `/site/` in a browser's address; `""` is the Default site.
            ///
            /// Without it, the site is the one that the server's address named, or else the Default site.
            #[must_use]
            pub fn site(self, content_url: impl Into<String>) -> Credentials {
                Credentials::from(self).site(content_url)
            }

            /// These credentials, to impersonate a user; see [`Credentials::impersonate`].
            #[must_use]
            pub fn impersonate(self, user: impl Into<Id<User>>) -> Credentials {
                Credentials::from(self).impersonate(user)
            }

            /// These credentials, to impersonate a user by name; see [`Credentials::impersonate_name`].
            #[must_use]
            pub fn impersonate_name(self, name: impl Into<String>) -> Credentials {
                Credentials::from(self).impersonate_name(name)
            }
        }
    )*};
}

kinds!(
    PersonalAccessToken,
    UserPassword,
    Jwt,
    ConnectedApp,
    UnifiedAccessToken
);

impl Credentials {
    /// Credentials from a function that is called only when a sign-in is needed: kept in a keyring, given by another program.
    ///
    /// The name identifies the credentials in a session store: the same name means the same credentials, in this process and in others. Site and
    /// impersonated user are those of the value returned here; those of what the provider gives are ignored.
    ///
    /// ```
    /// use tableau_client::{Credentials, PersonalAccessToken};
    ///
    /// let credentials = Credentials::provider("token of the nightly job", || async {
    ///     let secret = std::fs::read_to_string("/run/secrets/tableau")?;
    ///     Ok::<_, std::io::Error>(PersonalAccessToken::new("nightly", secret))
    /// });
    /// # drop(credentials.site("MarketingTeam"));
    /// ```
    pub fn provider<F, Fut, C, E>(name: impl Into<String>, provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<C, E>> + Send + 'static,
        C: Into<Self>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self {
            kind: Kind::Provider(Provider::new(name.into(), provider)),
            site: None,
            impersonate: None,
        }
    }

    /// The same credentials for another site.
    #[must_use]
    pub fn site(mut self, content_url: impl Into<String>) -> Self {
        self.site = Some(content_url.into());
        self
    }

    /// The same credentials, to impersonate a user of the site: for server administrators, and not on Tableau Cloud.
    ///
    /// With a personal access token the server has to be set up for it (since 2021.1).
    #[must_use]
    pub fn impersonate(mut self, user: impl Into<Id<User>>) -> Self {
        self.impersonate = Some(Impersonated::Id(user.into()));
        self
    }

    /// The same credentials, to impersonate a user of the site by name: `jsmith`, or `example\jsmith` where users of several domains are called so.
    ///
    /// The name is looked up first, in a session of your own user that is signed out afterwards.
    #[must_use]
    pub fn impersonate_name(mut self, name: impl Into<String>) -> Self {
        self.impersonate = Some(Impersonated::Name(name.into()));
        self
    }

    pub(crate) fn named_site(&self) -> Option<&str> {
        self.site.as_deref()
    }

    pub(crate) fn impersonated(&self) -> Option<&Impersonated> {
        self.impersonate.as_ref()
    }

    /// These credentials, or those that their provider gives now.
    pub(crate) async fn at_hand(&self) -> Result<Cow<'_, Self>, Error> {
        match &self.kind {
            Kind::Provider(provider) => provider.ask().await.map(Cow::Owned),
            _ => Ok(Cow::Borrowed(self)),
        }
    }

    /// The document to sign in with; a JWT is made for this time, or requested from its provider, each time.
    pub(crate) async fn request(
        &self,
        site: &str,
        user: Option<Id<User>>,
        now: SystemTime,
    ) -> Result<auth::SignIn, Error> {
        let mut credentials = match &self.kind {
            Kind::PersonalAccessToken(token) => token.request(site).await?,
            Kind::UserPassword(password) => password.request(site),
            Kind::Jwt(jwt) => auth::Credentials::jwt(jwt.fresh().await?, jwt.is_uat(), site),
            Kind::ConnectedApp(app) => auth::Credentials::jwt(app.mint(now)?, None, site),
            Kind::UnifiedAccessToken(token) => auth::Credentials::jwt(token.mint(now)?, Some(true), site),
            Kind::Provider(provider) => return Err(provider.gave_a_provider()),
        };
        credentials.user = user.map(|id| auth::UserId { id });
        Ok(auth::SignIn::new(credentials))
    }

    /// Gives the lease back, if they are a leased token.
    pub(crate) async fn give_back(&self) {
        if let Kind::PersonalAccessToken(token) = &self.kind {
            token.give_back().await;
        }
    }

    /// The scopes that their JWTs ask for; `None` for credentials without JWTs, and if the scopes are not known beforehand.
    #[must_use]
    pub fn jwt_scopes(&self) -> Option<Vec<String>> {
        match self.scopes() {
            Scopes::Known(scopes) => Some(scopes.into_iter().collect()),
            Scopes::All | Scopes::Unknown => None,
        }
    }

    /// Whether they sign in with a JWT.
    #[must_use]
    pub fn is_jwt(&self) -> bool {
        self.scopes() != Scopes::All
    }

    /// Whether signing in again ends the previous session, in any process: true for personal access tokens, and for a provider
    /// unless it last gave another kind.
    #[must_use]
    pub fn has_one_session(&self) -> bool {
        match &self.kind {
            Kind::Provider(provider) => provider.given().is_none_or(|given| given.has_one_session),
            kind => matches!(kind, Kind::PersonalAccessToken(_)),
        }
    }

    /// Whether they may sign in again if the answer to a sign-in was lost: not with a JWT that another program made, which counts once.
    pub(crate) fn may_sign_in_again(&self) -> bool {
        !matches!(&self.kind, Kind::Jwt(_))
    }

    /// What their sessions may do.
    pub(crate) fn scopes(&self) -> Scopes {
        match &self.kind {
            Kind::PersonalAccessToken(_) | Kind::UserPassword(_) => Scopes::All,
            Kind::Jwt(_) => match self.decoded() {
                Some(jwt) => Scopes::Known(jwt.scopes().into_iter().map(str::to_owned).collect()),
                None => Scopes::Unknown,
            },
            Kind::Provider(provider) => provider.given().map_or(Scopes::Unknown, |given| given.scopes),
            Kind::ConnectedApp(app) => Scopes::Known(owned(app.asked_for())),
            Kind::UnifiedAccessToken(token) => Scopes::Known(owned(token.asked_for())),
        }
    }

    /// Their fingerprint.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        match &self.kind {
            Kind::PersonalAccessToken(token) => token.fingerprint(),
            Kind::UserPassword(password) => password.fingerprint(),
            Kind::Jwt(jwt) => jwt.fingerprint(),
            Kind::ConnectedApp(app) => app.fingerprint(),
            Kind::UnifiedAccessToken(token) => token.fingerprint(),
            Kind::Provider(provider) => provider.fingerprint(),
        }
    }

    /// Whether others may come in their place: a function gives them.
    pub(crate) fn are_provided(&self) -> bool {
        match &self.kind {
            Kind::Provider(_) => true,
            Kind::Jwt(jwt) => jwt.at_hand().is_none(),
            _ => false,
        }
    }

    /// Whether they are one JWT, which is good for one sign-in.
    pub(crate) fn are_one_jwt(&self) -> bool {
        matches!(&self.kind, Kind::Jwt(jwt) if jwt.at_hand().is_some())
    }

    /// Whether a server that refused these would refuse those as well.
    pub(crate) fn are_like(&self, others: &Self) -> bool {
        match (&self.kind, &others.kind) {
            (Kind::PersonalAccessToken(one), Kind::PersonalAccessToken(other)) => one.is_like(other),
            (Kind::UserPassword(one), Kind::UserPassword(other)) => one.is_like(other),
            _ => false,
        }
    }

    /// The JWT that is at hand, taken apart.
    fn decoded(&self) -> Option<DecodedJwt> {
        match &self.kind {
            Kind::Jwt(jwt) => DecodedJwt::decode(jwt.at_hand()?).ok(),
            _ => None,
        }
    }
}

impl fmt::Display for Credentials {
    /// Their kind and name, without any secret: `personal access token "ci"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::PersonalAccessToken(token) => token.fmt(f),
            Kind::UserPassword(password) => password.fmt(f),
            Kind::Jwt(_) => f.write_str("JWT"),
            Kind::ConnectedApp(app) => app.fmt(f),
            Kind::UnifiedAccessToken(_) => f.write_str("unified access token"),
            Kind::Provider(provider) => provider.fmt(f),
        }
    }
}

fn owned(scopes: BTreeSet<&str>) -> BTreeSet<String> {
    scopes.into_iter().map(str::to_owned).collect()
}

/// A secret without the white space around it, such as the end of a line in a file.
pub(crate) fn trimmed(secret: Secret) -> Secret {
    if secret.expose().trim() == secret.expose() {
        secret
    } else {
        Secret::new(secret.expose().trim())
    }
}
