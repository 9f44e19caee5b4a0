//! `tabctl workbooks publish`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use tableau_client::wire::Described as _;
use tableau_client::wire::rest::publishing::ConnectionCredentials;
use tableau_client::{Id, Job, Project, Secret, Workbook};

use super::reference::{Collection, Finder};
use super::{job, several, style, transfer};
use crate::args::{self, Global};
use crate::failure::Failure;
use crate::output::{Column, Members, Printer};
use crate::session::{secrets, settings};
use crate::terminal::progress::FileProgress;

const fn column(title: &'static str, path: &'static str) -> Column {
    Column { title, path }
}

const WORKBOOKS: &[Column] = &[
    column("name", "name"),
    column("project", "project.name"),
    column("webpageUrl", "webpageUrl"),
    column("id", "id"),
];
const JOBS: &[Column] = &[
    column("type", "type"),
    column("createdAt", "createdAt"),
    column("id", "id"),
];

pub(super) fn run(args: &args::Publish, global: &Global) -> Result<(), Failure> {
    if args.files.len() > 1 && (args.name.is_some() || !args.hidden_views.is_empty()) {
        let message = "--name and --hide-view are about one workbook: publish it by a command of its own";
        return Err(Failure::Usage(message.to_owned()));
    }
    // Before signing in, which would end another session of the same token.
    for file in &args.files {
        std::fs::metadata(file)
            .map_err(|error| Failure::Usage(format!("{} cannot be read: {error}", file.display())))?;
    }
    let password = args
        .connection_password_file
        .as_deref()
        .map(secrets::read)
        .transpose()?;
    let style = style::settle(args.output.clone(), global.no_pager);
    let (columns, shape) = match args.as_job {
        true => (JOBS, Job::SHAPE),
        false => (WORKBOOKS, Workbook::SHAPE),
    };
    style.check(columns, &Members::Of(shape))?;
    let connected = settings::connect(&args.connection, global)?;
    let server = connected.address.clone();
    let (published, ended) = connected.run_transfers(|site| {
        let finder = Finder {
            site,
            server: &server,
        };
        let project = Id::from(finder.id(Collection::of("projects")?, &args.project)?);
        let publish = |file: &PathBuf| publish(finder, file, &project, args, password.as_ref());
        let name = |file: &PathBuf| file.display().to_string();
        Ok(several::each(&args.files, name, args.output.json, publish))
    })?;
    let mut printer = Printer::new(style, columns);
    for (item, _) in &published {
        printer.item(item)?;
    }
    if !published.is_empty() {
        printer.finish()?;
    }
    // Not before the result is known to its reader: until then, another run finds what was published.
    for journal in published.iter().filter_map(|(_, journal)| journal.as_ref()) {
        let _ = std::fs::remove_file(journal);
    }
    ended
}

/// Publishes one file: gives the workbook, or the job.
fn publish(
    finder: Finder<'_>,
    file: &Path,
    project: &Id<Project>,
    args: &args::Publish,
    password: Option<&Secret>,
) -> Result<(Value, Option<PathBuf>), Failure> {
    let shown = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    let progress = FileProgress::new(&shown);
    let tell = progress.teller();
    let mut publish = finder
        .site
        .workbooks()
        .publish(file, project)
        .on_progress(move |passed| tell(passed.bytes, passed.total));
    if let Some(name) = &args.name {
        publish = publish.name(name);
    }
    if let Some(description) = &args.description {
        publish = publish.description(description);
    }
    if args.show_tabs {
        publish = publish.show_tabs(true);
    }
    for view in &args.hidden_views {
        publish = publish.hide_view(view);
    }
    if let Some(user) = &args.connection_username {
        publish = publish.credentials(ConnectionCredentials {
            name: Some(user.clone()),
            password: password.cloned(),
            embed: Some(args.embed_password),
            ..ConnectionCredentials::default()
        });
    }
    if args.overwrite {
        publish = publish.overwrite();
    }
    if args.skip_connection_check {
        publish = publish.skip_connection_check();
    }
    let server = finder.server.to_string();
    let session = finder.site.session();
    let name = args.name.as_deref().unwrap_or_default();
    let target = [
        server.as_str(),
        session.site_id().as_str(),
        project.as_str(),
        name,
    ];
    let journal = transfer::journal(file, &target, args.resume)?;
    if let Some(journal) = &journal {
        publish = publish.resumable(journal).keep_journal();
    }
    let published = transfer::run(|cancel| {
        let publish = publish.cancel_by(cancel);
        match args.as_job {
            true => publish.as_job().send().map(serde_json::to_value),
            false => publish.send().map(serde_json::to_value),
        }
    })?;
    let published = published.map_err(|error| Failure::Local(error.to_string()))?;
    let Some(seconds) = args.wait else {
        return Ok((published, journal));
    };
    let (job, ended) = job::wait(finder.site, &published, Duration::from_secs(seconds))?;
    if ended.is_err()
        && let Some(journal) = &journal
    {
        // The error names the job, and the upload is used up: there is nothing to resume.
        let _ = std::fs::remove_file(journal);
    }
    ended.map(|()| (job, journal))
}
