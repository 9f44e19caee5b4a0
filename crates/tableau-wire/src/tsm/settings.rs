//! Configuration and topology in one document.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_with::skip_serializing_none;

use super::configurations::ConfigKeys;
use super::json::{Json, Payload};
use super::loose;
use super::topologies::Topology;
use crate::{Entry, endpoint};

/// Exports the configuration and the topology; the document has secrets of the server in it.
///
/// Observed; the document is that of `tsm settings export`, which is documented.
#[derive(Copy)]
#[endpoint(GET, "export", family = tsm, since = "0.5", reply = Json<Settings>)]
pub struct Export {
    /// Whether the topology says which release each process is of.
    pub include_binary_version: Option<bool>,
}

/// Imports a configuration or a topology; the changes are pending until they are applied.
///
/// Observed in a log of `tsm`. What it answers when it works is not known.
#[endpoint(POST, "import", family = tsm, since = "0.5")]
pub struct Import {
    /// Whether the configuration is imported.
    pub configuration: Option<bool>,
    /// Whether the topology is imported.
    pub topology: Option<bool>,
    /// What to import.
    #[body]
    pub settings: Json<Settings>,
}

/// Configuration and topology, as in the files of `tsm settings export`.
///
/// Some values are passwords and keys: `Debug` shows names only.
#[skip_serializing_none]
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct Settings {
    /// Objects with a `_type`, which are checked when they are imported.
    pub config_entities: Option<Map<String, Value>>,
    /// Keys, which are not checked.
    #[serde(deserialize_with = "loose::or_empty")]
    pub config_keys: ConfigKeys,
    /// What runs where.
    pub topology_version: Option<Topology>,
}

impl Payload for Settings {
    const MEMBER: Option<&'static str> = None;
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entities = self.config_entities.as_ref();
        f.debug_struct("Settings")
            .field(
                "config_entities",
                &entities.map(|map| map.keys().collect::<Vec<_>>()),
            )
            .field("config_keys", &self.config_keys)
            .field("topology_version", &self.topology_version)
            .finish()
    }
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[Entry::of::<Export>(), Entry::of::<Import>()];
