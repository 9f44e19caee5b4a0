//! A packaged workbook (`.twbx`): a zip.

use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use zip::{ZipArchive, ZipWriter};

use super::{NotAWorkbook, WorkbookFile, document};

/// The maximum number of files in a package.
const MAX_ENTRIES: u16 = 10_000;
/// The maximum size of the list of files, in bytes.
const MAX_DIRECTORY: u32 = 16 * 1024 * 1024;
/// How large the end of a zip can be: it has a comment.
const END: usize = 22;
const MAX_COMMENT: usize = 65_535;
/// The size of a read, in bytes.
const BUFFER: usize = 64 * 1024;

/// Reads the workbook in a package.
pub(super) fn read(file: impl Read + Seek) -> Result<WorkbookFile, NotAWorkbook> {
    let mut package = open(file)?;
    let document = document_of(&package)?;
    let packaged_extract = names(&package)?.iter().any(|name| is_extract(name));
    let entry = package.by_name(&document).map_err(unreadable)?;
    let mut workbook = document::read(entry)?;
    workbook.has_extracts |= packaged_extract;
    Ok(workbook)
}

/// Rewrites the package without its extracts; the other files are copied compressed.
pub(crate) fn without_extracts(file: impl Read + Seek, out: impl Write + Seek) -> Result<(), NotAWorkbook> {
    let mut package = open(file)?;
    let mut writer = ZipWriter::new(out);
    for index in 0..package.len() {
        let entry = package.by_index_raw(index).map_err(unreadable)?;
        let extract = is_extract(&entry.name().map_err(unreadable)?);
        if !extract {
            writer.raw_copy_file(entry).map_err(unreadable)?;
        }
    }
    writer.finish().map_err(unreadable)?;
    Ok(())
}

fn open<R: Read + Seek>(mut file: R) -> Result<ZipArchive<BufReader<R>>, NotAWorkbook> {
    check_end(&mut file)?;
    ZipArchive::new(BufReader::with_capacity(BUFFER, file)).map_err(unreadable)
}

/// The name of the document of a package, which must have exactly one.
fn document_of<R: Read + Seek>(package: &ZipArchive<R>) -> Result<String, NotAWorkbook> {
    let is_document = |name: &String| !name.contains(['/', '\\']) && has_extension(name, &["twb"]);
    let mut documents = names(package)?.into_iter().filter(is_document);
    match (documents.next(), documents.next()) {
        (Some(document), None) => Ok(document),
        (None, _) => Err(NotAWorkbook::new("there is no .twb in the package")),
        (Some(_), Some(_)) => Err(NotAWorkbook::new("there is more than one .twb in the package")),
    }
}

fn names<R: Read + Seek>(package: &ZipArchive<R>) -> Result<Vec<String>, NotAWorkbook> {
    let names = package
        .file_names()
        .map(|name| name.map(std::borrow::Cow::into_owned));
    names.collect::<Result<_, _>>().map_err(unreadable)
}

fn is_extract(name: &str) -> bool {
    has_extension(name, &["hyper", "tde"])
}

fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.iter().any(|one| extension.eq_ignore_ascii_case(one)))
}

/// Checks the end record of a zip before memory is allocated for the files that it announces.
fn check_end(file: &mut (impl Read + Seek)) -> Result<(), NotAWorkbook> {
    let none = || NotAWorkbook::new("the package is cut off, or not a zip");
    let length = file.seek(SeekFrom::End(0)).map_err(|_| none())?;
    let window = length.min((END + MAX_COMMENT) as u64);
    file.seek(SeekFrom::Start(length - window)).map_err(|_| none())?;
    let mut tail = Vec::new();
    (&mut *file)
        .take(window)
        .read_to_end(&mut tail)
        .map_err(|_| none())?;
    file.seek(SeekFrom::Start(0)).map_err(|_| none())?;
    let ends = |end: &&[u8]| end.starts_with(b"PK\x05\x06") && comment_length(end) == Some(end.len() - END);
    let end = (END..=tail.len())
        .filter_map(|back| tail.get(tail.len() - back..))
        .find(ends)
        .ok_or_else(none)?;
    let (entries, directory) = (
        u16_at(end, 10).ok_or_else(none)?,
        u32_at(end, 12).ok_or_else(none)?,
    );
    if entries > MAX_ENTRIES || directory > MAX_DIRECTORY {
        return Err(NotAWorkbook::new(format_args!(
            "there are more than {MAX_ENTRIES} files in the package"
        )));
    }
    Ok(())
}

fn comment_length(end: &[u8]) -> Option<usize> {
    u16_at(end, 20).map(usize::from)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..at + 2)?;
    bytes.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?;
    bytes.try_into().ok().map(u32::from_le_bytes)
}

fn unreadable(error: impl std::fmt::Display) -> NotAWorkbook {
    NotAWorkbook::new(format_args!("the package cannot be read: {error}"))
}
