//! What a run knows of the things that it has asked the server for.

use tableau_client::{Error, ErrorKind, Reached};

/// Whether a thing is at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum There {
    Yes,
    No,
    /// The answer was lost.
    Maybe,
}

/// Something with a name of its own that a call was to make.
#[derive(Debug, Clone)]
pub(super) struct Thing<T> {
    pub(super) name: String,
    /// Its identifier, if the answer came.
    pub(super) id: Option<String>,
    pub(super) there: There,
    /// What it may be like: the last value that was acknowledged, and those sent since.
    pub(super) values: Vec<T>,
}

impl<T> Thing<T> {
    /// After a call that was to make it.
    pub(super) fn made(name: String, id: Result<String, &Error>, value: T) -> Self {
        let there = match &id {
            Ok(_) => There::Yes,
            Err(error) if was_done_not(error) => There::No,
            Err(_) => There::Maybe,
        };
        Self {
            name,
            id: id.ok(),
            there,
            values: vec![value],
        }
    }

    /// After a call that was to change it.
    pub(super) fn changed(&mut self, result: Result<(), &Error>, value: T) {
        match result {
            Ok(()) => self.values = vec![value],
            Err(error) if was_done_not(error) => {}
            Err(_) => self.values.push(value),
        }
    }

    /// After a call that was to delete it.
    pub(super) fn deleted(&mut self, result: Result<(), &Error>) {
        self.there = match result {
            Ok(()) => There::No,
            Err(error) if was_done_not(error) => self.there,
            Err(_) => There::Maybe,
        };
    }
}

/// Whether an error says that the server did nothing of the call.
fn was_done_not(error: &Error) -> bool {
    error.reached() == Reached::No || error.kind() == ErrorKind::SessionRenewed
}
