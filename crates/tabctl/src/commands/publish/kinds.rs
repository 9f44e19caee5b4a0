//! Publishing a file of each kind, with the options that it has.

use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use tableau_client::wire::rest::publish_calls::{CanBeJob, CanOverwrite, NewContent, PublishFile};
use tableau_client::wire::rest::publishing::ConnectionCredentials;
use tableau_client::{Blocking, Cancel, Error, Publish};

use super::Publishing;
use crate::args::{AsJob, DatabaseUser, IntoProject, PublishOf};
use crate::commands::transfer;
use crate::failure::Failure;
use crate::terminal::progress::FileProgress;

/// Publishes a file: gives the item or the job.
pub(super) fn publish(this: &Publishing<'_>, file: &Path, journal: Option<&Path>) -> Result<Value, Failure> {
    let site = this.finder.site;
    let into = this.into.as_str();
    match &this.args.of {
        PublishOf::Workbook(options) => {
            let mut publish = in_project(site.workbooks().publish(file, into), &options.into);
            if options.show_tabs {
                publish = publish.show_tabs(true);
            }
            for view in &options.hidden_views {
                publish = publish.hide_view(view);
            }
            if let Some(credentials) = credentials(&options.user, this) {
                publish = publish.credentials(credentials);
            }
            if options.skip_connection_check {
                publish = publish.skip_connection_check();
            }
            let thumbnails = &this.thumbnails;
            publish = publish.with(|workbook| {
                workbook.thumbnails_user_id = thumbnails.user.clone().map(Into::into);
                workbook.thumbnails_group_id.clone_from(&thumbnails.group);
            });
            sent_or_queued(this, file, journal, publish, &options.job)
        }
        PublishOf::Datasource(options) => {
            let mut publish = in_project(site.datasources().publish(file, into), &options.into);
            if options.append {
                publish = publish.append();
            }
            if let Some(credentials) = credentials(&options.user, this) {
                publish = publish.credentials(credentials);
            }
            sent_or_queued(this, file, journal, publish, &options.job)
        }
        PublishOf::Flow(options) => {
            let publish = in_project(site.flows().publish(file, into), options);
            sent(this, file, journal, publish)
        }
        PublishOf::CustomView(options) => {
            let mut publish = site.custom_views().publish(file, into);
            if options.shared {
                publish = publish.shared();
            }
            sent(this, file, journal, publish)
        }
        PublishOf::VirtualConnection(options) => {
            let mut publish = site.virtual_connections().publish(file, into);
            if let Some(name) = &this.args.files.name {
                publish = publish.name(name);
            }
            if options.place.overwrite {
                publish = publish.overwrite();
            }
            if options.draft {
                publish = publish.as_draft();
            }
            if let Some(journal) = journal {
                publish = publish.resumable(journal).keep_journal();
            }
            transferred(|cancel| publish.cancel_by(cancel).send())
        }
    }
}

/// Sets what everything has that goes to a project.
fn in_project<E>(mut publish: Publish<E, Blocking>, options: &IntoProject) -> Publish<E, Blocking>
where
    E: PublishFile<Document: NewContent> + CanOverwrite,
{
    if let Some(description) = &options.description {
        publish = publish.description(description);
    }
    if options.place.overwrite {
        publish = publish.overwrite();
    }
    publish
}

fn credentials(user: &DatabaseUser, this: &Publishing<'_>) -> Option<ConnectionCredentials> {
    Some(ConnectionCredentials {
        name: Some(user.connection_username.clone()?),
        password: this.password.clone(),
        embed: Some(user.embed_password),
        oauth: user.connection_oauth.then_some(true),
    })
}

fn sent<E>(
    this: &Publishing<'_>,
    file: &Path,
    journal: Option<&Path>,
    publish: Publish<E, Blocking>,
) -> Result<Value, Failure>
where
    E: PublishFile<Item: Serialize>,
{
    let progress = progress(file);
    let publish = prepared(this, &progress, journal, publish);
    transferred(|cancel| publish.cancel_by(cancel).send())
}

fn sent_or_queued<E>(
    this: &Publishing<'_>,
    file: &Path,
    journal: Option<&Path>,
    publish: Publish<E, Blocking>,
    job: &AsJob,
) -> Result<Value, Failure>
where
    E: PublishFile<Item: Serialize> + CanBeJob,
{
    if !job.as_job {
        return sent(this, file, journal, publish);
    }
    let progress = progress(file);
    let publish = prepared(this, &progress, journal, publish);
    transferred(|cancel| publish.cancel_by(cancel).as_job().send())
}

/// The progress of a file, shown until it is dropped.
fn progress(file: &Path) -> FileProgress {
    let shown = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    FileProgress::new(&shown)
}

/// Sets what every file has: a name, a journal, progress.
fn prepared<E: PublishFile>(
    this: &Publishing<'_>,
    progress: &FileProgress,
    journal: Option<&Path>,
    mut publish: Publish<E, Blocking>,
) -> Publish<E, Blocking> {
    let tell = progress.teller();
    publish = publish.on_progress(move |passed| tell(passed.bytes, passed.total));
    if let Some(name) = &this.args.files.name {
        publish = publish.name(name);
    }
    if let Some(journal) = journal {
        publish = publish.resumable(journal).keep_journal();
    }
    publish
}

fn transferred<T: Serialize>(send: impl FnOnce(&Cancel) -> Result<T, Error>) -> Result<Value, Failure> {
    let published = transfer::run(send)?;
    serde_json::to_value(published).map_err(|error| Failure::Local(error.to_string()))
}
