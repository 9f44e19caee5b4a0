//! The kind of a file by its first bytes, and whether the file is complete.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

/// The end of a zip file is a record of 22 bytes and a comment of up to 65,535. Source: APPNOTE.TXT 4.3.16.
const END_RECORD: usize = 22;
const LONGEST_END: usize = END_RECORD + 0xffff;

/// The kind of a Tableau file, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// A package (zip): `.twbx`, `.tdsx`, `.tflx`, `.tfl`.
    Package,
    /// A document (XML): `.twb`, `.tds`.
    Document,
    /// A database of Tableau: `.hyper`.
    Hyper,
    /// A table of Apache Parquet: `.parquet`.
    Parquet,
    /// A JSON document: `.json`.
    Json,
    /// A PDF.
    Pdf,
    /// A picture: PNG, JPEG or GIF.
    Picture,
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
        } else if beginning.starts_with(b"Hyper") {
            Self::Hyper
        } else if beginning.starts_with(PARQUET) {
            Self::Parquet
        } else if beginning.starts_with(b"%PDF") {
            Self::Pdf
        } else if PICTURES.iter().any(|signature| beginning.starts_with(signature)) {
            Self::Picture
        } else if text.starts_with(b"{") || text.starts_with(b"[") {
            Self::Json
        } else {
            Self::Other
        }
    }

    /// The kind of files with an extension of Tableau, without its dot.
    #[must_use]
    pub fn of_extension(extension: &str) -> Self {
        match extension.to_ascii_lowercase().as_str() {
            "twbx" | "tdsx" | "tflx" | "tfl" => Self::Package,
            "twb" | "tds" => Self::Document,
            "hyper" => Self::Hyper,
            "parquet" => Self::Parquet,
            "json" => Self::Json,
            _ => Self::Other,
        }
    }

    /// The extension of a file of this kind among `types`: the one it is said to have if that fits, or else the first that does.
    ///
    /// A file that its first bytes do not tell from others (`.tde`) has to be said to be one.
    pub(crate) fn extension(self, types: &[&'static str], said: Option<&str>) -> Option<&'static str> {
        let mut fitting = types.iter().copied();
        let fits = |extension: &&'static str| Self::of_extension(extension) == self;
        let is_said =
            |extension: &&'static str| said.is_some_and(|said| said.eq_ignore_ascii_case(extension));
        let said = fitting
            .clone()
            .find(|extension| fits(extension) && is_said(extension));
        said.or_else(|| fitting.find(|extension| fits(extension) && self != Self::Other))
    }
}

/// How PNG, JPEG and GIF begin.
const PICTURES: [&[u8]; 3] = [PNG, b"\xff\xd8\xff", b"GIF8"];
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// The first and the last four bytes of a table of Parquet.
const PARQUET: &[u8] = b"PAR1";

/// Whether a file is complete, as far as its kind shows that.
pub(super) fn is_whole(file: &mut File, kind: FileKind) -> io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let from = length.saturating_sub(LONGEST_END as u64);
    file.seek(SeekFrom::Start(from))?;
    let mut end = Vec::new();
    file.read_to_end(&mut end)?;
    Ok(ends_whole(&end, kind))
}

/// Whether these are the last bytes of a complete file, or all of them.
pub(super) fn ends_whole(end: &[u8], kind: FileKind) -> bool {
    let trimmed = end.trim_ascii_end();
    let last = |length: usize| end.get(end.len().saturating_sub(length)..).unwrap_or_default();
    match kind {
        FileKind::Package => has_zip_end(last(LONGEST_END)),
        FileKind::Document => trimmed.ends_with(b">"),
        FileKind::Json => trimmed.ends_with(b"}") || trimmed.ends_with(b"]"),
        FileKind::Parquet => end.len() >= 2 * PARQUET.len() && end.ends_with(PARQUET),
        // Readers look for it in the last kilobyte.
        FileKind::Pdf => last(1024).windows(5).any(|five| five == b"%%EOF"),
        FileKind::Picture | FileKind::Hyper | FileKind::Other => true,
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
    fn kinds_by_their_first_bytes() {
        const WORKBOOK: &[&str] = &["twbx", "twb"];
        const DATASOURCE: &[&str] = &["tdsx", "tds", "hyper", "parquet", "tde"];
        const FLOW: &[&str] = &["tflx", "tfl"];
        for (beginning, kind, types, said, extension) in [
            (
                &b"PK\x03\x04..."[..],
                FileKind::Package,
                WORKBOOK,
                None,
                Some("twbx"),
            ),
            (
                b"<?xml version='1.0'?>",
                FileKind::Document,
                WORKBOOK,
                Some("twbx"),
                Some("twb"),
            ),
            (
                b"\xef\xbb\xbf\n<workbook/>",
                FileKind::Document,
                WORKBOOK,
                None,
                Some("twb"),
            ),
            (b"Hyper...", FileKind::Hyper, WORKBOOK, None, None),
            (b"Hyper...", FileKind::Hyper, DATASOURCE, None, Some("hyper")),
            (b"PAR1", FileKind::Parquet, DATASOURCE, None, Some("parquet")),
            (b"PK\x03\x04", FileKind::Package, FLOW, None, Some("tflx")),
            (b"PK\x03\x04", FileKind::Package, FLOW, Some("TFL"), Some("tfl")),
            (
                b"[{\"isSourceView\"",
                FileKind::Json,
                &["json"],
                None,
                Some("json"),
            ),
            (b"\x01\x02", FileKind::Other, DATASOURCE, None, None),
            (b"\x01\x02", FileKind::Other, DATASOURCE, Some("tde"), Some("tde")),
            (b"\x01\x02", FileKind::Other, DATASOURCE, Some("hyper"), None),
            (b"%PDF-1.7", FileKind::Pdf, WORKBOOK, Some("pdf"), None),
            (b"\x89PNG\r\n\x1a\n", FileKind::Picture, WORKBOOK, None, None),
            (b"", FileKind::Other, WORKBOOK, None, None),
        ] {
            assert_eq!(FileKind::of(beginning), kind);
            assert_eq!(
                kind.extension(types, said),
                extension,
                "{kind:?} {types:?} {said:?}"
            );
        }
    }
}
