//! The calls that publish, for code that serves each of them.

mod kinds;

use std::fmt::Debug;

use super::publishing::{ConnectionCredentials, NewConnection, Published};
use super::{FileUpload, Project, Workbook};
use crate::body::Multipart;
use crate::document::Document;
use crate::endpoint::Endpoint;
use crate::resource::{Listed, Resource};
use crate::value::{Id, Timestamp};

/// Where an item is published to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublishTarget {
    /// A project.
    Project(Id<Project>),
    /// A workbook, whose view a custom view customizes.
    Workbook(Id<Workbook>),
}

/// A call that publishes an item.
pub trait PublishCall: Endpoint<Reply: Document> + Clone + Debug {
    /// What it publishes.
    type Item: PublishedItem;

    /// The name of the item, by which the server finds one to replace.
    fn name(&self) -> &str;

    /// Where it is published to.
    fn target(&self) -> PublishTarget;

    /// Whether an item that is there already changes.
    fn overwrites(&self) -> bool {
        false
    }

    /// Whether the server answers at once, with a job.
    fn is_job(&self) -> bool {
        false
    }

    /// The item or the job in the reply.
    fn published(reply: Self::Reply) -> Published<Self::Item>;
}

/// A call that publishes an item from a file: in the request, or uploaded before.
pub trait PublishFile: PublishCall + Default {
    /// The document beside the file.
    type Document: NewItem;

    /// The document, and the file in the request.
    fn body(&self) -> &Multipart<Self::Document>;

    /// The same, to be changed.
    fn body_mut(&mut self) -> &mut Multipart<Self::Document>;

    /// The upload that holds the file.
    fn upload(&self) -> Option<&Id<FileUpload>>;

    /// Publishes from an upload.
    fn set_upload(&mut self, upload: Id<FileUpload>);

    /// What the file is, as the request says it: `twbx`.
    fn file_type(&self) -> Option<&str>;

    /// Says what the file is; nothing where the call has no parameter for it.
    fn set_file_type(&mut self, name: &str);
}

/// A call that can replace an item of the same name.
pub trait CanOverwrite: PublishCall {
    /// Replaces the item of the same name, if there is one.
    fn overwrite(&mut self);
}

/// A call that the server can do in the background.
pub trait CanBeJob: PublishCall {
    /// Has the server answer at once, with a job that does it.
    fn make_job(&mut self);
}

/// The document of an item to publish.
pub trait NewItem: Document + Default + Clone + Debug + Sync {
    /// The name.
    fn name(&self) -> &str;

    /// Gives it a name.
    fn set_name(&mut self, name: String);
}

/// The document of an item that goes to a project: a workbook, a data source, a flow.
pub trait NewContent: NewItem {
    /// The project to put it in.
    fn project(&self) -> &Id<Project>;

    /// Puts it in a project.
    fn set_project(&mut self, project: Id<Project>);

    /// What its owner says about it.
    fn description(&self) -> Option<&String>;

    /// Describes it.
    fn describe(&mut self, description: String);

    /// Its connections, where they need credentials or are to lead elsewhere.
    fn connections(&self) -> &[NewConnection];

    /// Adds a connection.
    fn connect(&mut self, connection: NewConnection);

    /// The credentials of its one connection; flows have none beside their connections.
    fn credentials(&self) -> Option<&ConnectionCredentials> {
        None
    }
}

/// The document of an item whose one connection can have credentials.
pub trait NewWithCredentials: NewContent {
    /// Sets the credentials of its one connection.
    fn set_credentials(&mut self, credentials: ConnectionCredentials);
}

/// An item that can be published, as lists show it.
pub trait PublishedItem: Listed + Resource<One = Self> {
    /// The types of its files, by their extensions; of several that look alike, the usual one first.
    const FILE_TYPES: &'static [&'static str];

    /// The name.
    fn name(&self) -> &str;

    /// Where it is; `None` if the server did not say.
    fn place(&self) -> Option<PublishTarget>;

    /// When it was made.
    fn created_at(&self) -> Option<&Timestamp>;

    /// When it was last changed.
    fn updated_at(&self) -> Option<&Timestamp>;
}
