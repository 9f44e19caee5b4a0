//! `tabctl workbooks download` and its like.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tableau_client::wire::resource::{
    Download as Content, DownloadOptions, DownloadRevision, HasContent, HasRevisionFiles,
};
use tableau_client::wire::rest::publish_calls::PublishedItem;
use tableau_client::wire::{Content as File, Endpoint};
use tableau_client::{
    Blocking, Cancel, Collection as Items, Download, Error, FileKind, Id, Saved, harmless_file_name,
};

use super::reference::{Collection, Finder, text};
use super::transfer::{self, SAVED, Target};
use super::{several, style};
use crate::args::{self, ContentKind as Kind, Global};
use crate::failure::Failure;
use crate::output::{Members, Printer};
use crate::session::settings;
use crate::terminal::progress::FileProgress;
use crate::terminal::text::say;

pub(super) fn run(args: &args::Download, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let count = match args.project {
        // As many as there are.
        Some(_) => usize::MAX,
        None => args.items.len(),
    };
    let target = Target::settle(args.to.target.as_deref(), count)?;
    let style = style::settle(args.to.output.clone(), global.no_pager);
    style.check(SAVED, &Members::Named(&["name"]))?;
    let connected = settings::connect(&args.to.connection, global)?;
    let server = connected.address.clone();
    let (saved, ended) = connected.run_transfers(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let collection = Collection::of(args.kind.group())?;
        let wanted = match &args.project {
            Some(project) => finder.in_project(collection, project)?,
            None => args.items.iter().cloned().map(Value::String).collect(),
        };
        let taken = Taken::default();
        let name = |wanted: &Value| wanted.as_str().unwrap_or(text(wanted, "name")).to_owned();
        let download = |wanted: &Value| {
            let item = match wanted {
                Value::String(typed) => finder.item(collection, typed)?,
                item => item.clone(),
            };
            one(finder, &item, &target, &taken, args)
        };
        Ok(several::each(&wanted, name, args.to.output.json, download))
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

/// The names of files in this run, without their extensions, with the items that they are of: a second one would replace the first.
#[derive(Default)]
struct Taken(Mutex<HashMap<String, String>>);

impl Taken {
    /// Takes a name for an item; case does not tell files apart everywhere.
    fn take(&self, name: &str, id: &str) -> Result<(), Failure> {
        let file = harmless_file_name(name);
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = taken.entry(file.to_lowercase()).or_insert_with(|| id.to_owned());
        if of == id {
            return Ok(());
        }
        Err(Failure::Usage(format!(
            "another item of this run is saved as {file}: download this one by itself, with --output FILE"
        )))
    }
}

/// Downloads an item.
fn one(
    finder: Finder<'_>,
    item: &Value,
    target: &Target,
    taken: &Taken,
    args: &args::Download,
) -> Result<Value, Failure> {
    let (id, name) = (text(item, "id"), text(item, "name"));
    // A name of which nothing would be left says less than the identifier.
    let file_name = match name.trim_matches(['.', ' ']) {
        "" => id,
        _ => name,
    };
    if let Target::Folder(_) = target {
        taken.take(file_name, id)?;
    }
    // In a folder, a file has the name that is given and the extension that it needs.
    let fitted = match target {
        Target::File(file) if args.to.fit_extension => fitted(file),
        _ => None,
    };
    let (file_name, target) = match &fitted {
        Some((target, stem)) => (stem.as_str(), target),
        None => (file_name, target),
    };
    let saving = Saving {
        id,
        file_name,
        target,
        args,
        progress: &FileProgress::new(name),
    };
    let site = finder.site;
    let saved = match args.kind {
        Kind::Workbook => saving.with_revisions(&site.workbooks()),
        Kind::Datasource => saving.with_revisions(&site.datasources()),
        Kind::Flow => saving.content(site.flows().download(Id::from(id))),
        Kind::CustomView => saving.custom_view(site.custom_views().download_file(Id::from(id))),
        Kind::VirtualConnection => saving.definition(&site.virtual_connections()),
    }?;
    if let Some(warning) = misnamed(&saved) {
        say(&warning);
    }
    Ok(json!({
        "id": id,
        "name": name,
        "file": saved.path,
        "bytes": saved.bytes,
    }))
}

/// A warning of a file whose extension its content does not have: Tableau Desktop opens files by their extensions.
fn misnamed(saved: &Saved) -> Option<String> {
    let kind = FileKind::of_extension(saved.path.extension()?.to_str()?);
    let is = match saved.kind {
        FileKind::Package => "a package (zip)",
        FileKind::Document => "a document (XML)",
        _ => return None,
    };
    let is_misnamed = matches!(kind, FileKind::Package | FileKind::Document) && kind != saved.kind;
    let file = saved.path.display();
    is_misnamed.then(|| format!("warning: {file} is {is}, which its extension does not say: --fit-extension gives it one that does"))
}

/// The folder of a file, and its name without the extension.
fn fitted(file: &Path) -> Option<(Target, String)> {
    let stem = file.file_stem()?.to_str()?.to_owned();
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    Some((Target::Folder(folder.unwrap_or(Path::new(".")).to_owned()), stem))
}

/// An item that is saved.
struct Saving<'s> {
    id: &'s str,
    file_name: &'s str,
    target: &'s Target,
    args: &'s args::Download,
    progress: &'s FileProgress,
}

impl Saving<'_> {
    /// Of a kind that has revisions, and may have extracts.
    fn with_revisions<R>(&self, items: &Items<R, Blocking>) -> Result<Saved, Failure>
    where
        R: HasContent<Options = DownloadOptions> + HasRevisionFiles + PublishedItem,
    {
        let id = Id::from(self.id);
        let no_extract = self.args.no_extract;
        match self.args.revision {
            Some(number) => {
                let mut download = items.download_revision(id, number);
                if no_extract {
                    download = download.without_extract();
                }
                self.revision(download)
            }
            None => {
                let mut download = items.download(id);
                if no_extract {
                    download = download.without_extract();
                }
                self.content(download)
            }
        }
    }

    fn content<R>(&self, download: Download<Content<R>, Blocking>) -> Result<Saved, Failure>
    where
        R: HasContent<Options: Clone> + PublishedItem,
    {
        let download = self.prepared(download);
        transfer::run(|cancel| match self.target {
            Target::File(file) => download.cancel_by(cancel).to_file(file),
            Target::Folder(folder) => download.cancel_by(cancel).to_folder(folder, self.file_name),
        })
    }

    fn revision<R>(&self, download: Download<DownloadRevision<R>, Blocking>) -> Result<Saved, Failure>
    where
        R: HasRevisionFiles + PublishedItem,
    {
        let download = self.prepared(download);
        transfer::run(|cancel| match self.target {
            Target::File(file) => download.cancel_by(cancel).to_file(file),
            Target::Folder(folder) => download.cancel_by(cancel).to_folder(folder, self.file_name),
        })
    }

    fn custom_view(
        &self,
        download: Download<tableau_client::wire::rest::custom_views::Download, Blocking>,
    ) -> Result<Saved, Failure> {
        let download = self.prepared(download);
        transfer::run(|cancel| match self.target {
            Target::File(file) => download.cancel_by(cancel).to_file(file),
            Target::Folder(folder) => download.cancel_by(cancel).to_folder(folder, self.file_name),
        })
    }

    /// The definition of a virtual connection: a document, which does not take long.
    fn definition(
        &self,
        items: &Items<tableau_client::wire::rest::VirtualConnection, Blocking>,
    ) -> Result<Saved, Failure> {
        let mut definition = items.definition(Id::from(self.id));
        if let Some(number) = self.args.revision {
            definition = definition.revision(number);
        }
        if self.args.to.overwrite {
            definition = definition.overwrite();
        }
        transfer::run(|_: &Cancel| -> Result<Saved, Error> {
            match self.target {
                Target::File(file) => definition.to_file(file),
                Target::Folder(folder) => definition.to_folder(folder, self.file_name),
            }
        })
    }

    fn prepared<E: Endpoint<Reply = File>>(&self, download: Download<E, Blocking>) -> Download<E, Blocking> {
        let tell = self.progress.teller();
        let download = download.on_progress(move |passed| tell(passed.bytes, passed.total));
        match self.args.to.overwrite {
            true => download.overwrite(),
            false => download,
        }
    }
}
