//! Reading a published workbook: a `.twb`, or a `.twbx`, which is a zip of a `.twb` and its files.
//!
//! The input is not trusted: sizes, counts and depths have limits, and files that are not workbooks are refused. The layout of the files
//! is not documented; only the parts that every workbook of Tableau Desktop has are read.

mod document;
mod limited;
mod package;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{Read, Seek, SeekFrom};

pub(crate) use self::package::without_extracts;

/// The workbook in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct WorkbookFile {
    /// The sheets that are shown, in the order of their tabs.
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) connections: Vec<FileConnection>,
    pub(crate) has_extracts: bool,
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) kind: SheetKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SheetKind {
    Worksheet,
    Dashboard,
    Story,
}

impl SheetKind {
    /// The sheet type of views.
    pub(crate) fn sheet_type(self) -> &'static str {
        match self {
            Self::Worksheet => "view",
            Self::Dashboard => "dashboard",
            Self::Story => "story",
        }
    }
}

/// A connection of one of the workbook's data sources.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FileConnection {
    /// The name of the data source.
    pub(crate) datasource: String,
    /// The kind: `sqlserver`, `hyper`, ….
    pub(crate) class: String,
    pub(crate) server: String,
    pub(crate) port: String,
    pub(crate) database: String,
    pub(crate) user_name: String,
}

/// The declared type of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileType {
    Twb,
    Twbx,
}

impl FileType {
    /// The type by its name in `workbookType` and file names.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "twb" => Some(Self::Twb),
            "twbx" => Some(Self::Twbx),
            _ => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Twb => "twb",
            Self::Twbx => "twbx",
        }
    }
}

/// Why a file is not a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotAWorkbook(String);

impl NotAWorkbook {
    fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for NotAWorkbook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the workbook in a file.
pub(crate) fn read(mut file: impl Read + Seek, file_type: FileType) -> Result<WorkbookFile, NotAWorkbook> {
    let mut magic = [0; 2];
    let is_zip = file.read_exact(&mut magic).is_ok() && magic == *b"PK";
    file.seek(SeekFrom::Start(0)).map_err(NotAWorkbook::new)?;
    match (file_type, is_zip) {
        (FileType::Twb, false) => document::read(file),
        (FileType::Twbx, true) => package::read(file),
        (FileType::Twb, true) => Err(NotAWorkbook::new("the file is packaged: publish it as twbx")),
        (FileType::Twbx, false) => Err(NotAWorkbook::new("the file is not packaged: publish it as twb")),
    }
}
