//! Faults by requests of other processes.

use axum::body::Body;
use http::{Method, Response, StatusCode};
use serde_json::json;

use super::{answer, not_allowed, refuse};
use crate::controls::Controls;
use crate::faults::FaultPlan;

/// Answers a request for all faults.
pub(super) fn all(controls: &Controls, method: &Method, document: &[u8]) -> Response<Body> {
    match *method {
        Method::GET => answer(
            StatusCode::OK,
            &json!({ "seed": controls.seed(), "faults": controls.faults() }),
        ),
        Method::POST => match String::from_utf8_lossy(document).parse::<FaultPlan>() {
            Ok(plan) => answer(StatusCode::OK, &json!({ "ids": controls.inject_plan(plan) })),
            Err(error) => refuse(StatusCode::BAD_REQUEST, &error.to_string()),
        },
        Method::DELETE => answer(StatusCode::OK, &json!({ "removed": controls.clear_faults() })),
        _ => not_allowed("GET, POST, DELETE"),
    }
}

/// Answers a request for one fault.
pub(super) fn one(controls: &Controls, id: &str, method: &Method) -> Response<Body> {
    if *method != Method::DELETE {
        return not_allowed("DELETE");
    }
    if controls.remove_fault(id) {
        answer(StatusCode::OK, &json!({ "removed": 1 }))
    } else {
        refuse(
            StatusCode::NOT_FOUND,
            "there is no such fault, or it is over: see /_sandbox/faults",
        )
    }
}
