//! Points in time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::deserialize_by;

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

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Some servers write an empty text for a time in the future (`completedAt=""`).
        deserialize_by(deserializer, |text| match text.trim() {
            "" => Err(InvalidTimestamp(String::new()).to_string()),
            _ => Ok(Self::read(text)),
        })
    }
}

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
