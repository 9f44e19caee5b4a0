//! The groups of the REST API, one module each: tables for the shared verbs, and the calls with handlers of their own.

pub(crate) mod auth;
pub(crate) mod connected_apps;
pub(crate) mod content;
mod datasources;
pub(crate) mod external_authorization_servers;
pub(crate) mod file_uploads;
pub(crate) mod jobs;
pub(crate) mod permissions;
pub(crate) mod personal_access_tokens;
mod projects;
pub(crate) mod publish;
pub(crate) mod server;
pub(crate) mod sites;
mod users;
mod views;
pub(crate) mod webhooks;
mod workbooks;

use jiff::Timestamp;
use tableau_wire::rest::{Location, Tag};
use tableau_wire::{Id, Items};
use uuid::Uuid;

use crate::kept::Context;
use crate::store::record;

/// What `_all_` adds about an owner.
const OWNER_ALL: &[&str] = &["fullName", "email", "siteRole", "lastLogin"];
/// What `_all_` adds about an owner of whom an answer has only the identifier by default.
const OWNER_ALL_WITH_NAME: &[&str] = &["name", "fullName", "email", "siteRole", "lastLogin"];
/// What `_all_` adds about a project.
const PROJECT_ALL: &[&str] = &[
    "description",
    "createdAt",
    "updatedAt",
    "contentPermissions",
    "parentProjectId",
    "topLevelProject",
    "writeable",
];

fn id<T>(id: Uuid) -> Id<T> {
    Id::new(id.to_string())
}

/// A time in whole seconds: TSC does not read fractions of a second.
fn time(time: Timestamp) -> tableau_wire::Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time).into()
}

fn tags(labels: &[String]) -> Items<Tag> {
    labels.iter().map(|label| Tag::from(label.as_str())).collect()
}

fn location(project: Option<&record::Project>) -> Option<Location> {
    let mut location = Location::default();
    location.id = Some(id(project?.id));
    location.r#type = Some("Project".to_owned());
    location.name = Some(project?.name.clone());
    Some(location)
}

/// The address in a browser; the Default site is not named in addresses.
fn webpage_url(context: &Context<'_>, site: Uuid, collection: &str, number: u64) -> String {
    let origin = context.origin;
    match context
        .state
        .sites
        .get(site)
        .map(|site| site.content_url.as_str())
        .unwrap_or_default()
    {
        "" => format!("{origin}/#/{collection}/{number}"),
        site => format!("{origin}/#/site/{site}/{collection}/{number}"),
    }
}
