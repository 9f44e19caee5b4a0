//! `tabctl workbooks download`.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tableau_client::Id;

use super::reference::{Collection, Finder, text};
use super::{several, style, transfer};
use crate::args::{self, Global};
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::settings;
use crate::terminal::progress::FileProgress;

const COLUMNS: &[Column] = &[
    Column {
        title: "file",
        path: "file",
    },
    Column {
        title: "bytes",
        path: "bytes",
    },
    Column {
        title: "id",
        path: "id",
    },
];

/// Where the files go.
enum Target {
    File(PathBuf),
    Folder(PathBuf),
}

impl Target {
    fn settle(typed: Option<&Path>, count: usize) -> Result<Self, Failure> {
        let Some(typed) = typed else {
            return Ok(Self::Folder(PathBuf::from(".")));
        };
        let names_folder = typed.as_os_str().as_encoded_bytes().ends_with(b"/");
        match (typed.is_dir() || names_folder, count) {
            (true, _) if typed.is_dir() => Ok(Self::Folder(typed.to_owned())),
            (false, 1) => Ok(Self::File(typed.to_owned())),
            _ => Err(Failure::Usage(format!(
                "--output: {} is not a folder{}",
                typed.display(),
                if count > 1 {
                    ", which several workbooks need"
                } else {
                    ""
                }
            ))),
        }
    }
}

pub(super) fn run(args: &args::Download, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let target = Target::settle(args.target.as_deref(), args.workbooks.len())?;
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(COLUMNS, &Members::Named(&["id", "name", "file", "bytes"]))?;
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let (saved, ended) = connected.run_transfers(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let download = |typed: &String| download(finder, typed, &target, args);
        Ok(several::each(
            &args.workbooks,
            String::clone,
            args.output.json,
            download,
        ))
    })?;
    let mut printer = Printer::new(style, COLUMNS);
    for item in &saved {
        printer.item(item)?;
    }
    if !saved.is_empty() {
        printer.finish()?;
    }
    ended
}

fn download(
    finder: Finder<'_>,
    typed: &str,
    target: &Target,
    args: &args::Download,
) -> Result<Value, Failure> {
    let workbook = finder.item(Collection::of("workbooks")?, typed)?;
    let (id, name) = (text(&workbook, "id"), text(&workbook, "name"));
    let progress = FileProgress::new(name);
    let tell = progress.teller();
    let mut download = finder
        .site
        .workbooks()
        .download(Id::from(id))
        .on_progress(move |passed| tell(passed.bytes, passed.total));
    if args.no_extract {
        download = download.without_extract();
    }
    if args.overwrite {
        download = download.overwrite();
    }
    // A name of which nothing would be left says less than the identifier.
    let file_name = match name.trim_matches(['.', ' ']) {
        "" => id,
        _ => name,
    };
    let saved = transfer::run(|cancel| {
        let download = download.cancel_by(cancel);
        match target {
            Target::File(file) => download.to_file(file),
            Target::Folder(folder) => download.to_folder(folder, file_name),
        }
    })?;
    Ok(json!({
        "id": id,
        "name": name,
        "file": saved.path,
        "bytes": saved.bytes,
    }))
}
