//! `tabctl permissions`.

mod change;
mod grantee;
mod kind;
mod rules;
mod show;

pub(super) use change::{ToDo, run as change};
pub(super) use show::run as show;
