//! The REST API, one module for each group: its types, then its calls.

pub mod auth;
mod content;
pub mod datasources;
pub mod projects;
pub mod server;
pub mod sites;
pub mod users;
pub mod views;
pub mod workbooks;

pub use content::{
    DataAccelerationConfig, DataFreshnessPolicy, FreshAtSchedule, FreshEverySchedule, Interval, Location, Tag, Usage,
};
pub use datasources::Datasource;
pub use projects::{ContentsCounts, Project};
pub use server::ServerInfo;
pub use sites::Site;
pub use users::User;
pub use views::View;
pub use workbooks::Workbook;
