//! The keys of the configuration.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::json::{Json, Payload};
use super::loose;
use crate::{Entry, endpoint};

/// Gets the version of the configuration that was requested last, applied or not.
///
/// Observed.
#[endpoint(GET, "configurations/requested/version", family = tsm, since = "0.5", reply = Json<RequestedVersion>)]
pub struct GetRequestedVersion;

/// Lists the keys of a version of the configuration.
///
/// Observed.
#[derive(Copy)]
#[endpoint(GET, "configurations/{version}/keys", family = tsm, since = "0.5", reply = Json<ConfigKeys>)]
pub struct ListKeys {
    /// The version of the configuration.
    pub version: u64,
}

/// Gets one key of a version of the configuration.
///
/// Observed.
#[endpoint(GET, "configurations/{version}/keys/{key}", family = tsm, since = "0.5", reply = Json<ConfigKeys>)]
pub struct GetKey {
    /// The version of the configuration.
    pub version: u64,
    /// The key: `ssl.protocols`.
    pub key: String,
}

/// The number of a version, of the configuration or of the topology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedVersion {
    /// The number.
    #[serde(deserialize_with = "loose::required_number")]
    pub version: u64,
}

impl Payload for RequestedVersion {
    const MEMBER: Option<&'static str> = None;
}

/// Keys of the configuration with their values, in alphabetical order.
///
/// Some values are passwords and keys: `Debug` shows names only.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConfigKeys(pub BTreeMap<String, Value>);

impl Deref for ConfigKeys {
    type Target = BTreeMap<String, Value>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl fmt::Debug for ConfigKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys()).finish()
    }
}

impl Payload for ConfigKeys {
    const MEMBER: Option<&'static str> = Some("configKeys");
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<GetRequestedVersion>(),
    Entry::of::<ListKeys>(),
    Entry::of::<GetKey>(),
];
