//! Files and standard input that commands read.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use crate::encoding;
use crate::failure::Failure;

/// The content of a file; `-` is standard input.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let read = if file == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(file)
    };
    read.map_err(|error| unreadable(file, &error))
}

/// The failure of a file that was named and cannot be read.
pub(crate) fn unreadable(file: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("{} cannot be read: {error}", file.display()))
}

/// The text that a file holds, without the line break at its end.
pub(crate) fn read_text(file: &Path) -> Result<String, Failure> {
    let text =
        encoding::decode(read(file)?).map_err(|why| Failure::Usage(format!("{} {why}", file.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
