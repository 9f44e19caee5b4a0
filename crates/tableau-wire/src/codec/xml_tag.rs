//! Start tags: a name and attributes, cut from the document without copying.
//!
//! A decoder spends most of its time here, since Tableau's XML is nearly all attributes. `quick_xml`'s own iterator keeps what is needed to recover
//! from errors and to find duplicates; here an error ends the document, and the types find the duplicates.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::name::QName;

use super::DecodeError;

/// The most attributes that an element may have; Tableau's have about 40.
const MOST: u16 = 256;

/// A start tag.
#[derive(Clone, Copy)]
pub(super) struct Tag<'de> {
    /// The name without a prefix.
    pub(super) name: &'de str,
    /// Whether the element closes at once: `<name/>`.
    pub(super) empty: bool,
    attributes: &'de str,
}

impl<'de> Tag<'de> {
    pub(super) fn new(name: &'de str, attributes: &'de str, empty: bool) -> Self {
        let colon = name.bytes().position(|byte| byte == b':');
        let name = colon.and_then(|colon| name.get(colon + 1..)).unwrap_or(name);
        Self {
            name,
            empty,
            attributes,
        }
    }

    /// Its attributes as they are written.
    pub(super) fn written(&self) -> &'de str {
        self.attributes
    }

    pub(super) fn attributes(&self) -> Attributes<'de> {
        Attributes {
            rest: self.attributes,
            left: MOST,
        }
    }
}

/// The attributes of a start tag that are Tableau's, in order.
pub(super) struct Attributes<'de> {
    rest: &'de str,
    /// How many more there may be.
    left: u16,
}

impl<'de> Attributes<'de> {
    /// The next name and its value, unescaped and normalized.
    pub(super) fn next(&mut self) -> Result<Option<(&'de str, Cow<'de, str>)>, DecodeError> {
        loop {
            let text = self.rest.trim_ascii_start();
            if text.is_empty() {
                return Ok(None);
            }
            let Some(Raw {
                name,
                prefixed,
                value,
                special,
                rest,
            }) = Raw::split(text)
            else {
                let beginning: String = text.chars().take(40).collect();
                return Err(DecodeError::new(format_args!(
                    "malformed attributes: `{beginning}`"
                )));
            };
            self.rest = rest;
            self.left = self.left.checked_sub(1).ok_or_else(too_many)?;
            // `xmlns`, `xmlns:x`, `xsi:type`: none of Tableau's own attributes has a prefix.
            if prefixed || name == "xmlns" {
                continue;
            }
            if !special {
                return Ok(Some((name, Cow::Borrowed(value))));
            }
            let attribute = Attribute {
                key: QName(name),
                value: Cow::Borrowed(value),
            };
            return match attribute.normalized_value(XmlVersion::Implicit1_0) {
                Ok(value) => Ok(Some((name, value))),
                Err(error) => Err(DecodeError::new(error)),
            };
        }
    }
}

fn too_many() -> DecodeError {
    DecodeError::new(format_args!("more than {MOST} attributes in one element"))
}

/// One attribute, unprocessed, and the text after it.
struct Raw<'de> {
    name: &'de str,
    prefixed: bool,
    value: &'de str,
    /// Whether the value needs unescaping or normalizing.
    special: bool,
    rest: &'de str,
}

impl<'de> Raw<'de> {
    fn split(text: &'de str) -> Option<Self> {
        let no_name = |word| {
            below(word, b' ' + 1)
                | equal(word, b'"')
                | equal(word, b'\'')
                | equal(word, b'<')
                | equal(word, b':')
        };
        let (name_end, odd) = find(text.as_bytes(), b'=', no_name)?;
        let (mut name, rest) = (text.get(..name_end)?, text.get(name_end + 1..)?);
        let mut prefixed = false;
        if odd {
            prefixed = name.contains(':');
            // Space before the sign is allowed, and nothing else.
            name = name.trim_ascii_end();
            if name
                .bytes()
                .any(|byte| byte <= b' ' || matches!(byte, b'"' | b'\'' | b'<'))
            {
                return None;
            }
        }
        let (quote, rest) = match rest.strip_prefix('"') {
            Some(rest) => (b'"', rest),
            None => match rest.trim_ascii_start().split_at_checked(1)? {
                ("\"", rest) => (b'"', rest),
                ("'", rest) => (b'\'', rest),
                _ => return None,
            },
        };
        let (value_end, special) = find(rest.as_bytes(), quote, |word| {
            below(word, b' ') | equal(word, b'&')
        })?;
        let (value, rest) = (rest.get(..value_end)?, rest.get(value_end + 1..)?);
        if name.is_empty() {
            return None;
        }
        let ends = matches!(rest.as_bytes().first(), None | Some(b' ' | b'\t' | b'\r' | b'\n'));
        ends.then_some(Self {
            name,
            prefixed,
            value,
            special,
            rest,
        })
    }
}

/// Where `end` is, and whether a byte before it is one of those that `others` marks.
///
/// Eight bytes at a time: attributes are too short for a search by vectors to pay, and too many for one by bytes.
#[inline]
fn find(bytes: &[u8], end: u8, others: impl Fn(u64) -> u64) -> Option<(usize, bool)> {
    const WIDTH: usize = size_of::<u64>();
    let (mut from, mut seen) = (0, 0);
    // A mark may be false only above a true one, so what is below the first hit is right.
    let found = |from, seen, hits: u64, others: u64| {
        let before = (hits & hits.wrapping_neg()) - 1;
        Some((
            from + hits.trailing_zeros() as usize / 8,
            (seen | others & before) != 0,
        ))
    };
    let (chunks, rest) = bytes.as_chunks::<WIDTH>();
    for chunk in chunks {
        let word = u64::from_le_bytes(*chunk);
        let hits = equal(word, end);
        if hits != 0 {
            return found(from, seen, hits, others(word));
        }
        seen |= others(word);
        from += WIDTH;
    }
    let word = rest
        .iter()
        .rev()
        .fold(0, |word, byte| word << 8 | u64::from(*byte));
    // Nothing is looked for that is 0, and zeros stand above what was there.
    let hits = equal(word, end);
    if hits == 0 {
        None
    } else {
        found(from, seen, hits, others(word))
    }
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Marks, by its high bit, the first byte that is less than `limit` (which is at most 128).
fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(LOW_BITS * u64::from(limit)) & !word & HIGH_BITS
}

/// Marks, by its high bit, the first byte that is equal to `byte`.
fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (LOW_BITS * u64::from(byte)), 1)
}

#[cfg(test)]
mod tests {
    use super::{below, equal, find};

    /// Every place and every length, against the plain way to search.
    #[test]
    fn finds_what_a_search_by_bytes_finds() {
        let alphabet = [b'a', b'=', b'&', 0x1f, b' ', b'"', 0x7f, 0x80, 0xa6, 0xff];
        let mut state = 1_u64;
        for round in 0..20_000 {
            let bytes: Vec<u8> = (0..round % 37)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    let choice = (state >> 33) as usize;
                    if !choice.is_multiple_of(3) {
                        b'a'
                    } else {
                        alphabet[choice % alphabet.len()]
                    }
                })
                .collect();
            let expected = bytes
                .iter()
                .position(|byte| *byte == b'"')
                .map(|at| (at, bytes[..at].iter().any(|byte| *byte == b'&' || *byte < b' ')));
            let found = find(&bytes, b'"', |word| below(word, b' ') | equal(word, b'&'));
            assert_eq!(found, expected, "{bytes:?}");
        }
    }
}
