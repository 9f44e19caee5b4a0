//! `tabctl workbooks download`.

use serde_json::{Value, json};
use tableau_client::Id;

use super::reference::{Collection, Finder, text};
use super::transfer::{self, SAVED, Target};
use super::{several, style};
use crate::args::{self, Global};
use crate::failure::Failure;
use crate::output::{Members, Printer};
use crate::session::settings;
use crate::terminal::progress::FileProgress;

pub(super) fn run(args: &args::Download, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let target = Target::settle(args.target.as_deref(), args.workbooks.len())?;
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(SAVED, &Members::Named(&["id", "name", "file", "bytes"]))?;
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
    let mut printer = Printer::new(style, SAVED);
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
