//! Errors of writing and reading documents.

use std::fmt;

/// A value that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    message: String,
}

impl EncodeError {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for EncodeError {}

impl serde::ser::Error for EncodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message)
    }
}

/// A document that cannot be read: what was wrong, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    message: String,
    offset: Option<u64>,
    /// Whether the unreadable element was skipped to its end, so that reading can go on after it.
    passed: bool,
}

impl DecodeError {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self {
            message: without_texts(&message.to_string()),
            offset: None,
            passed: false,
        }
    }

    /// The same error, of an element that has been read to its end.
    pub(super) fn passed(mut self, passed: bool) -> Self {
        self.passed = passed;
        self
    }

    pub(super) fn is_passed(&self) -> bool {
        self.passed
    }

    /// The same error, placed; an inner place is not overwritten by an outer one.
    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.offset.get_or_insert(offset);
        self
    }

    /// The same error without its place, which is one of another document.
    pub(super) fn unplaced(self) -> Self {
        Self { offset: None, ..self }
    }

    /// The byte near which reading stopped, where it is known.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.offset
    }
}

/// A message without texts found in place of another type: they may be secrets in the wrong field.
fn without_texts(message: &str) -> String {
    // As serde says it: `invalid type: string "…", expected a boolean`.
    const TEXT: &str = "invalid type: string \"";
    let mut kept = String::new();
    let mut rest = message;
    while let Some((before, text)) = rest.split_once(TEXT) {
        kept.push_str(before);
        kept.push_str("invalid type: string […]");
        let mut escaped = false;
        let end = text.find(|c| {
            let end = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            end
        });
        rest = end.and_then(|end| text.get(end + 1..)).unwrap_or_default();
    }
    kept + rest
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "{} near byte {offset}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for DecodeError {}

impl serde::de::Error for DecodeError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_left_out_wherever_they_end() {
        for (message, kept) in [
            (
                r#"invalid type: string "a\"b\\", expected c"#,
                "invalid type: string […], expected c",
            ),
            (
                r#"invalid type: string "never closed\""#,
                "invalid type: string […]",
            ),
            (
                r#"invalid value: string "huge""#,
                r#"invalid value: string "huge""#,
            ),
            ("a control character", "a control character"),
        ] {
            assert_eq!(DecodeError::new(message).to_string(), kept);
        }
    }
}
