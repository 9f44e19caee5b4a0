//! Records in a SQLite file: one table, one row for each record.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, params};
use uuid::Uuid;

use super::Record;
use crate::start_error::StartError;

const FILE: &str = "sandbox.sqlite3";
/// The format of the records that is written; a sandbox refuses a file of a format that it does not know.
pub(super) const FORMAT: i64 = 4;
/// The format without variants, which has no others than this one has.
const WITHOUT_VARIANTS: i64 = 3;
/// The formats that are read and then written anew: 1 of version 0.1, and 2 with files and permissions.
pub(super) const EARLIER: std::ops::RangeInclusive<i64> = 1..=2;

/// A changed row.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) kind: &'static str,
    pub(super) key: Uuid,
    /// The record; `None` if it is removed.
    pub(super) json: Option<String>,
    /// Whether reading the database makes the record again, so that its removal has to be stored.
    pub(super) is_derived: bool,
}

/// What stands for a record that is made again whenever the database is read, and was removed.
pub(super) const REMOVED: &str = "";

impl Change {
    /// Stores a record.
    pub(super) fn of<R: Record>(record: &R) -> Result<Self, serde_json::Error> {
        Ok(Self {
            kind: R::KIND,
            key: record.id(),
            json: Some(serde_json::to_string(record)?),
            is_derived: false,
        })
    }
}

#[derive(Debug)]
pub(super) struct Database {
    connection: Connection,
    /// 0 if the file is new.
    format: i64,
}

impl Database {
    /// Opens or creates the file, locks it for this sandbox, and passes on every record in the order of creation.
    pub(super) fn open(
        directory: &Path,
        mut load: impl FnMut(i64, &str, &str, &str) -> Result<(), String>,
    ) -> Result<Self, StartError> {
        let path = directory.join(FILE);
        let refuse = |reason: String| StartError::Data {
            path: path.clone(),
            reason,
        };
        let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                StartError::DataInUse { path: path.clone() }
            }
            _ => refuse(error.to_string()),
        };
        std::fs::create_dir_all(directory).map_err(|error| refuse(error.to_string()))?;
        let connection = Self::connect(&path).map_err(failed)?;
        let format = connection
            .query_row("PRAGMA user_version", [], |row| row.get(0))
            .map_err(failed)?;
        match format {
            0 => {}
            _ if [FORMAT, WITHOUT_VARIANTS].contains(&format) || EARLIER.contains(&format) => {
                let load = |kind: &str, key: &str, json: &str| load(format, kind, key, json);
                Self::each(&connection, load).map_err(failed)?.map_err(refuse)?;
            }
            _ => {
                return Err(StartError::DataFormat {
                    path: path.clone(),
                    format,
                    known: FORMAT,
                });
            }
        }
        Ok(Self { connection, format })
    }

    pub(super) fn is_new(&self) -> bool {
        self.format == 0
    }

    /// Whether the file has an earlier format, so that it has to be replaced rather than changed.
    pub(super) fn is_earlier(&self) -> bool {
        EARLIER.contains(&self.format)
    }

    /// Writes all records anew, or changes nothing.
    pub(super) fn replace(&mut self, records: &[Change]) -> rusqlite::Result<()> {
        self.apply(records, true)
    }

    /// Writes all changes or none.
    pub(super) fn commit(&mut self, changes: &[Change]) -> rusqlite::Result<()> {
        self.apply(changes, false)
    }

    fn apply(&mut self, changes: &[Change], anew: bool) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        if self.format == 0 {
            // In one transaction with the first records: an interrupted first write leaves a new, empty file.
            transaction.execute_batch(
                "CREATE TABLE records (kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (kind, key))",
            )?;
        }
        if anew {
            transaction.execute("DELETE FROM records", [])?;
        }
        if self.format != FORMAT {
            // From here on earlier versions refuse the file rather than reading half of it.
            transaction.pragma_update(None, "user_version", FORMAT)?;
        }
        {
            // An update leaves the row where it is: the order of the rows is the order of lists.
            let mut put = transaction.prepare_cached(
                "INSERT INTO records (kind, key, json) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (kind, key) DO UPDATE SET json = excluded.json",
            )?;
            let mut remove =
                transaction.prepare_cached("DELETE FROM records WHERE kind = ?1 AND key = ?2")?;
            for Change {
                kind,
                key,
                json,
                is_derived,
            } in changes
            {
                match json {
                    Some(json) => put.execute(params![kind, key.to_string(), json])?,
                    None if *is_derived => put.execute(params![kind, key.to_string(), REMOVED])?,
                    None => remove.execute(params![kind, key.to_string()])?,
                };
            }
        }
        transaction.commit()?;
        self.format = FORMAT;
        Ok(())
    }

    fn connect(path: &Path) -> rusqlite::Result<Connection> {
        let connection = Connection::open(path)?;
        // Waiting would not help: the process that has the file locked keeps it until it ends.
        connection.busy_timeout(std::time::Duration::ZERO)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        // A crash of the sandbox loses nothing; a power cut may lose the last moments, which is enough for a sandbox.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        // Takes the lock now rather than at the first change.
        connection.execute_batch("BEGIN EXCLUSIVE; COMMIT")?;
        Ok(connection)
    }

    /// Passes on every record until one is refused.
    fn each(
        connection: &Connection,
        mut load: impl FnMut(&str, &str, &str) -> Result<(), String>,
    ) -> rusqlite::Result<Result<(), String>> {
        let mut statement = connection.prepare("SELECT kind, key, json FROM records ORDER BY rowid")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let text = |column| Ok::<_, rusqlite::Error>(row.get_ref(column)?.as_str()?);
            let loaded = load(text(0)?, text(1)?, text(2)?);
            if loaded.is_err() {
                return Ok(loaded);
            }
        }
        Ok(Ok(()))
    }

    /// Makes every later change fail, as a full disk would.
    #[cfg(test)]
    pub(super) fn break_down(&self) {
        self.connection
            .pragma_update(None, "query_only", true)
            .expect("a pragma");
    }
}
