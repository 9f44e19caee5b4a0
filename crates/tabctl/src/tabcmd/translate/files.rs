//! The files that `publish` means.

use std::fs;
use std::path::{Path, PathBuf};

/// A kind of content that tabcmd publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Workbook,
    Datasource,
}

impl Kind {
    pub(super) fn group(self) -> &'static str {
        match self {
            Self::Workbook => "workbooks",
            Self::Datasource => "datasources",
        }
    }

    fn of(file: &Path) -> Option<Self> {
        let extension = file.extension()?.to_str()?.to_lowercase();
        match extension.as_str() {
            "twb" | "twbx" => Some(Self::Workbook),
            "tds" | "tdsx" | "hyper" | "tde" | "parquet" => Some(Self::Datasource),
            _ => None,
        }
    }
}

/// The file, or the files of a folder, by their kinds; of a type, if one is wanted.
pub(super) fn to_publish(
    path: &str,
    wanted: Option<&str>,
    recursive: bool,
) -> Result<[(Kind, Vec<String>); 2], String> {
    let root = Path::new(path);
    let mut files = Vec::new();
    if root.is_dir() {
        let wanted = wanted.map(|wanted| wanted.trim_start_matches(['*', '.']).to_lowercase());
        collect(root, recursive, &mut files)?;
        let is_wanted = |file: &PathBuf| match (&wanted, file.extension().and_then(|end| end.to_str())) {
            (Some(wanted), Some(extension)) => extension.to_lowercase() == *wanted,
            (Some(_), None) => false,
            (None, _) => true,
        };
        files.retain(|file| Kind::of(file).is_some() && is_wanted(file));
        files.sort();
    } else if root.exists() {
        files.push(root.to_owned());
    } else {
        return Err(format!("there is no file {path}"));
    }
    let mut found = [(Kind::Workbook, Vec::new()), (Kind::Datasource, Vec::new())];
    for file in files {
        let kind = Kind::of(&file).ok_or_else(|| {
            format!("{path} is no workbook and no data source: their files end with .twb, .twbx, .tds, .tdsx, .hyper")
        })?;
        let text = file
            .to_str()
            .ok_or_else(|| format!("{} is not valid UTF-8", file.display()))?;
        for (of, files) in &mut found {
            if *of == kind {
                files.push(text.to_owned());
            }
        }
    }
    Ok(found)
}

fn collect(folder: &Path, recursive: bool, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let unread = |error: std::io::Error| format!("{} cannot be read: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(unread)? {
        let entry = entry.map_err(unread)?;
        let is_folder = entry.file_type().map_err(unread)?.is_dir();
        match is_folder {
            true if recursive => collect(&entry.path(), recursive, files)?,
            true => {}
            false => files.push(entry.path()),
        }
    }
    Ok(())
}
