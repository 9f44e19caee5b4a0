//! The state: memory is authoritative, and a database stores it if there is a directory.
//!
//! Every change goes through [`Store::write`]: memory and database change together or not at all.

mod luid;
pub(crate) mod record;
pub(crate) mod row;
pub(crate) mod rules;
mod sqlite;
mod table;

use std::collections::HashSet;
use std::ops::Deref;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use tableau_wire::Element;
use tableau_wire::rest::Webhook;
use uuid::Uuid;

pub(crate) use self::luid::luid;
pub(crate) use self::record::Record;
use self::row::{Row, Stored};
use self::sqlite::{Change, Database};
pub(crate) use self::table::Table;
use crate::files::{FileId, Files};
use crate::refusal::Refusal;
use crate::start_error::StartError;

macro_rules! kinds {
    (
        records { $($(#[$doc:meta])* $table:ident: $record:ty, $kind:literal, $site:expr;)* }
        shown { $($kept:ident: $shown:ty;)* }
    ) => {
        /// Every record of every kind.
        #[derive(Debug, Default)]
        pub(crate) struct State {
            $($(#[$doc])* pub(crate) $table: Table<$record>,)*
            $($kept: Table<Row<$shown>>,)*
        }

        $(impl Stored for $shown {
            fn table(state: &State) -> &Table<Row<Self>> {
                &state.$kept
            }

            fn table_mut(state: &mut State) -> &mut Table<Row<Self>> {
                &mut state.$kept
            }
        })*

        $(impl Record for $record {
            const KIND: &'static str = $kind;

            fn id(&self) -> Uuid {
                self.id
            }

            fn site(&self) -> Uuid {
                let site: fn(&Self) -> Uuid = $site;
                site(self)
            }

            fn table(state: &State) -> &Table<Self> {
                &state.$table
            }

            fn table_mut(state: &mut State) -> &mut Table<Self> {
                &mut state.$table
            }
        })*

        impl State {
            /// Puts in a record from a database.
            fn load(&mut self, kind: &str, json: &str) -> Result<(), String> {
                match kind {
                    $($kind => {
                        let record = serde_json::from_str(json).map_err(|error| error.to_string())?;
                        self.$table.put(record);
                    })*
                    $(<$shown as Element>::ELEMENT => {
                        let row = serde_json::from_str(json).map_err(|error| error.to_string())?;
                        self.$kept.put(row);
                    })*
                    _ => return Err(format!("records of an unknown kind `{kind}`")),
                }
                Ok(())
            }
        }
    };
}

kinds! {
    records {
    sites: record::Site, "site", |_| Uuid::nil();
    accounts: record::Account, "account", |_| Uuid::nil();
    users: record::User, "user", |user| user.site;
    personal_access_tokens: record::PersonalAccessToken, "personalAccessToken", |_| Uuid::nil();
    sessions: record::Session, "session", |_| Uuid::nil();
    credentials: record::Credential, "credential", |_| Uuid::nil();
    used_jwts: record::UsedJwt, "usedJwt", |_| Uuid::nil();
    connected_apps: record::ConnectedApp, "connectedApp", |app| app.site;
    authorization_servers: record::AuthorizationServer, "externalAuthorizationServer", |server| server.site;
    projects: record::Project, "project", |project| project.site;
    workbooks: record::Workbook, "workbook", |workbook| workbook.site;
    views: record::View, "view", |view| view.site;
    datasources: record::Datasource, "datasource", |datasource| datasource.site;
    jobs: record::Job, "job", |job| job.site;
    rules: rules::Rules, "rules", |rules| rules.site;
    }
    shown {
        webhooks: Webhook;
    }
}

impl State {
    /// A site by its content URL, without regard to case: Tableau's own command writes it in lower case.
    pub(crate) fn site_by_content_url(&self, content_url: &str) -> Option<&record::Site> {
        self.sites
            .iter()
            .find(|site| site.content_url.to_lowercase() == content_url.to_lowercase())
    }

    /// The files that rows name.
    fn files(&self) -> HashSet<&FileId> {
        let published = self
            .workbooks
            .iter()
            .filter_map(|workbook| workbook.file.as_ref());
        let pending = self.jobs.iter().filter_map(|job| match &job.of {
            record::JobOf::Publishing(pending) => pending.workbook.file.as_ref(),
            _ => None,
        });
        published.chain(pending).collect()
    }

    /// The account behind a user.
    pub(crate) fn account(&self, user: &record::User) -> Option<&record::Account> {
        self.accounts.get(user.account)
    }
}

/// The state and its database.
#[derive(Debug)]
pub(crate) struct Store {
    state: RwLock<State>,
    database: Option<Mutex<Database>>,
    /// The files that rows name.
    pub(crate) files: Files,
}

impl Store {
    /// An empty store that is gone when the sandbox stops.
    pub(crate) fn in_memory() -> Self {
        Self {
            state: RwLock::default(),
            database: None,
            files: Files::default(),
        }
    }

    /// The store in a directory, with its records; `true` if it is new and so empty.
    pub(crate) fn open(directory: &Path) -> Result<(Self, bool), StartError> {
        let mut state = State::default();
        let database = Database::open(directory, |kind, json| state.load(kind, json))?;
        let new = database.is_new();
        let files = Files::open(directory).map_err(|error| StartError::Data {
            path: directory.to_path_buf(),
            reason: error.to_string(),
        })?;
        files.retain(&state.files());
        Ok((
            Self {
                state: RwLock::new(state),
                database: Some(Mutex::new(database)),
                files,
            },
            new,
        ))
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, State> {
        // A transaction that panics is undone when it is dropped, so the state behind a poisoned lock is whole.
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes memory and database together; if the change or the database fails, neither has changed.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&mut Transaction<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let mut transaction = Transaction {
            state: &mut state,
            undo: Vec::new(),
            changes: Vec::new(),
            durable: self.database.is_some(),
            released: Vec::new(),
        };
        let value = change(&mut transaction)?;
        if let Some(database) = &self.database {
            let mut database = database.lock().unwrap_or_else(PoisonError::into_inner);
            database.commit(&transaction.changes).map_err(|error| {
                Refusal::internal(format_args!(
                    "The change could not be written to the database: {error}"
                ))
            })?;
        }
        transaction.undo.clear();
        let released = std::mem::take(&mut transaction.released);
        drop(transaction);
        for file in released {
            if !state.files().contains(&file) {
                self.files.remove(&file);
            }
        }
        Ok(value)
    }
}

type Undo = Box<dyn FnOnce(&mut State)>;

/// Uncommitted changes: visible to this transaction only, undone unless they are committed.
pub(crate) struct Transaction<'s> {
    state: &'s mut State,
    undo: Vec<Undo>,
    changes: Vec<Change>,
    durable: bool,
    /// Files that a row no longer names.
    released: Vec<FileId>,
}

impl Transaction<'_> {
    /// Adds a record, or replaces the one with the same identifier.
    pub(crate) fn put<R: Record>(&mut self, record: R) -> Result<(), Refusal> {
        let id = record.id();
        if self.durable {
            let json = serde_json::to_string(&record).map_err(Refusal::internal)?;
            self.changes.push(Change {
                kind: R::KIND,
                key: id,
                json: Some(json),
            });
        }
        let undo: Undo = match R::table_mut(self.state).put(record) {
            Some(before) => Box::new(move |state| {
                R::table_mut(state).put(before);
            }),
            None => Box::new(move |state| {
                R::table_mut(state).remove(id);
            }),
        };
        self.undo.push(undo);
        Ok(())
    }

    /// Removes a file at the commit, unless another row names it.
    pub(crate) fn release(&mut self, file: FileId) {
        self.released.push(file);
    }

    /// Removes a record; `false` if it does not exist.
    pub(crate) fn remove<R: Record>(&mut self, id: Uuid) -> bool {
        let Some((place, record)) = R::table_mut(self.state).remove(id) else {
            return false;
        };
        if self.durable {
            self.changes.push(Change {
                kind: R::KIND,
                key: id,
                json: None,
            });
        }
        self.undo
            .push(Box::new(move |state| R::table_mut(state).restore(place, record)));
        true
    }
}

impl Deref for Transaction<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        self.state
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        for undo in self.undo.drain(..).rev() {
            undo(self.state);
        }
    }
}

#[cfg(test)]
mod tests;
