//! Multipart bodies: a document and a file in one request.
//!
//! The parser is our own. Those there are (`multer` and what builds on it) read `multipart/form-data` from async streams; here it is
//! `multipart/mixed` that is in memory already, and parts without `form-data`: Tableau's documentation writes
//! `Content-Disposition: name="request_payload"`, Tableau's Python library `Content-Disposition: form-data; name="request_payload"; filename=""`.
//!
//! Reading takes either line break, as long as delimiters keep to that of the first: so a file may hold whatever only looks like a delimiter.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use bytes::Bytes;
use memchr::memmem::Finder;

use super::{DecodeError, EncodeError};
use crate::body::Encoded;

/// The greatest number of parts that is read; Tableau's bodies have two.
const MAX_PARTS: usize = 16;
/// The greatest length of a part's head.
const MAX_HEAD: usize = 8 * 1024;
/// RFC 2046, 5.1.1.
const MAX_BOUNDARY: usize = 70;
/// What our boundaries begin with; 16 hexadecimal digits follow.
const BOUNDARY: &str = "tabctl-boundary-";

/// A part of a multipart body.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name: `request_payload`.
    pub name: String,
    /// The name of the file; empty where there is no file, as Tableau's own library writes it.
    pub file_name: Option<String>,
    /// Its media type: `text/xml`.
    pub media_type: Option<String>,
    /// What it holds.
    pub content: Bytes,
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({}, {} bytes)", self.name, self.content.len())
    }
}

/// Writes parts as a `multipart/mixed` body, with a boundary that occurs in none of them.
///
/// # Errors
/// A name or a media type that cannot stand in a header.
pub fn encode(parts: &[Part]) -> Result<Encoded, EncodeError> {
    let boundary = boundary_for(parts);
    let length: usize = parts.iter().map(|part| part.content.len() + 256).sum();
    let mut bytes = Vec::with_capacity(length + 64);
    for part in parts {
        bytes.extend_from_slice(format!("--{boundary}\r\n").as_bytes());
        // As Tableau's own library writes it, of all forms the one most used.
        bytes.extend_from_slice(b"Content-Disposition: form-data; name=");
        bytes.extend_from_slice(quoted(&part.name)?.as_bytes());
        if let Some(file_name) = &part.file_name {
            bytes.extend_from_slice(b"; filename=");
            bytes.extend_from_slice(quoted(file_name)?.as_bytes());
        }
        if let Some(media_type) = &part.media_type {
            bytes.extend_from_slice(format!("\r\nContent-Type: {}", checked(media_type)?).as_bytes());
        }
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes.extend_from_slice(&part.content);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Ok(Encoded {
        media_type: Cow::Owned(format!("multipart/mixed; boundary={boundary}")),
        bytes,
    })
}

/// The first of our boundaries that occurs in no part: found in one pass, whatever a file was made to hold.
fn boundary_for(parts: &[Part]) -> String {
    let finder = Finder::new(BOUNDARY);
    let mut taken = BTreeSet::new();
    for part in parts {
        for at in finder.find_iter(&part.content) {
            let digits = part.content.get(at + BOUNDARY.len()..at + BOUNDARY.len() + 16);
            let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
            taken.extend(digits.and_then(|digits| u64::from_str_radix(digits, 16).ok()));
        }
    }
    let free = (0..u64::MAX).find(|number| !taken.contains(number));
    format!("{BOUNDARY}{:016x}", free.unwrap_or_default())
}

fn quoted(text: &str) -> Result<String, EncodeError> {
    let escaped = checked(text)?.replace('\\', "\\\\").replace('"', "\\\"");
    Ok(format!("\"{escaped}\""))
}

fn checked(text: &str) -> Result<&str, EncodeError> {
    if text.chars().any(char::is_control) {
        return Err(EncodeError::new(format_args!(
            "{text:?} cannot stand in the head of a part"
        )));
    }
    Ok(text)
}

/// Reads a multipart body; what stands before the first delimiter and behind the last is ignored.
///
/// # Errors
/// No boundary in the `Content-Type`, no end, a part without a name.
pub fn decode(body: &Bytes, content_type: Option<&str>) -> Result<Vec<Part>, DecodeError> {
    let boundary = boundary_of(content_type)?;
    let delimiters = Delimiters {
        body,
        finder: Finder::new(&boundary),
        length: boundary.len(),
    };
    let mut parts = Vec::new();
    let mut opening = delimiters
        .next(0, None)
        .ok_or_else(|| DecodeError::new("the boundary does not occur in the body"))?;
    while !opening.last {
        if parts.len() == MAX_PARTS {
            return Err(DecodeError::new(format_args!("more than {MAX_PARTS} parts")).at(place(opening.end)));
        }
        // Its search begins where the head does: a part may have an empty head only to be refused.
        let (mut part, start) = head(body, opening.end)?;
        let closing = delimiters
            .next(start, Some(opening.line_break))
            .ok_or_else(|| DecodeError::new("a part has no end").at(place(start)))?;
        part.content = body.slice(start..closing.start.max(start));
        parts.push(part);
        opening = closing;
    }
    Ok(parts)
}

/// The boundary as it stands in the body, with its dashes.
fn boundary_of(content_type: Option<&str>) -> Result<String, DecodeError> {
    let content_type = content_type.unwrap_or_default();
    let multipart = content_type
        .trim_start()
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case("multipart/"));
    let boundary = parameter(content_type, "boundary")
        .filter(|boundary| multipart && (1..=MAX_BOUNDARY).contains(&boundary.len()))
        .ok_or_else(|| DecodeError::new("the Content-Type has to be multipart/mixed with a boundary"))?;
    Ok(format!("--{boundary}"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum LineBreak {
    CrLf,
    Lf,
}

/// A line with the boundary.
struct Delimiter {
    /// Where the part before it ends.
    start: usize,
    /// Where the next line begins.
    end: usize,
    line_break: LineBreak,
    last: bool,
}

struct Delimiters<'b> {
    body: &'b [u8],
    finder: Finder<'b>,
    length: usize,
}

impl Delimiters<'_> {
    /// The first line from a place on that is the boundary and nothing else.
    fn next(&self, from: usize, line_break: Option<LineBreak>) -> Option<Delimiter> {
        let rest = self.body.get(from..)?;
        self.finder
            .find_iter(rest)
            .find_map(|at| self.at(from + at, line_break))
    }

    fn at(&self, at: usize, line_break: Option<LineBreak>) -> Option<Delimiter> {
        let (before, after) = (self.body.get(..at)?, self.body.get(at + self.length..)?);
        let (last, after) = match after.strip_prefix(b"--") {
            Some(after) => (true, after),
            None => (false, after),
        };
        let after = without_blanks(after);
        let (behind, after) = if let Some(after) = after.strip_prefix(b"\r\n") {
            (LineBreak::CrLf, after)
        } else if let Some(after) = after.strip_prefix(b"\n") {
            (LineBreak::Lf, after)
        } else if last && after.is_empty() {
            (line_break.unwrap_or(LineBreak::CrLf), after)
        } else {
            return None;
        };
        let line_break = line_break.unwrap_or(behind);
        let start = match (line_break, before) {
            (_, []) => 0,
            (LineBreak::CrLf, [.., b'\r', b'\n']) => at - 2,
            (LineBreak::Lf, [.., b'\n']) => at - 1,
            _ => return None,
        };
        (behind == line_break).then_some(Delimiter {
            start,
            end: self.body.len() - after.len(),
            line_break,
            last,
        })
    }
}

/// What follows the padding that RFC 2046 allows behind a boundary: blanks and tabs, but no line breaks.
fn without_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    text.get(blanks.count()..).unwrap_or_default()
}

/// The head of a part, and where its content begins.
fn head(body: &[u8], start: usize) -> Result<(Part, usize), DecodeError> {
    let mut disposition = None;
    let mut media_type = None;
    let mut at = start;
    loop {
        let rest = body
            .get(at..(start + MAX_HEAD).min(body.len()))
            .unwrap_or_default();
        let length = memchr::memchr(b'\n', rest)
            .ok_or_else(|| DecodeError::new("the head of a part has no end").at(place(start)))?;
        let line = rest.get(..length).unwrap_or_default();
        at += length + 1;
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(line);
        let Some((name, value)) = line.split_once(':') else {
            return Err(DecodeError::new("a line of a part's head has no colon").at(place(at)));
        };
        if name.trim().eq_ignore_ascii_case("content-disposition") {
            disposition = Some(value.to_owned());
        } else if name.trim().eq_ignore_ascii_case("content-type") {
            media_type = Some(value.trim().to_owned());
        }
    }
    let disposition = disposition.unwrap_or_default();
    let name = parameter(&disposition, "name")
        .ok_or_else(|| DecodeError::new("a part has no name").at(place(start)))?;
    let part = Part {
        name,
        file_name: parameter(&disposition, "filename"),
        media_type,
        content: Bytes::new(),
    };
    Ok((part, at))
}

/// A parameter of a header, quoted or not; what has no `=` is the header's own value and may be missing.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let mut rest = header;
    while !rest.is_empty() {
        let end = rest.find(['=', ';']).unwrap_or(rest.len());
        let (name, tail) = rest.split_at_checked(end)?;
        let Some(tail) = tail.strip_prefix('=') else {
            rest = tail.strip_prefix(';').unwrap_or_default();
            continue;
        };
        let (value, tail) = value(tail.trim_start());
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = tail.split_once(';').map_or("", |(_, tail)| tail);
    }
    None
}

/// A value, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, _) = text.split_once(';').unwrap_or((text, ""));
        return (
            value.trim_end().to_owned(),
            text.get(value.len()..).unwrap_or_default(),
        );
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            // A backslash before anything else is one of a Windows path that was not escaped.
            '\\' => value.push(match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, escaped)) => escaped,
                None => '\\',
            }),
            _ => value.push(character),
        }
    }
    (value, "")
}

fn place(at: usize) -> u64 {
    at as u64
}
