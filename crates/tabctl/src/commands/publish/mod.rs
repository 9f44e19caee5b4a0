//! `tabctl workbooks publish` and its like.

mod files;
mod kinds;

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use tableau_client::wire::Described as _;
use tableau_client::wire::Shape;
use tableau_client::wire::rest::{CustomView, Flow, VirtualConnection};
use tableau_client::{Datasource, Job, Secret, Workbook};

use super::reference::{Collection, Finder};
use super::{job, several, style, transfer};
use crate::args::{self, ContentKind as Kind, Global, PublishOf};
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::{secrets, settings};

const IN_PROJECT: &[Column] = &[
    Column::of("name"),
    Column::titled("project", "project.name"),
    Column::of("webpageUrl"),
    Column::of("id"),
];
const CUSTOM_VIEWS: &[Column] = &[
    Column::of("name"),
    Column::titled("workbook", "workbook.name"),
    Column::of("shared"),
    Column::of("id"),
];
const JOBS: &[Column] = &[Column::of("type"), Column::of("createdAt"), Column::of("id")];
/// The columns of what would be published.
const SHOWN: &[Column] = &[
    Column::of("call"),
    Column::of("name"),
    Column::of("into"),
    Column::of("file"),
];

/// What becomes of each file.
struct Done {
    shown: Value,
    journal: Option<PathBuf>,
}

pub(super) fn run(args: &args::Publish, global: &Global) -> Result<(), Failure> {
    // Before signing in, which would end another session of the same token.
    let kind = args.of.kind();
    let files = files::of(&args.files.files, kind)?;
    check(args, files.len())?;
    files::check_names(&files, kind)?;
    let user = args.of.user();
    let password = user.and_then(|user| user.connection_password_file.as_deref());
    let password = password.map(secrets::read).transpose()?;
    let style = style::settle(args.files.output.clone(), global.no_pager);
    let (columns, shape) = printed(args);
    style.check(
        columns,
        &shape.map_or(Members::Named(&["overwrite"]), Members::Of),
    )?;
    let connected = settings::connect(&args.files.connection, global)?;
    let server = connected.address.clone();
    let (published, ended) = connected.run_transfers(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let publishing = Publishing {
            finder,
            args,
            into: into(finder, &args.of)?,
            thumbnails: Thumbnails::of(finder, &args.of)?,
            password,
        };
        let name = |file: &PathBuf| file.display().to_string();
        let as_json = args.files.output.json;
        Ok(several::each(&files, name, as_json, |file| publishing.one(file)))
    })?;
    let mut printer = Printer::new(style, columns);
    for done in &published {
        printer.item(&done.shown)?;
    }
    if !published.is_empty() {
        printer.finish()?;
    }
    // Not before the result is known to its reader: until then, another run finds what was published.
    for journal in published.iter().filter_map(|done| done.journal.as_ref()) {
        let _ = std::fs::remove_file(journal);
    }
    ended
}

/// Refuses options about one file with several.
fn check(args: &args::Publish, count: usize) -> Result<(), Failure> {
    let hides = matches!(&args.of, PublishOf::Workbook(options) if !options.hidden_views.is_empty());
    if count > 1 && (args.files.name.is_some() || hides) {
        let noun = args.of.kind().noun();
        let message =
            format!("--name and --hide-view are about one {noun}: publish it by a command of its own");
        return Err(Failure::Usage(message));
    }
    Ok(())
}

/// The columns, and the type of what is printed if it has one.
fn printed(args: &args::Publish) -> (&'static [Column], Option<Shape>) {
    if args.files.dry_run {
        return (SHOWN, None);
    }
    if args.of.job().is_some_and(|job| job.as_job) {
        return (JOBS, Some(Job::SHAPE));
    }
    let shape = match args.of.kind() {
        Kind::Workbook => Workbook::SHAPE,
        Kind::Datasource => Datasource::SHAPE,
        Kind::Flow => Flow::SHAPE,
        Kind::CustomView => return (CUSTOM_VIEWS, Some(CustomView::SHAPE)),
        Kind::VirtualConnection => VirtualConnection::SHAPE,
    };
    (IN_PROJECT, Some(shape))
}

/// The identifier of the project or the workbook that everything is published to.
fn into(finder: Finder<'_>, of: &PublishOf) -> Result<String, Failure> {
    match of {
        PublishOf::CustomView(options) => finder.id(Collection::of("workbooks")?, &options.workbook),
        _ => {
            let project = of.place().map(|place| place.project.as_str());
            finder.id(Collection::of("projects")?, project.unwrap_or_default())
        }
    }
}

/// What the files of a command have in common.
struct Publishing<'p> {
    finder: Finder<'p>,
    args: &'p args::Publish,
    /// The project or the workbook.
    into: String,
    thumbnails: Thumbnails,
    password: Option<Secret>,
}

/// Whose view of the data the thumbnails of a workbook show, by LUID; the publisher's, unless another is named.
#[derive(Default)]
struct Thumbnails {
    user: Option<String>,
    group: Option<String>,
}

impl Thumbnails {
    fn of(finder: Finder<'_>, of: &PublishOf) -> Result<Self, Failure> {
        let PublishOf::Workbook(options) = of else {
            return Ok(Self::default());
        };
        let id = |collection: &str, typed: &Option<String>| {
            let found = typed
                .as_deref()
                .map(|typed| finder.id(Collection::of(collection)?, typed));
            found.transpose()
        };
        Ok(Self {
            user: id("users", &options.thumbnails_user)?,
            group: id("groups", &options.thumbnails_group)?,
        })
    }
}

impl Publishing<'_> {
    /// Publishes one file: gives the item, or the job.
    fn one(&self, file: &Path) -> Result<Done, Failure> {
        if self.args.files.dry_run {
            return Ok(Done {
                shown: self.shown(file),
                journal: None,
            });
        }
        let journal = self.journal(file)?;
        let published = kinds::publish(self, file, journal.as_deref())?;
        let job = self.args.of.job();
        let Some(seconds) = job.and_then(|job| job.wait) else {
            return Ok(Done {
                shown: published,
                journal,
            });
        };
        let (shown, ended) = job::wait(self.finder.site, &published, Duration::from_secs(seconds))?;
        if ended.is_err()
            && let Some(journal) = &journal
        {
            // The error names the job, and the upload is used up: there is nothing to resume.
            let _ = std::fs::remove_file(journal);
        }
        ended.map(|()| Done { shown, journal })
    }

    /// What would be published.
    fn shown(&self, file: &Path) -> Value {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        json!({
            "call": format!("{}.publish", self.args.of.kind().group()),
            "name": self.args.files.name.as_deref().unwrap_or(&stem),
            "into": self.into,
            "file": file,
            "overwrite": self.args.of.place().is_some_and(|place| place.overwrite),
        })
    }

    fn journal(&self, file: &Path) -> Result<Option<PathBuf>, Failure> {
        let server = self.finder.server.to_string();
        let session = self.finder.site.session();
        let name = self.args.files.name.as_deref().unwrap_or_default();
        let mut target = vec![server.as_str(), session.site_id().as_str(), &self.into, name];
        // The journals of workbooks are called so since before there were others.
        let kind = self.args.of.kind();
        if kind != Kind::Workbook {
            target.push(kind.group());
        }
        transfer::journal(file, &target, self.args.files.resume)
    }
}
