//! Publishing: the documents that are sent, and the connections of published content.

use super::Workbook;
use crate::codec::{self, DecodeError, EncodeError, Format, Root};
use crate::rest::{Datasource, Job, Project, User};
use crate::value::{Id, Items, Secret, bool_as_text};
use crate::{Described, Document, Field, Shape, element, part};

/// What a workbook is made from, beside its file (schema: `workbookType`).
#[element("workbook", file = "tableau_workbook", new, exhaustive)]
pub struct NewWorkbook {
    /// The name.
    pub name: String,
    /// What its owner says about it (from version 3.21).
    pub description: Option<String>,
    /// Whether its views are shown as tabs.
    #[serde(with = "bool_as_text")]
    pub show_tabs: Option<bool>,
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

/// A project by identifier.
#[part(exhaustive)]
pub struct ProjectId {
    /// The identifier.
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
    #[serde(with = "bool_as_text")]
    pub embed: Option<bool>,
    /// Whether the name is that of an OAuth connection that the server has.
    #[serde(rename = "oAuth", with = "bool_as_text")]
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

/// The reply of publishing: the workbook, or the job that publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// The workbook was published.
    Workbook(Box<Workbook>),
    /// The job is queued.
    Job(Box<Job>),
}

impl Document for Published {
    const SHAPE: Shape = Shape::new("Published", || {
        const FIELDS: &[Field] = &[
            Field::new(
                "workbook",
                "The workbook, unless a job was asked for.",
                Workbook::KIND,
                false,
                None,
            ),
            Field::new("job", "The job, if one was asked for.", Job::KIND, false, None),
        ];
        FIELDS
    });

    fn encode(&self, root: Root, format: Format) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::Workbook(workbook) => workbook.encode(root, format),
            Self::Job(job) => job.encode(root, format),
        }
    }

    fn decode(bytes: &[u8], format: Format) -> Result<Self, DecodeError> {
        #[derive(serde::Deserialize)]
        struct Either {
            workbook: Option<Box<Workbook>>,
            job: Option<Box<Job>>,
        }
        match codec::decode(bytes, format)? {
            Either {
                workbook: Some(workbook),
                ..
            } => Ok(Self::Workbook(workbook)),
            Either { job: Some(job), .. } => Ok(Self::Job(job)),
            Either { .. } => Err(DecodeError::new("there is neither a workbook nor a job")),
        }
    }
}

/// A connection of content to a database or a file (schema: `connectionType`).
#[element("connection")]
pub struct Connection {
    /// The identifier.
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
    /// The data source that it belongs to.
    pub datasource: Option<Box<Datasource>>,
}
