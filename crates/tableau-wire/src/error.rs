//! The errors that servers answer with, and what to do about each.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Described;
use crate::codec::Read;
use crate::document::Element;
use crate::error_document;
use crate::known_code::KnownCode;
use crate::value::Text;

/// An error as the server gives it (schema: `errorType`).
///
/// Match on [`code`](Self::code): the texts are in the server's language.
#[derive(Debug, Clone, PartialEq, Eq, Default, Described, Read, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct ApiError {
    /// A few words.
    pub summary: Text<String>,
    /// A sentence.
    pub detail: Text<String>,
    /// Six digits, of which the first three are nearly always the HTTP status: `401002`. Empty if the service gives none.
    // Last, as servers write it in JSON.
    pub code: String,
}

impl Element for ApiError {
    const ELEMENT: &'static str = "error";
}

impl ApiError {
    /// An error from its three parts.
    pub fn new(code: impl Into<String>, summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            summary: Text(summary.into()),
            detail: Text(detail.into()),
        }
    }

    /// The error in an answer with a status of success, if its document is nothing but an error: some servers answer so.
    #[must_use]
    pub fn in_success(body: &[u8]) -> Option<Self> {
        error_document::begins_with_error(body)
            .then(|| error_document::find_in_success(body))
            .flatten()
    }

    /// What this library knows about the code.
    #[must_use]
    pub fn known(&self) -> Option<&'static KnownCode> {
        KnownCode::find(&self.code)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.code, &self.summary.0, &self.detail.0];
        for (index, part) in parts.into_iter().filter(|part| !part.is_empty()).enumerate() {
            f.write_str(if index == 0 { "" } else { ": " })?;
            f.write_str(part)?;
        }
        Ok(())
    }
}

impl std::error::Error for ApiError {}
