//! What a download should be, by the call that gives it.

use tableau_wire::rest::CustomView;
use tableau_wire::{Operation, Resource, Segment};

use super::whole::{FileKind, ends_whole};
use crate::error::{Error, ErrorKind, Reached};

/// What a download should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// A file of Tableau: a package, a document, a database (`.hyper`), a table.
    TableauFile,
    /// A document in JSON: a custom view, the definition of a virtual connection.
    Json,
    /// A picture; SVG is a document in XML.
    Picture,
    Pdf,
    /// A workbook of Excel or a presentation, both of which are packages.
    Office,
    /// Data, which may be empty.
    Anything,
}

impl Expected {
    pub(crate) fn of(operation: &Operation) -> Self {
        match operation.path.last() {
            Some(Segment::Literal("content")) if operation.group == CustomView::GROUP => Self::Json,
            Some(Segment::Literal("content")) => Self::TableauFile,
            Some(Segment::Literal("image" | "previewImage")) => Self::Picture,
            Some(Segment::Literal("pdf")) => Self::Pdf,
            Some(Segment::Literal("excel" | "powerpoint")) => Self::Office,
            _ => Self::Anything,
        }
    }

    fn is_met_by(self, kind: FileKind) -> bool {
        match self {
            Self::TableauFile => matches!(
                kind,
                FileKind::Package | FileKind::Document | FileKind::Hyper | FileKind::Parquet
            ),
            Self::Json => kind == FileKind::Json,
            Self::Picture => matches!(kind, FileKind::Picture | FileKind::Document),
            Self::Pdf => kind == FileKind::Pdf,
            Self::Office => kind == FileKind::Package,
            Self::Anything => true,
        }
    }

    /// What is expected, and what something is that is not that.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::TableauFile => ("file of Tableau", "neither package nor XML"),
            Self::Json => ("file of Tableau", "no JSON"),
            Self::Picture => ("picture", "neither PNG nor SVG"),
            Self::Pdf => ("PDF", "which do not begin like one"),
            Self::Office => ("file of Office", "no package"),
            Self::Anything => ("file", "none at all"),
        }
    }

    /// Refuses something else, and a file without its end.
    pub(crate) fn check(self, kind: FileKind, bytes: u64, is_whole: bool) -> Result<(), Error> {
        if !self.is_met_by(kind) {
            let (wanted, what) = self.words();
            let hint = match bytes {
                0 => {
                    "Nothing was saved. The server gave an empty file: try again; if it stays empty, open the item in a browser."
                }
                _ => {
                    "Nothing was saved. Something between here and the server may have answered: a gateway, a proxy."
                }
            };
            return Err(Error::new(
                ErrorKind::Foreign,
                format!("what came is no {wanted}: {bytes} bytes, {what}"),
            )
            .reached_as(Reached::Yes)
            .with_hint(hint));
        }
        // Data ends where it ends, whatever it begins with.
        if !is_whole && self != Self::Anything {
            let message = format!("the file that was sent has {bytes} bytes and no end: it is not whole");
            return Err(Error::new(ErrorKind::Interrupted, message)
                .reached_as(Reached::Unknown)
                .with_hint(
                    "Nothing was saved. Download it again; if it ends there again, the server's file is damaged.",
                ));
        }
        Ok(())
    }

    /// The same for a file in memory.
    pub(crate) fn check_whole(self, file: &[u8]) -> Result<(), Error> {
        let kind = FileKind::of(file);
        self.check(kind, file.len() as u64, ends_whole(file, kind))
    }
}
