//! What several kinds of content have: tags, locations, usage, freshness.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::Element;
use crate::value::{Id, Items, Timestamp};

/// A label on content (schema: `tagType`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, Element)]
#[element("tag")]
#[serde(default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Tag {
    /// The label.
    pub label: String,
}

impl From<&str> for Tag {
    fn from(label: &str) -> Self {
        Self {
            label: label.to_owned(),
        }
    }
}

/// Where content is (schema: `locationType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, crate::Described)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Location {
    /// The identifier of the project or personal space.
    pub id: Option<Id<Location>>,
    /// `Project` or `PersonalSpace`.
    pub r#type: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// How often a view was looked at.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, crate::Described)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Usage {
    /// The total number of times, by all users.
    pub total_view_count: Option<u64>,
}

/// How data is accelerated (schema: `dataAccelerationInfoType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, crate::Described)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct DataAccelerationConfig {
    /// Whether acceleration starts at once.
    pub accelerate_now: Option<bool>,
    /// Whether acceleration is wanted.
    pub acceleration_enabled: Option<bool>,
    /// How far it is: `Pending`, `Accelerated`, `Failed`, ….
    pub acceleration_status: Option<String>,
    /// When it was last brought up to date.
    pub last_updated_at: Option<Timestamp>,
}

/// How fresh data has to be (schema: `dataFreshnessPolicyType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, crate::Described)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct DataFreshnessPolicy {
    /// `AlwaysLive`, `SiteDefault`, `FreshEvery` or `FreshAt`.
    pub option: Option<String>,
    /// For `FreshEvery`.
    pub fresh_every_schedule: Option<FreshEverySchedule>,
    /// For `FreshAt`.
    pub fresh_at_schedule: Option<FreshAtSchedule>,
}

/// Fresh at least once in a length of time (schema: `freshEveryScheduleType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, crate::Described)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct FreshEverySchedule {
    /// `Minutes`, `Hours`, `Days` or `Weeks`.
    pub frequency: Option<String>,
    /// How many of them.
    pub value: Option<u64>,
}

/// Fresh at certain times (schema: `freshAtScheduleType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, crate::Described)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct FreshAtSchedule {
    /// `Day`, `Week` or `Month`.
    pub frequency: Option<String>,
    /// The time of day: `22:15:00`.
    pub time: Option<String>,
    /// The time zone: `America/Los_Angeles`.
    pub timezone: Option<String>,
    /// On which days.
    pub intervals: Option<Items<Interval>>,
}

/// A day of a week or month (schema: `intervalType`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Element)]
#[element("interval")]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Interval {
    /// `Monday`, …
    pub week_day: Option<String>,
    /// `1`, …, `LastDay`.
    pub month_day: Option<String>,
}
