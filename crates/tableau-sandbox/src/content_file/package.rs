//! A packaged workbook (`.twbx`) or data source (`.tdsx`): a zip.

use std::io::{Read, Seek, Write};
use std::path::Path;

use zip::{ZipArchive, ZipWriter};

use super::{ContentFile, DocumentKind, Unfit, document};
use crate::package::{Unreadable, names, open};

/// Reads the workbook or the data source in a package.
pub(super) fn read(file: impl Read + Seek, kind: DocumentKind) -> Result<ContentFile, Unfit> {
    let mut package = open(file).map_err(Unfit::new)?;
    let document = document_of(&package, kind)?;
    let packaged_extract = names(&package)
        .map_err(Unfit::new)?
        .iter()
        .any(|name| is_extract(name));
    let entry = package.by_name(&document).map_err(unreadable)?;
    let mut read = document::read(entry, kind)?;
    read.has_extracts |= packaged_extract;
    Ok(read)
}

/// Rewrites the package without its extracts; the other files are copied compressed.
pub(crate) fn without_extracts(file: impl Read + Seek, out: impl Write + Seek) -> Result<(), Unfit> {
    let mut package = open(file).map_err(Unfit::new)?;
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

/// The name of the document of a package, which must have exactly one.
fn document_of<R: Read + Seek>(package: &ZipArchive<R>, kind: DocumentKind) -> Result<String, Unfit> {
    let is_document = |name: &String| !name.contains(['/', '\\']) && has_extension(name, &[kind.extension()]);
    let mut documents = names(package)
        .map_err(Unfit::new)?
        .into_iter()
        .filter(is_document);
    match (documents.next(), documents.next()) {
        (Some(document), None) => Ok(document),
        (None, _) => Err(Unfit::new(format_args!(
            "there is no .{} in the package",
            kind.extension()
        ))),
        (Some(_), Some(_)) => Err(Unfit::new(format_args!(
            "there is more than one .{} in the package",
            kind.extension()
        ))),
    }
}

fn is_extract(name: &str) -> bool {
    has_extension(name, &["hyper", "tde"])
}

pub(super) fn has_extension(name: &str, extensions: &[&str]) -> bool {
    let extension = Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| extensions.iter().any(|one| extension.eq_ignore_ascii_case(one)))
}

pub(super) fn unreadable(error: impl std::fmt::Display) -> Unfit {
    Unfit::new(Unreadable::new(error))
}
