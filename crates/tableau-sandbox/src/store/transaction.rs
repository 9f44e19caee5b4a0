//! One change of the state: all of it is kept, or nothing.

use std::ops::Deref;

use uuid::Uuid;

use super::event::Event;
use super::kinds::{KINDS, State};
use super::record::{Record, Session};
use super::row::SiteRow;
use super::rules;
use super::sqlite::Change;
use super::table::Table;
use super::variants::Variants;
use crate::files::FileId;
use crate::mail::Mail;
use crate::refusal::Refusal;

type Undo = Box<dyn FnOnce(&mut State)>;

/// Uncommitted changes: visible to this transaction only, undone unless they are committed.
pub(crate) struct Transaction<'s> {
    state: &'s mut State,
    undo: Vec<Undo>,
    changes: Vec<Change>,
    durable: bool,
    /// Files that a row no longer names.
    released: Vec<FileId>,
    events: Vec<Event>,
    mails: Vec<Mail>,
}

/// What is left to do when the changes are kept.
pub(super) struct Committed {
    pub(super) released: Vec<FileId>,
    pub(super) events: Vec<Event>,
    pub(super) mails: Vec<Mail>,
}

impl<'s> Transaction<'s> {
    /// Begins with no change; `durable` says whether a database wants to know of each.
    pub(super) fn begin(state: &'s mut State, durable: bool) -> Self {
        Self {
            state,
            undo: Vec::new(),
            changes: Vec::new(),
            durable,
            released: Vec::new(),
            events: Vec::new(),
            mails: Vec::new(),
        }
    }

    /// What a database has to store.
    pub(super) fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Keeps the changes.
    pub(super) fn commit(mut self) -> Committed {
        self.undo.clear();
        Committed {
            released: std::mem::take(&mut self.released),
            events: std::mem::take(&mut self.events),
            mails: std::mem::take(&mut self.mails),
        }
    }
}

impl Transaction<'_> {
    /// Adds a record, or replaces the one with the same identifier.
    pub(crate) fn put<R: Record>(&mut self, record: R) -> Result<(), Refusal> {
        self.state.version += u64::from(R::SHOWN);
        self.replace(record, Table::put)
    }

    /// Replaces a record in which only the time differs when it was last used: lists that do not show that stay as they are.
    pub(crate) fn stamp<R: Record>(&mut self, record: R) -> Result<(), Refusal> {
        self.replace(record, Table::stamp)
    }

    fn replace<R: Record>(
        &mut self,
        record: R,
        put: fn(&mut Table<R>, R) -> Option<R>,
    ) -> Result<(), Refusal> {
        let id = record.id();
        if self.durable {
            self.changes.push(Change::of(&record).map_err(Refusal::internal)?);
        }
        let file = record.file().cloned();
        let undo: Undo = match put(R::table_mut(self.state), record) {
            Some(before) => {
                if before.file() != file.as_ref() {
                    self.released.extend(before.file().cloned());
                }
                Box::new(move |state| {
                    R::table_mut(state).put(before);
                })
            }
            None => Box::new(move |state| {
                R::table_mut(state).remove(id);
            }),
        };
        self.undo.push(undo);
        Ok(())
    }

    /// Adds variants, of which a database stores what they are made of. They are not undone: it is for a state that is being made.
    pub(crate) fn derive(&mut self, variants: Variants) -> Result<(), Refusal> {
        variants.put_into(self.state);
        self.put(variants)
    }

    /// Tells of an event at the commit.
    pub(crate) fn announce(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Sends a mail at the commit.
    pub(crate) fn mail(&mut self, mail: Mail) {
        self.mails.push(mail);
    }

    /// Removes a record with everything inside it and its permissions; `false` if it does not exist.
    pub(crate) fn remove_whole<R: Record>(&mut self, id: Uuid) -> bool {
        for kind in KINDS {
            (kind.remove_within)(self, id);
        }
        self.remove::<rules::Rules>(id);
        self.remove::<R>(id)
    }

    /// Gives what a user of a site owns to another.
    pub(crate) fn pass_on(&mut self, site: Uuid, from: Uuid, to: Uuid) -> Result<(), Refusal> {
        KINDS
            .iter()
            .try_for_each(|kind| (kind.pass_on)(self, site, from, to))
    }

    /// Removes a site with everything on it.
    pub(crate) fn remove_site(&mut self, site: Uuid) {
        for kind in KINDS {
            (kind.remove_of_site)(self, site);
        }
        let sessions: Vec<_> = self.sessions.due(site).map(|(_, session)| session.id).collect();
        for session in sessions {
            self.remove::<Session>(session);
        }
        self.remove::<SiteRow>(site);
    }

    /// Removes a record; `false` if it does not exist.
    pub(crate) fn remove<R: Record>(&mut self, id: Uuid) -> bool {
        let is_derived = R::table(self.state).is_derived(id);
        let Some((place, record)) = R::table_mut(self.state).remove(id) else {
            return false;
        };
        self.state.version += u64::from(R::SHOWN);
        self.released.extend(record.file().cloned());
        if self.durable {
            self.changes.push(Change {
                kind: R::KIND,
                key: id,
                json: None,
                is_derived,
            });
        }
        self.undo
            .push(Box::new(move |state| R::table_mut(state).restore(place, record)));
        true
    }
}

impl Deref for Transaction<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        self.state
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.state.version += self.undo.len() as u64;
        for undo in self.undo.drain(..).rev() {
            undo(self.state);
        }
    }
}
