//! The report of data acceleration, which Tableau has retired.

use crate::endpoint::calls;
use crate::value::Items;
use crate::{element, endpoint};

/// Gets how fast views were with data acceleration, and how fast without it.
#[endpoint(
    GET,
    "dataAccelerationReport",
    since = "3.8",
    until = "3.15",
    only = server,
    jwt = "tableau:data_acceleration_reports:read",
    reply = Items<ComparisonRecord>
)]
pub struct GetDataAccelerationReport {}

/// How fast a view was (schema of version 3.8: `dataAccelerationReportType`). Times are in seconds, as texts.
#[element("comparisonRecord", list = "dataAccelerationReport")]
pub struct ComparisonRecord {
    /// The site.
    pub site: Option<String>,
    /// The view.
    #[serde(rename = "sheetURI")]
    pub sheet_uri: Option<String>,
    /// How many sessions were not accelerated.
    pub unaccelerated_session_count: Option<u64>,
    /// How long their pages took on average.
    #[serde(rename = "averageNonAcceleratedPLT")]
    pub average_non_accelerated_plt: Option<String>,
    /// How many sessions were accelerated.
    pub accelerated_session_count: Option<u64>,
    /// How long their pages took on average.
    #[serde(rename = "averageAcceleratedPLT")]
    pub average_accelerated_plt: Option<String>,
}

calls!(; GetDataAccelerationReport);
