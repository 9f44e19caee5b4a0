//! Publishing: the documents that are sent, and the connections of published content.

use super::Workbook;
use super::auth::UserId;
use crate::codec::{self, DecodeError, EncodeError, Format, Root};
use crate::endpoint::{Field, Shape, ValueKind};
use crate::rest::{Datasource, Job, Project, User};
use crate::value::{Id, Items, Secret, Shared, bool_as_text};
use crate::{Described, Document, Element, Resource, element, part};

/// What a workbook is made from, beside its file (schema: `workbookType`).
#[element("workbook", file = "tableau_workbook", new, exhaustive)]
pub struct NewWorkbook {
    pub name: String,
    /// What its owner says about it (from version 3.21).
    pub description: Option<String>,
    /// Whether its views are shown as tabs.
    #[serde(serialize_with = "bool_as_text")]
    pub show_tabs: Option<bool>,
    /// Whether its extracts are encrypted.
    pub encrypt_extracts: Option<bool>,
    /// The user whose view of the data the thumbnails show.
    pub thumbnails_user_id: Option<Id<User>>,
    /// The group whose view of the data the thumbnails show.
    pub thumbnails_group_id: Option<String>,
    /// The project to put it in.
    pub project: ProjectId,
    /// The credentials of its one connection.
    pub connection_credentials: Option<ConnectionCredentials>,
    /// Its connections, where they need credentials or are to lead elsewhere (from version 2.8).
    pub connections: Option<Items<NewConnection>>,
    /// Which of its views are hidden.
    pub views: Option<Items<ViewVisibility>>,
}

/// What a data source is made from, beside its file (schema: `dataSourceType`).
#[element("datasource", file = "tableau_datasource", new)]
pub struct NewDatasource {
    pub name: String,
    /// What its owner says about it.
    pub description: Option<String>,
    /// Whether it is certified.
    pub is_certified: Option<bool>,
    /// Why it is certified.
    pub certification_note: Option<String>,
    /// Whether its extracts are encrypted.
    pub encrypt_extracts: Option<bool>,
    /// Whether Tableau Bridge keeps it fresh.
    pub use_remote_query_agent: Option<bool>,
    /// The project to put it in.
    pub project: ProjectId,
    /// The credentials of its one connection.
    pub connection_credentials: Option<ConnectionCredentials>,
    /// Its connections, where they need credentials or are to lead elsewhere (from version 2.8).
    pub connections: Option<Items<NewConnection>>,
}

/// What a flow is made from, beside its file (schema: `flowType`).
#[element("flow", file = "tableau_flow", new)]
pub struct NewFlow {
    pub name: String,
    /// What its owner says about it.
    pub description: Option<String>,
    /// The project to put it in.
    pub project: ProjectId,
    /// Its connections, where they need credentials or are to lead elsewhere.
    pub connections: Option<Items<NewConnection>>,
}

/// What a custom view is made from, beside its file (schema: `customViewType`).
#[element("customView", file = "tableau_customview", new)]
pub struct NewCustomView {
    pub name: String,
    /// Whether others see it too.
    pub shared: Option<bool>,
    /// Who is to own it.
    pub owner: Option<UserId>,
    /// The workbook whose view it customizes.
    pub workbook: WorkbookId,
}

/// A workbook by identifier.
#[part(exhaustive)]
pub struct WorkbookId {
    pub id: Id<Workbook>,
}

impl<I: Into<Id<Workbook>>> From<I> for WorkbookId {
    fn from(id: I) -> Self {
        Self { id: id.into() }
    }
}

impl<I: Into<Id<Project>>> From<I> for ProjectId {
    fn from(id: I) -> Self {
        Self { id: id.into() }
    }
}

/// A project by identifier.
#[part(exhaustive)]
pub struct ProjectId {
    pub id: Id<Project>,
}

/// A connection of content that is published.
#[element("connection", exhaustive)]
pub struct NewConnection {
    /// The host of the database, as the file names it.
    pub server_address: Option<String>,
    /// Its port.
    pub server_port: Option<String>,
    /// The database.
    pub database_name: Option<String>,
    /// What the server signs in to the database with.
    pub connection_credentials: Option<ConnectionCredentials>,
}

/// What the server signs in to a database with (schema: `connectionCredentialsType`).
#[part(exhaustive)]
pub struct ConnectionCredentials {
    /// The name of the user.
    pub name: Option<String>,
    /// The password.
    pub password: Option<Secret>,
    /// Whether the server keeps them, so that no one is asked.
    #[serde(serialize_with = "bool_as_text")]
    pub embed: Option<bool>,
    /// Whether the name is that of an OAuth connection that the server has.
    #[serde(rename = "oAuth", serialize_with = "bool_as_text")]
    pub oauth: Option<bool>,
}

/// Whether a view of a workbook is hidden.
#[element("view", exhaustive)]
pub struct ViewVisibility {
    /// The name of the view.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: Option<bool>,
}

/// The reply of publishing: the item, or the job that publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published<R> {
    /// The item was published.
    Item(Box<R>),
    /// The job is queued.
    Job(Box<Job>),
}

impl<R: Resource> Document for Published<R> {
    const SHAPE: Shape = Shape::new("Published", || {
        const {
            &[
                Field::new(
                    R::ELEMENT,
                    "The item, unless a job was asked for.",
                    ValueKind::Object(&<R as Element>::SHAPE),
                    false,
                    None,
                ),
                Field::new("job", "The job, if one was asked for.", Job::KIND, false, None),
            ]
        }
    });

    fn encode(&self, root: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::Item(item) => item.as_ref().encode(root, format),
            Self::Job(job) => job.encode(root, format),
        }
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        if let Ok(Some(job)) = Job::find(bytes, format) {
            return Ok(Self::Job(Box::new(job)));
        }
        R::decode(bytes, format).map(|item| Self::Item(Box::new(item)))
    }
}

impl Job {
    /// The job in a document that may have another child.
    fn find(bytes: &[u8], format: Format) -> Result<Option<Self>, DecodeError> {
        #[derive(codec::Read)]
        struct Found {
            job: Option<Job>,
        }
        codec::decode(bytes, format).map(|Found { job }| job)
    }
}

/// A connection of content to a database or a file (schema: `connectionType`).
#[element("connection")]
pub struct Connection {
    pub id: Id<Connection>,
    /// The kind: `sqlserver`, `hyper`, ….
    pub r#type: Option<String>,
    /// The host of the database.
    pub server_address: Option<String>,
    /// Its port.
    pub server_port: Option<String>,
    /// The user who signs in to the database.
    pub user_name: Option<String>,
    /// Whether the server keeps the password.
    pub embed_password: Option<bool>,
    /// Whether queries say which content they are for.
    pub query_tagging_enabled: Option<bool>,
    /// How the server signs in to the database.
    pub authentication_type: Option<String>,
    /// The kind of the database, as the file names it.
    pub db_class: Option<String>,
    /// The file it leads to.
    pub filename: Option<String>,
    /// The Google sheet it leads to.
    pub google_sheet_id: Option<String>,
    /// The address of the service it leads to.
    pub instance_url: Option<String>,
    /// The OAuth configuration it uses.
    pub oauth_config_id: Option<String>,
    /// What it may reach.
    pub scope: Option<String>,
    /// Whether the server manages its OAuth keys.
    pub use_o_auth_managed_keychain: Option<bool>,
    /// The data source that it belongs to.
    pub datasource: Option<Shared<Datasource>>,
}
