//! The calls that publish, for code that serves each of them.

use std::fmt::Debug;

use super::publishing::{
    ConnectionCredentials, NewConnection, NewCustomView, NewDatasource, NewFlow, NewWorkbook, Published,
};
use super::{
    CustomView, Datasource, FileUpload, Flow, Project, VirtualConnection, Workbook, custom_views,
    datasources, flows, virtual_connections, workbooks,
};
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

macro_rules! published_items {
    ($($item:ty: $member:ident $target:ident $types:expr;)*) => {$(
        impl PublishedItem for $item {
            const FILE_TYPES: &'static [&'static str] = &$types;

            fn name(&self) -> &str {
                &self.name
            }

            fn place(&self) -> Option<PublishTarget> {
                let place = self.$member.as_ref()?;
                Some(PublishTarget::$target(place.id.clone()))
            }

            fn created_at(&self) -> Option<&Timestamp> {
                self.created_at.as_ref()
            }

            fn updated_at(&self) -> Option<&Timestamp> {
                self.updated_at.as_ref()
            }
        }
    )*};
}

published_items! {
    Workbook: project Project ["twbx", "twb"];
    Datasource: project Project ["tdsx", "tds", "hyper", "parquet", "tde"];
    Flow: project Project ["tflx", "tfl"];
    VirtualConnection: project Project ["json"];
    CustomView: workbook Workbook ["json"];
}

macro_rules! new_items {
    ($($document:ty),*) => {$(
        impl NewItem for $document {
            fn name(&self) -> &str {
                &self.name
            }

            fn set_name(&mut self, name: String) {
                self.name = name;
            }
        }
    )*};
}

new_items!(NewWorkbook, NewDatasource, NewFlow, NewCustomView);

macro_rules! new_contents {
    ($($document:ty $(, $credentials:ident)?;)*) => {$(
        impl NewContent for $document {
            fn project(&self) -> &Id<Project> {
                &self.project.id
            }

            fn set_project(&mut self, project: Id<Project>) {
                self.project.id = project;
            }

            fn description(&self) -> Option<&String> {
                self.description.as_ref()
            }

            fn describe(&mut self, description: String) {
                self.description = Some(description);
            }

            fn connections(&self) -> &[NewConnection] {
                self.connections.as_deref().map(Vec::as_slice).unwrap_or_default()
            }

            fn connect(&mut self, connection: NewConnection) {
                self.connections.get_or_insert_default().push(connection);
            }

            $(fn credentials(&self) -> Option<&ConnectionCredentials> {
                self.$credentials.as_ref()
            })?
        }

        $(impl NewWithCredentials for $document {
            fn set_credentials(&mut self, credentials: ConnectionCredentials) {
                self.$credentials = Some(credentials);
            }
        })?
    )*};
}

new_contents! {
    NewWorkbook, connection_credentials;
    NewDatasource, connection_credentials;
    NewFlow;
}

/// The members of a call that publishes from a file; `file_type` where it has a parameter for that.
macro_rules! publish_file {
    ($call:ty, $document:ty $(, $file_type:ident)?) => {
        impl PublishFile for $call {
            type Document = $document;

            fn body(&self) -> &Multipart<$document> {
                &self.body
            }

            fn body_mut(&mut self) -> &mut Multipart<$document> {
                &mut self.body
            }

            fn upload(&self) -> Option<&Id<FileUpload>> {
                self.upload_session_id.as_ref()
            }

            fn set_upload(&mut self, upload: Id<FileUpload>) {
                self.upload_session_id = Some(upload);
            }

            fn file_type(&self) -> Option<&str> {
                None$(.or(self.$file_type.as_deref()))?
            }

            fn set_file_type(&mut self, _name: &str) {
                $(self.$file_type = Some(_name.to_owned());)?
            }
        }
    };
}

publish_file!(workbooks::Publish, NewWorkbook, workbook_type);
publish_file!(datasources::Publish, NewDatasource, datasource_type);
publish_file!(flows::Publish, NewFlow, flow_type);
publish_file!(custom_views::Publish, NewCustomView);

macro_rules! can_overwrite {
    ($($call:ty),*) => {$(
        impl CanOverwrite for $call {
            fn overwrite(&mut self) {
                self.overwrite = Some(true);
            }
        }
    )*};
}

can_overwrite!(
    workbooks::Publish,
    datasources::Publish,
    flows::Publish,
    virtual_connections::Publish
);

macro_rules! can_be_job {
    ($($call:ty),*) => {$(
        impl CanBeJob for $call {
            fn make_job(&mut self) {
                self.as_job = Some(true);
            }
        }
    )*};
}

can_be_job!(workbooks::Publish, datasources::Publish);

impl PublishCall for workbooks::Publish {
    type Item = Workbook;

    fn name(&self) -> &str {
        &self.body.document.name
    }

    fn target(&self) -> PublishTarget {
        PublishTarget::Project(self.body.document.project.id.clone())
    }

    fn overwrites(&self) -> bool {
        self.overwrite == Some(true)
    }

    fn is_job(&self) -> bool {
        self.as_job == Some(true)
    }

    fn published(reply: Published<Workbook>) -> Published<Workbook> {
        reply
    }
}

impl PublishCall for datasources::Publish {
    type Item = Datasource;

    fn name(&self) -> &str {
        &self.body.document.name
    }

    fn target(&self) -> PublishTarget {
        PublishTarget::Project(self.body.document.project.id.clone())
    }

    fn overwrites(&self) -> bool {
        self.overwrite == Some(true) || self.append == Some(true)
    }

    fn is_job(&self) -> bool {
        self.as_job == Some(true)
    }

    fn published(reply: Published<Datasource>) -> Published<Datasource> {
        reply
    }
}

impl PublishCall for flows::Publish {
    type Item = Flow;

    fn name(&self) -> &str {
        &self.body.document.name
    }

    fn target(&self) -> PublishTarget {
        PublishTarget::Project(self.body.document.project.id.clone())
    }

    fn overwrites(&self) -> bool {
        self.overwrite == Some(true)
    }

    fn published(reply: flows::FlowDetails) -> Published<Flow> {
        Published::Item(Box::new(reply.flow))
    }
}

impl PublishCall for custom_views::Publish {
    type Item = CustomView;

    fn name(&self) -> &str {
        &self.body.document.name
    }

    fn target(&self) -> PublishTarget {
        PublishTarget::Workbook(self.body.document.workbook.id.clone())
    }

    fn published(reply: CustomView) -> Published<CustomView> {
        Published::Item(Box::new(reply))
    }
}

impl PublishCall for virtual_connections::Publish {
    type Item = VirtualConnection;

    fn name(&self) -> &str {
        &self.connection.name
    }

    fn target(&self) -> PublishTarget {
        PublishTarget::Project(self.connection.project.id.clone())
    }

    fn overwrites(&self) -> bool {
        self.overwrite == Some(true)
    }

    fn published(reply: VirtualConnection) -> Published<VirtualConnection> {
        Published::Item(Box::new(reply))
    }
}
