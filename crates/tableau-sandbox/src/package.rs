//! Packages: zips that are published. They are not trusted: how much they announce has limits.

use std::fmt;
use std::io::{BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;

/// The maximum number of files in a package.
const MAX_ENTRIES: u16 = 10_000;
/// The maximum size of the list of files, in bytes.
const MAX_DIRECTORY: u32 = 16 * 1024 * 1024;
/// How large the end of a zip can be: it has a comment.
const END: usize = 22;
const MAX_COMMENT: usize = 65_535;
/// The size of a read, in bytes.
const BUFFER: usize = 64 * 1024;

/// Why a package cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unreadable(String);

impl Unreadable {
    pub(crate) fn new(error: impl fmt::Display) -> Self {
        Self(format!("the package cannot be read: {error}"))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A package.
pub(crate) type Package<R> = ZipArchive<BufReader<R>>;

/// Opens a package.
pub(crate) fn open<R: Read + Seek>(mut file: R) -> Result<Package<R>, Unreadable> {
    check_end(&mut file)?;
    ZipArchive::new(BufReader::with_capacity(BUFFER, file)).map_err(Unreadable::new)
}

/// The names of the files in a package; one that leads out of it is refused.
pub(crate) fn names<R: Read + Seek>(package: &ZipArchive<R>) -> Result<Vec<String>, Unreadable> {
    let name = |name: zip::result::ZipResult<std::borrow::Cow<'_, str>>| {
        let name = name.map_err(Unreadable::new)?.into_owned();
        let parts = name.split(['/', '\\']);
        let leads_out =
            name.starts_with(['/', '\\']) || name.contains(':') || parts.into_iter().any(|part| part == "..");
        if leads_out {
            return Err(Unreadable(format!(
                "the name of a file in the package leads out of it: {name}"
            )));
        }
        Ok(name)
    };
    package.file_names().map(name).collect()
}

/// Checks the end record of a zip before memory is allocated for the files that it announces.
fn check_end(file: &mut (impl Read + Seek)) -> Result<(), Unreadable> {
    let none = || Unreadable("the package is cut off, or not a zip".to_owned());
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
        return Err(Unreadable(format!(
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
