//! Versions of the REST API.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::codec::read_by_text;

/// A version of the REST API, such as 3.29; versions are ordered.
///
/// ```
/// use tableau_wire::Version;
///
/// assert!(Version::new(3, 9) < Version::new(3, 29));
/// assert_eq!("3.29".parse(), Ok(Version::new(3, 29)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Version {
    major: u16,
    minor: u16,
}

impl Version {
    /// The version at which a client asks a server it does not know yet for its version.
    ///
    /// Server Info exists since 2.4 (Tableau Server 10.1), and every newer server answers there.
    pub const BOOTSTRAP: Self = Self::new(2, 4);

    /// The newest version that this library knows (Tableau Server 2026.2).
    pub const NEWEST: Self = Self::new(3, 29);

    /// A version from its two numbers.
    #[must_use]
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// The later one of two versions.
    pub(crate) const fn later(self, other: Self) -> Self {
        let is_later = self.major > other.major || (self.major == other.major && self.minor > other.minor);
        if is_later { self } else { other }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A text that is not a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidVersion(String);

impl fmt::Display for InvalidVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an API version; versions look like 3.29", self.0)
    }
}

impl std::error::Error for InvalidVersion {}

impl FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, InvalidVersion> {
        // Digits only: `u16::from_str` would take a sign as well.
        let number = |part: &str| {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| part.parse().ok()).flatten()
        };
        text.trim()
            .split_once('.')
            .and_then(|(major, minor)| Some(Self::new(number(major)?, number(minor)?)))
            .ok_or_else(|| InvalidVersion(text.to_owned()))
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Version {
    /// The version that a server's text begins with: 3.29 of `3.29.1`, `v3.29` and `3.29-beta`.
    ///
    /// Some servers give more than two numbers, or none.
    fn leading(text: &str) -> Option<Self> {
        let (major, rest) = text.trim().trim_start_matches(['v', 'V']).split_once('.')?;
        let end = rest
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(rest.len());
        format!("{major}.{}", rest.get(..end)?).parse().ok()
    }
}

read_by_text! { Version, |text| Self::leading(text).ok_or_else(|| InvalidVersion(text.to_owned()).to_string()) }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_what_the_text_of_a_server_begins_with() {
        for (text, version) in [
            ("3.29", Some((3, 29))),
            (" 3.29\n", Some((3, 29))),
            ("3.29.1", Some((3, 29))),
            ("3.29.0.17", Some((3, 29))),
            ("3.29-beta", Some((3, 29))),
            ("v3.7", Some((3, 7))),
            ("Unknown", None),
            ("", None),
            ("3", None),
            ("3.x", None),
            ("-3.2", None),
            ("2026.99999999", None),
        ] {
            let expected = version.map(|(major, minor)| Version::new(major, minor));
            assert_eq!(Version::leading(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_users_write_is_a_version_to_the_letter() {
        assert_eq!("3.29".parse(), Ok(Version::new(3, 29)));
        for text in ["3.29.1", "v3.29", "3", "three", ""] {
            assert!(text.parse::<Version>().is_err(), "{text:?}");
        }
    }
}
