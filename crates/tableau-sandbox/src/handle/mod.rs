//! The groups of the REST API, one module each: what a resource adds to the shared verbs, and the calls with handlers of their own.

mod admin_insights;
mod alert_mails;
pub(crate) mod analytics_extensions;
pub(crate) mod auth;
pub(crate) mod catalog;
pub(crate) mod cloud_tasks;
pub(crate) mod connected_apps;
pub(crate) mod connections;
pub(crate) mod content;
pub(crate) mod custom_views;
pub(crate) mod data_acceleration;
pub(crate) mod data_alerts;
pub(crate) mod data_service;
pub(crate) mod databases;
pub(crate) mod datasources;
pub(crate) mod default_permissions;
mod directory;
pub(crate) mod due;
pub(crate) mod extensions;
mod external_authorization_servers;
pub(crate) mod extracts;
pub(crate) mod favorites;
pub(crate) mod file_uploads;
pub(crate) mod flow_runs;
pub(crate) mod flows;
pub(crate) mod group_sets;
pub(crate) mod groups;
pub(crate) mod hyper_data;
pub(crate) mod identity_pools;
mod insights;
mod item_labels;
mod job_answer;
pub(crate) mod jobs;
pub(crate) mod keychains;
pub(crate) mod label_values;
pub(crate) mod labels;
pub(crate) mod linked_tasks;
mod mailing;
mod metrics;
pub(crate) mod mobile_settings;
pub(crate) mod notifications;
pub(crate) mod oidc;
mod people;
pub(crate) mod permissions;
pub(crate) mod personal_access_tokens;
pub(crate) mod pool_users;
pub(crate) mod projects;
pub(crate) mod publish;
mod publish_datasource;
mod publish_workbook;
pub(crate) mod pulse;
pub(crate) mod quality_warnings;
pub(crate) mod recommendations;
pub(crate) mod renderings;
pub(crate) mod revisions;
mod rule_set;
pub(crate) mod schedules;
pub(crate) mod search;
pub(crate) mod server;
mod services;
pub(crate) mod site_life;
pub(crate) mod sites;
mod subscription_mails;
pub(crate) mod subscriptions;
pub(crate) mod tags;
pub(crate) mod tasks;
pub(crate) mod usage;
pub(crate) mod user_files;
pub(crate) mod user_lists;
pub(crate) mod users;
mod views;
pub(crate) mod virtual_connections;
pub(crate) mod webhooks;
pub(crate) mod workbooks;

use tableau_wire::Id;
use uuid::Uuid;

fn id<T>(id: Uuid) -> Id<T> {
    Id::new(id.to_string())
}

/// A name that is a valid file name on every system.
fn harmless(name: &str) -> String {
    let kept = |c: char| !c.is_control() && !"/\\:*?\"<>|".contains(c);
    name.chars().map(|c| if kept(c) { c } else { '_' }).collect()
}
