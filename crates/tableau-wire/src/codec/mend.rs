//! Answers with halves of surrogate pairs, as programs in Java and JavaScript write them: one odd character must not cost a list of a thousand.
//! Bytes that are not UTF-8 stay an error: what damaged them may have damaged more.

use std::fmt::Write as _;

use super::Format;

/// How many bytes a reference has at most: longer ones name no character.
const LONGEST: usize = 16;

/// The document with halves that belong together joined, and other references to no character replaced by U+FFFD; `None` if there are none.
pub(super) fn mended(bytes: &[u8], format: Format) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mended = match format {
        Format::Xml => references(text),
        Format::Json => escapes(text),
    };
    (mended.as_bytes() != bytes).then(|| mended.into_bytes())
}

/// The references to characters of XML: `&#55357;&#56832;` is one character, in two halves.
fn references(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        mended.push_str(before);
        let Some((number, next)) = reference(after) else {
            mended.push_str("&#");
            rest = after;
            continue;
        };
        let low = next.strip_prefix("&#").and_then(reference);
        match (char::from_u32(number), low) {
            // As it was.
            (Some(_), _) => mended.push_str(
                rest.get(before.len()..rest.len() - next.len())
                    .unwrap_or_default(),
            ),
            (None, Some((low, after_low))) if joined(number, low).is_some() => {
                mended.extend(joined(number, low));
                rest = after_low;
                continue;
            }
            (None, _) => mended.push(char::REPLACEMENT_CHARACTER),
        }
        rest = next;
    }
    mended + rest
}

/// Digits, without a sign.
fn number(digits: &str, radix: u32) -> Option<u32> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number
        .then(|| u32::from_str_radix(digits, radix).ok())
        .flatten()
}

/// The number of a reference and what follows it: of `55357;…`, `xD83D;…`.
fn reference(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let (number, next) = (text.get(..end)?, text.get(end + 1..)?);
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (number, 10),
    };
    Some((self::number(digits, radix)?, next))
}

/// The character of two halves.
fn joined(high: u32, low: u32) -> Option<char> {
    let (high, low) = (u16::try_from(high).ok()?, u16::try_from(low).ok()?);
    let mut decoded = char::decode_utf16([high, low]);
    decoded.next()?.ok().filter(|_| decoded.next().is_none())
}

/// The escapes of JSON: a half that stands alone is replaced.
fn escapes(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        mended.push_str(before);
        let unit = |text: &str| number(text.strip_prefix('u')?.get(..4)?, 16);
        let Some(first) = unit(after) else {
            // Another escape: two characters belong together, of which the second may be a backslash.
            let length = after.chars().next().map_or(0, char::len_utf8);
            let (escaped, next) = after.split_at_checked(length).unwrap_or((after, ""));
            mended.push('\\');
            mended.push_str(escaped);
            rest = next;
            continue;
        };
        let next = after.get(5..).unwrap_or_default();
        let low = next.strip_prefix('\\').and_then(unit);
        rest = match (char::from_u32(first), low) {
            (None, Some(low)) if joined(first, low).is_some() => {
                let _ = write!(mended, "\\u{first:04x}\\u{low:04x}");
                next.get(6..).unwrap_or_default()
            }
            (None, _) => {
                mended.push_str("\\ufffd");
                next
            }
            (Some(_), _) => {
                mended.push('\\');
                mended.push_str(after.get(..5).unwrap_or_default());
                next
            }
        };
    }
    mended + rest
}
