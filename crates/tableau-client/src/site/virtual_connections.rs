//! Virtual connections: their definition is JSON in the document itself, not a file beside it.

use std::future::{Future, IntoFuture};
use std::path::PathBuf;
use std::pin::Pin;

use tableau_wire::resource::ConnectionPatch;
use tableau_wire::rest::auth::UserId;
use tableau_wire::rest::publish_calls::{CanOverwrite as _, PublishedItem as _};
use tableau_wire::rest::publishing::{ProjectId, Published};
use tableau_wire::rest::virtual_connections::{
    GetRevision, ListConnections, NewVirtualConnection, Publish, SourceConnection, UpdateConnection,
};
use tableau_wire::rest::{Project, User, VirtualConnection};
use tableau_wire::{Get, Id};

use super::commit::commit;
use super::publish::{check_name, subject, unexpected};
use super::source::Source;
use super::upload::journal::Journal;
use super::{Call, Collection, Site};
use crate::cancel::{Cancel, unless_cancelled};
use crate::error::{Error, ErrorKind};
use crate::files::{Expected, FileKind, Named, Saved, Saving, check_target, harmless_file_name};
use crate::mode::{Async, Mode};

/// A virtual connection that is not published yet: `.await` it, or `.send()` it.
#[derive(Debug)]
#[must_use = "a virtual connection is published by `.await` or by `.send()`"]
pub struct PublishVirtualConnection<M: Mode = Async> {
    site: Site<M>,
    source: Source,
    call: Publish,
    journal: Option<PathBuf>,
    keeps_journal: bool,
    cancel: Option<Cancel>,
}

impl<M: Mode> Collection<VirtualConnection, M> {
    /// Publishes a virtual connection into a project: its definition in JSON, as [`definition`](Self::definition) gives it, by its path or from a [`Source`].
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Project, Site};
    /// # async fn run(site: Site, project: Id<Project>) -> tableau_client::Result<()> {
    /// let sales = site.virtual_connections().publish("Sales.json", &project).overwrite().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn publish(
        &self,
        source: impl Into<Source>,
        project: impl Into<Id<Project>>,
    ) -> PublishVirtualConnection<M> {
        let (site, source) = (self.site().clone(), source.into());
        let new = NewVirtualConnection::new(
            source.stem().unwrap_or_default(),
            ProjectId::from(project),
            UserId::from(site.session().user_id()),
            "",
        );
        PublishVirtualConnection {
            site,
            source,
            call: Publish::new(new),
            journal: None,
            keeps_journal: false,
            cancel: None,
        }
    }

    /// The definition of a virtual connection, in JSON: connections, tables, policies.
    ///
    /// ```no_run
    /// # use tableau_client::{Id, Site, wire::rest::VirtualConnection};
    /// # async fn run(site: Site, id: Id<VirtualConnection>) -> tableau_client::Result<()> {
    /// site.virtual_connections().definition(&id).to_file("Sales.json").await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn definition(&self, id: impl Into<Id<VirtualConnection>>) -> Definition<M> {
        Definition {
            site: self.site().clone(),
            id: id.into(),
            revision: None,
            overwrite: false,
        }
    }

    /// Lists the connections of a virtual connection to databases: one page, or with [`Call::all`] every one.
    pub fn source_connections(&self, id: impl Into<Id<VirtualConnection>>) -> Call<ListConnections, M> {
        self.site().call(ListConnections::new(id))
    }

    /// Updates a connection of a virtual connection to a database; what the patch leaves out stays.
    pub fn update_source_connection(
        &self,
        id: impl Into<Id<VirtualConnection>>,
        connection: impl Into<Id<SourceConnection>>,
        patch: ConnectionPatch,
    ) -> Call<UpdateConnection, M> {
        self.site().call(UpdateConnection::new(id, connection, patch))
    }
}

/// The definition of a virtual connection that is not fetched yet: `.await` it, `.send()` it, or save it with [`to_file`](Self::to_file).
#[derive(Debug, Clone)]
#[must_use = "a definition is fetched by `.await`, `.send()` or `.to_file()`"]
pub struct Definition<M: Mode = Async> {
    site: Site<M>,
    id: Id<VirtualConnection>,
    revision: Option<u64>,
    overwrite: bool,
}

impl<M: Mode> Definition<M> {
    /// That of a revision, by its number from 1.
    pub fn revision(mut self, number: u64) -> Self {
        self.revision = Some(number);
        self
    }

    /// Replaces an existing file, once the new one is complete.
    pub fn overwrite(mut self) -> Self {
        self.overwrite = true;
        self
    }

    /// Fetches it.
    ///
    /// # Errors
    /// [`ErrorKind::Decode`] if the server gave none; what the server refuses it with.
    pub fn send(self) -> M::Output<Result<String, Error>> {
        let mode = self.site.mode().clone();
        mode.run(async move { self.fetch().await })
    }

    /// Saves it under a name; as [`Download::to_file`](super::Download::to_file).
    ///
    /// # Errors
    /// As for [`send`](Self::send), and for a file that exists or cannot be written.
    pub fn to_file(self, path: impl Into<PathBuf>) -> M::Output<Result<Saved, Error>> {
        self.save(Named::File(path.into()))
    }

    /// Saves it in a folder under a name, as `.json`.
    ///
    /// # Errors
    /// As for [`to_file`](Self::to_file).
    pub fn to_folder(self, folder: impl Into<PathBuf>, name: &str) -> M::Output<Result<Saved, Error>> {
        self.save(Named::InFolder {
            folder: folder.into(),
            name: harmless_file_name(name),
            types: VirtualConnection::FILE_TYPES,
            said: None,
        })
    }

    fn save(self, named: Named) -> M::Output<Result<Saved, Error>> {
        let mode = self.site.mode().clone();
        mode.run(async move {
            check_target(&named, self.overwrite)?;
            let definition = self.fetch().await?;
            let saving = Saving::begin(named, self.overwrite, Expected::Json)?;
            saving.write(definition.into()).await?;
            saving.finish().await
        })
    }

    async fn fetch(&self) -> Result<String, Error> {
        let id = self.id.clone();
        let found = match self.revision {
            Some(number) => self.site.send(GetRevision::new(id, number)).await?,
            None => self.site.send(Get::<VirtualConnection>::new(id)).await?,
        };
        let content = found.content.map(|content| content.0);
        content.filter(|content| !content.is_empty()).ok_or_else(|| {
            let message = format!(
                "the server gave no definition of the virtual connection {:?}",
                found.name
            );
            Error::new(ErrorKind::Decode, message)
        })
    }
}

impl IntoFuture for Definition<Async> {
    type Output = Result<String, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

impl<M: Mode> PublishVirtualConnection<M> {
    /// The name; without it, that of the file.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.with(|new| new.name = name.into())
    }

    /// Who is to own it; without it, the user of the session.
    pub fn owner(self, owner: impl Into<Id<User>>) -> Self {
        self.with(|new| new.owner = UserId::from(owner))
    }

    /// Changes any field of the request's document.
    pub fn with(mut self, change: impl FnOnce(&mut NewVirtualConnection)) -> Self {
        change(&mut self.call.connection);
        self
    }

    /// Replaces the virtual connection of the same name in the project, if there is one; without it, the server refuses a second one.
    pub fn overwrite(mut self) -> Self {
        self.call.overwrite();
        self
    }

    /// Publishes it as a draft, which others do not see.
    pub fn as_draft(mut self) -> Self {
        self.call.publish_as_draft = Some(true);
        self
    }

    /// Keeps a journal in this file, by which a later publishing of the same finds out what became of this one, if its answer is lost.
    pub fn resumable(mut self, journal: impl Into<PathBuf>) -> Self {
        self.journal = Some(journal.into());
        self
    }

    /// Leaves the [journal](Self::resumable) where it is once the virtual connection is published, for a caller that removes it.
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
    /// [`ErrorKind::Input`] for a definition that cannot be read or is no JSON, and for one without a name; [`ErrorKind::TooLarge`] for one longer than
    /// [`Limits::document`](crate::Limits::document); [`ErrorKind::OutcomeUnknown`] if the answer was lost, and what the server has does not tell whether
    /// it was published; any refusal of the server.
    pub fn send(mut self) -> M::Output<Result<VirtualConnection, Error>> {
        let mode = self.site.mode().clone();
        mode.run(async move {
            let cancel = self.cancel.take();
            match unless_cancelled(cancel, self.publish()).await? {
                Published::Item(item) => Ok(*item),
                Published::Job(_) => Err(unexpected::<Publish>("a job instead of a virtual connection")),
            }
        })
    }

    async fn publish(mut self) -> Result<Published<VirtualConnection>, Error> {
        check_name(&self.call)?;
        let text = self.source.text(self.site.core().bounds.limits.document).await?;
        if FileKind::of(text.as_bytes()) != FileKind::Json {
            let message = "the definition of a virtual connection has to be a JSON document".to_owned();
            return Err(Error::new(ErrorKind::Input, message)
                .with_hint("Take the content of an existing one: `definition(…)` gives it."));
        }
        let length = Some(text.len() as u64);
        self.call.connection.content = text.into();
        let subject = subject(&self.site, &self.call);
        let mut journal = self
            .journal
            .map(|path| Journal::open(path, subject, length))
            .transpose()?;
        let published = commit(&self.site, self.call, None, journal.as_mut()).await?;
        if let Some(journal) = journal.filter(|_| !self.keeps_journal) {
            journal.remove();
        }
        Ok(published)
    }
}

impl IntoFuture for PublishVirtualConnection<Async> {
    type Output = Result<VirtualConnection, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
