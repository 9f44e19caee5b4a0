//! Reading a published workbook or data source: a `.twb` or `.tds`, a zip of one and its files (`.twbx`, `.tdsx`), or the rows alone
//! (`.hyper`, `.parquet`), of which only the first bytes are read.
//!
//! The input is not trusted: sizes, counts and depths have limits, and files that are neither are refused. The layout of the files
//! is not documented; only the parts that every file of Tableau Desktop has are read.

mod document;
mod fields;
mod limited;
mod model;
mod package;
pub(crate) mod query;
mod remote_type;
mod rows;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io::{Read, Seek, SeekFrom};

pub(crate) use self::model::PUBLISHED;
pub(crate) use self::package::without_extracts;
pub(crate) use self::rows::text_rows;
use crate::store::model::FileModel;

/// The workbook or the data source in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ContentFile {
    /// The sheets that are shown, in the order of their tabs; a data source has none.
    pub(crate) sheets: Vec<Sheet>,
    pub(crate) connections: Vec<FileConnection>,
    pub(crate) has_extracts: bool,
    /// The tables and fields that it names.
    pub(crate) model: FileModel,
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

/// A connection of a data source.
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
    Tds,
    Tdsx,
    Hyper,
    Parquet,
}

impl FileType {
    /// The types of workbooks.
    pub(crate) const WORKBOOKS: &'static [Self] = &[Self::Twb, Self::Twbx];
    /// The types of data sources. Servers of today no longer take `.tde`.
    pub(crate) const DATASOURCES: &'static [Self] = &[Self::Tds, Self::Tdsx, Self::Hyper, Self::Parquet];

    /// The type by its name in `workbookType`, `datasourceType` and file names.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "twb" => Some(Self::Twb),
            "twbx" => Some(Self::Twbx),
            "tds" => Some(Self::Tds),
            "tdsx" => Some(Self::Tdsx),
            "hyper" => Some(Self::Hyper),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Twb => "twb",
            Self::Twbx => "twbx",
            Self::Tds => "tds",
            Self::Tdsx => "tdsx",
            Self::Hyper => "hyper",
            Self::Parquet => "parquet",
        }
    }

    /// Whether it is a zip of a document and its files.
    pub(crate) fn is_package(self) -> bool {
        matches!(self, Self::Twbx | Self::Tdsx)
    }

    /// The type of the document, in a package or alone; `None` for rows alone.
    fn document(self) -> Option<DocumentKind> {
        match self {
            Self::Twb | Self::Twbx => Some(DocumentKind::Workbook),
            Self::Tds | Self::Tdsx => Some(DocumentKind::Datasource),
            Self::Hyper | Self::Parquet => None,
        }
    }
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DocumentKind {
    Workbook,
    Datasource,
}

impl DocumentKind {
    fn noun(self) -> &'static str {
        match self {
            Self::Workbook => "workbook",
            Self::Datasource => "data source",
        }
    }

    /// The extension of the document; the package has an `x` behind it.
    fn extension(self) -> &'static str {
        match self {
            Self::Workbook => "twb",
            Self::Datasource => "tds",
        }
    }
}

/// Why a file is not what it was published as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unfit(String);

impl Unfit {
    fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first bytes of an extract.
pub(crate) const HYPER: &[u8] = b"Hyper";
/// The first and the last bytes of a Parquet file.
const PARQUET: &[u8] = b"PAR1";

/// Reads the workbook or the data source in a file.
pub(crate) fn read(mut file: impl Read + Seek, file_type: FileType) -> Result<ContentFile, Unfit> {
    let mut magic = Vec::new();
    file.by_ref()
        .take(HYPER.len() as u64)
        .read_to_end(&mut magic)
        .map_err(Unfit::new)?;
    let Some(kind) = file_type.document() else {
        return rows(file, file_type, &magic);
    };
    file.seek(SeekFrom::Start(0)).map_err(Unfit::new)?;
    let extension = kind.extension();
    match (file_type.is_package(), magic.starts_with(b"PK")) {
        (false, false) => document::read(file, kind),
        (true, true) => package::read(file, kind),
        (false, true) => Err(Unfit::new(format_args!(
            "the file is packaged: publish it as {extension}x"
        ))),
        (true, false) => Err(Unfit::new(format_args!(
            "the file is not packaged: publish it as {extension}"
        ))),
    }
}

/// A data source of rows alone: the server makes an extract of them. The rows are not read.
fn rows(mut file: impl Read + Seek, file_type: FileType, magic: &[u8]) -> Result<ContentFile, Unfit> {
    let expected = match file_type {
        FileType::Parquet => PARQUET,
        _ => HYPER,
    };
    if !magic.starts_with(expected) {
        return Err(Unfit::new(format_args!(
            "the file is not of the type {}: it does not begin with {}",
            file_type.as_str(),
            expected.escape_ascii()
        )));
    }
    if file_type == FileType::Parquet && !ends_with(&mut file, PARQUET).map_err(Unfit::new)? {
        return Err(Unfit::new("the file is cut off"));
    }
    Ok(ContentFile {
        connections: vec![FileConnection {
            class: "hyper".to_owned(),
            ..FileConnection::default()
        }],
        has_extracts: true,
        ..ContentFile::default()
    })
}

/// Whether a file that begins with these bytes ends with them again.
fn ends_with(file: &mut (impl Read + Seek), expected: &[u8]) -> std::io::Result<bool> {
    let length = file.seek(SeekFrom::End(0))?;
    let expected_length = expected.len() as u64;
    if length < 2 * expected_length {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(length - expected_length))?;
    let mut end = Vec::new();
    file.take(expected_length).read_to_end(&mut end)?;
    Ok(end == expected)
}
