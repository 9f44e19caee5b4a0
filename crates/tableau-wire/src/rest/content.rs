//! What several kinds of content have: tags, locations, usage, freshness.

use crate::value::{Id, Items, Timestamp};
use crate::{element, part};

/// A label on content (schema: `tagType`).
#[element("tag", exhaustive)]
#[derive(Hash)]
pub struct Tag {
    /// The label.
    pub label: String,
}

impl Tag {
    /// A tag to add to an item: a label with blanks or commas in quotes, without which servers take it for several (as Tableau's Python library has it).
    #[must_use]
    pub fn to_add(label: &str) -> Self {
        let is_quoted = label.len() > 1 && label.starts_with('"') && label.ends_with('"');
        match label.contains([' ', ',']) && !is_quoted {
            true => Self {
                label: format!("\"{label}\""),
            },
            false => Self::from(label),
        }
    }
}

impl From<&str> for Tag {
    fn from(label: &str) -> Self {
        Self {
            label: label.to_owned(),
        }
    }
}

/// Where content is (schema: `locationType`).
#[part]
pub struct Location {
    /// The identifier of the project or personal space.
    pub id: Option<Id<Location>>,
    /// `Project` or `PersonalSpace`.
    pub r#type: Option<String>,
    pub name: Option<String>,
}

/// How often a view was looked at.
#[part(exhaustive)]
pub struct Usage {
    /// The total number of times, by all users.
    pub total_view_count: Option<u64>,
}

/// How data is accelerated (schema: `dataAccelerationInfoType`).
#[part]
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
#[part]
pub struct DataFreshnessPolicy {
    /// `AlwaysLive`, `SiteDefault`, `FreshEvery` or `FreshAt`.
    pub option: Option<String>,
    /// For `FreshEvery`.
    pub fresh_every_schedule: Option<FreshEverySchedule>,
    /// For `FreshAt`.
    pub fresh_at_schedule: Option<FreshAtSchedule>,
}

/// Fresh at least once in a length of time (schema: `freshEveryScheduleType`).
#[part]
pub struct FreshEverySchedule {
    /// `Minutes`, `Hours`, `Days` or `Weeks`.
    pub frequency: Option<String>,
    /// How many of them.
    pub value: Option<u64>,
}

/// Fresh at certain times (schema: `freshAtScheduleType`).
#[part]
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
#[element("interval")]
pub struct Interval {
    /// `Monday`, …
    pub week_day: Option<String>,
    /// `1`, …, `LastDay`.
    pub month_day: Option<String>,
}

/// An item by its identifier.
#[part(exhaustive)]
pub struct ItemId {
    pub id: String,
}
