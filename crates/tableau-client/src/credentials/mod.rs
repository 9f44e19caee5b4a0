//! Who signs in: recipes from which sessions are made.

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

/// Credentials of any kind, the site to sign in to, and whom to be there.
///
/// Each kind is a type of its own that turns into this one; [`site`](Self::site) and [`impersonate`](Self::impersonate) are there for all of them.
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
    /// What these scopes open, and nothing else.
    Known(BTreeSet<String>),
    /// What the scopes of a JWT say that somebody else made.
    Unknown,
}

/// The user to be instead of oneself.
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
            /// These credentials for a site, by its content URL: what stands behind `/site/` in a browser's address; `""` is the Default site.
            ///
            /// Without it, the site is the one that the server's address named, or else the Default site.
            #[must_use]
            pub fn site(self, content_url: impl Into<String>) -> Credentials {
                Credentials::from(self).site(content_url)
            }

            /// These credentials to be another user; see [`Credentials::impersonate`].
            #[must_use]
            pub fn impersonate(self, user: impl Into<Id<User>>) -> Credentials {
                Credentials::from(self).impersonate(user)
            }

            /// These credentials to be another user, by name; see [`Credentials::impersonate_name`].
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
    /// Credentials that are asked for when somebody has to sign in, and not before: kept in a keyring, given by another program.
    ///
    /// The name says to those who share sessions through a store whose they are: the same name means the same credentials, now and in other
    /// processes. Site and user of what the provider gives are not used, but those of what this gives.
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

    /// The same credentials, to be another user of the site: for server administrators, and not on Tableau Cloud.
    ///
    /// With a personal access token the server has to be set up for it (since 2021.1).
    #[must_use]
    pub fn impersonate(mut self, user: impl Into<Id<User>>) -> Self {
        self.impersonate = Some(Impersonated::Id(user.into()));
        self
    }

    /// The same credentials, to be another user of the site, by name.
    ///
    /// The name is looked up first, with a session of one's own that is signed out afterwards.
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

    /// Themselves, or what their provider gives now.
    pub(crate) async fn at_hand(&self) -> Result<Cow<'_, Self>, Error> {
        match &self.kind {
            Kind::Provider(provider) => provider.ask().await.map(Cow::Owned),
            _ => Ok(Cow::Borrowed(self)),
        }
    }

    /// The document to sign in with; a JWT is made, or asked for, each time anew.
    pub(crate) async fn request(&self, site: &str, user: Option<Id<User>>) -> Result<auth::SignIn, Error> {
        let mut credentials = match &self.kind {
            Kind::PersonalAccessToken(token) => token.request(site).await?,
            Kind::UserPassword(password) => password.request(site),
            Kind::Jwt(jwt) => auth::Credentials::jwt(jwt.fresh().await?, jwt.is_uat(), site),
            Kind::ConnectedApp(app) => auth::Credentials::jwt(app.mint(SystemTime::now())?, None, site),
            Kind::UnifiedAccessToken(token) => {
                auth::Credentials::jwt(token.mint(SystemTime::now())?, Some(true), site)
            }
            Kind::Provider(provider) => return Err(provider.gave_a_provider()),
        };
        credentials.user = user.map(|id| auth::UserId { id });
        Ok(auth::SignIn { credentials })
    }

    /// Lets others have them, if they are a leased token.
    pub(crate) async fn give_back(&self) {
        if let Kind::PersonalAccessToken(token) = &self.kind {
            token.give_back().await;
        }
    }

    /// The scopes that its JWTs ask for; `None` if they are no JWTs, or if nobody knows what they will be.
    #[must_use]
    pub fn jwt_scopes(&self) -> Option<Vec<String>> {
        match self.scopes() {
            Scopes::Known(scopes) => Some(scopes.into_iter().collect()),
            Scopes::All | Scopes::Unknown => None,
        }
    }

    /// Whether they are a JWT, or make one.
    #[must_use]
    pub fn is_jwt(&self) -> bool {
        self.scopes() != Scopes::All
    }

    /// Whether signing in again ends the session before, wherever it is: so for personal access tokens, and perhaps for what a provider gives.
    #[must_use]
    pub fn has_one_session(&self) -> bool {
        match &self.kind {
            Kind::Provider(provider) => provider.given().is_none_or(|given| given.has_one_session),
            kind => matches!(kind, Kind::PersonalAccessToken(_)),
        }
    }

    /// What a session from them may do.
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

    /// What tells them from others.
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

    /// The JWT that is at hand, taken apart.
    fn decoded(&self) -> Option<DecodedJwt> {
        match &self.kind {
            Kind::Jwt(jwt) => DecodedJwt::decode(jwt.at_hand()?).ok(),
            _ => None,
        }
    }
}

impl fmt::Display for Credentials {
    /// What they are, without any secret: `personal access token "ci"`.
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
fn trimmed(secret: Secret) -> Secret {
    if secret.expose().trim() == secret.expose() {
        secret
    } else {
        Secret::new(secret.expose().trim())
    }
}
