//! The database of the server.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::json::{Json, Payload};
use super::loose;
use crate::{Entry, endpoint};

/// Gets the node on which the repository takes changes.
///
/// Observed.
#[endpoint(GET, "repository/currentMaster", family = tsm, since = "0.5", reply = Json<RepositoryNode>)]
pub struct GetCurrentMaster;

/// Where the repository takes changes.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct RepositoryNode {
    /// The name of the machine.
    #[serde(deserialize_with = "loose::text")]
    pub host_name: Option<String>,
    /// The port.
    #[serde(deserialize_with = "loose::number")]
    pub port: Option<u16>,
}

impl Payload for RepositoryNode {
    const MEMBER: Option<&'static str> = Some("repositoryNodeInfo");
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[Entry::of::<GetCurrentMaster>()];
