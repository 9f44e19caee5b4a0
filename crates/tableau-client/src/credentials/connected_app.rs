//! JSON Web Tokens signed by this library: for connected apps with direct trust, and unified access tokens.

use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, SystemTime};

use tableau_wire::{Endpoint, Secret};

use super::Fingerprint;
use super::signing::{self, Claims};
use crate::error::{Error, ErrorKind};

/// How long a JWT is valid: half of the ten minutes that Tableau allows, so that clocks may differ.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How far in the past a JWT's validity begins, for servers whose clock is behind.
const SKEW: Duration = Duration::from_secs(5);
/// The scope of a JWT by default: reading content.
const DEFAULT_SCOPE: &str = "tableau:content:read";

/// A connected app with direct trust: signs a JWT for a user at each sign-in.
///
/// A session can do only what the scopes of its JWT allow, and a server refuses a JWT with a scope that the app may not have:
/// ask for the scopes that you need. Source: "Configure Connected Apps with Direct Trust" in Tableau's help.
#[derive(Debug, Clone)]
pub struct ConnectedApp {
    client_id: String,
    secret_id: String,
    secret: Secret,
    user: String,
    scopes: BTreeSet<String>,
}

/// A unified access token (Tableau Cloud, API 3.27 and later): signed with a private key whose public half Tableau Cloud Manager knows.
#[derive(Debug, Clone)]
pub struct UnifiedAccessToken {
    issuer: String,
    tenant_id: String,
    private_key: Secret,
    key_id: Option<String>,
    user_claim: String,
    user: String,
    scopes: BTreeSet<String>,
}

/// The builder methods of all credentials with scopes.
macro_rules! scopes {
    ($($kind:ident),*) => {$(
        impl $kind {
            /// Asks for a scope, such as `tableau:views:download`. Without any, `tableau:content:read` is asked for.
            #[must_use]
            pub fn scope(mut self, scope: impl Into<String>) -> Self {
                self.scopes.insert(scope.into());
                self
            }

            /// Asks for the scope that a call needs, if there is one.
            ///
            /// ```
            /// use tableau_client::{ConnectedApp, Workbook, wire::List};
            ///
            /// let app = ConnectedApp::new("client-id", "secret-id", "secret", "user").scope_for::<List<Workbook>>();
            /// ```
            #[must_use]
            pub fn scope_for<E: Endpoint>(mut self) -> Self {
                self.scopes.extend(E::OPERATION.jwt_scope.map(str::to_owned));
                self
            }

            /// The scopes that its JWTs ask for.
            pub(super) fn asked_for(&self) -> BTreeSet<&str> {
                if self.scopes.is_empty() {
                    BTreeSet::from([DEFAULT_SCOPE])
                } else {
                    self.scopes.iter().map(String::as_str).collect()
                }
            }
        }
    )*};
}

scopes!(ConnectedApp, UnifiedAccessToken);

impl ConnectedApp {
    /// A connected app by its client id, one of its secrets (id and value), and the user to sign in as.
    pub fn new(
        client_id: impl Into<String>,
        secret_id: impl Into<String>,
        secret: impl Into<Secret>,
        user: impl Into<String>,
    ) -> Self {
        Self {
            client_id: client_id.into(),
            secret_id: secret_id.into(),
            secret: super::trimmed(secret.into()),
            user: user.into(),
            scopes: BTreeSet::new(),
        }
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut parts = vec![
            self.client_id.as_str(),
            &self.secret_id,
            self.secret.expose(),
            &self.user,
        ];
        parts.extend(self.asked_for());
        Fingerprint::of("connected app", &parts)
    }

    /// A JWT that is valid for a few minutes and for one sign-in.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] if the system gives no random numbers.
    pub fn mint(&self, now: SystemTime) -> Result<Secret, Error> {
        let claims = Claims::new(now, SKEW, LIFETIME)?
            .text("iss", &self.client_id)
            .text("sub", &self.user)
            .text("aud", "tableau")
            .list("scp", self.asked_for().into_iter().collect());
        signing::hs256(&self.secret_id, &self.client_id, &claims, self.secret.expose())
    }
}

impl UnifiedAccessToken {
    /// A token by the issuer of its configuration, the tenant, the private key (RSA, PEM), and the user to sign in as.
    pub fn new(
        issuer: impl Into<String>,
        tenant_id: impl Into<String>,
        private_key: impl Into<Secret>,
        user: impl Into<String>,
    ) -> Self {
        Self {
            issuer: issuer.into(),
            tenant_id: tenant_id.into(),
            private_key: private_key.into(),
            key_id: None,
            user_claim: "email".to_owned(),
            user: user.into(),
            scopes: BTreeSet::new(),
        }
    }

    /// Names the key, for configurations with several of them.
    #[must_use]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Names the user in another claim than `email`, if the configuration requires that.
    #[must_use]
    pub fn user_claim(mut self, claim: impl Into<String>) -> Self {
        self.user_claim = claim.into();
        self
    }

    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut parts = vec![self.issuer.as_str(), &self.tenant_id, self.private_key.expose()];
        parts.extend([
            self.key_id.as_deref().unwrap_or_default(),
            &self.user_claim,
            &self.user,
        ]);
        parts.extend(self.asked_for());
        Fingerprint::of("unified access token", &parts)
    }

    /// A JWT that is valid for a few minutes and for one sign-in.
    ///
    /// # Errors
    /// [`ErrorKind::Setup`] if the system gives no random numbers, [`ErrorKind::Input`] if the key is not an RSA key.
    pub fn mint(&self, now: SystemTime) -> Result<Secret, Error> {
        if ["iss", "aud", "exp", "jti", "scp"].contains(&self.user_claim.as_str()) {
            return Err(Error::new(
                ErrorKind::Input,
                format!("`{}` cannot name the user", self.user_claim),
            ));
        }
        let claims = Claims::new(now, SKEW, LIFETIME)?
            .text("iss", &self.issuer)
            .text("https://tableau.com/tenantId", &self.tenant_id)
            .text(&self.user_claim, &self.user)
            .list("scp", self.asked_for().into_iter().collect());
        signing::rs256(self.key_id.as_deref(), &claims, self.private_key.expose())
    }
}

impl fmt::Display for ConnectedApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connected app {:?} for {:?}", self.client_id, self.user)
    }
}
