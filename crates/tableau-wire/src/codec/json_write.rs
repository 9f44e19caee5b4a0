//! Writing serde types as Tableau's JSON.

use std::io;

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter};

use super::EncodeError;

pub(super) fn to_vec<T: Serialize>(value: &T) -> Result<Vec<u8>, EncodeError> {
    write(value, Counts { are_texts: true })
}

/// A value as JSON whose numbers are numbers, for callers that have no use for its type.
///
/// It is written and read again: with the serializer of `serde_json` for its own values, the writer of each type would exist once more in every program.
pub(super) fn to_value<T: Serialize>(value: &T) -> Result<serde_json::Value, EncodeError> {
    serde_json::from_str(&to_text(value)?).map_err(EncodeError::new)
}

/// JSON whose numbers are numbers.
pub(super) fn to_text<T: Serialize>(value: &T) -> Result<String, EncodeError> {
    let text = write(value, Counts { are_texts: false })?;
    String::from_utf8(text).map_err(EncodeError::new)
}

fn write<T: Serialize>(value: &T, counts: Counts) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::with_capacity(256);
    value
        .serialize(&mut serde_json::Serializer::with_formatter(&mut out, counts))
        .map_err(EncodeError::new)?;
    Ok(out)
}

/// Numbers that the schema calls `nonNegativeInteger` or `positiveInteger` are strings in Tableau's JSON, as recorded for pagination and error
/// codes; the other numbers (`int`, `long`) and booleans are not. Unsigned fields are the former, signed ones the latter.
struct Counts {
    are_texts: bool,
}

macro_rules! quoted {
    ($($method:ident $ty:ty),*) => {$(
        fn $method<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: $ty) -> io::Result<()> {
            match self.are_texts {
                true => write!(writer, "\"{value}\""),
                false => write!(writer, "{value}"),
            }
        }
    )*};
}

impl Formatter for Counts {
    quoted!(write_u8 u8, write_u16 u16, write_u32 u32, write_u64 u64);

    fn write_i64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        CompactFormatter.write_i64(writer, value)
    }
}
