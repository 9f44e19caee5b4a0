//! The names that lists have shown, by profile and group: shells offer them, and no request is made for that.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::config::{self, Others};
use crate::failure::Failure;

/// How many names of a group are kept.
pub(crate) const MANY: usize = 1000;

/// Profile, group, names.
type Seen = BTreeMap<String, BTreeMap<String, Vec<String>>>;

fn path() -> Result<PathBuf, Failure> {
    Ok(config::folder()?.join("seen.json"))
}

/// What was kept; nothing if that cannot be read, since all of it comes again with the next lists.
fn load() -> Seen {
    let text = path().and_then(|path| config::read(&path, Others::MayNothing));
    let text = text.ok().flatten().unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// The names of a group, the latest first.
pub(crate) fn names(profile: &str, group: &str) -> Vec<String> {
    let mut seen = load();
    let groups = seen.get_mut(profile);
    groups.and_then(|groups| groups.remove(group)).unwrap_or_default()
}

/// Keeps names that a list has shown. Where they cannot be kept, shells offer fewer.
pub(crate) fn remember(profile: &str, group: &str, mut latest: Vec<String>) {
    let mut seen = load();
    let names = seen
        .entry(profile.to_owned())
        .or_default()
        .entry(group.to_owned())
        .or_default();
    let is_new = |name: &&String| !latest.contains(name);
    let older: Vec<_> = names.iter().filter(is_new).cloned().collect();
    latest.extend(older);
    latest.truncate(MANY);
    if *names == latest {
        return;
    }
    *names = latest;
    let kept = serde_json::to_string(&seen).map_err(|error| error.to_string());
    let kept = kept.and_then(|text| {
        let path = path().map_err(|failure| failure.to_string())?;
        config::write(&path, &text).map_err(|failure| failure.to_string())
    });
    if let Err(reason) = kept {
        tracing::debug!("names of a list are not kept: {reason}");
    }
}

/// Forgets the names of a profile.
pub(crate) fn forget(profile: &str) {
    let mut seen = load();
    if seen.remove(profile).is_some()
        && let (Ok(path), Ok(text)) = (path(), serde_json::to_string(&seen))
        && let Err(failure) = config::write(&path, &text)
    {
        tracing::debug!("names of a forgotten profile stay: {failure}");
    }
}
