//! Points in time.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::codec::read_by_text;

/// A point in time as Tableau writes it: ISO 8601 in UTC, such as `2026-11-22T08:15:00Z`.
///
/// Reading never fails: a list of a thousand workbooks is not lost for one odd date. What could not be understood is kept as text, and
/// [`instant`](Self::instant) is `None`; an empty text is not a time, and its field is left out.
///
/// `jiff::Timestamp` is part of the interface of this crate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(Repr);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    At(jiff::Timestamp),
    Other(String),
}

impl Timestamp {
    /// The instant, if the text was one.
    #[must_use]
    pub fn instant(&self) -> Option<jiff::Timestamp> {
        match self.0 {
            Repr::At(instant) => Some(instant),
            Repr::Other(_) => None,
        }
    }

    fn read(text: &str) -> Self {
        text.parse()
            .unwrap_or_else(|InvalidTimestamp(text)| Self(Repr::Other(text)))
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(Repr::At(instant))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::At(instant) => fmt::Display::fmt(instant, f),
            Repr::Other(text) => f.write_str(text),
        }
    }
}

/// A text that is not a point in time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidTimestamp(String);

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a date and time; they look like 2026-11-22T08:15:00Z",
            self.0
        )
    }
}

impl std::error::Error for InvalidTimestamp {}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        if let Some(instant) = usual(text) {
            return Ok(Self(Repr::At(instant)));
        }
        if let Ok(instant) = text.parse() {
            return Ok(Self(Repr::At(instant)));
        }
        // Without an offset it is UTC, as everything else that Tableau writes.
        let local = text.parse::<jiff::civil::DateTime>().ok();
        let instant = local.and_then(|time| jiff::tz::Offset::UTC.to_timestamp(time).ok());
        instant
            .map(Self::from)
            .ok_or_else(|| InvalidTimestamp(text.to_owned()))
    }
}

/// An instant in the form that Tableau writes, `2026-11-22T08:15:00Z`; `None` for any other. Long lists have three of them an item, and the parser of all of
/// ISO 8601 takes several times as long.
fn usual(text: &str) -> Option<jiff::Timestamp> {
    let &[
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'Z',
    ] = text.as_bytes()
    else {
        return None;
    };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
    let two = |tens, ones| Some(10 * digit(tens)? + digit(ones)?);
    let part = |tens, ones| i8::try_from(two(tens, ones)?).ok();
    let (year, month, day) = (100 * two(y1, y2)? + two(y3, y4)?, part(m1, m2)?, part(d1, d2)?);
    let (hour, minute, second) = (part(h1, h2)?, part(n1, n2)?, part(s1, s2)?);
    let time = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(time).ok()
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

// Some servers write an empty text for a time in the future (`completedAt=""`).
read_by_text! { Timestamp, |text| match text.trim() {
    "" => Err(InvalidTimestamp(String::new()).to_string()),
    _ => Ok(Self::read(text)),
} }

#[cfg(feature = "arbitrary")]
impl<'a> arbitrary::Arbitrary<'a> for Timestamp {
    fn arbitrary(u: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
        if u.ratio(1, 8)? {
            return String::arbitrary(u).map(|text| Self::read(&format!("about {text}")));
        }
        let (min, max) = (jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
        let second = u.int_in_range(min..=max)?;
        jiff::Timestamp::from_second(second)
            .map(Self::from)
            .map_err(|_| arbitrary::Error::IncorrectFormat)
    }
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, usual};

    #[test]
    fn the_usual_form_is_read_as_the_parser_of_all_forms_reads_it() {
        for text in [
            "2026-11-22T08:15:07Z",
            "1969-12-31T23:59:59Z",
            "2024-02-29T00:00:00Z",
            "0001-01-01T00:00:00Z",
            "9999-12-30T22:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z",
            "2026-01-01T0a:00:00Z",
            "20é-01-01T00:00:00Z",
        ] {
            assert_eq!(usual(text), text.parse().ok(), "{text}");
        }
        // Forms that only the other parser knows.
        for text in [
            "2026-11-22T08:15:60Z",
            "2026-11-22T08:15:00.5Z",
            "2026-11-22T10:15:00+02:00",
        ] {
            assert_eq!(usual(text), None, "{text}");
            assert!(text.parse::<Timestamp>().is_ok(), "{text}");
        }
    }
}
