//! `tabctl views export`.

mod fields;
mod plan;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use tableau_client::wire::resource::{Data, Image, Orientation, Pdf, Resolution};
use tableau_client::wire::rest::views::Excel;
use tableau_client::wire::{Content, Endpoint};
use tableau_client::{Id, View, harmless_file_name};

use self::fields::Fields;
use self::plan::Item;
use super::reference::{Collection, Finder, text};
use super::transfer::{self, SAVED, Target};
use super::{several, style};
use crate::args::{self, ExportFormat, Global, PageOrientation};
use crate::failure::Failure;
use crate::output::{Members, Printer};
use crate::session::settings;
use crate::terminal::progress::FileProgress;

pub(super) fn run(args: &args::Export, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let items = plan::items(args)?;
    let format = plan::format(args)?;
    // A list has as many items as it has today: its files are always in a folder.
    let count = if args.list.is_some() {
        usize::MAX
    } else {
        items.len()
    };
    let target = Target::settle(args.target.as_deref(), count)?;
    let style = style::settle(args.output.clone(), global.no_pager);
    style.check(SAVED, &Members::Named(&[]))?;
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let (saved, ended) = connected.run_transfers(|site| {
        let export = Exporter {
            finder: Finder {
                site,
                server: &server,
            },
            args,
            format,
            target: &target,
            taken: Mutex::default(),
            fields: Fields::default(),
        };
        let name = |item: &Item| item.view.clone();
        let at_once = usize::from(args.at_once);
        Ok(several::each_at_once(
            &items,
            at_once,
            name,
            args.output.json,
            |item| export.one(item),
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

/// What every export has in common.
struct Exporter<'e> {
    finder: Finder<'e>,
    args: &'e args::Export,
    format: ExportFormat,
    target: &'e Target,
    /// The files of this run, of which no two may be the same.
    taken: Mutex<HashSet<PathBuf>>,
    fields: Fields,
}

impl Exporter<'_> {
    fn one(&self, item: &Item) -> Result<Value, Failure> {
        let view = self.finder.item(Collection::of("views")?, &item.view)?;
        let id = text(&view, "id");
        let file = self.file(&view, item)?;
        // An empty file is no picture, and little of a table.
        if self.args.resume
            && let Ok(there) = std::fs::metadata(&file)
            && there.len() > 0
        {
            return Ok(json!({ "id": id, "file": file, "bytes": there.len() }));
        }
        let filters = item.filters();
        self.fields.check(self.finder.site, &view, &filters);
        let args = self.args;
        let id = Id::<View>::from(id);
        match self.format {
            ExportFormat::Png => self.save(
                &file,
                Image::<View>::new(id).with(|image| {
                    image.max_age = args.max_age;
                    image.resolution = args.high_resolution.then_some(Resolution::High);
                    (image.viz_width, image.viz_height) = (args.width, args.height);
                    image.filters = filters;
                }),
            ),
            ExportFormat::Pdf => self.save(
                &file,
                Pdf::<View>::new(id).with(|pdf| {
                    pdf.max_age = args.max_age;
                    pdf.r#type = args.page.as_deref().map(Into::into);
                    pdf.orientation = args.orientation.map(|orientation| match orientation {
                        PageOrientation::Portrait => Orientation::Portrait,
                        PageOrientation::Landscape => Orientation::Landscape,
                    });
                    (pdf.viz_width, pdf.viz_height) = (args.width, args.height);
                    pdf.filters = filters;
                }),
            ),
            ExportFormat::Csv => self.save(
                &file,
                Data::<View>::new(id).with(|data| {
                    data.max_age = args.max_age;
                    data.filters = filters;
                }),
            ),
            ExportFormat::Xlsx => self.save(
                &file,
                Excel::new(id).with(|excel| {
                    excel.max_age = args.max_age;
                    excel.filters = filters;
                }),
            ),
        }
        .map(|bytes| json!({ "id": text(&view, "id"), "file": file, "bytes": bytes }))
    }

    /// The file of an export.
    fn file(&self, view: &Value, item: &Item) -> Result<PathBuf, Failure> {
        let folder = match self.target {
            Target::File(file) => return Ok(file.clone()),
            Target::Folder(folder) => folder,
        };
        // Lists do not give the name of the workbook; the content URL begins with it.
        let workbook = match text(view, "workbook.name") {
            "" => text(view, "contentUrl").split('/').next().unwrap_or_default(),
            name => name,
        };
        let mut parts = vec![
            ("view", text(view, "name")),
            ("workbook", workbook),
            ("id", text(view, "id")),
        ];
        parts.extend(
            item.fields
                .iter()
                .map(|(field, value)| (field.as_str(), value.as_str())),
        );
        let name = harmless_file_name(&plan::name(&self.args.name, &parts)?);
        let file = folder.join(format!("{name}.{}", plan::extension(self.format)));
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.insert(file.clone()) {
            return Ok(file);
        }
        Err(Failure::Usage(format!(
            "two exports are called {}: add {{id}} or the {{FIELD}} of a filter to --name",
            file.display()
        )))
    }

    fn save<E>(&self, file: &PathBuf, endpoint: E) -> Result<u64, Failure>
    where
        E: Endpoint<Reply = Content> + Clone,
    {
        let progress = FileProgress::new(&file.display().to_string());
        let tell = progress.teller();
        let download = self
            .finder
            .site
            .download(endpoint)
            .on_progress(move |passed| tell(passed.bytes, passed.total));
        let download = match self.args.overwrite || self.args.resume {
            true => download.overwrite(),
            false => download,
        };
        let saved = transfer::run(|cancel| download.cancel_by(cancel).to_file(file))?;
        Ok(saved.bytes)
    }
}
