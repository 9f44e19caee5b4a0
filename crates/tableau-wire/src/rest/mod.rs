//! The REST API, one module for each group: its types, then its calls.

pub mod auth;
pub mod connected_apps;
mod content;
pub mod custom_views;
pub mod data_alerts;
pub mod data_quality_warnings;
pub mod databases;
pub mod datasources;
pub mod external_authorization_servers;
pub mod favorites;
pub mod file_uploads;
pub mod flow_runs;
pub mod flows;
pub mod groups;
pub mod hyper_data;
pub mod jobs;
pub mod linked_tasks;
pub mod metrics;
pub mod projects;
pub mod publish_calls;
pub mod publishing;
pub mod schedules;
pub mod search;
pub mod server;
pub mod sites;
pub mod subscriptions;
pub mod tables;
pub mod tags;
pub mod tasks;
pub mod users;
pub mod views;
pub mod virtual_connections;
pub mod webhooks;
pub mod workbooks;

pub use connected_apps::ConnectedApplication;
pub use content::{
    DataAccelerationConfig, DataFreshnessPolicy, FreshAtSchedule, FreshEverySchedule, Interval, ItemId,
    Location, Tag, Usage,
};
pub use custom_views::CustomView;
pub use data_alerts::DataAlert;
pub use data_quality_warnings::DataQualityWarning;
pub use databases::Database;
pub use datasources::Datasource;
pub use external_authorization_servers::ExternalAuthorizationServer;
pub use favorites::Favorite;
pub use file_uploads::FileUpload;
pub use flow_runs::FlowRun;
pub use flows::Flow;
pub use groups::Group;
pub use jobs::{BackgroundJob, Job};
pub use linked_tasks::LinkedTask;
pub use metrics::Metric;
pub use projects::{ContentsCounts, Project};
pub use schedules::Schedule;
pub use server::ServerInfo;
pub use sites::Site;
pub use subscriptions::Subscription;
pub use tables::{Column, Table};
pub use users::User;
pub use views::View;
pub use virtual_connections::VirtualConnection;
pub use webhooks::Webhook;
pub use workbooks::Workbook;
