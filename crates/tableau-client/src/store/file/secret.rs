//! The secret of a directory, by which passwords are told apart in its names.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use ring::rand::{SecureRandom as _, SystemRandom};
use tableau_wire::Secret;

use super::place::unfinished;
use super::private::{self, unusable};
use crate::store::StoreError;

/// The directory with it, and its file there.
const DIRECTORY: &str = ".secret";
const FILE: &str = "key";

/// The secret; made at its first use.
pub(super) fn get(store: &Path) -> Result<Secret, StoreError> {
    let directory = store.join(DIRECTORY);
    if let Some(secret) = read(&directory)? {
        return Ok(secret);
    }
    make(store, &directory).map_err(|error| unusable(&directory, &error))?;
    read(&directory)?.ok_or_else(|| {
        StoreError::Unavailable(format!(
            "{} was changed from outside: remove it",
            directory.display()
        ))
    })
}

fn read(directory: &Path) -> Result<Option<Secret>, StoreError> {
    if !private::check_directory(directory)? {
        return Ok(None);
    }
    let path = directory.join(FILE);
    let Some(mut file) = private::open_file(&path)? else {
        return Ok(None);
    };
    let mut key = String::new();
    file.read_to_string(&mut key)
        .map_err(|error| unusable(&path, &error))?;
    Ok((!key.is_empty()).then(|| Secret::from(key)))
}

/// Makes the directory with the file in it, at once: of many who do so, one succeeds.
fn make(store: &Path, directory: &Path) -> io::Result<()> {
    let mut key = [0; 32];
    let filled = SystemRandom::new().fill(&mut key);
    filled.map_err(|_| io::Error::other("no random numbers"))?;
    let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let unfinished = unfinished(store)?;
    private::make_directory(&unfinished)?;
    let mut file = private::create_file(&unfinished.join(FILE))?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    drop(file);
    match fs::rename(&unfinished, directory) {
        Err(_) if directory.is_dir() => fs::remove_dir_all(&unfinished),
        renamed => renamed,
    }
}
