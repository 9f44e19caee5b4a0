//! A refusal: the status of the answer and Tableau's code, summary and detail.

use std::fmt;

use tableau_wire::endpoint::Query;
use tableau_wire::{ApiError, ArgumentError, BodyError, RequestError};

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) error: ApiError,
}

/// The codes that do not begin with their status, from the documentation of data-driven alerts.
const STATUSES: [(&str, u16); 4] = [("409023", 404), ("409028", 403), ("409029", 403), ("409030", 403)];

impl Refusal {
    /// The first three digits of a code are its status, as everywhere but in a handful of calls.
    pub(crate) fn new(code: &str, summary: &str, detail: impl fmt::Display) -> Self {
        let digits = || code.get(..3).and_then(|digits| digits.parse().ok());
        let known = STATUSES.iter().find(|(known, _)| *known == code);
        let status = known.map(|(_, status)| *status).or_else(digits).unwrap_or(500);
        Self {
            status,
            error: ApiError::new(code, summary, detail.to_string()),
        }
    }

    /// A refusal of a service below `/api/-`, whose codes do not begin with the status; without a code, the service is not there.
    pub(crate) fn of_service(status: u16, code: &str, detail: impl fmt::Display) -> Self {
        Self {
            status,
            error: ApiError::new(code, "", detail.to_string()),
        }
    }

    /// Whether it is one of a service.
    pub(crate) fn is_of_service(&self) -> bool {
        self.error.code.len() < 3
    }

    pub(crate) fn bad_request(code: &str, detail: impl fmt::Display) -> Self {
        Self::new(code, "Bad Request", detail)
    }

    pub(crate) fn forbidden(code: &str, detail: impl fmt::Display) -> Self {
        Self::new(code, "Forbidden", detail)
    }

    /// The general code of a conflict, where Tableau documents none of the call's own.
    pub(crate) fn conflict(detail: impl fmt::Display) -> Self {
        Self::new("409000", "Resource Conflict", detail)
    }

    /// Recorded: `404006: Resource Not Found: Workbook '…' could not be found.`
    pub(crate) fn not_found(code: &str, what: &str, id: &str) -> Self {
        Self::new(
            code,
            "Resource Not Found",
            format_args!("{what} '{id}' could not be found."),
        )
    }

    pub(crate) fn signin() -> Self {
        Self::new("401001", "Signin Error", "Error signing in to Tableau Server")
    }

    /// Documented: newer servers give the reason for refusing a JWT as a number.
    pub(crate) fn signin_code(number: u32) -> Self {
        Self::new(
            "401001",
            "Signin Error",
            format_args!("Error signing in to Tableau Server ({number})"),
        )
    }

    /// Measured, with the number behind the summary.
    pub(crate) fn jwt_too_long() -> Self {
        Self::new(
            "401001",
            "Signin Error (101002)",
            "Error signing in to Tableau Server",
        )
    }

    // The code is documented; the text is inferred.
    pub(crate) fn switch_site() -> Self {
        Self::new(
            "401003",
            "Unauthorized Access",
            "The site to switch to is not available.",
        )
    }

    // The code is documented; the text is inferred.
    pub(crate) fn same_site() -> Self {
        Self::forbidden("403070", "Cannot switch to the same site.")
    }

    pub(crate) fn incomplete_payload() -> Self {
        Self::bad_request("400000", "Payload is either malformed XML or incomplete")
    }

    /// A query parameter with a value that it cannot have.
    pub(crate) fn invalid_value(name: &str, value: impl fmt::Display) -> Self {
        Self::bad_request(
            "400008",
            format_args!("Invalid parameter value '{value}' for '{name}'"),
        )
    }

    pub(crate) fn no_credentials() -> Self {
        Self::new(
            "401000",
            "Unauthorized Access",
            "No authentication credentials were provided.",
        )
    }

    pub(crate) fn dead_credentials() -> Self {
        Self::new(
            "401002",
            "Unauthorized Access",
            "Invalid authentication credentials were provided.",
        )
    }

    pub(crate) fn invalid_version(version: &str) -> Self {
        Self::new(
            "404001",
            "Resource Not Found",
            format_args!("Version '{version}' is not a valid version of the API."),
        )
    }

    pub(crate) fn unknown_resource(path: &str) -> Self {
        Self::new(
            "404003",
            "Resource Not Found",
            format_args!("Unknown resource '{path}' specified in URI."),
        )
    }

    /// For what real servers have beside the versions and the sandbox does not: `/api/metadata`, `/api/v1`, most of `/api/-`.
    pub(crate) fn not_served(path: &str) -> Self {
        Self::new(
            "404003",
            "Resource Not Found",
            format_args!("The sandbox does not serve '/api{path}'."),
        )
    }

    pub(crate) fn newer_resource(version: tableau_wire::Version) -> Self {
        Self::new(
            "404008",
            "Resource Not Found",
            format_args!("API version '{version}' does not support access to the given resource."),
        )
    }

    pub(crate) fn method_not_allowed(method: &http::Method) -> Self {
        Self::new(
            "405000",
            "Method Not Allowed",
            format_args!("The HTTP method '{method}' is not supported for the given resource"),
        )
    }

    /// Recorded: `400006: Bad Request: Invalid page number '5'`.
    pub(crate) fn page_number(value: impl fmt::Display) -> Self {
        Self::bad_request("400006", format_args!("Invalid page number '{value}'"))
    }

    // The text is inferred from that of 400006.
    pub(crate) fn page_size(value: impl fmt::Display) -> Self {
        Self::bad_request("400007", format_args!("Invalid page size '{value}'"))
    }

    // The text is inferred; code and status are documented.
    pub(crate) fn page_size_limit(value: u64, limit: u64) -> Self {
        Self::forbidden(
            "403014",
            format_args!("The page size '{value}' is greater than the limit of {limit}."),
        )
    }

    // The code has been seen for keys and missing values; that other mistakes in a filter share it is inferred.
    pub(crate) fn filter(detail: impl fmt::Display) -> Self {
        Self::bad_request("400065", detail)
    }

    pub(crate) fn unknown_key() -> Self {
        Self::filter("The filter query contains a key which is not recognized for this api version.")
    }

    // The code is inferred.
    pub(crate) fn sort(detail: impl fmt::Display) -> Self {
        Self::bad_request("400066", detail)
    }

    // Code and status are inferred from those of every other limit; the limit itself is documented.
    pub(crate) fn body_too_large(limit: u64) -> Self {
        Self::new(
            "413000",
            "Payload Too Large",
            format_args!("The request is greater than the limit of {limit} bytes."),
        )
    }

    /// Recorded. That a job counts until it has ended is inferred.
    pub(crate) fn already_queued() -> Self {
        Self::new(
            "409093",
            "Resource Conflict",
            "Job for 'extract' is already queued. Not queuing a duplicate.",
        )
    }

    pub(crate) fn internal(detail: impl fmt::Display) -> Self {
        Self::new("500000", "Internal Server Error", detail)
    }

    /// The refusal of a request with an unreadable body. The codes are documented, the texts are inferred.
    pub(crate) fn of_body(error: &BodyError) -> Self {
        match error {
            BodyError::Document(_) => Self::incomplete_payload(),
            BodyError::Multipart(error) => {
                Self::bad_request("400019", format_args!("Malformed request body: {error}"))
            }
            BodyError::MissingPart(name) => Self::bad_request(
                "400020",
                format_args!("Missing file data: there is no part '{name}'."),
            ),
        }
    }

    /// The refusal of a schedule of Tableau Cloud's own without a day.
    pub(crate) fn schedule_without_day() -> Self {
        Self::new(
            "409004",
            "Resource Conflict",
            "Hourly and Daily schedules must have at least one weekDay interval. Valid values for weekDay are Monday, Tuesday, Wednesday, Thursday, \
             Friday, Saturday and Sunday.",
        )
    }

    /// The refusal of an unreadable request.
    pub(crate) fn of_request(error: &RequestError, query: &Query) -> Self {
        let ArgumentError { name, reason } = match error {
            RequestError::Argument(error) => error,
            RequestError::Body(error) => return Self::of_body(error),
        };
        let Some(value) = query.get(name) else {
            // A part of the address, or a parameter that is missing.
            return Self::bad_request(
                "400008",
                format_args!("Invalid parameter value for '{name}': {reason}"),
            );
        };
        match name.as_str() {
            "pageNumber" => Self::page_number(value),
            "pageSize" => Self::page_size(value),
            "filter" => Self::filter(reason),
            "sort" => Self::sort(reason),
            // The documentation of Query Views calls 400008 "Invalid parameter value".
            _ => Self::bad_request(
                "400008",
                format_args!("Invalid parameter value '{value}' for '{name}': {reason}"),
            ),
        }
    }
}
