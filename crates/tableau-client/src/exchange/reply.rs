//! Errors from answers that are not the expected reply.

use http::StatusCode;
use tableau_wire::{ReplyError, SignInCode};

use super::intermediary;
use crate::error::{Error, ErrorKind};

impl Error {
    /// The error of an answer that is not the expected reply.
    pub(crate) fn of_reply(status: StatusCode, error: ReplyError) -> Self {
        let this = match error {
            ReplyError::Api(api) => {
                let this = Self::new(kind_of(status, &api.code), api.to_string())
                    .with_causes(SignInCode::of(&api).map(cause_of).into_iter().collect());
                match api.known() {
                    Some(known) => this.with_hint(known.hint).with_api(api),
                    None => this.with_api(api),
                }
            }
            ReplyError::Tsm(error) => {
                let code = error.code.as_deref().unwrap_or_default();
                Self::new(kind_of(status, code), error.to_string()).with_tsm(error)
            }
            ReplyError::Foreign { excerpt } => intermediary::error(status, &excerpt),
            ReplyError::Decode(error) => {
                Self::new(ErrorKind::Decode, format!("the server's answer cannot be read: {error}"))
                    .with_hint("The server may be newer or older than this library knows; please report it with the server's version.")
                    .caused_by(error)
            }
        };
        this.answered(status)
    }

    /// The answer of a TSM controller to a call of the REST API.
    pub(crate) fn is_tsm(status: StatusCode) -> Self {
        let message = "this is Tableau Services Manager (TSM), not the REST API";
        Self::new(ErrorKind::Address, message.to_owned())
            .with_hint("Leave the port out of the address, or use the one of the REST API; for TSM itself there is `Tsm`.")
            .answered(status)
    }

    /// The answer of the REST API to a call of TSM.
    pub(crate) fn is_rest(status: StatusCode) -> Self {
        let message = "this is the REST API, not Tableau Services Manager (TSM)";
        Self::new(ErrorKind::Address, message.to_owned())
            .with_hint("TSM has a port of its own: 8850, unless it was set up otherwise.")
            .answered(status)
    }
}

fn cause_of(code: &SignInCode) -> String {
    format!("{} ({} {})", code.meaning, code.number, code.name)
}

/// The kind of a server's error: by code where the status says too little.
fn kind_of(status: StatusCode, code: &str) -> ErrorKind {
    // An error that came with a status of success has the status in its code.
    let of_code = || code.get(..3)?.parse().ok();
    let status = match status.is_success() {
        true => of_code().unwrap_or_default(),
        false => status.as_u16(),
    };
    match (code, status) {
        ("401001" | "401003", _) => ErrorKind::SignInRefused,
        ("404001" | "404008", _) => ErrorKind::UnsupportedVersion,
        (_, 400) => ErrorKind::BadRequest,
        (_, 401) => ErrorKind::SessionEnded,
        (_, 403) => ErrorKind::Forbidden,
        (_, 404) => ErrorKind::NotFound,
        (_, 405) => ErrorKind::MethodNotAllowed,
        (_, 409) => ErrorKind::Conflict,
        (_, 429) => ErrorKind::TooManyRequests,
        (_, 408 | 500..) => ErrorKind::Server,
        _ => ErrorKind::BadRequest,
    }
}
