//! Files of users: who is in them, and what they change on a site or in a group.

mod file;
mod import;
mod remove;
mod roster;
mod sync;

use serde_json::{Value, json};

pub(super) use self::import::run as import;
pub(super) use self::remove::run as remove;
pub(super) use self::sync::run as sync;
use crate::output::Column;

/// What is to be done about a line of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    Add,
    Change,
    Remove,
    Keep,
    /// The line cannot be done.
    Fail,
}

impl Action {
    /// As it is shown in a plan, or of a result.
    fn word(self, done: bool) -> &'static str {
        match (self, done) {
            (Self::Add, false) => "add",
            (Self::Add, true) => "added",
            (Self::Change, false) => "change",
            (Self::Change, true) => "changed",
            (Self::Remove, false) => "remove",
            (Self::Remove, true) => "removed",
            (Self::Keep, _) => "unchanged",
            (Self::Fail, _) => "failed",
        }
    }
}

const COLUMNS: &[Column] = &[Column::of("name"), Column::of("action"), Column::of("detail")];

/// A line of a plan or of its result.
fn shown(name: &str, action: Action, done: bool, detail: &str) -> Value {
    json!({ "name": name, "action": action.word(done), "detail": detail })
}
