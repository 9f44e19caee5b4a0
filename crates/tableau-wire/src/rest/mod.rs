//! The REST API, one module for each group: its types, then its calls.

pub mod auth;
pub mod connected_apps;
mod content;
pub mod datasources;
pub mod external_authorization_servers;
pub mod file_uploads;
pub mod groups;
pub mod jobs;
pub mod projects;
pub mod publishing;
pub mod server;
pub mod sites;
pub mod users;
pub mod views;
pub mod webhooks;
pub mod workbooks;

pub use connected_apps::ConnectedApplication;
pub use content::{
    DataAccelerationConfig, DataFreshnessPolicy, FreshAtSchedule, FreshEverySchedule, Interval, Location,
    Tag, Usage,
};
pub use datasources::Datasource;
pub use external_authorization_servers::ExternalAuthorizationServer;
pub use file_uploads::FileUpload;
pub use groups::Group;
pub use jobs::{BackgroundJob, Job};
pub use projects::{ContentsCounts, Project};
pub use server::ServerInfo;
pub use sites::Site;
pub use users::User;
pub use views::View;
pub use webhooks::Webhook;
pub use workbooks::Workbook;
