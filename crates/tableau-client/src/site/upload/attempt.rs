//! What a journal keeps of a request that publishes.

use serde::{Deserialize, Serialize};

/// What is known before the request is sent, by which its outcome can be told afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) struct Attempt {
    /// When it was begun, by the server's clock, in seconds since 1970.
    pub(in crate::site) begun: i64,
    /// What was there before, if it was to be overwritten.
    pub(in crate::site) before: Before,
}

/// What was there before a request that publishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::site) enum Before {
    /// It was not looked for: the server refuses to publish over another.
    Unseen,
    /// It could not be looked for.
    Unknown,
    Nothing,
    /// One that was updated last at this time.
    UpdatedAt(String),
}
