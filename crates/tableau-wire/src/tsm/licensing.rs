//! Licenses and registration.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::json::{Json, Payload};
use super::loose;
use super::topologies::Links;
use crate::value::Secret;
use crate::{Entry, endpoint};

/// Lists links to the licensing resources.
///
/// Observed; what a link looks like is not known.
#[endpoint(GET, "licensing", family = tsm, since = "0.5", reply = Json<Links>)]
pub struct GetLicensing;

/// Lists the product keys.
///
/// Observed.
#[endpoint(GET, "licensing/productKeys", family = tsm, since = "0.5", reply = Json<ProductKeys>)]
pub struct ListProductKeys;

/// Registers the server with Tableau.
///
/// Observed; the document is that of `tsm register`, which is documented.
#[endpoint(POST, "licensing/registration", family = tsm, since = "0.5")]
pub struct Register {
    /// Who registers.
    #[body]
    pub registration: Json<Registration>,
}

/// The product keys of the server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProductKeys {
    /// Each key.
    #[serde(deserialize_with = "loose::or_empty")]
    pub items: Vec<ProductKey>,
}

impl Payload for ProductKeys {
    const MEMBER: Option<&'static str> = Some("productKeys");
}

/// A product key and what it allows.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct ProductKey {
    /// The key itself; `trial` for a trial.
    pub serial: Option<Secret>,
    /// Whether it is in use.
    #[serde(deserialize_with = "loose::flag")]
    pub is_active: Option<bool>,
    /// Whether it is good.
    #[serde(deserialize_with = "loose::flag")]
    pub valid: Option<bool>,
    /// Whether it can be renewed in place.
    #[serde(deserialize_with = "loose::flag")]
    pub is_updatable: Option<bool>,
    /// When it ends: text that begins with `YYYY-MM-DD`, or `permanent`.
    #[serde(deserialize_with = "loose::text")]
    pub expiration: Option<String>,
    /// When its maintenance ends.
    #[serde(deserialize_with = "loose::text")]
    pub maintenance: Option<String>,
    /// How many processor cores.
    #[serde(deserialize_with = "loose::number")]
    pub num_cores: Option<i64>,
    /// How many processor cores for flows.
    #[serde(deserialize_with = "loose::number")]
    pub num_prep_cores: Option<i64>,
    /// How many creators.
    #[serde(deserialize_with = "loose::number")]
    pub author_user_count: Option<i64>,
    /// How many explorers.
    #[serde(deserialize_with = "loose::number")]
    pub interactor_user_count: Option<i64>,
    /// How many viewers.
    #[serde(deserialize_with = "loose::number")]
    pub basic_user_count: Option<i64>,
    /// Whether guests are let in.
    #[serde(deserialize_with = "loose::flag")]
    pub guest_allowed: Option<bool>,
    /// Whether flows run.
    #[serde(deserialize_with = "loose::flag")]
    pub flows_enabled: Option<bool>,
    /// Whether Server Management is licensed.
    #[serde(rename = "itmanagementBundleEnabled", deserialize_with = "loose::flag")]
    pub it_management_bundle_enabled: Option<bool>,
    /// Whether nodes may be for background jobs only.
    #[serde(deserialize_with = "loose::flag")]
    pub backgrounder_node_role_enabled: Option<bool>,
    /// Whether nodes may be for files only.
    #[serde(deserialize_with = "loose::flag")]
    pub filestore_node_role_enabled: Option<bool>,
    /// Whether users activate Tableau Desktop by signing in.
    #[serde(deserialize_with = "loose::flag")]
    pub identity_based_activation_enabled: Option<bool>,
}

/// Who registers: the members of Tableau's registration file.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names are those of a form")]
pub struct Registration {
    #[serde(deserialize_with = "loose::text")]
    pub eula: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub title: Option<String>,
    pub company: Option<String>,
    pub department: Option<String>,
    pub industry: Option<String>,
    pub email: Option<String>,
    #[serde(deserialize_with = "loose::text")]
    pub phone: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    #[serde(deserialize_with = "loose::text")]
    pub zip: Option<String>,
    pub country: Option<String>,
}

impl Payload for Registration {
    const MEMBER: Option<&'static str> = None;
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<GetLicensing>(),
    Entry::of::<ListProductKeys>(),
    Entry::of::<Register>(),
];
