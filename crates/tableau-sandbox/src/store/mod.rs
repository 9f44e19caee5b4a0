//! The state: memory is authoritative, and a database stores it if there is a directory.
//!
//! Every change goes through [`Store::write`]: memory and database change together or not at all.

pub(crate) mod counted;
mod earlier;
pub(crate) mod event;
mod hash;
pub(crate) mod identity;
mod indexes;
mod kinds;
mod luid;
pub(crate) mod model;
mod positions;
pub(crate) mod pulse;
pub(crate) mod record;
pub(crate) mod row;
mod rows;
pub(crate) mod rules;
mod sqlite;
mod table;
mod transaction;
pub(crate) mod unshown;
pub(crate) mod variants;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use jiff::tz::TimeZone;

use self::earlier::Earlier;
use self::event::Event;
pub(crate) use self::kinds::State;
pub(crate) use self::luid::luid;
pub(crate) use self::record::Record;
use self::sqlite::Database;
pub(crate) use self::table::Table;
use self::transaction::Committed;
pub(crate) use self::transaction::Transaction;
use crate::files::{FileId, Files};
use crate::mail::Mail;
use crate::refusal::Refusal;
use crate::start_error::StartError;

/// The state and its database.
#[derive(Debug)]
pub(crate) struct Store {
    state: RwLock<State>,
    database: Option<Mutex<Database>>,
    /// The files that rows name.
    pub(crate) files: Files,
    /// What has happened since the events were last taken.
    events: Mutex<Vec<Event>>,
    /// The mails since they were last taken.
    mails: Mutex<Vec<Mail>>,
}

impl Store {
    /// An empty store that is gone when the sandbox stops.
    pub(crate) fn in_memory() -> Self {
        Self {
            state: RwLock::default(),
            database: None,
            files: Files::default(),
            events: Mutex::default(),
            mails: Mutex::default(),
        }
    }

    /// The store in a directory, with its records; `true` if it is new and so empty.
    pub(crate) fn open(directory: &Path) -> Result<(Self, bool), StartError> {
        let mut state = State::default();
        let mut earlier = Earlier::default();
        let database = Database::open(directory, |format, kind, key, json| {
            if sqlite::EARLIER.contains(&format) {
                earlier.load(&mut state, kind, json)
            } else {
                state.load(kind, key, json)
            }
        })?;
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
                events: Mutex::default(),
                mails: Mutex::default(),
            },
            new,
        ))
    }

    /// Sets the time zone of the server. Schedules that are there already come due once more in the one before.
    pub(crate) fn set_zone(&self, zone: TimeZone) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        state.zone = Some(zone);
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
        let mut transaction = Transaction::begin(&mut state, self.database.is_some());
        let value = change(&mut transaction)?;
        let released = self.commit(transaction)?;
        self.release(&state, &released);
        Ok(value)
    }

    /// Keeps the changes; gives the files that their rows no longer name.
    fn commit(&self, transaction: Transaction<'_>) -> Result<Vec<FileId>, Refusal> {
        if let Some(database) = &self.database {
            let mut database = database.lock().unwrap_or_else(PoisonError::into_inner);
            let written = if database.is_earlier() {
                // The first change writes every record anew, in the format of today.
                database.replace(&transaction.dump().map_err(Refusal::internal)?)
            } else {
                database.commit(transaction.changes())
            };
            written.map_err(|error| {
                Refusal::internal(format_args!(
                    "The change could not be written to the database: {error}"
                ))
            })?;
        }
        let Committed {
            released,
            mut events,
            mut mails,
        } = transaction.commit();
        locked(&self.events).append(&mut events);
        locked(&self.mails).append(&mut mails);
        Ok(released)
    }

    /// Removes those of the files that no row names.
    fn release(&self, state: &State, files: &[FileId]) {
        for file in files.iter().filter(|file| !state.has_file(file)) {
            self.files.remove(file);
        }
    }

    /// What has happened since the last call.
    pub(crate) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut locked(&self.events))
    }

    /// The mails that were sent since the last call.
    pub(crate) fn take_mails(&self) -> Vec<Mail> {
        std::mem::take(&mut locked(&self.mails))
    }
}

fn locked<T>(of: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
