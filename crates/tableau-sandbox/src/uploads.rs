//! Uploads of files, until they are published.
//!
//! They are not part of the state: a restarted sandbox has forgotten them.

use std::collections::HashMap;
use std::io::Read;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tableau_wire::rest::file_uploads::MAX_CHUNK;
use uuid::Uuid;

use crate::auth::Caller;
use crate::files::Spool;
use crate::refusal::Refusal;
use crate::token;

/// The default maximum size of a file, in bytes, so that a disk does not fill up. The limit of real servers is not known.
const LIMIT: u64 = 10 * 1024 * 1024 * 1024;
/// How long an upload waits for its next chunk. How long real servers wait is not known.
const IDLE: SignedDuration = SignedDuration::from_hours(24);
// Inferred: a megabyte is 1024 × 1024 bytes, and sizes are rounded down. Neither is documented.
const MEGABYTE: u64 = 1024 * 1024;

/// The unfinished uploads.
#[derive(Debug)]
pub(crate) struct Uploads {
    uploads: Mutex<HashMap<String, Arc<Mutex<Upload>>>>,
    begun: AtomicU64,
    limit: AtomicU64,
    survive_sign_in: AtomicBool,
}

#[derive(Debug)]
struct Upload {
    site: Uuid,
    user: Uuid,
    /// The session that began it.
    session: Uuid,
    /// `None` while it is being published.
    file: Option<Spool>,
    last_used_at: Timestamp,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            uploads: Mutex::default(),
            begun: AtomicU64::default(),
            limit: AtomicU64::new(LIMIT),
            // The behaviour of real servers is not known, so tests can choose.
            survive_sign_in: AtomicBool::new(true),
        }
    }
}

impl Uploads {
    /// Sets the maximum size of a file, in bytes.
    pub(crate) fn set_limit(&self, bytes: u64) {
        self.limit.store(bytes, Ordering::Relaxed);
    }

    /// Sets whether an upload can be resumed in another session of the same user.
    pub(crate) fn set_survive_sign_in(&self, survive: bool) {
        self.survive_sign_in.store(survive, Ordering::Relaxed);
    }

    /// Begins an upload and gives its identifier.
    pub(crate) fn begin(&self, caller: &Caller, file: Spool, now: Timestamp) -> Result<String, Refusal> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        // Recorded in this format: `7720:170fe6b1c1c7422dadff20f944d58a52-1:0`. The meaning of its parts is not known.
        let id = format!("{number}:{}-1:0", token::identifier()?.simple());
        let upload = Upload {
            site: caller.site.id,
            user: caller.user.id,
            session: caller.session,
            file: Some(file),
            last_used_at: now,
        };
        let mut uploads = self.uploads();
        uploads.retain(|_, upload| now.duration_since(lock(upload).last_used_at) < IDLE);
        uploads.insert(id.clone(), Arc::new(Mutex::new(upload)));
        Ok(id)
    }

    /// Appends a chunk; returns the size of the file, in whole megabytes.
    pub(crate) fn append(
        &self,
        id: &str,
        chunk: Spool,
        caller: &Caller,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let upload = self.find(id)?;
        let mut upload = lock(&upload);
        self.check_owner(&upload, id, caller)?;
        let file = upload.file.as_mut().ok_or_else(|| not_found(id))?;
        let length = file.length() + chunk.length();
        let limit = self.limit.load(Ordering::Relaxed);
        if chunk.length() > MAX_CHUNK as u64 || length > limit {
            return Err(Refusal::bad_request(
                "400016",
                format_args!("A chunk may have {MAX_CHUNK} bytes at most, and a file {limit}."),
            ));
        }
        file.append_file(chunk).map_err(Refusal::internal)?;
        upload.last_used_at = now;
        Ok(length / MEGABYTE)
    }

    /// Takes the file to publish it; [`put_back`](Self::put_back) undoes it.
    pub(crate) fn take(&self, id: &str, caller: &Caller) -> Result<Spool, Refusal> {
        let upload = self.find(id)?;
        let mut upload = lock(&upload);
        self.check_owner(&upload, id, caller)?;
        upload.file.take().ok_or_else(|| not_found(id))
    }

    /// Gives back a file that was not published, so that it can be published later.
    pub(crate) fn put_back(&self, id: &str, file: Spool) {
        if let Ok(upload) = self.find(id) {
            lock(&upload).file = Some(file);
        }
    }

    /// Removes an upload that was published or is lost.
    pub(crate) fn end(&self, id: &str) {
        self.uploads().remove(id);
    }

    fn find(&self, id: &str) -> Result<Arc<Mutex<Upload>>, Refusal> {
        let upload = self.uploads().get(id).cloned();
        upload.ok_or_else(|| not_found(id))
    }

    /// The bytes received so far.
    pub(crate) fn content(&self, id: &str) -> Option<Vec<u8>> {
        let upload = self.uploads().get(id).cloned()?;
        let mut upload = lock(&upload);
        let mut content = Vec::new();
        upload.file.as_mut()?.reader().read_to_end(&mut content).ok()?;
        Some(content)
    }

    // The codes are documented; which of them is for another session, and the texts, are inferred.
    fn check_owner(&self, upload: &Upload, id: &str, caller: &Caller) -> Result<(), Refusal> {
        if (upload.site, upload.user) != (caller.site.id, caller.user.id) {
            return Err(Refusal::forbidden(
                "403016",
                "The file upload was begun by another user or on another site.",
            ));
        }
        if upload.session != caller.session && !self.survive_sign_in.load(Ordering::Relaxed) {
            return Err(not_found(id));
        }
        Ok(())
    }

    fn uploads(&self) -> MutexGuard<'_, HashMap<String, Arc<Mutex<Upload>>>> {
        // A panic here leaves no partial change.
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_found(id: &str) -> Refusal {
    Refusal::not_found("404015", "File upload", id)
}

fn lock(upload: &Mutex<Upload>) -> MutexGuard<'_, Upload> {
    // An append that panics leaves the length unchanged, and the next one starts from there.
    upload.lock().unwrap_or_else(PoisonError::into_inner)
}
