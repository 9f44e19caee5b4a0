//! Settings of the sandbox that tests decide and that are not part of the state.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use jsonwebtoken::DecodingKey;

use crate::jobs::JobPlan;
use crate::store::unshown::Product;

/// The settings of a sandbox; they are gone when it stops.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The issuers of unified access tokens: in Tableau Cloud Manager a setting of the tenant and not of a site.
    issuers: RwLock<Vec<Issuer>>,
    job_plan: RwLock<JobPlan>,
    connected_apps_disabled: AtomicBool,
    metadata_limits: RwLock<MetadataLimits>,
    /// The only host of the sites of Tableau Cloud; `None` if every host serves them.
    pod: RwLock<Option<String>>,
}

/// The limits of the Metadata API: a query that reaches one is answered in part, and says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetadataLimits {
    /// The greatest number of nodes in an answer: 20,000 (`metadata.query.limits.count`).
    pub nodes: usize,
    /// The longest time to answer a query: 20 seconds (`metadata.query.limits.time`).
    pub time: Duration,
}

impl Default for MetadataLimits {
    fn default() -> Self {
        Self {
            nodes: 20_000,
            time: Duration::from_secs(20),
        }
    }
}

/// An issuer of unified access tokens, as configured in Tableau Cloud Manager.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    pub(crate) name: String,
    pub(crate) tenant: String,
    pub(crate) key: DecodingKey,
}

impl Issuer {
    /// An issuer by its name, its tenant, and its public RSA key in PEM.
    pub(crate) fn new(name: String, tenant: String, public_key_pem: &str) -> Result<Self, InvalidKey> {
        let key = DecodingKey::from_rsa_pem(public_key_pem.as_bytes()).map_err(|error| InvalidKey {
            reason: error.to_string(),
        })?;
        Ok(Self { name, tenant, key })
    }
}

impl Settings {
    /// Accepts unified access tokens of another issuer.
    pub(crate) fn trust(&self, issuer: Issuer) {
        self.issuers
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .push(issuer);
    }

    /// The issuers whose unified access tokens are accepted.
    pub(crate) fn issuers(&self) -> Vec<Issuer> {
        self.issuers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Sets the plan for jobs queued from now on.
    pub(crate) fn plan_jobs(&self, plan: JobPlan) {
        *self.job_plan.write().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    pub(crate) fn job_plan(&self) -> JobPlan {
        self.job_plan
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn limit_metadata(&self, limits: MetadataLimits) {
        *self
            .metadata_limits
            .write()
            .unwrap_or_else(PoisonError::into_inner) = limits;
    }

    pub(crate) fn metadata_limits(&self) -> MetadataLimits {
        *self
            .metadata_limits
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn enable_connected_apps(&self, enabled: bool) {
        self.connected_apps_disabled.store(!enabled, Ordering::Relaxed);
    }

    /// Whether JWTs of connected apps are accepted at all: part of a server's configuration.
    pub(crate) fn are_connected_apps_enabled(&self) -> bool {
        !self.connected_apps_disabled.load(Ordering::Relaxed)
    }

    pub(crate) fn set_pod(&self, host: String) {
        *self.pod.write().unwrap_or_else(PoisonError::into_inner) = Some(host);
    }

    /// Whether a host serves the sites of a product: with a pod set, it alone serves those of Tableau Cloud, and no pod serves others.
    pub(crate) fn serves(&self, product: Product, host: Option<&str>) -> bool {
        const PODS: &str = ".online.tableau.com";
        let pod = self.pod.read().unwrap_or_else(PoisonError::into_inner);
        let Some(pod) = pod.as_deref() else {
            return true;
        };
        let host = host.unwrap_or_default().to_ascii_lowercase();
        match product {
            Product::Cloud => host.eq_ignore_ascii_case(pod),
            Product::Server => !host.ends_with(PODS),
        }
    }
}

/// A text that is not a public RSA key in PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidKey {
    /// The reason.
    pub reason: String,
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is not a public RSA key in PEM: {}", self.reason)
    }
}

impl std::error::Error for InvalidKey {}
