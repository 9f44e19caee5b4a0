//! How jobs end that are queued from now on.

use std::time::Duration;

use axum::body::Body;
use http::{Response, StatusCode};
use serde::{Deserialize, Serialize};

use super::{answer, refuse};
use crate::controls::Controls;
use crate::jobs::JobPlan;
use crate::xml_text;

/// A plan as a document.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Plan {
    ending: Ending,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waits_seconds: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    runs_seconds: Option<u64>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ending {
    Succeeds,
    /// With this reason.
    Fails(String),
    IsCancelled,
    /// It runs until it is cancelled.
    Hangs,
}

/// Reads a plan; its reason is shown with the job.
fn read(body: &[u8]) -> Result<Plan, String> {
    let plan: Plan = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    xml_text::check_texts(&plan).map_err(|error| error.to_string())?;
    Ok(plan)
}

pub(super) fn plan(controls: &Controls, body: &[u8]) -> Response<Body> {
    let said = match read(body) {
        Ok(said) => said,
        Err(error) => {
            let reason = format!(
                "the document has to be {{\"ending\": \"succeeds\"}}, with \"is_cancelled\", \"hangs\" or {{\"fails\": \"the reason\"}} in its place, and \"waits_seconds\" and \"runs_seconds\" if they matter: {error}"
            );
            return refuse(StatusCode::BAD_REQUEST, &reason);
        }
    };
    let mut plan = match &said.ending {
        Ending::Succeeds => JobPlan::succeeds(),
        Ending::Fails(reason) => JobPlan::fails(reason),
        Ending::IsCancelled => JobPlan::is_cancelled(),
        Ending::Hangs => JobPlan::hangs(),
    };
    if let Some(seconds) = said.waits_seconds {
        plan = plan.waits(Duration::from_secs(seconds));
    }
    if let Some(seconds) = said.runs_seconds {
        plan = plan.runs(Duration::from_secs(seconds));
    }
    controls.plan_jobs(plan);
    answer(StatusCode::OK, &said)
}
