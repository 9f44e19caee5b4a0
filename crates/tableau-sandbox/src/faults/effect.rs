//! What a fault does to a request and its answer.

use http::HeaderValue;
use serde::{Deserialize, Serialize};

/// What a fault does to a request and its answer. Its form in JSON is `{"delay": {"milliseconds": 500}}`, or the name alone: `"commit_then_reset"`.
///
/// The connection belongs to a socket. In process, a broken connection is [`Disconnected`](crate::Disconnected), a body that breaks off is an
/// [`io::Error`](std::io::Error), times are those of the runtime (which tests can pause), and what happens to an idle connection has no effect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Effect {
    /// Answers with a status instead of doing the request.
    Status(StatusAnswer),
    /// Answers with a redirect instead of doing the request.
    Redirect {
        /// The status: 301, 302, 303, 307 or 308.
        code: u16,
        /// The address; one without a path is an origin at which the path of the request stands: `https://other.example.com`.
        to: String,
    },
    /// Ends the session of the request first: the request is refused as by a server that has ended it.
    EndSession,
    /// Forgets the upload that the request names first: the request is refused as for an upload that does not exist.
    LoseUpload,
    /// Resets the connection instead of doing the request.
    ResetBefore {
        /// How many bytes of its body are read first.
        #[serde(default)]
        bytes: u64,
    },
    /// Reads no more of the request, and does not answer.
    StallRequest {
        /// How many bytes of its body are read first.
        #[serde(default)]
        bytes: u64,
    },
    /// Does the request, then resets the connection instead of answering.
    CommitThenReset,
    /// Does the request, then waits before the answer.
    Delay {
        /// How long.
        milliseconds: u64,
    },
    /// Sends the body of the answer slowly.
    Drip {
        /// How fast.
        bytes_per_second: u64,
    },
    /// Sends this much of the answer's body and then no more, with the connection open.
    StallAfter {
        /// How much.
        bytes: u64,
    },
    /// Sends this much of the answer's body and then resets the connection.
    ResetAfter {
        /// How much; an answer that is not longer is complete.
        bytes: u64,
    },
    /// Sends this much of the answer's body and then closes the connection, as a server that ends in the midst of it.
    CloseAfter {
        /// How much; an answer that is not longer is complete.
        bytes: u64,
    },
    /// Sends the first part of the answer's body as if that were all: its length is announced as such.
    Truncate {
        /// How many bytes are left.
        bytes: u64,
    },
    /// Puts bytes in the midst of the answer's body that are not UTF-8; files are left as they are.
    InvalidUtf8,
    /// Sends the answer with another content type.
    ContentType(String),
    /// Sends the answer with a `Date` that is off by this many seconds.
    DateOffBySeconds(i64),
    /// Changes the page of a list; other answers are left as they are.
    Page(PageFault),
    /// Answers as if the connection could be used again, and closes it then.
    CloseAfterAnswer,
    /// Answers as if the connection could be used again, and resets it when it is: what a client meets that reuses a connection which a gateway has forgotten.
    ResetOnReuse,
}

/// How a page of a list is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum PageFault {
    /// It has no items; its totals stay.
    Empty,
    /// This many items are missing at its end; its totals stay.
    Short(u64),
    /// It begins this many items later, or earlier if negative: what is seen of a list to which items are added, or from which they are removed, while it is read.
    Shift(i64),
    /// Its last item is its first item once more.
    Duplicate,
    /// Its items have no id.
    WithoutIds,
    /// It names another page number.
    Number(u64),
    /// It names another page size.
    Size(u64),
    /// It names another total.
    Total(u64),
    /// It names a total that is off by this many.
    TotalOffBy(i64),
}

/// An answer with a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct StatusAnswer {
    /// The status.
    pub code: u16,
    /// Tableau's code: the status with three zeros unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The summary: that of the code unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The detail: the meaning of the code unless it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// `Retry-After`: seconds, or a text such as a date. Whether Tableau Cloud sends one is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<RetryAfter>,
    /// The body.
    #[serde(default)]
    pub body: StatusBody,
}

impl StatusAnswer {
    pub(super) fn new(code: u16) -> Self {
        Self {
            code,
            error: None,
            summary: None,
            detail: None,
            retry_after: None,
            body: StatusBody::Tableau,
        }
    }
}

/// The value of `Retry-After`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "`retry_after` is a number of seconds or a text")]
pub enum RetryAfter {
    /// Seconds.
    Seconds(u64),
    /// Anything else.
    Text(String),
}

/// The body of an answer with a status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum StatusBody {
    /// Tableau's error document, in the format that the request asks for.
    #[default]
    Tableau,
    /// The HTML page of a gateway.
    Gateway,
    /// None.
    Empty,
    /// Any text.
    Text {
        /// What it is said to be.
        content_type: String,
        /// The text.
        text: String,
    },
}

impl Effect {
    /// Its name, as in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::Redirect { .. } => "redirect",
            Self::EndSession => "end_session",
            Self::LoseUpload => "lose_upload",
            Self::ResetBefore { .. } => "reset_before",
            Self::StallRequest { .. } => "stall_request",
            Self::CommitThenReset => "commit_then_reset",
            Self::Delay { .. } => "delay",
            Self::Drip { .. } => "drip",
            Self::StallAfter { .. } => "stall_after",
            Self::ResetAfter { .. } => "reset_after",
            Self::CloseAfter { .. } => "close_after",
            Self::Truncate { .. } => "truncate",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::ContentType(_) => "content_type",
            Self::DateOffBySeconds(_) => "date_off_by_seconds",
            Self::Page(_) => "page",
            Self::CloseAfterAnswer => "close_after_answer",
            Self::ResetOnReuse => "reset_on_reuse",
        }
    }

    /// Why it cannot be done; `None` if it can.
    pub(super) fn problem(&self) -> Option<String> {
        match self {
            Self::Status(StatusAnswer { code, .. }) if !(200..=599).contains(code) => {
                Some(format!("a status is a number from 200 to 599 and not {code}"))
            }
            Self::Redirect { code, .. } if ![301, 302, 303, 307, 308].contains(code) => Some(format!(
                "a redirect has the status 301, 302, 303, 307 or 308 and not {code}"
            )),
            Self::Drip { bytes_per_second: 0 } => {
                Some("`bytes_per_second` is at least 1: `stall_after` sends nothing".to_owned())
            }
            Self::Status(answer) => answer.problem(),
            Self::Redirect { to, .. } => not_in_header("to", to),
            Self::ContentType(value) => not_in_header("content_type", value),
            _ => None,
        }
    }
}

impl StatusAnswer {
    fn problem(&self) -> Option<String> {
        let after = match &self.retry_after {
            Some(RetryAfter::Text(text)) => not_in_header("retry_after", text),
            _ => None,
        };
        after.or_else(|| match &self.body {
            StatusBody::Text { content_type, .. } => not_in_header("content_type", content_type),
            _ => None,
        })
    }
}

/// Why a text cannot be the value of a header; `None` if it can.
fn not_in_header(name: &str, value: &str) -> Option<String> {
    HeaderValue::from_str(value)
        .is_err()
        .then(|| format!("`{name}` is not the value of a header: {value:?}"))
}
