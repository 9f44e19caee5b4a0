//! The inside of an object or a list, and the values that stand for one.

use std::borrow::Cow;

use super::cursor::{self, Cursor, Kind};
use super::{DecodeError, ValueReader, check};

/// Where an object or a list ends that is not written as one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It is empty.
    Reached,
    /// It is one value, without brackets around it.
    AfterOne,
}

/// The inside of an object or a list.
pub(super) struct Inside<'c, 'de> {
    pub(super) cursor: &'c mut Cursor<'de>,
    left: u8,
    end: Option<End>,
    closing: u8,
    is_first: bool,
}

impl<'c, 'de> Inside<'c, 'de> {
    pub(super) fn begin(reader: ValueReader<'c, 'de>, end: Option<End>, opening: u8, closing: u8) -> Self {
        let ValueReader { cursor, left } = reader;
        if end.is_none() {
            // The bracket was seen; this goes to it.
            let _ = cursor.take(opening);
            cursor.entered = Some(cursor.at);
        }
        Self {
            cursor,
            left: if end.is_none() {
                left.saturating_sub(1)
            } else {
                left
            },
            end,
            closing,
            is_first: true,
        }
    }

    /// Whether another value follows; goes to it.
    pub(super) fn goes_on(&mut self) -> Result<bool, DecodeError> {
        match self.end {
            Some(End::Reached) => return Ok(false),
            Some(End::AfterOne) => {
                self.end = Some(End::Reached);
                return Ok(true);
            }
            None if self.cursor.take(self.closing) => {
                self.end = Some(End::Reached);
                return Ok(false);
            }
            None => {}
        }
        if !std::mem::take(&mut self.is_first) && !self.cursor.take(b',') {
            return Err(match self.cursor.is_at_end() {
                true => cursor::cut_short(),
                false => DecodeError::new("`,` or the end of the list or object was expected"),
            });
        }
        Ok(true)
    }

    /// The name of a member.
    pub(super) fn name(&mut self) -> Result<Cow<'de, str>, DecodeError> {
        if self.cursor.kind()? != Kind::Text {
            return Err(DecodeError::new("the name of a member was expected"));
        }
        let name = self.cursor.text()?;
        match self.cursor.take(b':') {
            true => Ok(name),
            false => Err(DecodeError::new("`:` was expected")),
        }
    }

    pub(super) fn value(&mut self) -> Result<ValueReader<'_, 'de>, DecodeError> {
        check(self.left)?;
        Ok(ValueReader {
            cursor: &mut *self.cursor,
            left: self.left,
        })
    }
}
