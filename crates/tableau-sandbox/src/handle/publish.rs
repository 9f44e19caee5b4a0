//! Publishing workbooks and data sources: what is the same for both.

use jiff::Timestamp;
use tableau_wire::rest::publish_calls::{NewContent, NewItem as _, PublishCall, PublishFile};
use tableau_wire::rest::publishing::{Connection, ConnectionCredentials, NewConnection, Published};
use tableau_wire::rest::{FileUpload, Project, View, Workbook};
use tableau_wire::{Element as _, Fetched, Id, Shared};
use uuid::Uuid;

use super::file_uploads::{admit_publisher, publish_file};
use super::{catalog, jobs, projects, revisions};
use crate::aside::aside;
use crate::auth::Caller;
use crate::call::Call;
use crate::clock::time;
use crate::content_file::{self, ContentFile, FileConnection, FileType, PUBLISHED};
use crate::content_url::free_content_url;
use crate::files::{FileId, Spool};
use crate::kept::row::References;
use crate::kept::{Kept, Kind, Rights, Value, row, set, verbs};
use crate::refusal::Refusal;
use crate::store::row::{Row, RowFile, Stored};
use crate::store::unshown::{JobOf, Pending};
use crate::store::{State, Transaction};
use crate::{rng, token};

/// The unit of content sizes: 1024 × 1024 bytes. No size is below one (inferred).
const MEGABYTE: u64 = 1024 * 1024;
const WRITE: Rights = Rights::Capability("Write");

/// A call that publishes a kind of content.
pub(crate) trait Publishing:
    PublishCall<Item: Kept<One = <Self as PublishCall>::Item> + Fetched> + PublishFile<Document: NewContent>
{
    /// The types of its files.
    const TYPES: &'static [FileType];
    /// The parameter that has the type.
    const TYPE_PARAMETER: &'static str;
    /// The code for a missing or invalid type, and that for a file name that has none.
    const NO_TYPE: (&'static str, &'static str);

    /// Checks the item of the same name in the project, if there is one; `may_write` whether the caller may change it.
    fn admit(&self, before: Option<&Row<Self::Item>>, may_write: bool) -> Result<(), Refusal>;

    /// Sets what only this kind has; gives the views.
    fn complete(
        &self,
        state: &State,
        row: &mut Row<Self::Item>,
        new: &New<'_>,
    ) -> Result<Vec<Row<View>>, Refusal>;

    /// The data source that a connection of the file belongs to, where it is part of the item.
    fn embedded(item: Uuid, name: &str) -> Option<(Uuid, String)>;

    /// The job that publishes.
    fn job(pending: Box<Pending<Self::Item>>) -> JobOf;
}

/// What a request to publish says, whatever it publishes.
pub(crate) struct Asked<'a> {
    name: &'a str,
    project: &'a Id<Project>,
    description: Option<&'a String>,
    pub(crate) credentials: Option<&'a ConnectionCredentials>,
    connections: &'a [NewConnection],
    file_type: Option<&'a str>,
    /// The name of the file in the request; `None` if it has no file.
    file_name: Option<&'a str>,
    upload: Option<&'a Id<FileUpload>>,
    as_job: bool,
}

impl<'a> Asked<'a> {
    fn of<P: Publishing>(publish: &'a P) -> Self {
        let body = publish.body();
        let document = &body.document;
        Self {
            name: document.name(),
            project: document.project(),
            description: document.description(),
            credentials: document.credentials(),
            connections: document.connections(),
            file_type: publish.file_type(),
            file_name: body.file.as_ref().map(|file| file.file_name.as_str()),
            upload: publish.upload(),
            as_job: publish.is_job(),
        }
    }
}

/// A file that is published.
pub(crate) struct New<'n> {
    pub(crate) asked: Asked<'n>,
    pub(crate) read: ContentFile,
    /// In bytes.
    length: u64,
    pub(crate) now: Timestamp,
}

pub(crate) fn publish<P: Publishing>(
    call: &Call<'_>,
    caller: &Caller,
    publish: &P,
) -> Result<Published<P::Item>, Refusal> {
    admit_publisher(caller)?;
    let asked = Asked::of(publish);
    if asked.name.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    // Checked before the file is read, and again when the item is stored.
    Target::find(&call.store.read(), caller, publish)?;
    publish_file(call, caller, asked.upload, asked.file_name.is_some(), |file| {
        store_file(call, caller, publish, file)
    })
}

/// Publishes a file; it is taken only after the last check.
fn store_file<P: Publishing>(
    call: &Call<'_>,
    caller: &Caller,
    publish: &P,
    file: &mut Option<Spool>,
) -> Result<Published<P::Item>, Refusal> {
    let spool = file.as_mut().ok_or_else(Refusal::incomplete_payload)?;
    let asked = Asked::of(publish);
    let file_type = file_type::<P>(&asked)?;
    let read = read(spool, file_type)?;
    let file_id = aside(|| FileId::of(spool)).map_err(Refusal::internal)?;
    let as_job = asked.as_job;
    let new = New {
        asked,
        read,
        length: spool.length(),
        now: call.clock.now(),
    };
    call.store.write(|transaction| {
        let target = Target::find(transaction, caller, publish)?;
        let mut pending = target.pending(transaction, caller, publish, &new)?;
        let kept = file.take().map(|file| call.store.files.keep(file, file_id));
        let kept = kept.transpose().map_err(Refusal::internal)?;
        pending.item.file = kept.map(|id| RowFile {
            id,
            extension: file_type.as_str().to_owned(),
            bytes: new.length,
        });
        let id = pending.item.id;
        if as_job {
            let job = jobs::queue(transaction, call, caller, P::job(Box::new(pending)))?;
            return Ok(Published::Job(Box::new(job)));
        }
        put(transaction, pending)?;
        let shown = verbs::one(call, transaction, id)?;
        Ok(Published::Item(Box::new(shown)))
    })
}

/// The type of the file, by the parameter or by its name.
fn file_type<P: Publishing>(asked: &Asked<'_>) -> Result<FileType, Refusal> {
    let (no_type, no_name) = P::NO_TYPE;
    let known = |name: &str| FileType::named(name).filter(|file_type| P::TYPES.contains(file_type));
    let types: Vec<_> = P::TYPES.iter().map(|file_type| file_type.as_str()).collect();
    if let Some(name) = asked.file_type {
        let nouns = <P::Item as tableau_wire::Resource>::NOUNS;
        return known(name).ok_or_else(|| {
            Refusal::bad_request(
                no_type,
                format_args!(
                    "The file type '{name}' is not one of {nouns}: {}.",
                    types.join(" or ")
                ),
            )
        });
    }
    let Some(file_name) = asked.file_name else {
        return Err(Refusal::bad_request(
            no_type,
            format_args!(
                "The file type is missing: set {} to {}.",
                P::TYPE_PARAMETER,
                types.join(" or ")
            ),
        ));
    };
    let extension = file_name.rsplit_once('.').map(|(_, extension)| extension);
    extension.and_then(known).ok_or_else(|| {
        Refusal::bad_request(
            no_name,
            format_args!(
                "The file name '{file_name}' does not end in .{}.",
                types.join(" or .")
            ),
        )
    })
}

// The code is documented as "Publishing error"; the text is inferred.
fn read(file: &mut Spool, file_type: FileType) -> Result<ContentFile, Refusal> {
    aside(|| content_file::read(file.reader(), file_type)).map_err(|reason| {
        Refusal::bad_request(
            "400011",
            format_args!("There was a problem publishing the file: {reason}."),
        )
    })
}

/// The project that an item is published to.
struct Target<P: Publishing> {
    project: Uuid,
    /// The item that it replaces.
    before: Option<Row<P::Item>>,
}

impl<P: Publishing> Target<P> {
    fn find(state: &State, caller: &Caller, publish: &P) -> Result<Self, Refusal> {
        let asked = Asked::of(publish);
        let project = projects::published_to(state, caller, asked.project)?;
        let before = <P::Item as Stored>::table(state)
            .named(project, asked.name)
            .next();
        publish.admit(
            before,
            before.is_some_and(|before| WRITE.allow(before, state, caller)),
        )?;
        Ok(Self {
            project,
            before: before.cloned(),
        })
    }

    /// The item with its views and connections, not yet stored.
    fn pending(
        self,
        state: &State,
        caller: &Caller,
        publish: &P,
        new: &New<'_>,
    ) -> Result<Pending<P::Item>, Refusal> {
        let mut item = match self.before {
            Some(before) => before,
            None => fresh(state, caller, new, self.project)?,
        };
        let shown = &mut item.shown;
        if new.asked.description.is_some() {
            set(shown, "description", new.asked.description.cloned());
        }
        set(shown, "size", Some(new.length.div_ceil(MEGABYTE).max(1)));
        set(shown, "hasExtracts", Some(new.read.has_extracts));
        set(shown, "updatedAt", Some(time(new.now)));
        Ok(Pending {
            views: publish.complete(state, &mut item, new)?,
            connections: connections::<P>(state, &item, new)?,
            model: new.read.model.clone(),
            item,
        })
    }
}

/// The name of an item.
pub(super) fn name<R: Kept>(shown: &R) -> String {
    match Value::at(shown, "name", Kind::Text) {
        Value::Text(text) => text,
        _ => String::new(),
    }
}

/// Stores an item with its views and connections, as a new revision; those that it had and its former file are removed.
pub(super) fn put<R: Kept>(transaction: &mut Transaction<'_>, pending: Pending<R>) -> Result<(), Refusal> {
    let Pending {
        item,
        views,
        connections,
        model,
    } = pending;
    let former = transaction.views.within(item.id).map(|view| view.id);
    let gone: Vec<_> = former
        .filter(|id| !views.iter().any(|view| view.id == *id))
        .collect();
    for view in gone {
        row::remove::<View>(transaction, view);
    }
    let former = transaction.connections.within(item.id);
    let gone: Vec<_> = former.map(|connection| connection.id).collect();
    for connection in gone {
        transaction.remove::<Row<Connection>>(connection);
    }
    revisions::add(transaction, &item)?;
    catalog::link(transaction, &item, model, R::ELEMENT == Workbook::ELEMENT)?;
    row::put(transaction, item)?;
    for view in views {
        row::put(transaction, view)?;
    }
    connections
        .into_iter()
        .try_for_each(|connection| transaction.put(connection))
}

fn fresh<R: Kept>(state: &State, caller: &Caller, new: &New<'_>, project: Uuid) -> Result<Row<R>, Refusal> {
    let site = caller.site.id;
    let is_free = |url: &str| R::table(state).named(site, url).next().is_none();
    let mut shown = R::default();
    set(&mut shown, "name", new.asked.name.to_owned());
    let url = free_content_url(new.asked.name, is_free);
    set(&mut shown, "contentUrl", Some(url));
    let references = References {
        owner: Some(caller.user.id),
        project: Some(project),
        parent: None,
    };
    row::begin(state, site, None, references, shown, new.now)
}

/// The connections of the file, with what the request says about those at the same address.
///
/// The sandbox connects to nothing: every connection passes the check, with or without `skipConnectionCheck`.
fn connections<P: Publishing>(
    state: &State,
    item: &Row<P::Item>,
    new: &New<'_>,
) -> Result<Vec<Row<Connection>>, Refusal> {
    let connection = |file: &FileConnection| {
        let id = token::identifier()?;
        let mut shown = shown_connection(file, &new.asked);
        shown.id = id.to_string().into();
        // A workbook on a published data source names that one (inferred).
        let published = (file.class == PUBLISHED)
            .then(|| state.datasources.named(item.site, &file.database).next())
            .flatten()
            .map(|row| (row.id, row.shown.name.clone()));
        if let Some((id, name)) = published.or_else(|| P::embedded(item.id, &file.datasource)) {
            let mut datasource = tableau_wire::rest::Datasource::default();
            datasource.id = id.to_string().into();
            datasource.name = name;
            shown.datasource = Some(Shared::new(datasource));
        }
        Ok(Row::inside(item, id, shown))
    };
    new.read.connections.iter().map(connection).collect()
}

fn shown_connection(file: &FileConnection, asked: &Asked<'_>) -> Connection {
    let same = |said: &&NewConnection| {
        said.server_address
            .as_deref()
            .is_some_and(|address| address.eq_ignore_ascii_case(&file.server))
    };
    let said = asked.connections.iter().find(same);
    let credentials = said
        .and_then(|said| said.connection_credentials.as_ref())
        .or(asked.credentials);
    let user_name = credentials.and_then(|credentials| credentials.name.clone());
    let port = said
        .and_then(|said| said.server_port.as_ref())
        .unwrap_or(&file.port);
    let mut shown = Connection::default();
    shown.r#type = Some(file.class.clone());
    shown.server_address = Some(file.server.clone());
    shown.server_port = Some(port.clone()).filter(|port| !port.is_empty());
    shown.user_name = Some(user_name.unwrap_or_else(|| file.user_name.clone()));
    shown.embed_password = Some(credentials.is_some_and(|credentials| credentials.embed == Some(true)));
    shown
}

/// The identifier of a data source that is part of a workbook.
pub(super) fn embedded_id(workbook: Uuid, name: &str) -> Uuid {
    rng::luid("embeddedDatasource", &[&workbook.to_string(), name])
}

/// Refuses an item that has the name of another in its project: the name is how publishing finds the item that it replaces.
///
/// Documented for data sources; that it is the same for workbooks is inferred, as is the text.
pub(super) fn check_name<R: Kept>(item: &Row<R>, state: &State) -> Result<(), Refusal> {
    let own = name(&item.shown);
    if own.trim().is_empty() {
        return Err(Refusal::incomplete_payload());
    }
    let Some(project) = item.project else {
        return Ok(());
    };
    let mut others = R::table(state).named(project, &own);
    if others.any(|other| other.id != item.id) {
        return Err(Refusal::new(
            "409015",
            "Resource Conflict",
            format_args!("There is a {} '{own}' in the project.", R::NOUN),
        ));
    }
    Ok(())
}
