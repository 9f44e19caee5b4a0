//! The REST API, one module for each group: its types, then its calls.

pub mod auth;
pub mod connected_apps;
mod content;
pub mod custom_views;
pub mod data_quality_warnings;
pub mod datasources;
pub mod external_authorization_servers;
pub mod favorites;
pub mod file_uploads;
pub mod flow_runs;
pub mod flows;
pub mod groups;
pub mod hyper_data;
pub mod jobs;
pub mod projects;
pub mod publish_calls;
pub mod publishing;
pub mod search;
pub mod server;
pub mod sites;
pub mod tags;
pub mod users;
pub mod views;
pub mod virtual_connections;
pub mod webhooks;
pub mod workbooks;

pub use connected_apps::ConnectedApplication;
pub use content::{
    DataAccelerationConfig, DataFreshnessPolicy, FreshAtSchedule, FreshEverySchedule, Interval, Location,
    Tag, Usage,
};
pub use custom_views::CustomView;
pub use data_quality_warnings::DataQualityWarning;
pub use datasources::Datasource;
pub use external_authorization_servers::ExternalAuthorizationServer;
pub use favorites::Favorite;
pub use file_uploads::FileUpload;
pub use flow_runs::FlowRun;
pub use flows::Flow;
pub use groups::Group;
pub use jobs::{BackgroundJob, Job};
pub use projects::{ContentsCounts, Project};
pub use server::ServerInfo;
pub use sites::Site;
pub use users::User;
pub use views::View;
pub use virtual_connections::VirtualConnection;
pub use webhooks::Webhook;
pub use workbooks::Workbook;
