//! Reading Tableau's JSON into serde types, leniently.
//!
//! Where a type expects a number, a boolean or a text, any of the three spellings is accepted; for a list, one object, `null` or nothing is accepted,
//! and for one value the first of a list. In answers, a scalar that its field cannot read is left out, if the field may be absent.

mod cursor;

use std::borrow::Cow;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Unexpected, Visitor};

use super::DecodeError;
use super::read::{Each, EachItem, Member, Read, Reader, Seen, Source, position};
use super::scalar::{self, Scalar};
use cursor::{Cursor, Kind, Number};

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

macro_rules! numbers {
    ($expected:literal: $($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
            self.number(visitor, $expected)
        }
    )*};
}

impl<'de> Deserializer<'de> for ValueReader<'_, 'de> {
    type Error = DecodeError;

    numbers! { "a number": deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_f32 deserialize_f64 }
    numbers! { "a number that is not negative": deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 }

    fn deserialize_any<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.token()? {
            Some(Token::Null) => visitor.visit_unit(),
            Some(Token::Boolean(value)) => visitor.visit_bool(value),
            Some(Token::Number(Number::Unsigned(value))) => visitor.visit_u64(value),
            Some(Token::Number(Number::Signed(value))) => visitor.visit_i64(value),
            Some(Token::Number(Number::Float(value))) => visitor.visit_f64(value),
            Some(Token::Text(Cow::Borrowed(text))) => visitor.visit_borrowed_str(text),
            Some(Token::Text(Cow::Owned(text))) => visitor.visit_string(text),
            None if self.cursor.kind()? == Kind::List => self.items(visitor, None),
            None => self.members(visitor, false),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        const EXPECTED: &str = "true or false";
        let token = self.scalar(EXPECTED)?;
        let value = match &token {
            Token::Boolean(value) => Some(*value),
            Token::Number(Number::Unsigned(number @ (0 | 1))) => Some(*number == 1),
            Token::Text(text) => scalar::boolean(text),
            _ => None,
        };
        visitor.visit_bool(value.ok_or_else(|| token.unexpected(EXPECTED))?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.scalar("a text")? {
            Token::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Token::Text(Cow::Owned(text)) => visitor.visit_string(text),
            // For a required text; `Option` has handled `null` before.
            Token::Null => visitor.visit_str(""),
            Token::Boolean(value) => visitor.visit_str(if value { "true" } else { "false" }),
            Token::Number(Number::Unsigned(value)) => visitor.visit_string(value.to_string()),
            Token::Number(Number::Signed(value)) => visitor.visit_string(value.to_string()),
            Token::Number(Number::Float(value)) => visitor.visit_string(value.to_string()),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        if self.cursor.kind()? != Kind::Null {
            return visitor.visit_some(self);
        }
        self.cursor.null()?;
        visitor.visit_none()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        match self.end_of_list()? {
            Some(end) => self.items(visitor, end),
            None => self.deserialize_any(visitor),
        }
    }

    /// `null`, an empty text and an empty list are an object without members; of several objects the first counts.
    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, DecodeError> {
        let first = self.first()?;
        let cursor = &mut *self.cursor;
        let mut inside = ValueReader {
            cursor,
            left: self.left,
        };
        let value = match first.is_missing {
            true => inside.members(visitor, true),
            false => match inside.cursor.kind()? {
                Kind::Object => inside.members(visitor, false),
                Kind::Null => {
                    inside.cursor.null()?;
                    inside.members(visitor, true)
                }
                Kind::Text => match inside.token()? {
                    Some(Token::Text(text)) if !text.trim().is_empty() => visitor.visit_str(&text),
                    _ => inside.members(visitor, true),
                },
                _ => inside.deserialize_any(visitor),
            },
        }?;
        leave(self.cursor, first.lists)?;
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        match self.scalar("a name")? {
            Token::Text(text) => Scalar(text).deserialize_enum(name, variants, visitor),
            other => Err(other.unexpected("a name")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DecodeError> {
        self.cursor.skip()?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

/// Where an object or a list ends that is not written as one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It is empty.
    Reached,
    /// It is one value, without brackets around it.
    AfterOne,
}

/// The inside of an object or a list.
struct Inside<'c, 'de> {
    cursor: &'c mut Cursor<'de>,
    left: u8,
    end: Option<End>,
    closing: u8,
    is_first: bool,
}

impl<'c, 'de> Inside<'c, 'de> {
    fn begin(reader: ValueReader<'c, 'de>, end: Option<End>, opening: u8, closing: u8) -> Self {
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
    fn goes_on(&mut self) -> Result<bool, DecodeError> {
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
    fn name(&mut self) -> Result<Cow<'de, str>, DecodeError> {
        if self.cursor.kind()? != Kind::Text {
            return Err(DecodeError::new("the name of a member was expected"));
        }
        let name = self.cursor.text()?;
        match self.cursor.take(b':') {
            true => Ok(name),
            false => Err(DecodeError::new("`:` was expected")),
        }
    }

    fn value(&mut self) -> Result<ValueReader<'_, 'de>, DecodeError> {
        check(self.left)?;
        Ok(ValueReader {
            cursor: &mut *self.cursor,
            left: self.left,
        })
    }

    /// Goes past what was not read.
    fn finish(
        mut self,
        mut pass: impl FnMut(&mut Self) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        while self.goes_on()? {
            pass(&mut self)?;
        }
        Ok(())
    }
}

struct Members<'c, 'de>(Inside<'c, 'de>);

impl<'de> MapAccess<'de> for &mut Members<'_, 'de> {
    type Error = DecodeError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, DecodeError> {
        if !self.0.goes_on()? {
            return Ok(None);
        }
        let name = self.0.name()?;
        seed.deserialize(Scalar(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, DecodeError> {
        seed.deserialize(self.0.value()?)
    }
}

struct List<'c, 'de>(Inside<'c, 'de>);

impl<'de> SeqAccess<'de> for &mut List<'_, 'de> {
    type Error = DecodeError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, DecodeError> {
        match self.0.goes_on()? {
            true => seed.deserialize(self.0.value()?).map(Some),
            false => Ok(None),
        }
    }
}
