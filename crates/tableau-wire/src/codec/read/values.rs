//! How texts, numbers, lists and what may be missing are read.

use std::borrow::Cow;

use super::{DecodeError, Read, Reader, Source, passed};
use crate::codec::scalar::Number;

impl Read for String {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        reader.text().map(Cow::into_owned)
    }
}

impl Read for bool {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        reader.scalar("true or false")?.boolean().map_err(passed)
    }
}

macro_rules! read_numbers {
    ($expected:literal: $($name:ty)*) => {$(
        impl Read for $name {
            fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
                let number = reader.scalar($expected)?.number($expected);
                number.and_then(Number::fit).map_err(passed)
            }
        }
    )*};
}

read_numbers! { "a number": i32 i64 f64 }
read_numbers! { "a number that is not negative": u8 u16 u32 u64 }

/// Any value, without a type.
impl Read for serde_json::Value {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        match reader.0 {
            Source::Json(reader) => reader.untyped(),
            Source::Xml(reader) => reader.untyped(),
        }
    }
}

impl<T: Read> Read for Option<T> {
    fn read(mut reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        if let Source::Json(json) = &mut reader.0
            && json.take_null()?
        {
            return Ok(None);
        }
        T::read(reader).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Read> Read for Box<T> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        T::read(reader).map(Self::new)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(reader: Reader<'_, '_>) -> Result<Self, DecodeError> {
        let mut items = Self::new();
        reader.items(&mut |item| {
            items.push(T::read(item)?);
            Ok(())
        })?;
        Ok(items)
    }
}
