//! The stored form of a session, from which other clients resume it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tableau_wire::{Secret, Version};
use tokio::time::Instant;

use super::Session;
use crate::store::SessionKey;

/// The format version of [`Entry`]. Entries of another version are not used.
const VERSION: u32 = 1;
/// How long a negotiated version is used without asking the server again.
const VERSION_LASTS: Duration = Duration::from_secs(24 * 3600);
/// How long a process counts as a holder after it was last heard of.
pub(super) const HOLDER_LEASE: Duration = Duration::from_secs(15 * 60);

/// A session, and who holds it.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
    version: u32,
    /// The key it was stored under: under another key it is invalid.
    key: String,
    pub(super) generation: u64,
    token: Secret,
    site_id: String,
    content_url: String,
    user_id: String,
    /// Microseconds since 1970.
    signed_in_at: u64,
    /// The version of the API that was negotiated; older entries have none.
    #[serde(default)]
    api_version: Option<String>,
    holders: Vec<HolderEntry>,
}

#[derive(Serialize, Deserialize)]
struct HolderEntry {
    name: String,
    /// Seconds since 1970.
    until: u64,
}

/// Only the format version, which entries of every version have.
#[derive(Deserialize)]
struct AnyVersion {
    version: u32,
}

impl Entry {
    pub(super) fn new(
        key: &SessionKey,
        session: &Session,
        generation: u64,
        api_version: Option<Version>,
    ) -> Self {
        Self {
            version: VERSION,
            key: key.as_str().to_owned(),
            generation,
            token: session.token.clone(),
            site_id: session.site_id.to_string(),
            content_url: session.content_url.clone(),
            user_id: session.user_id.to_string(),
            signed_in_at: microseconds(SystemTime::now()),
            api_version: api_version.map(|version| version.to_string()),
            holders: Vec::new(),
        }
    }

    /// The version of the API, if it was negotiated recently enough.
    pub(super) fn api_version(&self) -> Option<Version> {
        let text = self.api_version.as_ref().filter(|_| self.age() < VERSION_LASTS)?;
        text.parse().ok()
    }

    /// Reads an entry; nothing, and a warning, if it is torn, of another version or of another key.
    pub(super) fn read(key: &SessionKey, text: &Secret) -> Option<Self> {
        let text = text.expose();
        let problem = match serde_json::from_str::<AnyVersion>(text) {
            Ok(AnyVersion { version }) if version != VERSION => "of another version of this library",
            Ok(_) => match serde_json::from_str::<Self>(text) {
                Ok(entry) if entry.key == key.as_str() => return Some(entry),
                Ok(_) => "of another key",
                Err(_) => "damaged",
            },
            Err(_) => "damaged",
        };
        tracing::warn!(
            ?key,
            "a session in the session store is {problem}: it is not used, and will be replaced"
        );
        None
    }

    pub(super) fn text(&self) -> Option<Secret> {
        serde_json::to_string(self).ok().map(Secret::from)
    }

    /// The session, as one of its row.
    pub(super) fn session(&self) -> Session {
        Session {
            began: Instant::now().checked_sub(self.age()),
            in_store: true,
            is_joined: true,
            ..Session::new(
                self.token.clone(),
                self.site_id.clone(),
                self.content_url.clone(),
                self.user_id.clone(),
            )
        }
    }

    fn age(&self) -> Duration {
        Duration::from_micros(microseconds(SystemTime::now()).saturating_sub(self.signed_in_at))
    }

    /// Whether it is another session than one that was found dead, and a later one.
    ///
    /// If the store was lost or damaged, generations begin at 1 again: then the time decides.
    pub(super) fn is_newer_than(&self, dead: &Session) -> bool {
        let is_later = self.generation > dead.generation || dead.age().is_some_and(|age| self.age() < age);
        self.token != dead.token && is_later
    }

    /// Whether it is on the same site as the same user.
    pub(super) fn is_like(&self, other: &Session) -> bool {
        other.site_id.as_str() == self.site_id && other.user_id.as_str() == self.user_id
    }

    /// Adds a holder, and removes those whose holder lease has expired.
    pub(super) fn hold(&mut self, name: &str) {
        self.drop_holder(name);
        let until = seconds(SystemTime::now() + HOLDER_LEASE);
        self.holders.push(HolderEntry {
            name: name.to_owned(),
            until,
        });
    }

    /// Removes a holder; gives whether others remain.
    pub(super) fn drop_holder(&mut self, name: &str) -> bool {
        let now = seconds(SystemTime::now());
        self.holders
            .retain(|holder| holder.name != name && holder.until > now);
        !self.holders.is_empty()
    }

    /// Passes the holders to the next session.
    pub(super) fn pass_holders_to(self, next: &mut Self) {
        next.holders = self.holders;
    }
}

fn seconds(time: SystemTime) -> u64 {
    microseconds(time) / 1_000_000
}

fn microseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}
