//! Publishing: one request for a small file, an upload in chunks and a request for a large one.

use std::future::{Future, IntoFuture};
use std::path::PathBuf;
use std::pin::Pin;

use tableau_wire::rest::file_uploads::MAX_CHUNK;
use tableau_wire::rest::publish_calls::{
    CanBeJob, CanOverwrite, NewContent, NewItem as _, NewWithCredentials, PublishCall, PublishFile,
    PublishTarget, PublishedItem as _,
};
use tableau_wire::rest::publishing::{ConnectionCredentials, NewConnection, Published, ViewVisibility};
use tableau_wire::rest::{Job, custom_views, datasources, flows, workbooks};
use tableau_wire::{FilePart, Resource as _};

use super::Site;
use super::commit::{commit, is_upload_gone};
use super::source::{Opened, Source};
use super::upload::journal::Journal;
use super::upload::{Plan, chunk_megabytes, upload};
use crate::cancel::{Cancel, unless_cancelled};
use crate::error::{Error, ErrorKind};
use crate::files::harmless_file_name;
use crate::mode::{Async, Mode};
use crate::transport::{OnProgress, Progress};

/// The largest file that is sent in one request: 64 MB less the rest of the request. Source: "Publishing Resources" in Tableau's REST reference.
const ONE_REQUEST: u64 = MAX_CHUNK as u64 - 1024 * 1024;

/// An item that is not published yet: `.await` it, or `.send()` it.
///
/// `E` is the call that publishes it: see [`PublishWorkbook`], [`PublishDatasource`], [`PublishFlow`] and [`PublishCustomView`].
#[derive(Debug)]
#[must_use = "an item is published by `.await` or by `.send()`"]
pub struct Publish<E: PublishFile, M: Mode = Async> {
    site: Site<M>,
    source: Source,
    call: E,
    chunk_megabytes: Option<usize>,
    on_progress: Option<OnProgress>,
    journal: Option<PathBuf>,
    keeps_journal: bool,
    cancel: Option<Cancel>,
}

/// A workbook that is not published yet: see [`Collection::publish`](super::Collection::publish).
pub type PublishWorkbook<M = Async> = Publish<workbooks::Publish, M>;
/// A data source that is not published yet: see [`Collection::publish`](super::Collection::publish).
pub type PublishDatasource<M = Async> = Publish<datasources::Publish, M>;
/// A flow that is not published yet: see [`Collection::publish`](super::Collection::publish).
pub type PublishFlow<M = Async> = Publish<flows::Publish, M>;
/// A custom view that is not published yet: see [`Collection::publish`](super::Collection::publish).
pub type PublishCustomView<M = Async> = Publish<custom_views::Publish, M>;
/// A workbook to publish in a background job: see [`Publish::as_job`].
pub type PublishWorkbookAsJob<M = Async> = PublishAsJob<workbooks::Publish, M>;

impl<E: PublishFile, M: Mode> Publish<E, M> {
    pub(super) fn new(site: Site<M>, source: Source) -> Self {
        let mut call = E::default();
        let name = source.stem().unwrap_or_default();
        call.body_mut().document.set_name(name);
        Self {
            site,
            source,
            call,
            chunk_megabytes: None,
            on_progress: None,
            journal: None,
            keeps_journal: false,
            cancel: None,
        }
    }

    /// The name; without it, that of the file.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.with(|document| document.set_name(name.into()))
    }

    /// Changes any field of the request's document.
    pub fn with(mut self, change: impl FnOnce(&mut E::Document)) -> Self {
        change(&mut self.call.body_mut().document);
        self
    }

    /// Changes any argument of the request.
    pub fn with_call(mut self, change: impl FnOnce(&mut E)) -> Self {
        change(&mut self.call);
        self
    }

    /// Uploads the file in chunks of this many megabytes, from 1 to 64, however small it is. Without it, files above 63 MB are, in chunks of 50, or of 10
    /// if they can be resumed, and readers in chunks of 10, which are in memory.
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

    /// Publishes it.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for a file that cannot be read or is no file of its kind by its first bytes, and for an item without a name;
    /// [`ErrorKind::Conflict`] or [`ErrorKind::Forbidden`] if there is one of that name already; [`ErrorKind::File`] if the file changes while it is sent;
    /// [`ErrorKind::OutcomeUnknown`] if the answer was lost, and what the server has does not tell whether it was published; any other refusal of the server.
    pub fn send(self) -> M::Output<Result<E::Item, Error>> {
        let mode = self.site.mode().clone();
        mode.run(async move {
            match self.run().await? {
                Published::Item(item) => Ok(*item),
                Published::Job(job) => Err(unexpected::<E>(&format!(
                    "job {} instead of a {}",
                    job.id,
                    E::Item::NOUN
                ))),
            }
        })
    }

    async fn run(mut self) -> Result<Published<E::Item>, Error> {
        let cancel = self.cancel.take();
        unless_cancelled(cancel, self.publish()).await
    }

    async fn publish(mut self) -> Result<Published<E::Item>, Error> {
        check_name(&self.call)?;
        let said = self.source.extension();
        let opened = self.source.open().await?;
        let types = E::Item::FILE_TYPES;
        let extension = opened.kind().extension(types, said.as_deref());
        let extension = extension.ok_or_else(|| no_file::<E>(types))?;
        self.call.set_file_type(extension);
        let file_name = format!("{}.{extension}", harmless_file_name(self.call.name()));
        let subject = subject(&self.site, &self.call);
        let mut journal = self
            .journal
            .map(|path| Journal::open(path, subject, opened.length()))
            .transpose()?;
        let sending = Sending {
            site: self.site,
            call: self.call,
            journal: journal.as_mut(),
        };
        let published = match opened {
            Opened::File(file, _) if self.chunk_megabytes.is_none() && file.length() <= ONE_REQUEST => {
                let mut sending = sending;
                sending.call.body_mut().file = Some(FilePart::new(file_name));
                let file = file.with_progress(self.on_progress);
                commit(&sending.site, sending.call, Some(file), sending.journal).await
            }
            opened => {
                let plan = Plan {
                    chunk_megabytes: chunk_megabytes(
                        &opened,
                        sending.journal.as_deref(),
                        self.chunk_megabytes,
                    ),
                    on_progress: self.on_progress,
                };
                sending.in_chunks(opened, &plan).await
            }
        }?;
        if let Some(journal) = journal.filter(|_| !self.keeps_journal) {
            journal.remove();
        }
        Ok(published)
    }
}

impl<E: PublishFile + CanOverwrite, M: Mode> Publish<E, M> {
    /// Replaces the item of the same name in the project, if there is one; without it, the server refuses a second one.
    pub fn overwrite(self) -> Self {
        self.with_call(CanOverwrite::overwrite)
    }
}

impl<E: PublishFile<Document: NewContent>, M: Mode> Publish<E, M> {
    /// The description; for a workbook, the server needs version 3.21 of the API.
    pub fn description(self, description: impl Into<String>) -> Self {
        self.with(|document| document.describe(description.into()))
    }

    /// Sets credentials or another database for one of its connections.
    pub fn connection(self, connection: NewConnection) -> Self {
        self.with(|document| document.connect(connection))
    }
}

impl<E: PublishFile<Document: NewWithCredentials>, M: Mode> Publish<E, M> {
    /// The credentials for its only database.
    pub fn credentials(self, credentials: ConnectionCredentials) -> Self {
        self.with(|document| document.set_credentials(credentials))
    }
}

impl<E: PublishFile + CanBeJob, M: Mode> Publish<E, M> {
    /// Publishes it in a background job, which large files need: gives the job, which [`wait`](super::Collection::wait) waits for.
    pub fn as_job(mut self) -> PublishAsJob<E, M> {
        self.call.make_job();
        PublishAsJob(self)
    }
}

impl<M: Mode> PublishWorkbook<M> {
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

    /// Skips the server's test of the workbook's connections.
    pub fn skip_connection_check(self) -> Self {
        self.with_call(|call| call.skip_connection_check = Some(true))
    }
}

impl<M: Mode> PublishDatasource<M> {
    /// Adds the rows of the file to those of the data source of the same name, which has an extract.
    pub fn append(self) -> Self {
        self.with_call(|call| call.append = Some(true))
    }
}

impl<M: Mode> PublishCustomView<M> {
    /// Lets others see it too.
    pub fn shared(self) -> Self {
        self.with(|custom_view| custom_view.shared = Some(true))
    }
}

/// A request to publish, with what it needs to be sent more than once.
struct Sending<'j, E: PublishFile, M: Mode> {
    site: Site<M>,
    call: E,
    journal: Option<&'j mut Journal>,
}

impl<E: PublishFile, M: Mode> Sending<'_, E, M> {
    /// Uploads the file and publishes it; once more if the server has lost the upload in between.
    async fn in_chunks(mut self, opened: Opened, plan: &Plan) -> Result<Published<E::Item>, Error> {
        let again = opened.again();
        match (self.upload_and_commit(opened, plan).await, again) {
            (Err(error), Some(again)) if is_upload_gone(&error) => {
                if let Some(journal) = &mut self.journal {
                    journal.forget_upload();
                }
                self.upload_and_commit(again, plan).await
            }
            (published, _) => published,
        }
    }

    async fn upload_and_commit(&mut self, source: Opened, plan: &Plan) -> Result<Published<E::Item>, Error> {
        let mut call = self.call.clone();
        call.set_upload(upload(&self.site, source, plan, self.journal.as_deref_mut()).await?);
        commit(&self.site, call, None, self.journal.as_deref_mut()).await
    }
}

/// What is published to where, as a journal says it.
pub(super) fn subject<E: PublishCall, M: Mode>(site: &Site<M>, call: &E) -> String {
    let target = match call.target() {
        PublishTarget::Workbook(workbook) => format!("for workbook {workbook}"),
        PublishTarget::Project(project) => format!("in project {project}"),
        _ => String::new(),
    };
    format!(
        "{} {:?} {target} of site {} at {}",
        E::Item::NOUN,
        call.name(),
        site.session().site_id(),
        site.core().address
    )
}

/// Refuses an item without a name, before anything is sent.
pub(super) fn check_name<E: PublishCall>(call: &E) -> Result<(), Error> {
    if !call.name().trim().is_empty() {
        return Ok(());
    }
    let message = format!("the {} has no name", E::Item::NOUN);
    Err(Error::new(ErrorKind::Input, message).with_hint("Give it one: `.name(…)`."))
}

fn no_file<E: PublishCall>(types: &[&str]) -> Error {
    let message = format!(
        "the file is no {}: its content is not that of .{}",
        E::Item::NOUN,
        types.join(" or .")
    );
    Error::new(ErrorKind::Input, message).with_hint("Check the path, and that the file is not empty.")
}

pub(super) fn unexpected<E: PublishCall>(what: &str) -> Error {
    let message = format!("{}: the server answered with {what}", E::OPERATION.full_name());
    Error::new(ErrorKind::Decode, message)
}

impl<E: PublishFile> IntoFuture for Publish<E, Async> {
    type Output = Result<E::Item, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

/// An item to publish in a background job: `.await` it, or `.send()` it.
#[derive(Debug)]
#[must_use = "an item is published by `.await` or by `.send()`"]
pub struct PublishAsJob<E: PublishFile, M: Mode = Async>(Publish<E, M>);

impl<E: PublishFile, M: Mode> PublishAsJob<E, M> {
    /// Sends it, and gives the job that publishes it.
    ///
    /// # Errors
    /// As for [`Publish::send`]; problems with the content itself are reported by the job.
    pub fn send(self) -> M::Output<Result<Job, Error>> {
        let mode = self.0.site.mode().clone();
        mode.run(async move {
            match self.0.run().await? {
                Published::Job(job) => Ok(*job),
                Published::Item(_) => Err(unexpected::<E>(&format!("a {} instead of a job", E::Item::NOUN))),
            }
        })
    }
}

impl<E: PublishFile> IntoFuture for PublishAsJob<E, Async> {
    type Output = Result<Job, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
