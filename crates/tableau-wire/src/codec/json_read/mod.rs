//! Reading Tableau's JSON, leniently.
//!
//! Where a type expects a number, a boolean or a text, any of the three spellings is accepted; for a list, one object, `null` or nothing is accepted,
//! and for one value the first of a list. In answers, a scalar that its field cannot read is left out, if the field may be absent.

mod cursor;
mod inside;

use std::borrow::Cow;

use serde::de::{Error as _, Unexpected};

use super::DecodeError;
use super::read::{Each, EachItem, EachNamed, Member, Read, Reader, Seen, Source, position};
use super::scalar::Scalar;
use cursor::{Cursor, Kind};
use inside::{End, Inside};

/// Which documents are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Leniently.
    Answer,
    /// Strictly, and without texts that XML could not carry: servers read both formats alike.
    Request,
    /// A value that is part of no message, strictly.
    Value,
}

/// What is expected where a struct is read.
const MEMBERS: &str = "an object";

/// The greatest depth of objects and lists that is read. An element of XML is up to two of them.
const MAX_DEPTH: u8 = 96;

pub(super) fn from_slice<T: Read>(bytes: &[u8], reading: Reading) -> Result<T, DecodeError> {
    let mut value = None;
    whole(bytes, reading, &mut |reader| {
        value = Some(T::read(reader)?);
        Ok(())
    })?;
    value.ok_or_else(cursor::cut_short)
}

fn whole(
    bytes: &[u8],
    reading: Reading,
    read: &mut dyn FnMut(Reader<'_, '_>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| DecodeError::new("not UTF-8").at(error.valid_up_to() as u64))?;
    let mut cursor = Cursor::new(text, reading);
    let result = read(Reader(Source::Json(ValueReader {
        cursor: &mut cursor,
        left: MAX_DEPTH,
    })));
    let result = result.and_then(|()| match cursor.is_at_end() {
        true => Ok(()),
        false => Err(DecodeError::new("something follows the value")),
    });
    result.map_err(|error| error.at(cursor.at as u64))
}

/// A value that is about to be read.
pub(super) struct ValueReader<'c, 'de> {
    cursor: &'c mut Cursor<'de>,
    /// How much deeper it may go.
    left: u8,
}

/// What takes the place of one value where a list may stand: its first item.
struct First {
    /// How many lists are open around it.
    lists: u32,
    /// Whether the innermost list is empty.
    is_missing: bool,
}

impl<'c, 'de> ValueReader<'c, 'de> {
    /// Goes to the first item, if this is a list.
    fn first(&mut self) -> Result<First, DecodeError> {
        let mut first = First {
            lists: 0,
            is_missing: false,
        };
        while self.cursor.kind()? == Kind::List {
            check(self.left)?;
            self.left -= 1;
            self.cursor.take(b'[');
            if self.cursor.take(b']') {
                first.is_missing = true;
                return Ok(first);
            }
            first.lists += 1;
        }
        Ok(first)
    }

    /// The next value as it is, if it is neither an object nor a list.
    fn token(&mut self) -> Result<Option<Scalar<'de>>, DecodeError> {
        Ok(Some(match self.cursor.kind()? {
            Kind::Null => {
                self.cursor.null()?;
                Scalar::Null
            }
            Kind::Boolean => Scalar::Boolean(self.cursor.boolean()?),
            Kind::Number => Scalar::Number(self.cursor.number()?),
            Kind::Text => Scalar::Text(self.cursor.text()?),
            Kind::List | Kind::Object => return Ok(None),
        }))
    }

    /// A scalar, or the first of a list of them.
    pub(super) fn scalar(mut self, expected: &str) -> Result<Scalar<'de>, DecodeError> {
        let first = self.first()?;
        let scalar = match first.is_missing {
            true => Some(Scalar::Null),
            false => self.token()?,
        };
        let scalar = scalar.ok_or_else(|| DecodeError::invalid_type(Unexpected::Map, &expected))?;
        leave(self.cursor, first.lists)?;
        Ok(scalar)
    }

    /// A value of any kind.
    pub(super) fn untyped(self) -> Result<serde_json::Value, DecodeError> {
        self.cursor.untyped()
    }

    /// Whether it is a text.
    pub(super) fn is_text(&mut self) -> Result<bool, DecodeError> {
        Ok(self.cursor.kind()? == Kind::Text)
    }

    /// The same value once more, for one who may come back to it.
    pub(super) fn again(&mut self) -> ValueReader<'_, 'de> {
        ValueReader {
            cursor: &mut *self.cursor,
            left: self.left,
        }
    }

    /// Whether it is part of a request.
    pub(super) fn is_request(&self) -> bool {
        self.cursor.reading == Reading::Request
    }

    /// Where it begins.
    pub(super) fn start(&mut self) -> Result<usize, DecodeError> {
        self.cursor.kind()?;
        Ok(self.cursor.at)
    }

    pub(super) fn ignore(self) -> Result<(), DecodeError> {
        self.cursor.skip()
    }

    /// Goes past a value that could not be read, if it is a scalar of an answer; gives the error back if not.
    pub(super) fn pass(&mut self, error: DecodeError, start: usize) -> Result<DecodeError, DecodeError> {
        let cursor = &mut *self.cursor;
        if cursor.reading != Reading::Answer || cursor.entered.is_some_and(|entered| entered > start) {
            return Err(error);
        }
        cursor.at = start;
        cursor.skip()?;
        Ok(error)
    }

    /// Goes past `null`, if it is that.
    pub(super) fn take_null(&mut self) -> Result<bool, DecodeError> {
        let is_null = self.cursor.kind()? == Kind::Null;
        if is_null {
            self.cursor.null()?;
        }
        Ok(is_null)
    }

    /// The members with these names; with `once`, a name may come once.
    pub(super) fn each_member(
        mut self,
        names: &[&str],
        once: bool,
        each: Each<'_, 'de>,
    ) -> Result<(), DecodeError> {
        let (mut inside, lists) = match self.object()? {
            Ok(object) => object,
            Err(text) => return Err(DecodeError::invalid_type(Unexpected::Str(&text), &MEMBERS)),
        };
        let (mut seen, mut next) = (Seen::default(), 0);
        while inside.goes_on()? {
            let name = inside.name()?;
            let value = Member(Source::Json(inside.value()?));
            match position(names, &name, &mut next) {
                Some(index) if once && !seen.is_first(index) => {
                    return Err(DecodeError::new(format_args!("duplicate field `{name}`")));
                }
                Some(index) => each(index, value)?,
                None => value.ignore()?,
            }
        }
        leave(inside.cursor, lists)
    }

    /// All members; of something that is a text, the text.
    pub(super) fn each_named(
        mut self,
        each: EachNamed<'_, 'de>,
    ) -> Result<Option<Cow<'de, str>>, DecodeError> {
        let (mut inside, lists) = match self.object()? {
            Ok(object) => object,
            Err(text) => return Ok(Some(text)),
        };
        while inside.goes_on()? {
            let name = inside.name()?;
            each(&name, Member(Source::Json(inside.value()?)))?;
        }
        leave(inside.cursor, lists)?;
        Ok(None)
    }

    /// The inside of an object, and how many lists are open around it; of something that is a text, the text.
    ///
    /// `null`, an empty text and an empty list are an object without members; of several objects the first counts.
    fn object(&mut self) -> Result<Result<(Inside<'_, 'de>, u32), Cow<'de, str>>, DecodeError> {
        let first = self.first()?;
        let end = match first.is_missing {
            true => Some(End::Reached),
            false => match self.token()? {
                None if self.cursor.kind()? == Kind::Object => None,
                None => return Err(DecodeError::invalid_type(Unexpected::Seq, &MEMBERS)),
                Some(Scalar::Null) => Some(End::Reached),
                Some(Scalar::Text(text)) if text.trim().is_empty() => Some(End::Reached),
                Some(Scalar::Text(text)) => {
                    leave(self.cursor, first.lists)?;
                    return Ok(Err(text));
                }
                Some(other) => return Err(other.unexpected(MEMBERS)),
            },
        };
        Ok(Ok((Inside::begin(self.again(), end, b'{', b'}'), first.lists)))
    }

    /// `null` and an empty text are no items, one object or text is one item.
    pub(super) fn each_item(self, each: EachItem<'_, 'de>) -> Result<(), DecodeError> {
        let end = match self.cursor.kind()? {
            Kind::List => None,
            Kind::Object => Some(End::AfterOne),
            Kind::Null => {
                self.cursor.null()?;
                Some(End::Reached)
            }
            Kind::Text => {
                let start = self.cursor.at;
                let is_blank = self.cursor.text()?.trim().is_empty();
                if !is_blank {
                    self.cursor.at = start;
                }
                Some(if is_blank { End::Reached } else { End::AfterOne })
            }
            Kind::Boolean | Kind::Number => {
                const EXPECTED: &str = "a list";
                return Err(self.scalar(EXPECTED)?.unexpected(EXPECTED));
            }
        };
        let mut inside = Inside::begin(self, end, b'[', b']');
        while inside.goes_on()? {
            each(Reader(Source::Json(inside.value()?)))?;
        }
        Ok(())
    }
}

/// Goes past what is left of the lists around a value.
fn leave(cursor: &mut Cursor<'_>, lists: u32) -> Result<(), DecodeError> {
    for _ in 0..lists {
        while !cursor.take(b']') {
            if !cursor.take(b',') {
                return Err(DecodeError::new("`,` or `]` was expected"));
            }
            cursor.skip()?;
        }
    }
    Ok(())
}

/// Before a value in an object or a list is read.
fn check(left: u8) -> Result<(), DecodeError> {
    if left > 0 {
        return Ok(());
    }
    Err(DecodeError::new(format_args!(
        "more than {MAX_DEPTH} objects and lists inside one another"
    )))
}
