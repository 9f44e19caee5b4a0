//! Points in time as TSM writes them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::loose;
use crate::value::Timestamp;

/// Milliseconds since the beginning of 1970 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EpochMillis(pub i64);

impl EpochMillis {
    /// The instant; `None` if it is out of range, thousands of years away.
    #[must_use]
    pub fn instant(self) -> Option<jiff::Timestamp> {
        jiff::Timestamp::from_millisecond(self.0).ok()
    }
}

impl From<jiff::Timestamp> for EpochMillis {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant.as_millisecond())
    }
}

impl<'de> Deserialize<'de> for EpochMillis {
    /// A text may also be a time of ISO 8601, as the REST API writes them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let iso = value
            .as_str()
            .and_then(|text| text.parse::<Timestamp>().ok()?.instant());
        match iso {
            Some(instant) => Ok(instant.into()),
            None => loose::required_number(value).map(Self).map_err(D::Error::custom),
        }
    }
}
