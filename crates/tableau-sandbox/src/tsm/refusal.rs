//! Refusals.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;
use tableau_wire::RequestError;
use tableau_wire::tsm::{TsmError, encode_error};

/// A refusal: the status, a code if the controller has one, and what to say.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    code: Option<(u32, &'static str)>,
    message: String,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code: None,
            message: message.into(),
        }
    }

    /// The refusal of every request without a valid cookie, also at unknown addresses: recorded from real servers.
    pub(super) fn log_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Please log in at /login in order to proceed.",
        )
    }

    // Assumed: the status, and the words of this and all that follow.
    pub(super) fn wrong_password() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "The name or the password is not correct.",
        )
    }

    /// Assumed: the status.
    pub(super) fn not_in_group() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "The account is not in a group that may administer the server.",
        )
    }

    /// That the media type is required is documented; the status is assumed.
    pub(super) fn no_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The request needs the header Content-Type: application/json.",
        )
    }

    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(super) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("There is no {what}."))
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "The address does not take this method.",
        )
    }

    pub(super) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("The document is longer than {limit} bytes.");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    pub(super) fn internal(error: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }

    /// Code and words are from a log of `tsm`; the shape of the document is assumed.
    pub(super) fn cannot_log_on(user: &str) -> Self {
        Self {
            code: Some((409_504, "Resource Conflict")),
            ..Self::conflict(format!(
                "The specified user '{user}' cannot logon. Have you provided the correct password?"
            ))
        }
    }

    /// The answer; which form the timestamp has is not known.
    pub(super) fn answer(&self, path: &str, now: i64) -> Response<Bytes> {
        let document = match self.code {
            Some((code, title)) => json!({ "code": code, "error": title, "message": self.message }),
            None => json!({
                "timestamp": now,
                "status": self.status.as_u16(),
                "error": self.status.canonical_reason().unwrap_or_default(),
                "message": self.message,
                "path": path,
            }),
        };
        // Writing this document does not fail.
        encode_error(&TsmError::from(document), self.status.as_u16()).unwrap_or_default()
    }
}

impl From<RequestError> for Refusal {
    // The reasons name the members of a body, not their values.
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Body(_) => Self::bad_request("The document is not one that this call takes."),
            RequestError::Argument(error) => Self::bad_request(error.to_string()),
        }
    }
}
