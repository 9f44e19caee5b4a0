//! Every item of a list; the next pages are fetched while one is printed.

use serde_json::Value;
use tableau_client::wire::{JsonText, Reply};
use tableau_client::{Blocking, Error, Site, Untyped};

use crate::failure::Failure;
use crate::terminal::progress::Progress;
use crate::terminal::text::{plain, say};

/// As many items as servers give at once.
const PAGE_SIZE: usize = 1000;

/// Which items of a list are wanted.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Wanted {
    /// At most this many.
    pub(in crate::commands) limit: usize,
    /// What there is of a list that is not complete, with a warning.
    pub(in crate::commands) allow_incomplete: bool,
    /// Whether items are written to standard output as they come.
    pub(in crate::commands) streams: bool,
}

impl Wanted {
    /// Every item, and none of them printed as it comes.
    pub(in crate::commands) const ALL: Self = Self {
        limit: usize::MAX,
        allow_incomplete: false,
        streams: false,
    };
}

/// Calls a function with each item that is wanted.
pub(in crate::commands) fn each(
    site: &Site<Blocking>,
    call: &Untyped,
    wanted: Wanted,
    mut act: impl FnMut(JsonText) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut call = call.clone();
    let query = &mut call.arguments.query;
    if query.get("pageSize").is_none() {
        let size = wanted.limit.clamp(1, PAGE_SIZE);
        query.0.push(("pageSize".to_owned(), size.to_string()));
    }
    let mut pages = site.list_untyped(call);
    if wanted.allow_incomplete {
        pages = pages.allow_incomplete();
    }
    let mut progress = Progress::new(wanted.streams);
    for item in pages.by_ref().take(wanted.limit) {
        progress.add(1);
        act(item?)?;
    }
    drop(progress);
    if let Some(reason) = pages.incomplete() {
        warn_of(reason);
    }
    Ok(())
}

/// The items of a list whose pages are asked for by a token of the page before, at most so many.
pub(super) fn by_token(
    site: &Site<Blocking>,
    mut call: Untyped,
    token: &'static str,
    limit: usize,
) -> Result<Vec<Value>, Failure> {
    let mut items = Vec::new();
    loop {
        let Reply::One(Value::Object(mut page)) = site.call_untyped(call.clone())? else {
            return Ok(items);
        };
        let list = page.values_mut().find_map(Value::as_array_mut);
        items.append(list.unwrap_or(&mut Vec::new()));
        let next = page.get(&format!("next_{token}")).and_then(Value::as_str);
        match next.filter(|next| !next.is_empty() && items.len() < limit) {
            None => break,
            Some(next) if call.arguments.query.get(token) == Some(next) => {
                let message = "the list is not complete: its pages lead in a circle";
                return Err(Failure::Local(message.to_owned()));
            }
            Some(next) => {
                let query = &mut call.arguments.query.0;
                query.retain(|(name, _)| name != token);
                query.push((token.to_owned(), next.to_owned()));
            }
        }
    }
    items.truncate(limit);
    Ok(items)
}

/// Says that a list is not complete, and why.
pub(in crate::commands) fn warn_of(reason: &Error) {
    say(&format!("warning: {}", plain(reason.message())));
}
