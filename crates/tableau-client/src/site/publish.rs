//! Publishing: one request for a small file, an upload in chunks and a request for a large one.

use std::future::{Future, IntoFuture};
use std::path::PathBuf;
use std::pin::Pin;

use tableau_wire::rest::file_uploads::MAX_CHUNK;
use tableau_wire::rest::publishing::{
    ConnectionCredentials, NewConnection, NewWorkbook, ProjectId, Published, ViewVisibility,
};
use tableau_wire::rest::workbooks::Publish;
use tableau_wire::rest::{Job, Project, Workbook};
use tableau_wire::{Endpoint as _, FilePart, Id};

use super::Site;
use super::commit::{commit, is_upload_gone};
use super::source::{Opened, Source};
use super::upload::journal::Journal;
use super::upload::{CHUNK_MEGABYTES, Plan, upload};
use crate::cancel::{Cancel, unless_cancelled};
use crate::error::{Error, ErrorKind};
use crate::files::harmless_file_name;
use crate::mode::{Async, Mode};
use crate::transport::{OnProgress, Progress};

/// The largest file that is sent in one request: 64 MB less the rest of the request. Source: "Publishing Resources" in Tableau's REST reference.
const ONE_REQUEST: u64 = MAX_CHUNK as u64 - 1024 * 1024;

/// A workbook that is not published yet: `.await` it, or `.send()` it.
#[derive(Debug)]
#[must_use = "a workbook is published by `.await` or by `.send()`"]
pub struct PublishWorkbook<M: Mode = Async> {
    site: Site<M>,
    source: Source,
    call: Publish,
    workbook: NewWorkbook,
    chunk_megabytes: Option<usize>,
    on_progress: Option<OnProgress>,
    journal: Option<PathBuf>,
    keeps_journal: bool,
    cancel: Option<Cancel>,
}

impl<M: Mode> PublishWorkbook<M> {
    pub(super) fn new(site: Site<M>, source: Source, project: Id<Project>) -> Self {
        let workbook = NewWorkbook {
            name: source.stem().unwrap_or_default(),
            project: ProjectId { id: project },
            ..NewWorkbook::default()
        };
        Self {
            site,
            source,
            call: Publish::default(),
            workbook,
            chunk_megabytes: None,
            on_progress: None,
            journal: None,
            keeps_journal: false,
            cancel: None,
        }
    }

    /// The name; without it, that of the file.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.with(|workbook| workbook.name = name.into())
    }

    /// The description; the server needs version 3.21 of the API for it.
    pub fn description(self, description: impl Into<String>) -> Self {
        self.with(|workbook| workbook.description = Some(description.into()))
    }

    /// Shows its views as tabs, or not.
    pub fn show_tabs(self, show: bool) -> Self {
        self.with(|workbook| workbook.show_tabs = Some(show))
    }

    /// Hides one of its views, by the name of the sheet.
    pub fn hide_view(self, name: impl Into<String>) -> Self {
        self.with(|workbook| {
            workbook.views.get_or_insert_default().push(ViewVisibility {
                name: name.into(),
                hidden: Some(true),
            });
        })
    }

    /// Sets credentials or another database for one of its connections.
    pub fn connection(self, connection: NewConnection) -> Self {
        self.with(|workbook| workbook.connections.get_or_insert_default().push(connection))
    }

    /// The credentials for the workbook's only database.
    pub fn credentials(self, credentials: ConnectionCredentials) -> Self {
        self.with(|workbook| workbook.connection_credentials = Some(credentials))
    }

    /// Changes any field of the request's document.
    pub fn with(mut self, change: impl FnOnce(&mut NewWorkbook)) -> Self {
        change(&mut self.workbook);
        self
    }

    /// Replaces the workbook of the same name in the project, if there is one; without it, the server refuses a second one.
    pub fn overwrite(mut self) -> Self {
        self.call.overwrite = Some(true);
        self
    }

    /// Skips the server's test of the workbook's connections.
    pub fn skip_connection_check(mut self) -> Self {
        self.call.skip_connection_check = Some(true);
        self
    }

    /// Uploads the file in chunks of this many megabytes, from 1 to 64, however small it is. Without it, files above 63 MB are, in chunks of 10.
    pub fn in_chunks(mut self, megabytes: usize) -> Self {
        self.chunk_megabytes = Some(megabytes);
        self
    }

    /// Calls a function with the number of bytes that have been sent, repeatedly; it must not block.
    pub fn on_progress(mut self, tell: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.on_progress = Some(OnProgress::new(tell));
        self
    }

    /// Keeps a journal in this file, and goes on where an earlier publishing of the same file stopped, if it left one there.
    ///
    /// The journal says what is published to where, the upload, how much of it the server has, and the hash of that; no secret. It survives `kill -9` and a
    /// loss of power, and is removed once the file is published. One about another file, or one that is damaged, is begun anew.
    pub fn resumable(mut self, journal: impl Into<PathBuf>) -> Self {
        self.journal = Some(journal.into());
        self
    }

    /// Leaves the [journal](Self::resumable) where it is once the file is published, for a caller that removes it when it has noted the result: until
    /// then, publishing the same file again finds what was published.
    pub fn keep_journal(mut self) -> Self {
        self.keeps_journal = true;
        self
    }

    /// Ends it when this is cancelled; a [journal](Self::resumable) is kept.
    pub fn cancel_by(mut self, cancel: &Cancel) -> Self {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Publishes it in a background job, which large workbooks need: gives the job, which [`wait`](super::Collection::wait) waits for.
    pub fn as_job(mut self) -> PublishWorkbookAsJob<M> {
        self.call.as_job = Some(true);
        PublishWorkbookAsJob(self)
    }

    /// Publishes it.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for a file that cannot be read or is no workbook by its first bytes, and for a workbook without a name;
    /// [`ErrorKind::Conflict`] or [`ErrorKind::Forbidden`] if there is one of that name already; [`ErrorKind::File`] if the file changes while it is sent;
    /// [`ErrorKind::OutcomeUnknown`] if the answer was lost, and what the server has does not tell whether it was published; any other refusal of the server.
    pub fn send(self) -> M::Output<Result<Workbook, Error>> {
        let mode = self.site.mode().clone();
        mode.run(async move {
            match self.run().await? {
                Published::Item(workbook) => Ok(*workbook),
                Published::Job(job) => Err(unexpected(&format!("job {} instead of a workbook", job.id))),
            }
        })
    }

    async fn run(mut self) -> Result<Published<Workbook>, Error> {
        let cancel = self.cancel.take();
        unless_cancelled(cancel, self.publish()).await
    }

    async fn publish(self) -> Result<Published<Workbook>, Error> {
        let Self {
            site,
            source,
            mut call,
            workbook,
            chunk_megabytes,
            on_progress,
            journal,
            keeps_journal,
            cancel: _,
        } = self;
        if workbook.name.trim().is_empty() {
            let message = "the workbook has no name".to_owned();
            return Err(Error::new(ErrorKind::Input, message).with_hint("Give it one: `.name(…)`."));
        }
        let opened = source.open().await?;
        let Some(extension) = opened.kind().workbook_extension() else {
            let message =
                "the file is no workbook: it is neither a package (.twbx) nor XML (.twb)".to_owned();
            return Err(Error::new(ErrorKind::Input, message)
                .with_hint("Check the path, and that the file is not empty."));
        };
        call.workbook_type = Some(extension.to_owned());
        let file_name = format!("{}.{extension}", harmless_file_name(&workbook.name));
        let subject = format!(
            "workbook {:?} in project {} of site {} at {}",
            workbook.name,
            workbook.project.id,
            site.session().site_id(),
            site.core().address
        );
        let mut journal = journal.map(|path| Journal::open(path, subject, opened.length()));
        call.body.document = workbook;
        let published = match opened {
            Opened::File(file, _) if chunk_megabytes.is_none() && file.length() <= ONE_REQUEST => {
                call.body.file = Some(FilePart::new(file_name));
                let file = file.with_progress(on_progress);
                commit(&site, call, Some(file), journal.as_mut()).await
            }
            opened => {
                let plan = Plan {
                    chunk_megabytes: chunk_megabytes.unwrap_or(CHUNK_MEGABYTES),
                    on_progress,
                };
                let again = opened.again();
                let published = upload_and_commit(&site, opened, &plan, call.clone(), journal.as_mut()).await;
                match (published, again) {
                    (Err(error), Some(again)) if is_upload_gone(&error) => {
                        if let Some(journal) = &mut journal {
                            journal.forget_upload();
                        }
                        upload_and_commit(&site, again, &plan, call, journal.as_mut()).await
                    }
                    (published, _) => published,
                }
            }
        }?;
        if let Some(journal) = journal.filter(|_| !keeps_journal) {
            journal.remove();
        }
        Ok(published)
    }
}

async fn upload_and_commit<M: Mode>(
    site: &Site<M>,
    source: Opened,
    plan: &Plan,
    mut call: Publish,
    mut journal: Option<&mut Journal>,
) -> Result<Published<Workbook>, Error> {
    call.upload_session_id = Some(upload(site, source, plan, journal.as_deref_mut()).await?);
    commit(site, call, None, journal).await
}

fn unexpected(what: &str) -> Error {
    let message = format!(
        "{}: the server answered with {what}",
        Publish::OPERATION.full_name()
    );
    Error::new(ErrorKind::Decode, message)
}

impl IntoFuture for PublishWorkbook<Async> {
    type Output = Result<Workbook, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// A workbook to publish in a background job: `.await` it, or `.send()` it.
#[derive(Debug)]
#[must_use = "a workbook is published by `.await` or by `.send()`"]
pub struct PublishWorkbookAsJob<M: Mode = Async>(PublishWorkbook<M>);

impl<M: Mode> PublishWorkbookAsJob<M> {
    /// Sends it, and gives the job that publishes it.
    ///
    /// # Errors
    /// As for [`PublishWorkbook::send`]; problems with the workbook itself are reported by the job.
    pub fn send(self) -> M::Output<Result<Job, Error>> {
        let mode = self.0.site.mode().clone();
        mode.run(async move {
            match self.0.run().await? {
                Published::Job(job) => Ok(*job),
                Published::Item(_) => Err(unexpected("a workbook instead of a job")),
            }
        })
    }
}

impl IntoFuture for PublishWorkbookAsJob<Async> {
    type Output = Result<Job, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
