//! The format of an entry's file.
//!
//! ```text
//! tableau-session 1 plain FROM UNTIL SHA-256      tableau-session 1 sealed FROM UNTIL -
//! the text                                        nonce and encrypted text in Base64
//! ```
//!
//! The digest covers the key, the times and the text, and so does the tag of an encrypted entry: a file that is truncated, changed, or under the
//! name of another is not used. Nor is one of another version; the next save replaces it.

use std::fs::File;
use std::io::{self, Read as _, Write as _};

use ring::digest;
use tableau_wire::Secret;

use super::cipher::Cipher;
use super::span::Span;
use crate::store::SessionKey;

const FORMAT: &str = "tableau-session";
const VERSION: &str = "1";
/// The limit on the length of an entry.
const MAX_LENGTH: u64 = 1024 * 1024;

/// The content of an entry's file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Entry(Secret),
    /// No entry: it has expired, or was removed.
    Nothing,
    /// An unusable entry, and why.
    Unreadable(&'static str),
}

/// Writes an entry that expires at the end of a span; encrypted if there is a key.
pub(super) fn write(
    file: &mut File,
    key: &SessionKey,
    text: &Secret,
    keep: Span,
    cipher: Option<&Cipher>,
) -> io::Result<()> {
    if let Some(cipher) = cipher {
        let header = header("sealed", keep);
        let sealed = cipher
            .seal(&label(key, &header), text)
            .ok_or_else(|| io::Error::other("the entry could not be encrypted"))?;
        return write!(file, "{header} -\n{sealed}");
    }
    let header = header("plain", keep);
    let digest = checksum(key, &header, text.expose());
    write!(file, "{header} {digest}\n{}", text.expose())
}

/// Reads an entry's file.
pub(super) fn read(file: File, key: &SessionKey, cipher: Option<&Cipher>) -> io::Result<Found> {
    let mut bytes = Vec::new();
    file.take(MAX_LENGTH).read_to_end(&mut bytes)?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(Found::Unreadable("it is no text"));
    };
    Ok(parse(&Secret::new(text), key, cipher))
}

fn parse(text: &Secret, key: &SessionKey, cipher: Option<&Cipher>) -> Found {
    let Some((first, body)) = text.expose().split_once('\n') else {
        return Found::Unreadable("it is not whole");
    };
    let words: Vec<_> = first.split(' ').collect();
    let &[FORMAT, version, how, from, until, digest] = words.as_slice() else {
        return Found::Unreadable("it is not whole, or was written by something else");
    };
    if version != VERSION {
        return Found::Unreadable("it is of another version");
    }
    let (Ok(from), Ok(until)) = (from.parse(), until.parse()) else {
        return Found::Unreadable("its times are not whole");
    };
    let keep = Span { from, until };
    let header = header(how, keep);
    let entry = match (how, digest, cipher) {
        ("plain", digest, _) if checksum(key, &header, body) == digest => Secret::new(body),
        ("plain", ..) => return Found::Unreadable("it is not whole, or of another key"),
        ("sealed", "-", Some(cipher)) => match cipher.open(&label(key, &header), body) {
            Some(entry) => entry,
            None => return Found::Unreadable("it is not whole, or encrypted with another key"),
        },
        ("sealed", "-", None) => return Found::Unreadable("it is encrypted, and there is no key"),
        _ => return Found::Unreadable("how it was written is not known"),
    };
    if keep.is_over() {
        return Found::Nothing;
    }
    Found::Entry(entry)
}

fn header(how: &str, Span { from, until }: Span) -> String {
    format!("{FORMAT} {VERSION} {how} {from} {until}")
}

fn label(key: &SessionKey, header: &str) -> String {
    format!("{} {header}", key.as_str())
}

fn checksum(key: &SessionKey, header: &str, text: &str) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(label(key, header).as_bytes());
    context.update(b"\n");
    context.update(text.as_bytes());
    let digest = context.finish();
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
