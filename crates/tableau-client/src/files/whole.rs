//! The kind of a file by its first bytes, and whether the file is complete.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// The end of a zip file is a record of 22 bytes and a comment of up to 65,535. Source: APPNOTE.TXT 4.3.16.
const END_RECORD: usize = 22;
const LONGEST_END: u64 = END_RECORD as u64 + 0xffff;

/// The kind of a Tableau file, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// A package (zip): `.twbx`, `.tdsx`.
    Package,
    /// A document (XML): `.twb`, `.tds`.
    Document,
    /// Something else.
    Other,
}

impl FileKind {
    /// The kind of a file with this beginning; four bytes are enough for most files, a few dozen for all.
    #[must_use]
    pub fn of(beginning: &[u8]) -> Self {
        let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
        let text = text.trim_ascii_start();
        if beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"PK\x05\x06") {
            Self::Package
        } else if text.starts_with(b"<") {
            Self::Document
        } else {
            Self::Other
        }
    }

    /// Whether a file with this beginning is a page for browsers: a sign-on, or a gateway's error.
    pub(crate) fn is_page(beginning: &[u8]) -> bool {
        let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
        let text = text.trim_ascii_start();
        let begins = |with: &[u8]| {
            text.get(..with.len())
                .is_some_and(|text| text.eq_ignore_ascii_case(with))
        };
        begins(b"<!doctype html") || begins(b"<html")
    }

    /// The extension of a workbook of this kind: `twbx` or `twb`.
    #[must_use]
    pub fn workbook_extension(self) -> Option<&'static str> {
        match self {
            Self::Package => Some("twbx"),
            Self::Document => Some("twb"),
            Self::Other => None,
        }
    }
}

/// Whether a file is complete, as far as its kind shows that.
pub(super) fn is_whole(file: &mut File, kind: FileKind) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(LONGEST_END);
    file.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    match kind {
        FileKind::Package => {
            file.read_to_end(&mut end)?;
            Ok(has_zip_end(&end))
        }
        FileKind::Document => {
            file.read_to_end(&mut end)?;
            Ok(end.trim_ascii_end().ends_with(b">"))
        }
        FileKind::Other => Ok(true),
    }
}

/// Whether these last bytes of a file are the end of a zip: the record, followed by a comment of the length that it states.
fn has_zip_end(end: &[u8]) -> bool {
    let starts = (0..=end.len().saturating_sub(END_RECORD)).rev();
    starts
        .map(|start| end.get(start..).unwrap_or_default())
        .any(|record| {
            let comment = record
                .get(END_RECORD - 2..END_RECORD)
                .and_then(|length| length.try_into().ok());
            let comment = comment.map(|length| usize::from(u16::from_le_bytes(length)));
            record.starts_with(b"PK\x05\x06") && comment == record.len().checked_sub(END_RECORD)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end_record(comment: &[u8]) -> Vec<u8> {
        let mut record = b"PK\x05\x06".to_vec();
        record.resize(END_RECORD - 2, 0);
        record.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
        record.extend(comment);
        record
    }

    #[test]
    fn a_zip_ends_with_its_record() {
        let mut zip = b"PK\x03\x04 and so on".to_vec();
        assert!(!has_zip_end(&zip));
        zip.extend(end_record(b""));
        assert!(has_zip_end(&zip));
        assert!(!has_zip_end(&zip[..zip.len() - 1]));
        let commented = [&zip[..10], &end_record(b"a comment")].concat();
        assert!(has_zip_end(&commented));
        assert!(!has_zip_end(&commented[..commented.len() - 1]));
        assert!(!has_zip_end(b""));
    }

    #[test]
    fn a_page_for_browsers_is_recognized() {
        for page in [
            "<!DOCTYPE html><html>",
            "\n <!doctype HTML>",
            "\u{feff}<HTML lang='en'>",
        ] {
            assert!(FileKind::is_page(page.as_bytes()), "{page}");
        }
        for other in [
            "<?xml version='1.0'?><workbook/>",
            "<workbook/>",
            "PK\x03\x04",
            "",
            "<htm",
        ] {
            assert!(!FileKind::is_page(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn kinds_by_their_first_bytes() {
        for (beginning, kind, extension) in [
            (&b"PK\x03\x04..."[..], FileKind::Package, Some("twbx")),
            (b"<?xml version='1.0'?>", FileKind::Document, Some("twb")),
            (b"\xef\xbb\xbf\n<workbook/>", FileKind::Document, Some("twb")),
            (b"%PDF-1.7", FileKind::Other, None),
            (b"", FileKind::Other, None),
        ] {
            assert_eq!(FileKind::of(beginning), kind);
            assert_eq!(kind.workbook_extension(), extension);
        }
    }
}
