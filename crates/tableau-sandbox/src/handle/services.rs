//! What the services below `/api/-` have in common: how they refuse, with the codes of gRPC.

use std::fmt::Display;

use uuid::Uuid;

use crate::auth::Caller;
use crate::kept::{Kept, Rights, row};
use crate::refusal::Refusal;
use crate::store::State;

pub(super) fn unfit(reason: impl Display) -> Refusal {
    Refusal::of_service(
        400,
        "3",
        format_args!("The request cannot be answered: {reason}."),
    )
}

pub(super) fn absent(what: &str, id: impl Display) -> Refusal {
    Refusal::of_service(404, "5", format_args!("There is no {what} '{id}'."))
}

pub(super) fn taken(what: impl Display) -> Refusal {
    Refusal::of_service(409, "6", what)
}

pub(super) fn denied(verb: &str) -> Refusal {
    Refusal::of_service(403, "7", format_args!("The user is not allowed to {verb}."))
}

/// A request that the current state forbids.
pub(super) fn in_use(what: impl Display) -> Refusal {
    Refusal::of_service(400, "9", what)
}

/// Admits administrators; `verb` is what only they may do.
pub(super) fn admit(may: bool, verb: &str) -> Result<(), Refusal> {
    if may { Ok(()) } else { Err(denied(verb)) }
}

/// The item, if the caller may read it; what may not be seen is not there.
pub(super) fn seen<R: Kept>(state: &State, caller: &Caller, luid: &str) -> Result<Uuid, Refusal> {
    let read = Rights::Capability("Read");
    let row = row::allowed::<R>(state, caller, luid, read, ("403004", "see"));
    row.map(|row| row.id).map_err(|_| absent(R::NOUN, luid))
}

/// The item, if the caller may change it.
pub(super) fn changed<R: Kept>(state: &State, caller: &Caller, luid: &str) -> Result<Uuid, Refusal> {
    let id = seen::<R>(state, caller, luid)?;
    let write = Rights::Capability("Write");
    match row::allowed::<R>(state, caller, luid, write, ("403004", "change")) {
        Ok(_) => Ok(id),
        Err(_) => Err(denied(&format!("change the {} '{luid}'", R::NOUN))),
    }
}
