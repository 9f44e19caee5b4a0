//! Which files are published: those that were typed, and those in folders.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::args::ContentKind as Kind;
use crate::failure::Failure;
use crate::input::unreadable;
use crate::terminal::text::say;

/// How deep folders are looked into: a guard against loops of a file system.
const DEEPEST: usize = 64;

/// The files to publish, in order: a folder stands for the files of the kind in it and below.
pub(super) fn of(typed: &[PathBuf], kind: Kind) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in typed {
        let about = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
        if !about.is_dir() {
            files.push(path.clone());
            continue;
        }
        let mut all = Vec::new();
        search(path, 0, &mut all)?;
        let (found, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|file| is_of(file, kind));
        if found.is_empty() {
            let (noun, types) = (kind.noun(), kind.extensions());
            let message = format!(
                "there is no {noun} in the folder {}: no file {types}",
                path.display()
            );
            return Err(Failure::Usage(message));
        }
        for other in Kind::OF_OWN_TYPES.into_iter().filter(|other| *other != kind) {
            let (count, group) = (
                others.iter().filter(|file| is_of(file, other)).count(),
                other.group(),
            );
            if count > 0 {
                let nouns = if count == 1 {
                    other.noun().to_owned()
                } else {
                    other.nouns()
                };
                say(&format!(
                    "note: {} has {count} {nouns} too, for `tabctl {group} publish`",
                    path.display()
                ));
            }
        }
        files.extend(found);
    }
    Ok(files)
}

/// Refuses two files of one name: each would be published under it, and the second would replace the first.
pub(super) fn check_names(files: &[PathBuf], kind: Kind) -> Result<(), Failure> {
    let mut by_name: HashMap<String, &Path> = HashMap::new();
    for file in files {
        let Some(name) = file.file_stem() else { continue };
        if let Some(other) = by_name.insert(name.to_string_lossy().to_lowercase(), file) {
            return Err(Failure::Usage(format!(
                "{} and {} would be one {}: publish one of them by a command of its own, with --name",
                other.display(),
                file.display(),
                kind.noun()
            )));
        }
    }
    Ok(())
}

/// Adds the files of a folder, by name; hidden ones and links to folders are left out.
fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let unreadable = |error| unreadable(folder, &error);
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let mut entries: Vec<_> = entries.collect::<Result<_, _>>().map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let path = entry.path();
        match entry.file_type().map_err(unreadable)? {
            _ if is_hidden => {}
            about if about.is_dir() && depth < DEEPEST => search(&path, depth + 1, found)?,
            _ if path.is_file() => found.push(path),
            _ => {}
        }
    }
    Ok(())
}

fn is_of(path: &Path, kind: Kind) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| {
        let mut types = kind.types().iter();
        types.any(|known| known.eq_ignore_ascii_case(extension))
    })
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_folder_stands_for_the_files_of_its_kind() {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("2026/.git")).unwrap();
        for name in [
            "b.TWB",
            "a.twbx",
            "notes.txt",
            ".hidden.twb",
            "2026/c.twb",
            "2026/.git/d.twb",
            "e.tds",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names = |kind| {
            let files = of(&[folder.path().to_owned()], kind).unwrap();
            let relative = files.iter().map(|file| file.strip_prefix(folder.path()).unwrap());
            relative
                .map(|file| file.display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(names(Kind::Workbook), ["2026/c.twb", "a.twbx", "b.TWB"]);
        assert_eq!(names(Kind::Datasource), ["e.tds"]);
        assert!(matches!(
            of(&[folder.path().to_owned()], Kind::Flow),
            Err(Failure::Usage(text)) if text.contains("there is no flow in the folder")
        ));
        let typed = folder.path().join("notes.txt");
        assert_eq!(
            of(std::slice::from_ref(&typed), Kind::Flow).unwrap(),
            [typed],
            "what is typed is taken"
        );
        assert!(of(&[folder.path().join("none")], Kind::Flow).is_err());
    }

    #[test]
    fn two_files_of_one_name_are_refused() {
        let files = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        check_names(&files(&["a/Sales.twb", "a/Costs.twb"]), Kind::Workbook).unwrap();
        let refused = check_names(&files(&["a/Sales.twb", "b/sales.twbx"]), Kind::Workbook);
        assert!(matches!(refused, Err(Failure::Usage(_))), "{refused:?}");
    }
}
