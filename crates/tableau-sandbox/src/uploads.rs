//! Files that are being uploaded, until something is made from them.
//!
//! They are not part of the state: a sandbox that starts again has forgotten them, as it has the connections they came by.

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

/// How large a file may become unless told otherwise. What real servers allow is not known; this is so that a disk does not fill up.
const LIMIT: u64 = 10 * 1024 * 1024 * 1024;
/// How long an upload waits for its next chunk. How long real servers wait is not known.
const IDLE: SignedDuration = SignedDuration::from_hours(24);
// That a megabyte is 1024 × 1024 bytes, and that what is left over does not count, is inferred: neither is documented.
const MEGABYTE: u64 = 1024 * 1024;

/// The uploads that are under way.
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
    /// `None` while something is being made from it.
    file: Option<Spool>,
    last_used_at: Timestamp,
}

impl Default for Uploads {
    fn default() -> Self {
        Self {
            uploads: Mutex::default(),
            begun: AtomicU64::default(),
            limit: AtomicU64::new(LIMIT),
            // Whether it is so on real servers is not known, so tests can have either.
            survive_sign_in: AtomicBool::new(true),
        }
    }
}

impl Uploads {
    /// Allows files of so many bytes at most.
    pub(crate) fn set_limit(&self, bytes: u64) {
        self.limit.store(bytes, Ordering::Relaxed);
    }

    /// Says whether an upload can be continued in another session of the same user.
    pub(crate) fn set_survive_sign_in(&self, survive: bool) {
        self.survive_sign_in.store(survive, Ordering::Relaxed);
    }

    /// Begins an upload and gives its identifier.
    pub(crate) fn begin(&self, caller: &Caller, file: Spool, now: Timestamp) -> Result<String, Refusal> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed) + 1;
        // Recorded in this shape: `7720:170fe6b1c1c7422dadff20f944d58a52-1:0`. What its parts mean is not known.
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

    /// Appends a chunk; gives how many megabytes there are then.
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

    /// Takes the file, to make something from it; [`put_back`](Self::put_back) undoes it.
    pub(crate) fn take(&self, id: &str, caller: &Caller) -> Result<Spool, Refusal> {
        let upload = self.find(id)?;
        let mut upload = lock(&upload);
        self.check_owner(&upload, id, caller)?;
        upload.file.take().ok_or_else(|| not_found(id))
    }

    /// Gives back a file of which nothing was made, so that it can be used again.
    pub(crate) fn put_back(&self, id: &str, file: Spool) {
        if let Ok(upload) = self.find(id) {
            lock(&upload).file = Some(file);
        }
    }

    /// Forgets an upload of which something was made.
    pub(crate) fn end(&self, id: &str) {
        self.uploads().remove(id);
    }

    fn find(&self, id: &str) -> Result<Arc<Mutex<Upload>>, Refusal> {
        let upload = self.uploads().get(id).cloned();
        upload.ok_or_else(|| not_found(id))
    }

    /// What has arrived of a file.
    pub(crate) fn content(&self, id: &str) -> Option<Vec<u8>> {
        let upload = self.uploads().get(id).cloned()?;
        let mut upload = lock(&upload);
        let mut content = Vec::new();
        upload.file.as_mut()?.reader().read_to_end(&mut content).ok()?;
        Some(content)
    }

    // The codes are documented, which of them it is for another session is not; the texts are inferred.
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
        // Nothing is half done when a thread panics here.
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_found(id: &str) -> Refusal {
    Refusal::not_found("404015", "File upload", id)
}

fn lock(upload: &Mutex<Upload>) -> MutexGuard<'_, Upload> {
    // An append that panics leaves the length as it was, and the next one starts from there.
    upload.lock().unwrap_or_else(PoisonError::into_inner)
}
