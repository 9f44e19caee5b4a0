//! Changes of the rows of a data source's extract.

use std::fmt::Write as _;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};
use tableau_wire::Id;
use tableau_wire::rest::datasources::{UpdateConnectionData, UpdateData};
use tableau_wire::rest::hyper_data::{DataAction, DataActionKind, DataActions, DataCondition};
use tableau_wire::rest::publishing::Connection;
use tableau_wire::rest::{Datasource, FileUpload, Job};

use super::source::Source;
use super::upload::{Plan, chunk_megabytes, upload};
use super::{Collection, JobOutcome, Site, jobs};
use crate::error::{Error, ErrorKind};
use crate::mode::{Async, Mode};

/// A table, by its name and perhaps its schema.
///
/// A name alone is that of a table in the default schema; extracts that Tableau makes have their rows in the table `Extract` of the schema `Extract`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    schema: Option<String>,
    table: String,
}

impl TableName {
    /// The table of extracts that Tableau makes.
    #[must_use]
    pub fn extract() -> Self {
        ("Extract", "Extract").into()
    }
}

impl From<&str> for TableName {
    /// A table of the default schema.
    fn from(table: &str) -> Self {
        Self {
            schema: None,
            table: table.to_owned(),
        }
    }
}

impl From<(&str, &str)> for TableName {
    /// A schema, and a table in it.
    fn from((schema, table): (&str, &str)) -> Self {
        Self {
            schema: Some(schema.to_owned()),
            table: table.to_owned(),
        }
    }
}

/// A change of rows that is not sent yet: `.await` it, or `.send()` it, for the job that does it, or [`wait`](Self::wait) for that.
///
/// The actions are done in the order in which they were added: all of them, or none.
#[derive(Debug)]
#[must_use = "a change is sent by `.await`, `.send()` or `.wait()`"]
pub struct UpdateRows<M: Mode = Async> {
    site: Site<M>,
    datasource: Id<Datasource>,
    connection: Option<Id<Connection>>,
    request_id: Option<String>,
    actions: Vec<DataAction>,
    rows: Option<Source>,
}

impl<M: Mode> Collection<Datasource, M> {
    /// Changes rows of the extract of a data source, with the rows of a `.hyper` file or by conditions alone; needs version 3.12 of the API.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use tableau_client::{Datasource, Id, Site, TableName, wire::rest::hyper_data::DataCondition};
    /// # async fn run(site: Site, id: Id<Datasource>) -> tableau_client::Result<()> {
    /// let gone = DataCondition::value("Year", "lt", Some(2020.into()));
    /// let done = site
    ///     .datasources()
    ///     .update_rows(&id)
    ///     .from_file("new-orders.hyper")
    ///     .insert("orders", TableName::extract())
    ///     .delete(TableName::extract(), gone)
    ///     .wait(Duration::from_secs(3600))
    ///     .await?;
    /// # let _ = done;
    /// # Ok(())
    /// # }
    /// ```
    pub fn update_rows(&self, id: impl Into<Id<Datasource>>) -> UpdateRows<M> {
        UpdateRows {
            site: self.site().clone(),
            datasource: id.into(),
            connection: None,
            request_id: None,
            actions: Vec::new(),
            rows: None,
        }
    }
}

impl<M: Mode> UpdateRows<M> {
    /// Takes the rows from a `.hyper` file, by its path or from a [`Source`].
    pub fn from_file(mut self, rows: impl Into<Source>) -> Self {
        self.rows = Some(rows.into());
        self
    }

    /// Adds the rows of a table of the file to a table of the extract.
    pub fn insert(self, source: impl Into<TableName>, target: impl Into<TableName>) -> Self {
        self.with_rows(DataActionKind::Insert, source, target, None)
    }

    /// Replaces a table of the extract by a table of the file.
    pub fn replace(self, source: impl Into<TableName>, target: impl Into<TableName>) -> Self {
        self.with_rows(DataActionKind::Replace, source, target, None)
    }

    /// Changes the rows of a table of the extract for which the condition holds to those of a table of the file.
    pub fn update(
        self,
        source: impl Into<TableName>,
        target: impl Into<TableName>,
        condition: DataCondition,
    ) -> Self {
        self.with_rows(DataActionKind::Update, source, target, Some(condition))
    }

    /// Changes the rows for which the condition holds, and adds those rows of the file for which it holds for none.
    pub fn upsert(
        self,
        source: impl Into<TableName>,
        target: impl Into<TableName>,
        condition: DataCondition,
    ) -> Self {
        self.with_rows(DataActionKind::Upsert, source, target, Some(condition))
    }

    /// Deletes the rows of a table of the extract for which the condition holds.
    pub fn delete(self, target: impl Into<TableName>, condition: DataCondition) -> Self {
        let target = target.into();
        self.action(DataAction::new(DataActionKind::Delete).with(|action| {
            (action.target_schema, action.target_table) = (target.schema, Some(target.table));
            action.condition = Some(condition);
        }))
    }

    /// Adds any action.
    pub fn action(mut self, action: DataAction) -> Self {
        self.actions.push(action);
        self
    }

    fn with_rows(
        self,
        kind: DataActionKind,
        source: impl Into<TableName>,
        target: impl Into<TableName>,
        condition: Option<DataCondition>,
    ) -> Self {
        let (source, target) = (source.into(), target.into());
        self.action(DataAction::new(kind).with(|action| {
            (action.source_schema, action.source_table) = (source.schema, Some(source.table));
            (action.target_schema, action.target_table) = (target.schema, Some(target.table));
            action.condition = condition;
        }))
    }

    /// The connection whose rows change, for a data source that has several.
    pub fn connection(mut self, id: impl Into<Id<Connection>>) -> Self {
        self.connection = Some(id.into());
        self
    }

    /// The identifier of the request, instead of a random one: the server does nothing twice for one that it knows, and answers with the job of the first.
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Uploads the rows and queues the change: gives the job that does it.
    ///
    /// A request whose answer was lost is repeated with the same identifier, so that nothing is done twice.
    ///
    /// # Errors
    /// [`ErrorKind::Input`] for a change without actions, and for a file that cannot be read or is no `.hyper`; any refusal of the server.
    pub fn send(self) -> M::Output<Result<Job, Error>> {
        let mode = self.site.mode().clone();
        mode.run(self.run())
    }

    /// Sends it, and waits until the job has ended, at most this long.
    ///
    /// # Errors
    /// As for [`send`](Self::send), and as for [`wait`](Collection::wait).
    pub fn wait(self, time: Duration) -> M::Output<Result<JobOutcome, Error>> {
        let (site, mode) = (self.site.clone(), self.site.mode().clone());
        mode.run(async move {
            let job = self.run().await?;
            jobs::wait(site, job.id, time).await
        })
    }

    async fn run(mut self) -> Result<Job, Error> {
        if self.actions.is_empty() {
            let message = "a change of rows without an action does nothing".to_owned();
            return Err(Error::new(ErrorKind::Input, message).with_hint(
                "Add one: `.insert(…)`, `.replace(…)`, `.update(…)`, `.upsert(…)`, `.delete(…)`.",
            ));
        }
        let upload = match self.rows.take() {
            Some(rows) => Some(upload_rows(&self.site, rows).await?),
            None => None,
        };
        let request_id = Some(match self.request_id {
            Some(id) => id,
            None => random_id()?,
        });
        let actions: DataActions = self.actions.into_iter().collect();
        match self.connection {
            Some(connection) => {
                let mut call = UpdateConnectionData::new(self.datasource, connection, actions);
                (call.request_id, call.upload_session_id) = (request_id, upload);
                self.site.send(call).await
            }
            None => {
                let mut call = UpdateData::new(self.datasource, actions);
                (call.request_id, call.upload_session_id) = (request_id, upload);
                self.site.send(call).await
            }
        }
    }
}

async fn upload_rows<M: Mode>(site: &Site<M>, rows: Source) -> Result<Id<FileUpload>, Error> {
    let opened = rows.open().await?;
    if opened.kind().extension(&["hyper"], None).is_none() {
        let message = "the rows have to be in a .hyper file, and this is none by its first bytes".to_owned();
        return Err(Error::new(ErrorKind::Input, message)
            .with_hint("Make one with Tableau's Hyper API, or check the path."));
    }
    let plan = Plan {
        chunk_megabytes: chunk_megabytes(&opened, None, None),
        on_progress: None,
    };
    upload(site, opened, &plan, None).await
}

/// An identifier that no other request has: 128 random bits.
fn random_id() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| {
        let message = "the operating system gave no random bytes".to_owned();
        Error::new(ErrorKind::Setup, message)
    })?;
    let mut id = String::new();
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    Ok(id)
}

impl IntoFuture for UpdateRows<Async> {
    type Output = Result<Job, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
