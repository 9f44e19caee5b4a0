//! Reading Tableau's JSON into serde types, leniently.
//!
//! Where a type expects a number, a boolean or a text, any of the three spellings is accepted; for a list, one object, `null` or nothing is accepted,
//! and for one value the first of a list. In answers, a scalar that its field cannot read is left out, if the field may be absent.

mod by_serde;
mod cursor;
mod inside;

use std::borrow::Cow;

use serde::de::{Error as _, Unexpected, Visitor};

use super::DecodeError;
use super::read::{Each, EachItem, Member, Read, Reader, Seen, Source, position};
use super::scalar::{self, Scalar};
use by_serde::{List, Members};
use cursor::{Cursor, Kind, Number};
use inside::{End, Inside};

/// Which documents are read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Answer,
    Request,
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
    let mut cursor = Cursor::new(text, reading == Reading::Answer);
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

/// A value that is neither an object nor a list.
enum Token<'de> {
    Null,
    Boolean(bool),
    Number(Number),
    Text(Cow<'de, str>),
}

impl Token<'_> {
    fn unexpected(&self, expected: &str) -> DecodeError {
        let found = match self {
            Self::Null => Unexpected::Unit,
            Self::Boolean(value) => Unexpected::Bool(*value),
            Self::Number(Number::Unsigned(value)) => Unexpected::Unsigned(*value),
            Self::Number(Number::Signed(value)) => Unexpected::Signed(*value),
            Self::Number(Number::Float(value)) => Unexpected::Float(*value),
            Self::Text(text) => return DecodeError::invalid_value(Unexpected::Str(text), &expected),
        };
        DecodeError::invalid_type(found, &expected)
    }
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
    fn token(&mut self) -> Result<Option<Token<'de>>, DecodeError> {
        Ok(Some(match self.cursor.kind()? {
            Kind::Null => {
                self.cursor.null()?;
                Token::Null
            }
            Kind::Boolean => Token::Boolean(self.cursor.boolean()?),
            Kind::Number => Token::Number(self.cursor.number()?),
            Kind::Text => Token::Text(self.cursor.text()?),
            Kind::List | Kind::Object => return Ok(None),
        }))
    }

    /// A scalar, or the first of a list of them.
    fn scalar(mut self, expected: &str) -> Result<Token<'de>, DecodeError> {
        let first = self.first()?;
        let token = match first.is_missing {
            true => Some(Token::Null),
            false => self.token()?,
        };
        let token = token.ok_or_else(|| DecodeError::invalid_type(Unexpected::Map, &expected))?;
        leave(self.cursor, first.lists)?;
        Ok(token)
    }

    fn number<V: Visitor<'de>>(self, visitor: V, expected: &'static str) -> Result<V::Value, DecodeError> {
        let number = match self.scalar(expected)? {
            Token::Number(number) => number,
            Token::Text(text) => {
                let digits = text.trim();
                let whole = digits.parse().map(Number::Unsigned).ok();
                let whole = whole.or_else(|| digits.parse().map(Number::Signed).ok());
                let number = whole.or_else(|| digits.parse().map(Number::Float).ok());
                number.ok_or_else(|| DecodeError::invalid_value(Unexpected::Str(&text), &expected))?
            }
            other => return Err(other.unexpected(expected)),
        };
        match number {
            Number::Unsigned(value) => visitor.visit_u64(value),
            Number::Signed(value) => visitor.visit_i64(value),
            // A whole number may be written with a point.
            Number::Float(value) => match scalar::whole(value).and_then(|digits| digits.parse().ok()) {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_f64(value),
            },
        }
    }

    /// The same value once more, for one who may come back to it.
    pub(super) fn again(&mut self) -> ValueReader<'_, 'de> {
        ValueReader {
            cursor: &mut *self.cursor,
            left: self.left,
        }
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
        if !cursor.is_answer || cursor.entered.is_some_and(|entered| entered > start) {
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

    /// `null`, an empty text and an empty list are an object without members; of several objects the first counts.
    pub(super) fn each_member(
        mut self,
        names: &[&str],
        once: bool,
        each: Each<'_, 'de>,
    ) -> Result<(), DecodeError> {
        let first = self.first()?;
        let is_empty = first.is_missing || self.is_without_members()?;
        let end = is_empty.then_some(End::Reached);
        let mut inside = Inside::begin(self.again(), end, b'{', b'}');
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
        leave(self.cursor, first.lists)
    }

    /// Whether it stands for an object without members, which is passed; an error if it is none.
    fn is_without_members(&mut self) -> Result<bool, DecodeError> {
        match self.token()? {
            None if self.cursor.kind()? == Kind::Object => Ok(false),
            None => Err(DecodeError::invalid_type(Unexpected::Seq, &MEMBERS)),
            Some(Token::Null) => Ok(true),
            Some(Token::Text(text)) if text.trim().is_empty() => Ok(true),
            Some(Token::Text(text)) => Err(DecodeError::invalid_type(Unexpected::Str(&text), &MEMBERS)),
            Some(other) => Err(other.unexpected(MEMBERS)),
        }
    }

    /// `null` and an empty text are no items, one object or text is one item.
    pub(super) fn each_item(mut self, each: EachItem<'_, 'de>) -> Result<(), DecodeError> {
        let Some(end) = self.end_of_list()? else {
            return Err(match self.token()? {
                Some(other) => other.unexpected("a list"),
                None => DecodeError::new("a list was expected"),
            });
        };
        let mut inside = Inside::begin(self, end, b'[', b']');
        while inside.goes_on()? {
            each(Reader(Source::Json(inside.value()?)))?;
        }
        Ok(())
    }

    /// Where a list ends that is written as something else; `None` if it is no list.
    fn end_of_list(&mut self) -> Result<Option<Option<End>>, DecodeError> {
        Ok(Some(match self.cursor.kind()? {
            Kind::Null => {
                self.cursor.null()?;
                Some(End::Reached)
            }
            Kind::Text => {
                let start = self.cursor.at;
                if self.cursor.text()?.trim().is_empty() {
                    Some(End::Reached)
                } else {
                    self.cursor.at = start;
                    Some(End::AfterOne)
                }
            }
            Kind::Object => Some(End::AfterOne),
            Kind::List => None,
            Kind::Boolean | Kind::Number => return Ok(None),
        }))
    }

    fn members<V: Visitor<'de>>(self, visitor: V, is_empty: bool) -> Result<V::Value, DecodeError> {
        let mut members = Members(Inside::begin(self, is_empty.then_some(End::Reached), b'{', b'}'));
        let value = visitor.visit_map(&mut members)?;
        members.0.finish(|inside| {
            inside.name()?;
            inside.cursor.skip()
        })?;
        Ok(value)
    }

    fn items<V: Visitor<'de>>(self, visitor: V, end: Option<End>) -> Result<V::Value, DecodeError> {
        let mut items = List(Inside::begin(self, end, b'[', b']'));
        let value = visitor.visit_seq(&mut items)?;
        items.0.finish(|inside| inside.cursor.skip())?;
        Ok(value)
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
