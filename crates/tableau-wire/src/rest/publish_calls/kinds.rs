//! The kinds of items that can be published, and the calls that publish them.

use super::{
    CanBeJob, CanOverwrite, NewContent, NewItem, NewWithCredentials, PublishCall, PublishFile, PublishTarget,
    PublishedItem,
};
use crate::body::Multipart;
use crate::rest::publishing::{
    ConnectionCredentials, NewConnection, NewCustomView, NewDatasource, NewFlow, NewWorkbook, Published,
};
use crate::rest::{
    CustomView, Datasource, FileUpload, Flow, Project, VirtualConnection, Workbook, custom_views,
    datasources, flows, virtual_connections, workbooks,
};
use crate::value::{Id, Timestamp};

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
