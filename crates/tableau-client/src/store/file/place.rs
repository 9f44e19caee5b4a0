//! The place of one key: a directory with the entry, and with the baton that passes the lease on.
//!
//! ```text
//! KEY/session                               the entry
//! KEY/free-7                                the lease is free; the last one had the number 7
//! KEY/held-8-FROM-UNTIL-PID-HOST            the lease is held
//! KEY/held-8-FROM-UNTIL-PID-HOST/new-8      an entry that is being written
//! ```
//!
//! The baton is one directory that exists exactly once. It is made together with the place and from then on only renamed, which the kernel does
//! for one process at a time: the second finds that the old name is gone. What the lease is, is said by the name alone, so there is no instant
//! at which it is half written, and nothing that a killed process leaves behind:
//!
//! - taken, if it is free or its time is over: `free-7` or `held-7-…` becomes `held-8-…`;
//! - extended: `held-8-…` becomes `held-8-…` with another time;
//! - given back: `held-8-…` becomes `free-8`.
//!
//! A lock of the operating system (`flock`) would not do: a process that is stopped (SIGSTOP, a laptop that sleeps) keeps it for as long as it is
//! stopped, and takes up its work in the middle of it. Here an entry is written *inside* the baton, and gets to its place by a rename from there:
//! `held-8-…/new-8` → `session`. That is the fence. If a process was stopped anywhere before that rename and another took the lease over, the
//! name `held-8-…` is no more, the rename finds nothing, and the lease is known to be lost. There is no moment between a check and an act.
//! The one way left is a process that is within the system call itself, past the lookup of `held-8-…`, while another renames the baton. Signals do
//! not stop a process there, but it may have to wait for the processor. So who takes over removes what is in the baton before doing anything else:
//! either the rename came first, and then the entry is there before the new lease begins to be used; or its file is gone, and it fails.
//! For the same reason removing an entry is writing one that has run out, and not the removal of a file, which would work without the baton.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use ring::rand::{SecureRandom as _, SystemRandom};

use super::entry::{self, Found};
use super::private::{self, unusable};
use super::span::Span;
use super::{Cipher, SessionKey, StoreError};
use tableau_wire::Secret;

/// Before the name of a place that is being made or has been put aside; no key begins like this.
const UNFINISHED: &str = ".unfinished-";

/// The place of a key.
#[derive(Debug, Clone)]
pub(super) struct Place {
    store: PathBuf,
    directory: PathBuf,
    key: SessionKey,
}

/// The baton as it was seen.
struct Baton {
    path: PathBuf,
    number: u64,
    held: Option<Span>,
}

impl Place {
    pub(super) fn new(store: &Path, key: &SessionKey) -> Self {
        let directory = store.join(key.as_str());
        let key = key.clone();
        Self {
            store: store.to_owned(),
            directory,
            key,
        }
    }

    pub(super) fn load(&self, cipher: Option<&Cipher>) -> Result<Option<Secret>, StoreError> {
        if !private::check_directory(&self.directory)? {
            return Ok(None);
        }
        let path = self.session();
        let Some(file) = private::open_file(&path)? else {
            return Ok(None);
        };
        match entry::read(file, &self.key, cipher).map_err(|error| unusable(&path, &error))? {
            Found::Entry(entry) => Ok(Some(entry)),
            Found::Nothing => Ok(None),
            Found::Unreadable(why) => {
                tracing::warn!(file = %path.display(), "a stored session is not used: {why}");
                Ok(None)
            }
        }
    }

    /// Takes the lease, if it is free or its time is over.
    pub(super) fn take(&self, time: Duration) -> Result<Option<Hold>, StoreError> {
        let unusable = |error: io::Error| unusable(&self.directory, &error);
        for attempt in 0..10 {
            if !private::check_directory(&self.directory)? {
                self.make().map_err(unusable)?;
            }
            let Some(baton) = self.baton().map_err(unusable)? else {
                // It may have been renamed while the directory was read; but a place that never has one was not made by this store.
                if attempt > 4 {
                    self.put_aside();
                }
                thread::sleep(Duration::from_millis(1));
                continue;
            };
            if baton.held.is_some_and(|span| !span.is_over()) {
                return Ok(None);
            }
            let number = baton.number.saturating_add(1);
            let span = Span::starting_now(time);
            let path = self.directory.join(name(number, span));
            match fs::rename(&baton.path, &path) {
                Ok(()) => {
                    let place = self.clone();
                    let hold = Hold {
                        place,
                        path,
                        number,
                        span,
                    };
                    hold.clear().map_err(unusable)?;
                    return Ok(Some(hold));
                }
                // Another was faster.
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(unusable(error)),
            }
        }
        Err(StoreError::Unavailable(format!(
            "{} cannot be set up: remove it",
            self.directory.display()
        )))
    }

    fn session(&self) -> PathBuf {
        self.directory.join("session")
    }

    fn baton(&self) -> io::Result<Option<Baton>> {
        let mut found: Option<Baton> = None;
        for item in fs::read_dir(&self.directory)? {
            let item = item?;
            let Some((number, held)) = item.file_name().to_str().and_then(parse) else {
                continue;
            };
            // While it is renamed, it may be seen under both names.
            if found.as_ref().is_none_or(|found| found.number < number) {
                let path = item.path();
                found = Some(Baton { path, number, held });
            }
        }
        Ok(found)
    }

    /// Makes the place with its baton in it, at once: of many who do so, one succeeds.
    fn make(&self) -> io::Result<()> {
        let unfinished = unfinished(&self.store)?;
        private::make_directory(&unfinished.join("free-0"))?;
        match fs::rename(&unfinished, &self.directory) {
            Err(_) if self.directory.is_dir() => fs::remove_dir_all(&unfinished),
            renamed => renamed,
        }
    }

    /// Moves a place aside that is not as this store made it.
    fn put_aside(&self) {
        tracing::warn!(place = %self.directory.display(), "a stored session is discarded: its directory was changed from outside");
        if let Ok(aside) = unfinished(&self.store)
            && fs::rename(&self.directory, &aside).is_ok()
        {
            // What cannot be removed is removed with all that is unfinished, when a store is opened.
            let _ = fs::remove_dir_all(&aside);
        }
    }
}

/// A unique name in a store, for what is being made or has been put aside.
pub(super) fn unfinished(store: &Path) -> io::Result<PathBuf> {
    let mut random = [0; 16];
    let filled = SystemRandom::new().fill(&mut random);
    filled.map_err(|_| io::Error::other("no random numbers"))?;
    let random = u128::from_ne_bytes(random);
    Ok(store.join(format!("{UNFINISHED}{random:032x}")))
}

/// Removes the places that were left unfinished by processes that have been killed.
pub(super) fn clean(store: &Path) -> io::Result<()> {
    for item in fs::read_dir(store)? {
        let item = item?;
        let is_unfinished = item
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(UNFINISHED));
        // Making one takes an instant; a process that is still at it fails and begins again.
        let is_old = || {
            let modified = item.metadata().and_then(|metadata| metadata.modified());
            modified.is_ok_and(|time| time.elapsed().is_ok_and(|age| age > Duration::from_secs(60)))
        };
        if is_unfinished && is_old() {
            let _ = fs::remove_dir_all(item.path());
        }
    }
    Ok(())
}

/// The lease; dropping it gives it back.
#[derive(Debug)]
pub(super) struct Hold {
    place: Place,
    path: PathBuf,
    number: u64,
    span: Span,
}

impl Hold {
    /// Replaces the entry.
    pub(super) fn save(
        &mut self,
        text: &Secret,
        keep: Duration,
        cipher: Option<&Cipher>,
    ) -> Result<(), StoreError> {
        self.put(text, Span::starting_now(keep), cipher)
    }

    pub(super) fn remove(&mut self) -> Result<(), StoreError> {
        self.put(&Secret::new(""), Span::starting_now(Duration::ZERO), None)
    }

    fn put(&mut self, text: &Secret, keep: Span, cipher: Option<&Cipher>) -> Result<(), StoreError> {
        if self.span.is_over() {
            return Err(StoreError::LeaseLost);
        }
        let lost = |error| self.lost_or(&error);
        self.clear().map_err(lost)?;
        let new = self.path.join(format!("new-{}", self.number));
        let mut file = private::create_file(&new).map_err(lost)?;
        entry::write(&mut file, &self.place.key, text, keep, cipher)
            .and_then(|()| file.flush())
            .and_then(|()| file.sync_all())
            .map_err(lost)?;
        drop(file);
        // The save may have taken long.
        if self.span.is_over() {
            let _ = fs::remove_file(&new);
            return Err(StoreError::LeaseLost);
        }
        fs::rename(&new, self.place.session()).map_err(lost)?;
        private::sync_directory(&self.place.directory).map_err(lost)
    }

    pub(super) fn extend(&mut self, time: Duration) -> Result<(), StoreError> {
        if self.span.is_over() {
            return Err(StoreError::LeaseLost);
        }
        let span = Span::starting_now(time);
        let path = self.place.directory.join(name(self.number, span));
        fs::rename(&self.path, &path).map_err(|error| self.lost_or(&error))?;
        self.path = path;
        self.span = span;
        Ok(())
    }

    /// Removes what was being written.
    fn clear(&self) -> io::Result<()> {
        for item in fs::read_dir(&self.path)? {
            match fs::remove_file(item?.path()) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn lost_or(&self, error: &io::Error) -> StoreError {
        match error.kind() {
            ErrorKind::NotFound => StoreError::LeaseLost,
            _ => unusable(&self.place.directory, error),
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        // If the lease is lost, no file has this name any more.
        let free = self.place.directory.join(format!("free-{}", self.number));
        let _ = fs::rename(&self.path, free);
    }
}

/// The name of a baton that is held by this process.
fn name(number: u64, Span { from, until }: Span) -> String {
    let process = std::process::id();
    let host = private::host();
    // For people only, so all but letters and digits can be left out.
    let host: String = host
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
        .take(64)
        .collect();
    format!("held-{number}-{from}-{until}-{process}-{host}")
}

fn parse(name: &str) -> Option<(u64, Option<Span>)> {
    if let Some(number) = name.strip_prefix("free-") {
        return Some((number.parse().ok()?, None));
    }
    let mut parts = name.strip_prefix("held-")?.split('-');
    let mut next = || parts.next()?.parse().ok();
    let (number, from, until) = (next()?, next()?, next()?);
    Some((number, Some(Span { from, until })))
}
