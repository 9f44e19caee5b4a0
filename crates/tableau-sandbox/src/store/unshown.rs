//! What rows store that answers never show: secrets, plans, and the fields that only filters see.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tableau_wire::Secret;
use tableau_wire::rest;
use tableau_wire::rest::flows::FlowOutputStep;
use tableau_wire::rest::mobile_settings::MobileSecurityPolicy;
use tableau_wire::rest::notifications::{NotificationChannel, NotificationType};
use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::sites::Embedding;
use tableau_wire::value::SiteRole;
use uuid::Uuid;

use super::model::FileModel;
use super::row::{Row, RowFile, Stored};

/// The names are those of filters.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Workbook {
    pub(crate) has_alerts: bool,
    pub(crate) favorites_total: u64,
    pub(crate) subscriptions_total: u64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct View {
    /// The position among the tabs of its workbook, from 1.
    pub(crate) sheet_number: u64,
}

/// The sandbox has no published data sources that are based on others, and connects to nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Datasource {
    /// Inferred: files need no authentication, all other kinds a name and a password.
    pub(crate) authentication_type: String,
    pub(crate) has_embedded_password: bool,
    pub(crate) is_connectable: bool,
    pub(crate) is_default_port: bool,
    pub(crate) is_hierarchical: bool,
    pub(crate) server_port: Option<String>,
}

impl Default for Datasource {
    fn default() -> Self {
        Self {
            authentication_type: "auth-none".to_owned(),
            has_embedded_password: false,
            is_connectable: true,
            is_default_port: true,
            is_hierarchical: false,
            server_port: None,
        }
    }
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Flow {
    /// The steps that write data, any of which can be run alone.
    pub(crate) output_steps: Vec<FlowOutputStep>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct FlowRun {
    /// The user who began it.
    pub(crate) user_id: Uuid,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct User {
    /// The person, whom the whole server knows.
    pub(crate) account: Uuid,
    /// The notifications that the user does not want.
    #[serde(default)]
    pub(crate) notifications_off: Vec<(NotificationChannel, NotificationType)>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Site {
    pub(crate) product: Product,
    /// Which extensions may run on it.
    #[serde(default)]
    pub(crate) extensions: Extensions,
    /// Where its content may be embedded; what is not set has its default.
    #[serde(default)]
    pub(crate) embedding: Embedding,
    /// Its policies of mobile security, once they were changed.
    #[serde(default)]
    pub(crate) mobile_policies: Option<Vec<MobileSecurityPolicy>>,
}

/// Which extensions may run on a site; the values that a new site has are inferred.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Extensions {
    pub(crate) enabled: bool,
    pub(crate) by_default: bool,
    pub(crate) trusted: bool,
    pub(crate) sandboxed: bool,
    pub(crate) by_tableau: bool,
    pub(crate) by_partners: bool,
    /// Each with whether it may read all data, and whether users are asked first.
    pub(crate) safe: Vec<(String, bool, bool)>,
}

impl Default for Extensions {
    fn default() -> Self {
        Self {
            enabled: true,
            by_default: true,
            trusted: false,
            sandboxed: true,
            by_tableau: true,
            by_partners: false,
            safe: Vec::new(),
        }
    }
}

/// What a provider of OpenID Connect knows Tableau by.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct OidcConfiguration {
    pub(crate) client_secret: Option<Secret>,
}

/// The product whose rules a site follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Product {
    #[default]
    Server,
    Cloud,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ConnectedApplication {
    pub(crate) secrets: Vec<AppSecret>,
}

/// A secret that a connected app signs with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct AppSecret {
    pub(crate) id: Uuid,
    pub(crate) value: Secret,
    pub(crate) created_at: Timestamp,
}

/// What runs a task.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Task {
    /// The schedule of the server; none for a task with a schedule of its own.
    pub(crate) schedule: Option<Uuid>,
}

/// How the mails of a subscription went.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Subscription {
    /// How many could not be sent, one after the other.
    pub(crate) failures: u32,
}

/// When an alert looks at its view.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct DataAlert {
    /// When it looks next; `None` if nothing can have changed.
    pub(crate) next_check: Option<Timestamp>,
    /// When it last sent mails; `None` once its condition no longer holds.
    pub(crate) last_sent: Option<Timestamp>,
}

/// The runs of a linked task that have not ended.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LinkedTask {
    pub(crate) runs: Vec<LinkedRun>,
}

/// A run of a linked task.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LinkedRun {
    /// The position of the step that runs, from 0.
    pub(crate) step: usize,
    /// The job that does it.
    pub(crate) job: Uuid,
}

/// What a job does, and when.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) of: JobOf,
    /// When it begins to run, unless it is cancelled before.
    pub(crate) starts_at: Timestamp,
    /// When it ends, and how, unless it is cancelled before; `None` if it hangs.
    pub(crate) end: Option<(Timestamp, JobEnding)>,
    /// The time to which it has advanced.
    pub(crate) seen_at: Timestamp,
}

/// How a job ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum JobEnding {
    Succeeded,
    Failed { notes: String },
    Cancelled,
}

/// The action of a job, and its object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum JobOf {
    /// Refreshes the extracts of a workbook.
    Workbook(Uuid),
    /// Refreshes the extract of a data source.
    Datasource(Uuid),
    /// Publishes a workbook, which exists once the job has succeeded.
    Publishing(Box<Pending<rest::Workbook>>),
    /// Published a workbook, or tried to.
    Published { name: String },
    /// Publishes a data source, likewise.
    PublishingDatasource(Box<Pending<rest::Datasource>>),
    /// Published a data source, or tried to.
    PublishedDatasource { name: String },
    /// Creates extracts.
    CreateExtracts { of: Extracted, encrypt: bool },
    /// Deletes extracts: all that there are, or some.
    DeleteExtracts { of: Extracted, all: bool },
    /// Changes rows of the extract of a data source.
    UpdateData {
        datasource: Uuid,
        connection: Uuid,
        /// The text by which the request is known: it is done once.
        request: String,
    },
    /// Runs a flow.
    Flow { flow: Uuid, run: Uuid },
    /// Adds and changes the users of a file; once it has ended only what it counted is left.
    ImportUsers { lines: Vec<UserLine>, counts: Counts },
    /// Removes the users of a file, by name; likewise.
    RemoveUsers { names: Vec<String>, counts: Counts },
    /// Imports or synchronizes a group of a directory.
    SyncGroup {
        group: Box<Row<rest::Group>>,
        counts: Counts,
    },
}

/// A line of a file of users.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UserLine {
    pub(crate) name: String,
    pub(crate) domain: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) full_name: Option<String>,
    pub(crate) role: SiteRole,
    pub(crate) email: Option<String>,
    pub(crate) auth_setting: Option<String>,
    pub(crate) idp_configuration_id: Option<String>,
}

/// What a job counted, by the names of the schema.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Counts(pub(crate) Vec<(String, u64)>);

impl Counts {
    /// Counts one.
    pub(crate) fn add(&mut self, what: &str) {
        match self.0.iter_mut().find(|(known, _)| known == what) {
            Some((_, count)) => *count += 1,
            None => self.0.push((what.to_owned(), 1)),
        }
    }
}

impl Default for JobOf {
    fn default() -> Self {
        Self::Published { name: String::new() }
    }
}

impl JobOf {
    /// The workbook or data source whose extracts it works on.
    pub(crate) fn extracted(&self) -> Option<Extracted> {
        match self {
            Self::Workbook(id) => Some(Extracted::Workbook(*id)),
            Self::Datasource(id) => Some(Extracted::Datasource(*id)),
            Self::CreateExtracts { of, .. } | Self::DeleteExtracts { of, .. } => Some(*of),
            Self::UpdateData { datasource, .. } => Some(Extracted::Datasource(*datasource)),
            _ => None,
        }
    }

    /// The file that it publishes.
    pub(crate) fn file(&self) -> Option<&RowFile> {
        match self {
            Self::Publishing(pending) => pending.item.file.as_ref(),
            Self::PublishingDatasource(pending) => pending.item.file.as_ref(),
            _ => None,
        }
    }
}

/// Content with extracts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Extracted {
    Workbook(Uuid),
    Datasource(Uuid),
}

/// A workbook or a data source that a job publishes, with its connections; a workbook with its views.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound = "")]
pub(crate) struct Pending<R: Stored> {
    // The name by which folders have it: workbooks were the first.
    #[serde(rename = "workbook")]
    pub(crate) item: Row<R>,
    pub(crate) views: Vec<Row<rest::View>>,
    #[serde(default)]
    pub(crate) connections: Vec<Row<Connection>>,
    /// What the file names.
    #[serde(default)]
    pub(crate) model: FileModel,
}
