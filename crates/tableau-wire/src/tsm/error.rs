//! Refusals by TSM.

use std::fmt;

use bytes::Bytes;
use serde_json::Value;

use crate::codec::{EncodeError, Format};
use crate::endpoint::build_response;

/// The answer of a TSM controller that refuses, read as far as it is understood.
///
/// Two kinds are known. Without a valid cookie every address answers with status 401 and `timestamp`, `status`, `error`, `message` and `path`
/// (pasted from real servers). A call that fails for reasons of its own has a code of six digits and a text: `tsm` shows `409504, Resource
/// Conflict`; how the document looks is not known, so members are looked for at the top and one level below.
#[derive(Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TsmError {
    /// The HTTP status, as the document repeats it.
    pub status: Option<u16>,
    /// Six digits, of which the first three are the HTTP status: `409504`.
    pub code: Option<String>,
    /// A few words: `Unauthorized`.
    pub error: Option<String>,
    /// A sentence.
    pub message: Option<String>,
    /// The address that was asked for.
    pub path: Option<String>,
    /// When: a number or a text.
    pub timestamp: Option<Value>,
    raw: Value,
}

impl TsmError {
    /// Reads the body of a refusal; `None` if it is not a JSON object.
    #[must_use]
    pub fn decode(body: &[u8]) -> Option<Self> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let raw: Value = serde_json::from_slice(body).ok()?;
        raw.is_object().then(|| Self::from(raw))
    }

    /// Recognizes the refusal of a TSM controller that wants a login: the answer to a REST call sent to port 8850.
    ///
    /// ```
    /// use tableau_wire::tsm::TsmError;
    ///
    /// let body = br#"{"timestamp":1584000000000,"status":401,"error":"Unauthorized",
    ///     "message":"Please log in at /login in order to proceed.","path":"/api/3.7/auth/signin"}"#;
    /// assert!(TsmError::recognize(body).is_some());
    /// assert!(TsmError::recognize(br#"{"error":{"code":"401002"}}"#).is_none());
    /// ```
    #[must_use]
    pub fn recognize(body: &[u8]) -> Option<Self> {
        Self::decode(body).filter(Self::wants_login)
    }

    /// Whether this is the answer to a request without a valid cookie.
    ///
    /// Programs of many makers answer in this form (it is that of Spring Boot), so the address in the message is looked for.
    #[must_use]
    pub fn wants_login(&self) -> bool {
        let names_login = |message: &String| message.split_whitespace().any(|word| word == "/login");
        self.status == Some(401) && self.path.is_some() && self.message.as_ref().is_some_and(names_login)
    }

    /// The document as it was sent.
    #[must_use]
    pub fn raw(&self) -> &Value {
        &self.raw
    }
}

impl From<Value> for TsmError {
    fn from(raw: Value) -> Self {
        let find = |name: &str| scalar(&raw, name);
        let text = |name: &str| {
            find(name).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            })
        };
        Self {
            status: text("status").and_then(|status| status.parse().ok()),
            code: text("code"),
            error: text("error"),
            message: text("message"),
            path: text("path"),
            timestamp: find("timestamp").cloned(),
            raw,
        }
    }
}

/// A text or a number by its name: at the top, or else one level below it.
fn scalar<'v>(document: &'v Value, name: &str) -> Option<&'v Value> {
    let of = |value: &'v Value| {
        let found = value.get(name)?;
        (found.is_string() || found.is_number()).then_some(found)
    };
    let below = || {
        let members = document.as_object()?.values();
        members
            .flat_map(|member| {
                member
                    .as_array()
                    .map_or(std::slice::from_ref(member), Vec::as_slice)
            })
            .find_map(of)
    };
    of(document).or_else(below)
}

impl fmt::Display for TsmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = [&self.code, &self.error, &self.message]
            .into_iter()
            .flatten()
            .peekable();
        if parts.peek().is_none() {
            return f.write_str("TSM refuses and does not say why");
        }
        for (index, part) in parts.enumerate() {
            f.write_str(if index == 0 { "" } else { ": " })?;
            f.write_str(part)?;
        }
        Ok(())
    }
}

// A refusal of settings may repeat them.
impl fmt::Debug for TsmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TsmError")
            .field("status", &self.status)
            .field("code", &self.code)
            .field("error", &self.error)
            .field("message", &self.message)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for TsmError {}

/// Makes the answer of a call that failed.
///
/// # Errors
/// An invalid status.
pub fn encode_error(error: &TsmError, status: u16) -> Result<http::Response<Bytes>, EncodeError> {
    let body = serde_json::to_vec(&error.raw).map_err(EncodeError::new)?;
    build_response(status, Some(body), Format::Json)
}
