//! `tabctl tsm` against a sandbox's controller.

mod desk;
#[cfg(unix)]
mod interrupts;
mod jobs;
mod sessions;
mod settings;
#[cfg(unix)]
mod terminal;

#[cfg(unix)]
pub(crate) use desk::Desk;
