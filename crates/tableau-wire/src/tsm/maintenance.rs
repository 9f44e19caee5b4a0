//! Backups, cleaning up, the search index: calls that start a job.

use super::async_jobs::AsyncJob;
use super::json::Json;
use crate::{Entry, endpoint};

/// Makes a backup in the server's own directory for backups.
///
/// Documented.
#[endpoint(POST, "backupFixedFile", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct BackupFixedFile {
    /// The name of the file. Every program sends it: that it is required is inferred.
    pub write_path: String,
    /// Whether the backup is not checked.
    pub skip_verification: Option<bool>,
    /// After how many seconds the server gives up.
    pub job_timeout_seconds: Option<u64>,
}

/// Restores a backup from the server's own directory for backups.
///
/// Observed.
#[endpoint(POST, "restoreFixedFile", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct RestoreFixedFile {
    /// The name of the file. The program that was observed sends it: that it is required is inferred.
    pub fixed_file: String,
}

/// Removes data that is not needed any more.
///
/// Observed, though never in use.
#[endpoint(POST, "cleanup", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct Cleanup {
    /// How old a log file has to be to be removed, in seconds.
    pub log_files_retention_seconds: Option<u64>,
    /// Whether log files are removed.
    pub delete_log_files: Option<bool>,
    /// Whether temporary files are removed.
    pub delete_temp_files: Option<bool>,
    /// Whether the Redis cache is emptied.
    pub clear_redis_cache: Option<bool>,
    /// Whether the table of HTTP requests is emptied.
    pub delete_http_requests: Option<bool>,
    /// Whether the cache of images is emptied.
    pub clear_sheet_image_cache: Option<bool>,
}

/// Builds the search index again.
///
/// Observed.
#[endpoint(POST, "reindex-search", family = tsm, since = "0.5", reply = Json<AsyncJob>)]
pub struct ReindexSearch;

/// The calls of this group.
pub(crate) const ENDPOINTS: &[Entry] = &[
    Entry::of::<BackupFixedFile>(),
    Entry::of::<RestoreFixedFile>(),
    Entry::of::<Cleanup>(),
    Entry::of::<ReindexSearch>(),
];
