//! The server as a whole: what it is, starting and stopping it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::async_jobs::AsyncJob;
use super::json::{Json, Payload};
use crate::{Entry, endpoint};

/// Gets what the server says about itself.
///
/// Observed; its members are not known.
#[endpoint(GET, "serverInfo", family = tsm, since = "0.5", reply = Json<ServerInfo>)]
pub struct GetServerInfo;

/// Gets the information that Tableau's support asks for.
///
/// Observed; its members are not known.
#[endpoint(GET, "supportInfo", family = tsm, since = "0.5", reply = Json<SupportInfo>)]
pub struct GetSupportInfo;

/// Starts the server.
///
/// Observed.
#[endpoint(POST, "enable", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct Enable;

/// Stops the server.
///
/// Observed; the job it makes is documented.
#[endpoint(POST, "disable", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct Disable;

/// Stops the server and starts it again.
///
/// Observed.
#[endpoint(POST, "restart", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct Restart;

/// What the server says about itself, untyped.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerInfo(pub Map<String, Value>);

impl Payload for ServerInfo {
    const MEMBER: Option<&'static str> = Some("serverInfo");
}

/// The information that Tableau's support asks for, untyped.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SupportInfo(pub Map<String, Value>);

impl Payload for SupportInfo {
    const MEMBER: Option<&'static str> = Some("supportInfo");
}

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<GetServerInfo>(),
    Entry::of::<GetSupportInfo>(),
    Entry::of::<Enable>(),
    Entry::of::<Disable>(),
    Entry::of::<Restart>(),
];
