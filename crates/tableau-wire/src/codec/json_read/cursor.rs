//! A place in a JSON document, and what stands there.

use std::borrow::Cow;

use serde::de::{Deserialize, IgnoredAny};

use super::Reading;
use crate::codec::DecodeError;
use crate::codec::scalar::Number;

/// Where the reader is in a document.
pub(super) struct Cursor<'de> {
    text: &'de str,
    pub(super) at: usize,
    /// Where the object or list begins that was entered last.
    pub(super) entered: Option<usize>,
    /// An answer is read leniently; a request can be refused.
    pub(super) reading: Reading,
}

/// What kind of value stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    List,
    Object,
}

impl<'de> Cursor<'de> {
    pub(super) fn new(text: &'de str, reading: Reading) -> Self {
        Self {
            text,
            at: 0,
            entered: None,
            reading,
        }
    }

    /// The next character that is not white space.
    fn byte(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    /// Goes past a character, if it is the next one.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        let is_next = self.byte() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    pub(super) fn kind(&mut self) -> Result<Kind, DecodeError> {
        Ok(match self.byte() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b't' | b'f') => Kind::Boolean,
            Some(b'n') => Kind::Null,
            Some(_) => return Err(DecodeError::new("a value was expected")),
            None => return Err(cut_short()),
        })
    }

    /// Whether nothing follows.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.byte().is_none()
    }

    fn rest(&self) -> &'de str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn null(&mut self) -> Result<(), DecodeError> {
        self.word("null")
    }

    pub(super) fn boolean(&mut self) -> Result<bool, DecodeError> {
        let is_true = self.byte() == Some(b't');
        self.word(if is_true { "true" } else { "false" })?;
        Ok(is_true)
    }

    fn word(&mut self, word: &str) -> Result<(), DecodeError> {
        if !self.rest().starts_with(word) {
            return Err(DecodeError::new(format_args!("`{word}` was expected")));
        }
        self.at += word.len();
        Ok(())
    }

    pub(super) fn number(&mut self) -> Result<Number, DecodeError> {
        let rest = self.rest();
        let of_number = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = rest.bytes().take_while(of_number).count();
        let digits = rest.get(..length).unwrap_or_default();
        let number: serde_json::Number = serde_json::from_str(digits).map_err(|error| said(&error))?;
        self.at += length;
        Ok(match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => Number::Unsigned(number),
            (_, Some(number), _) => Number::Signed(number),
            (.., number) => Number::Float(number.unwrap_or(f64::NAN)),
        })
    }

    /// A text, without its quotes; copied only if something in it is escaped.
    pub(super) fn text(&mut self) -> Result<Cow<'de, str>, DecodeError> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let special = |from: usize| {
            let found = memchr::memchr2(b'"', b'\\', bytes.get(from..)?)?;
            Some(from + found)
        };
        // After the quote that begins it.
        let mut end = special(1).ok_or_else(cut_short)?;
        let is_plain = bytes.get(end) == Some(&b'"');
        while bytes.get(end) == Some(&b'\\') {
            end = special(end + 2).ok_or_else(cut_short)?;
        }
        let text = match rest.get(1..end) {
            Some(plain) if is_plain && !plain.bytes().any(|byte| byte < b' ') => Cow::Borrowed(plain),
            _ => {
                let quoted = rest.get(..=end).unwrap_or_default();
                Cow::Owned(serde_json::from_str(quoted).map_err(|error| said(&error))?)
            }
        };
        self.at += end + 1;
        Ok(text)
    }

    /// Goes past a value of any kind.
    pub(super) fn skip(&mut self) -> Result<(), DecodeError> {
        self.untyped::<IgnoredAny>().map(|_| ())
    }

    /// A value of any kind, as `serde_json` reads it: within its own limit of depth.
    pub(super) fn untyped<T: Deserialize<'de>>(&mut self) -> Result<T, DecodeError> {
        let mut values = serde_json::Deserializer::from_str(self.rest()).into_iter();
        match values.next() {
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            Some(Err(error)) => Err(said(&error)),
            None => Err(cut_short()),
        }
    }
}

pub(super) fn cut_short() -> DecodeError {
    DecodeError::new("the document ends before its values do")
}

/// An error of `serde_json` without its place, which counts from the beginning of a part.
fn said(error: &serde_json::Error) -> DecodeError {
    let text = error.to_string();
    let message = text
        .split_once(" at line ")
        .map_or(text.as_str(), |(message, _)| message);
    DecodeError::new(message)
}
